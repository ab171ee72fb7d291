/** Shows the status of a result: a word, a shape and its meaning; the colour only repeats it. */

import { element } from "./elements.js";
import { icon } from "./icons.js";
import { capitalized } from "./words.js";

const STATUSES = {
  succeeded: ["check", "good", "Done."],
  accepted: ["envelope", "info", "The provider does not report when it is finished."],
  running: ["turning", "busy", "The provider is working on it."],
  unchanged: ["equal", "calm", "Nothing to do, so nothing was started."],
  idle: ["pause", "calm", "Read-only check: no task at the provider."],
  planned: ["list", "info", "Nothing was sent. A run would send the requests below."],
  failed: ["cross", "bad", "The run failed. Cause and next step below."],
  partial: ["half", "busy", "Part of the run failed."],
};

/** What a status means if only the state was read. */
const READ_ONLY = {
  succeeded: "Read-only check: nothing was changed.",
  failed: "The status check failed. Cause and next step below.",
};

/**
 * Return shape, tone, word and meaning of a result's status, also of an unknown one.
 *
 * @param {string} name the status
 * @param {boolean} readOnly whether only the state was read
 */
export function statusOf(name, readOnly = false) {
  const [shape, tone, usual] = STATUSES[name] ?? ["question", "calm", ""];
  const meaning = (readOnly && READ_ONLY[name]) || usual;
  return { shape, tone, meaning, word: capitalized(name) };
}

/**
 * Return the banner at the top of an outcome.
 *
 * @param {Object} status `shape`, `tone`, `word` and `meaning`
 * @param {string} sentence what happened
 * @param {Array<string>} about where it happened and how long it took
 * @param {Node|null} more a line after the sentence
 */
export function banner(status, sentence, about = [], more = null) {
  return element(
    "div",
    { class: `banner ${status.tone}` },
    icon(status.shape),
    element(
      "div",
      {},
      element("p", { class: "status" }, status.word),
      sentence && element("p", { class: "sentence" }, sentence),
      more,
      status.meaning && element("p", { class: "meaning" }, status.meaning),
      about.length > 0 && element("ul", { class: "about-run" }, about.map((one) => element("li", {}, one))),
    ),
  );
}
