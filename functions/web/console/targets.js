/** Shows the results of several targets: those that need a person first. */

import { element } from "./elements.js";
import { icon } from "./icons.js";
import { statusOf } from "./statuses.js";
import { counted, plural } from "./words.js";

/** Number of targets in the table; the JSON has all. */
const MAX_ROWS = 200;

/** Whether a result is that of several targets. */
export function hasTargets(result) {
  return result.account === null && Array.isArray(result.data.results);
}

/** Return the account and region of a target. */
export function targetName(target) {
  return [target.account, target.region].filter(Boolean).join("/") || "—";
}

/** Return the sentence that says for which targets a run is, and which one is shown. */
export function targetsSentence({ counts, results }) {
  const count = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return `For ${plural(count, "target")}. The requests for ${results.length ? targetName(results[0]) : "one of them"}:`;
}

/**
 * Return the view of the targets' results.
 *
 * @param {Object} data the data of a result
 */
export function targetsView(data) {
  const urgent = data.results.filter(needsPerson);
  const others = data.results.filter((one) => !needsPerson(one));
  const rows = [...urgent, ...others].slice(0, MAX_ROWS);
  return element(
    "section",
    { class: "targets" },
    element("h4", { tabindex: "-1" }, "Targets"),
    element("p", {}, countsOf(data).join(" · ")),
    rows.length > 0 && table(rows),
    notes(data, rows.length).map((words) => element("p", { class: "note" }, icon("triangle"), words)),
  );
}

function needsPerson(one) {
  return one.status === "failed" || (one.data.attention_count ?? 0) > 0;
}

function countsOf(data) {
  const counts = Object.entries(data.counts).map(([status, count]) => `${counted(count)} ${status}`);
  return data.not_started_count > 0 ? [...counts, `${counted(data.not_started_count)} not started`] : counts;
}

function table(rows) {
  const head = ["Target", "Status", "Summary"].map((title) => element("th", { scope: "col" }, title));
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": "Targets" },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, "Targets; those that need a person first"),
      element("thead", {}, element("tr", {}, head)),
      element("tbody", {}, rows.map(row)),
    ),
  );
}

function row(one) {
  const { shape, word } = statusOf(one.status);
  const { error } = one;
  return element(
    "tr",
    {},
    element("td", {}, targetName(one)),
    element("td", {}, icon(shape), " ", word),
    element(
      "td",
      {},
      error ? `${error.code}: ${error.message}` : one.summary,
      error && element("span", { class: "second" }, error.hint),
    ),
  );
}

function notes(data, shown) {
  const found = [];
  const listed = data.results.length;
  if (listed > shown) {
    found.push(`The table has the first ${plural(shown, "target")}; the JSON has ${counted(listed)}.`);
  }
  if (data.results_left_out > 0) {
    found.push(`The response has no room for ${plural(data.results_left_out, "result")}; they are only counted.`);
  }
  if (data.not_started_count > 0) {
    found.push(
      data.continue_with
        ? "There was no time for all targets. The event in continue_with of the JSON runs the others."
        : "There was no time for all targets.",
    );
  }
  return found;
}
