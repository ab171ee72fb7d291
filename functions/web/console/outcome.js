/** Shows the outcome of a call: its result, or why there is none. */

import { copyButton, save } from "./copy.js";
import { attentionIn, attentionView, otherData, verifiedView } from "./effects.js";
import { element } from "./elements.js";
import { facts, factsOf, missing } from "./facts.js";
import { planView } from "./plan.js";
import { serversSentence, serversView } from "./servers.js";
import { banner, statusOf } from "./statuses.js";
import { failureView } from "./failure.js";
import { hasTargets, targetName, targetsView } from "./targets.js";
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
  const several = hasTargets(result);
  const found = servers || several ? null : attentionView(result.data);
  const targets = several ? targetsView(result.data) : null;
  const showAttention = servers
    ? servers.showAttention
    : () => (targets ?? found).querySelector("h4").focus();
  return [
    bannerOf(result, servers, showAttention, readOnly),
    result.error && errorView(result.error, retryAfter),
    found,
    targets ?? (servers ? servers.node : dataView(result)),
    several && result.status === "planned" && requestsOfFirst(result.data.results),
    element(
      "section",
      {},
      element("h4", {}, "For logs and support"),
      facts([
        !several && ["Effect verified", verifiedView(result.data.verified)],
        ["Started", element("time", { datetime: result.started_at }, moment(result.started_at))],
        ["Requests sent", String(result.attempts)],
        ["Request IDs", idList(result)],
        ["Invocation ID", result.invocation_id ? idView(result.invocation_id) : missing()],
      ].filter(Boolean)),
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

function bannerOf(result, servers, showAttention, readOnly) {
  const status = statusOf(result.status, readOnly);
  const about = [
    !hasTargets(result) && `Region: ${result.region ?? "—"}`,
    `Account: ${result.account ?? "several"}`,
    `Took ${lasting(result.duration_ms)}`,
  ].filter(Boolean);
  const attention = attentionIn(result.data);
  const inServers = servers && result.status === "succeeded";
  if (!inServers && (attention === 0 || result.error)) {
    return banner(status, result.summary, about);
  }
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
      { type: "button", class: "link attention", click: showAttention },
      `${plural(attention, "needs", "need")} attention`,
    ),
  );
  const sentence = inServers ? serversSentence(result) : result.summary;
  return banner({ ...status, shape: "triangle", tone: "busy", meaning: "" }, sentence, about, line);
}

function requestsOfFirst(results) {
  const first = results.find((one) => Array.isArray(one.data.requests));
  return (
    first &&
    element(
      "section",
      {},
      element("h4", {}, `Requests of a run for ${targetName(first)}`),
      planView(first.data.requests),
    )
  );
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
  const shown = otherData(data);
  const rows = Object.keys(shown).length > 0;
  return rows && element("section", {}, element("h4", {}, "Details"), factsOf(shown));
}
