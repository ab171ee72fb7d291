/** How far the work is: a word, a shape, what it means; the colour only repeats it. */

import { element } from "./elements.js";
import { icon } from "./icons.js";

const STATUSES = {
  succeeded: ["check", "good", "What was asked for is so."],
  accepted: ["envelope", "info", "The provider took it; whether it is done cannot be known yet."],
  running: ["turning", "busy", "The provider is working on it."],
  unchanged: ["equal", "calm", "Nothing needed doing, and nothing was triggered."],
  idle: ["pause", "calm", "It was only looked, and the provider reports no task."],
  planned: ["list", "info", "Nothing was sent. This is what a run would send."],
  failed: ["cross", "bad", "It did not come about; below is why, and what to do."],
  partial: ["half", "busy", "A part of it came about."],
};

/** Return shape, tone and meaning of a result's status, also of one that is not known here. */
export function statusOf(name) {
  const [shape, tone, meaning] = STATUSES[name] ?? ["question", "calm", ""];
  return { shape, tone, meaning, word: name.charAt(0).toUpperCase() + name.slice(1) };
}

/**
 * Return the banner at the head of whatever came of a call.
 *
 * @param {Object} status `shape`, `tone`, `word` and `meaning`
 * @param {string} sentence what happened
 * @param {Array<string>} about where it happened and how long it took
 */
export function banner(status, sentence, about = []) {
  return element(
    "div",
    { class: `banner ${status.tone}` },
    icon(status.shape),
    element(
      "div",
      {},
      element("p", { class: "status" }, status.word),
      element("p", { class: "sentence" }, sentence),
      status.meaning && element("p", { class: "meaning" }, status.meaning),
      about.length > 0 && element("ul", { class: "about-run" }, about.map((one) => element("li", {}, one))),
    ),
  );
}
