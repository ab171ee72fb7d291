/** The functions' HTTP API, as the console calls it. */

/** Seconds an answer is waited for, beyond those that the function itself was told to wait. */
export const PATIENCE = 120;

/** What a header can carry. */
const SPEAKABLE = /^[\x21-\x7e]+$/;

/** Whether a text can be sent as a bearer token. */
export function isToken(text) {
  return SPEAKABLE.test(text);
}

/**
 * Asks the API; the token lives here and nowhere else.
 *
 * Every answer is one of
 * `{kind: "json", status, body, retryAfter}`: what was asked for, or a run's result;
 * `{kind: "problem", status, title, detail}`: refused before anything was run;
 * `{kind: "unreadable", status}`: something in between answered;
 * `{kind: "unreachable"}`, `{kind: "late", seconds}`, `{kind: "cancelled"}`: nothing did.
 *
 * @param {function(string): Promise<string|null>} askToken asks a person for a token, saying
 *   why; null if there shall be none
 */
export class Api {
  #token = null;

  constructor(askToken) {
    this.askToken = askToken;
  }

  /** Whether a token is in memory. */
  get hasToken() {
    return this.#token !== null;
  }

  /** Forget the token. */
  forget() {
    this.#token = null;
  }

  /** Return an address of the API, relative to this page. */
  address(path) {
    return new URL(path, document.baseURI).href;
  }

  /** Read something. */
  read(path) {
    return this.#ask(path, { method: "GET" });
  }

  /**
   * Plan or run an operation.
   *
   * @param {string} id the operation's
   * @param {Object} parameters as JSON
   * @param {AbortSignal} signal ends the waiting
   */
  run(id, parameters, signal) {
    const request = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(parameters),
    };
    return this.#ask(operationPath(id), request, signal, parameters.wait_seconds);
  }

  async #ask(path, request, signal, waits = 0) {
    for (;;) {
      const sent = this.#token;
      const answer = await once(this.address(path), withToken(request, sent), signal, waits);
      if (answer.status !== 401) {
        return answer;
      }
      if (sent === this.#token) {
        this.#token = null;
        const token = await this.askToken(sent === null ? "" : answer.detail);
        if (token === null) {
          return answer;
        }
        this.#token = token;
      }
    }
  }
}

/** Return where an operation is described and run. */
export function operationPath(id) {
  return `operations/${encodeURIComponent(id)}`;
}

function withToken(request, token) {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  return { ...request, headers: { ...request.headers, ...headers } };
}

async function once(address, request, signal, waits) {
  const seconds = PATIENCE + waits;
  const ours = new AbortController();
  const end = () => ours.abort();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, seconds * 1000);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) {
    end();
  }
  try {
    const response = await fetch(address, {
      ...request,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: ours.signal,
    });
    return await understood(response);
  } catch {
    if (late) {
      return { kind: "late", seconds };
    }
    return { kind: signal?.aborted ? "cancelled" : "unreachable" };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
  }
}

async function understood(response) {
  const { status } = response;
  const text = await response.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: "unreadable", status };
  }
  if (body === null || typeof body !== "object") {
    return { kind: "unreadable", status };
  }
  if ("schema_version" in body || response.ok) {
    return { kind: "json", status, body, retryAfter: response.headers.get("Retry-After") };
  }
  // A platform's own gateway says "message" where a problem document says "detail".
  const told = body.detail ?? body.message ?? body.Message;
  return {
    kind: "problem",
    status,
    title: typeof body.title === "string" ? body.title : "Refused",
    detail: typeof told === "string" ? told : "",
  };
}
