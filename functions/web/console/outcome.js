/** Shows the outcome of a call: its result, or why there is none. */

import { copyButton, save } from "./copy.js";
import { element } from "./elements.js";
import { facts, factsOf, missing } from "./facts.js";
import { planView } from "./plan.js";
import { attentionIn, serversSentence, serversView } from "./servers.js";
import { banner, statusOf } from "./statuses.js";
import { failureView } from "./failure.js";
import { inWords, lasting, moment, plural } from "./words.js";

/**
 * Return the view of the response to a plan, a run or a status check.
 *
 * @param {Object} answer the API's response
 * @param {Object} call `kind` is `plan`, `run` or `status`; `mayHaveStarted` is whether it may have
 *   changed something although there is no result
 */
export function outcomeView(answer, call) {
  return isResult(answer)
    ? resultView(answer.body, answer.retryAfter, call.kind === "status")
    : failureView(answer, call.mayHaveStarted);
}

/** Whether a response is a result. */
export function isResult(answer) {
  return answer.kind === "json" && "status" in answer.body;
}

function resultView(result, retryAfter, readOnly) {
  const servers = Array.isArray(result.data.servers) ? serversView(result.data) : null;
  return [
    bannerOf(result, servers, readOnly),
    result.error && errorView(result.error, retryAfter),
    servers ? servers.node : dataView(result),
    element(
      "section",
      {},
      element("h4", {}, "For logs and support"),
      facts([
        ["Started", element("time", { datetime: result.started_at }, moment(result.started_at))],
        ["Requests sent", String(result.attempts)],
        ["Request IDs", idList(result)],
        ["Invocation ID", result.invocation_id ? idView(result.invocation_id) : missing()],
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

function bannerOf(result, servers, readOnly) {
  const status = statusOf(result.status, readOnly);
  const about = [
    `Region: ${result.region ?? "—"}`,
    `Account: ${result.account ?? "several"}`,
    `Took ${lasting(result.duration_ms)}`,
  ];
  if (!servers || result.status !== "succeeded") {
    return banner(status, result.summary, about);
  }
  const attention = attentionIn(result.data);
  if (attention === 0) {
    const empty = result.data.total === 0;
    const shown = empty ? { ...status, tone: "calm", meaning: "Check the region, the project and the filters." } : status;
    return banner(shown, serversSentence(result), about);
  }
  const line = element(
    "p",
    {},
    element(
      "button",
      { type: "button", class: "link attention", click: servers.showAttention },
      `${plural(attention, "needs", "need")} attention`,
    ),
  );
  return banner({ ...status, shape: "triangle", tone: "busy", meaning: "" }, serversSentence(result), about, line);
}

function idView(id) {
  return element("span", { class: "id" }, element("code", {}, id), copyButton(`the ID ${id}`, id));
}

function idList({ provider_request_ids: ids }) {
  return ids.length ? ids.map(idView) : missing();
}

function errorView(error, retryAfter) {
  const again = retryAfter
    ? `yes, after ${plural(Number(retryAfter), "second")}`
    : error.retryable
      ? "yes"
      : "no, fix the cause first";
  return element(
    "section",
    { class: "error" },
    element("h4", {}, "Next step"),
    element("p", { class: "todo" }, error.hint),
    facts([
      ["Category", inWords(error.category)],
      ["Message", error.message],
      ["Code", element("code", {}, error.code)],
      ["Provider's HTTP status", error.http_status === null ? missing() : String(error.http_status)],
      ["Retry", again],
    ]),
  );
}

function dataView({ data, status }) {
  if (status === "planned" && Array.isArray(data.requests)) {
    return element("section", {}, element("h4", {}, "Requests of a run"), planView(data.requests));
  }
  const rows = Object.keys(data).length > 0;
  return rows && element("section", {}, element("h4", {}, "Details"), factsOf(data));
}
