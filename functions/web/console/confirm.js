/** Asks before a run that writes. */

import { element, fill } from "./elements.js";
import { planView } from "./plan.js";
import { troubleIn } from "./outcome.js";

/**
 * Return whether a person wants the run.
 *
 * @param {Object} operation what is run: `title`, and `changes` in words
 * @param {Object} plan the API's answer to the dry run
 */
export function confirmed(operation, plan) {
  const dialog = document.getElementById("confirm");
  const cancel = element("button", { type: "button", autofocus: true, click: () => dialog.close("no") }, "Cancel");
  const run = element("button", { type: "button", class: "primary", click: () => dialog.close("yes") }, "Run it now");
  fill(
    dialog,
    element("h2", { id: "confirm-title" }, "Run this operation?"),
    element("p", {}, element("strong", {}, operation.title), `: this ${effectOf(operation, plan)}.`),
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": "What it will send" },
      plan.kind === "json"
        ? planView(plan.body.data.requests)
        : element("p", { class: "note" }, `The plan cannot be shown. ${troubleIn(plan)[0]}`),
    ),
    element("div", { class: "actions" }, run, cancel),
  );
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

function effectOf(operation, plan) {
  const where = plan.kind === "json" && plan.body.region ? ` in ${plan.body.region}` : "";
  const changes = operation.changes ?? "may change something at the provider";
  return `${changes}${where}`;
}
