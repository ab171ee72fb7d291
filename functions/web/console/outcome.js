/** What came of a call, in plain words. */

import { copyButton, save } from "./copy.js";
import { element } from "./elements.js";
import { facts, factsOf } from "./facts.js";
import { planView } from "./plan.js";
import { serversView } from "./servers.js";
import { banner, statusOf } from "./statuses.js";
import { inWords, lasting, moment, plural } from "./words.js";

/**
 * Return the view of an answer to a plan or a run.
 *
 * @param {Object} answer of the API
 */
export function outcomeView(answer) {
  const result = answer.body;
  return answer.kind === "json" && "status" in result
    ? resultView(result, answer.retryAfter)
    : troubleView(answer);
}

function resultView(result, retryAfter) {
  return [
    banner(statusOf(result.status), sentence(result.summary), [
      `Region: ${result.region ?? "not known"}`,
      `Account: ${result.account ?? "several"}`,
      `Took ${lasting(result.duration_ms)}`,
    ]),
    result.error && errorView(result.error, retryAfter),
    dataView(result),
    element(
      "section",
      {},
      element("h4", {}, "For the log and for support"),
      facts([
        ["Started", element("time", { datetime: result.started_at }, moment(result.started_at))],
        ["Requests to the service", String(result.attempts)],
        ["Request IDs", idList(result)],
        ["Invocation ID", result.invocation_id ? idView(result.invocation_id) : "none"],
      ]),
    ),
    element(
      "div",
      { class: "actions" },
      element(
        "button",
        { type: "button", click: () => save(`${result.operation}.json`, result) },
        "Download JSON",
      ),
    ),
  ];
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function idView(id) {
  return element("span", { class: "id" }, element("code", {}, id), copyButton(`the ID ${id}`, id));
}

function idList({ provider_request_ids: ids }) {
  return ids.length ? ids.map(idView) : "none";
}

function errorView(error, retryAfter) {
  const again = retryAfter
    ? `may help, after ${plural(Number(retryAfter), "second")}`
    : error.retryable
      ? "may help"
      : "will not help as long as nothing changes";
  return element(
    "section",
    { class: "error" },
    element("h4", {}, "What to do"),
    element("p", { class: "todo" }, error.hint),
    facts([
      ["Reason", inWords(error.category)],
      ["Message", error.message],
      ["Code", element("code", {}, error.code)],
      ["HTTP status of the provider", error.http_status === null ? "none" : String(error.http_status)],
      ["Trying again", again],
    ]),
  );
}

function dataView({ data, status }) {
  if (status === "planned" && Array.isArray(data.requests)) {
    return element("section", {}, element("h4", {}, "What a run would send"), planView(data.requests));
  }
  if (Array.isArray(data.servers)) {
    return serversView(data);
  }
  const rows = Object.keys(data).length > 0;
  return rows && element("section", {}, element("h4", {}, "What the provider says"), factsOf(data));
}

const AGAIN =
  "The run may have begun all the same. Plan or look at the provider's console before running again.";

/** Why there is no result, and the next step. */
const WITHOUT_ANSWER = {
  cancelled: () => ["You stopped waiting", `The function is not told to stop. ${AGAIN}`],
  unreachable: () => [
    "The function could not be reached",
    `Check this device's connection, then that the function is deployed and its address right. ${AGAIN}`,
  ],
  late: ({ seconds }) => [
    `No answer came within ${plural(seconds, "second")}`,
    `A gateway in between may have lost it. ${AGAIN} A smaller wait_seconds makes it answer sooner.`,
  ],
  unreadable: ({ status }) => [
    `Something in between answered instead of the function (HTTP ${status})`,
    status === 504 || status === 502 || status === 503
      ? `The platform's gateway gave up or could not start the function; its log names why. ${AGAIN}`
      : "Check that this address leads to the function, and that no proxy asks for a sign-in.",
  ],
};

/** The next step after a refusal, by its HTTP status. */
const AFTER_REFUSAL = {
  401: "Give a token that the function knows.",
  403: "Ask who deployed the function for the right, or use another token.",
  404: "This bundle does not have it; reload the page to see what it has.",
  405: "Reload the page: it and the function seem to be of different versions.",
  413: "Give fewer or shorter values.",
  415: "Reload the page: it and the function seem to be of different versions.",
  429: "Wait a moment, then try again.",
  500: "Look into the function's log; it names where it failed.",
};

/** Return title and next step of an answer that is no result. */
export function troubleIn(answer) {
  if (answer.kind !== "problem") {
    return WITHOUT_ANSWER[answer.kind]?.(answer) ?? ["The answer is not understood", AGAIN];
  }
  const { status, title, detail } = answer;
  const step = AFTER_REFUSAL[status] ?? "Look into the function's log.";
  return [`${title} (HTTP ${status})${detail ? `: ${detail}` : ""}`, step];
}

/** Return the view of an answer that is no result. */
export function troubleView(answer) {
  const [sentence, step] = troubleIn(answer);
  const cancelled = answer.kind === "cancelled";
  const word = { problem: "Refused", cancelled: "Cancelled" }[answer.kind] ?? "No answer";
  const tone = cancelled ? "calm" : "bad";
  return [
    banner({ shape: cancelled ? "pause" : "triangle", tone, word, meaning: "" }, sentence),
    element("section", {}, element("h4", {}, "What to do"), element("p", { class: "todo" }, step)),
  ];
}
