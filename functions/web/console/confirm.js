/** Asks for confirmation before a run that writes. */

import { element, fill } from "./elements.js";
import { planView, requestsIn } from "./plan.js";
import { hasTargets, targetsSentence } from "./targets.js";
import { capitalized } from "./words.js";

/**
 * Return whether a person confirms the run.
 *
 * @param {Object} operation the operation: its `title`, and `changes` as the end of a sentence
 * @param {Object|null} plan the result of the dry run; null if the caller may not plan
 */
export function confirmed(operation, plan) {
  const dialog = document.getElementById("confirm");
  const cancel = element("button", { type: "button", autofocus: true, click: () => dialog.close("no") }, "Cancel");
  const run = element("button", { type: "button", class: "primary", click: () => dialog.close("yes") }, "Run it now");
  fill(
    dialog,
    element("h2", { id: "confirm-title" }, "Run this operation?"),
    element("p", {}, element("strong", {}, operation.title)),
    element("p", {}, effectOf(operation)),
    plan?.region && element("p", {}, `Region: ${plan.region}`),
    plan && hasTargets(plan) && element("p", {}, targetsSentence(plan.data)),
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": "Requests of this run" },
      plan
        ? planView(requestsIn(plan))
        : element("p", { class: "note" }, "No preview: your token may run this operation but not plan it."),
    ),
    element("div", { class: "actions" }, run, cancel),
  );
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Return the sentence that says what a run changes. */
function effectOf({ changes }) {
  const text = capitalized(changes ?? "may change something at the provider");
  return text.endsWith(".") ? text : `${text}.`;
}
