/** The functions' HTTP API, as the console calls it. */

/** Seconds to wait for a response, in addition to the run's own wait_seconds. */
export const MAX_WAIT_SECONDS = 120;

/** The characters that are valid in a header. */
const ALLOWED = /^[\x21-\x7e]+$/;

/** Whether a text can be sent as a bearer token. */
export function isToken(text) {
  return ALLOWED.test(text);
}

/**
 * Calls the API; the token is kept here and nowhere else.
 *
 * Every response is one of
 * `{kind: "json", status, body, retryAfter}`: the resource, or a run's result;
 * `{kind: "problem", status, title, detail}`: rejected before anything was run;
 * `{kind: "unreadable", status}`: a gateway responded;
 * `{kind: "unreachable"}`, `{kind: "late", seconds}`, `{kind: "cancelled"}`: there was no response.
 *
 * @param {function(string): Promise<string|null>} askToken asks a person for a token, with the
 *   reason; resolves to null if the person enters none
 * @param {function(boolean): void} tokenChanged is called with whether there is a token
 */
export class Api {
  #token = null;

  constructor(askToken, tokenChanged) {
    this.askToken = askToken;
    this.tokenChanged = tokenChanged;
  }

  /** Whether a token is in memory. */
  get hasToken() {
    return this.#token !== null;
  }

  /** Forget the token. */
  forget() {
    this.#keep(null);
  }

  /** Return a URL of the API, relative to this page. */
  address(path) {
    return new URL(path, document.baseURI).href;
  }

  /** Read a resource. */
  read(path) {
    return this.#ask(path, { method: "GET" });
  }

  /**
   * Plan or run an operation, or check its status.
   *
   * @param {string} path from `runPath` or `statusPath`
   * @param {Object} parameters as JSON
   * @param {AbortSignal} signal cancels the request
   */
  post(path, parameters, signal) {
    const request = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(parameters),
    };
    return this.#ask(path, request, signal, parameters.wait_seconds);
  }

  #keep(token) {
    this.#token = token;
    this.tokenChanged(token !== null);
  }

  async #ask(path, request, signal, waits = 0) {
    for (;;) {
      const sent = this.#token;
      const response = await once(this.address(path), withToken(request, sent), signal, waits);
      if (response.status !== 401) {
        return response;
      }
      if (sent === this.#token) {
        this.#keep(null);
        const token = await this.askToken(sent === null ? "" : response.detail);
        if (token === null) {
          return response;
        }
        this.#keep(token);
      }
    }
  }
}

/** Return the path that runs an operation. */
export function runPath(id) {
  return `operations/${encodeURIComponent(id)}`;
}

/** Return the path that checks the status of an operation. */
export function statusPath(id) {
  return `${runPath(id)}/status`;
}

function withToken(request, token) {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  return { ...request, headers: { ...request.headers, ...headers } };
}

async function once(address, request, signal, waits) {
  const seconds = MAX_WAIT_SECONDS + waits;
  const controller = new AbortController();
  const end = () => controller.abort();
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
      signal: controller.signal,
    });
    return await parsed(response);
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

async function parsed(response) {
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
  // A platform's own gateway sends "message" instead of a problem document's "detail".
  const detail = body.detail ?? body.message ?? body.Message;
  return {
    kind: "problem",
    status,
    title: typeof body.title === "string" ? body.title : "Refused",
    detail: typeof detail === "string" ? detail : "",
  };
}
