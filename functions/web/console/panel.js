/** One operation: its form, what is under way, what came of it. */

import { operationPath } from "./api.js";
import { confirmed } from "./confirm.js";
import { copied } from "./copy.js";
import { curlLine } from "./curl.js";
import { announce, element, fill } from "./elements.js";
import { ParameterForm } from "./form.js";
import { outcomeView, troubleIn } from "./outcome.js";
import { faultsTold, parametersOf } from "./parameters.js";
import { writes } from "./plan.js";
import { statusOf } from "./statuses.js";
import { plural } from "./words.js";

/** Milliseconds between two words on how long it takes. */
const TICK = 1000;

/**
 * The panel of an operation.
 *
 * @param {Api} api asks the functions
 * @param {Object} operation as the API describes it
 */
export class Panel {
  constructor(api, operation) {
    this.api = api;
    this.operation = operation;
    this.form = new ParameterForm(parametersOf(operation.parameters).filter((one) => isTaken(one, operation)));
    this.heading = element("h2", { tabindex: "-1" }, operation.title);
    this.mayPlan = operation.actions.includes("plan");
    const mayRun = operation.actions.includes("run") || operation.actions.includes("status");
    this.plan = button("Plan", { hidden: !this.mayPlan, type: "submit" });
    this.run = button("Run", { hidden: !mayRun, class: "primary", click: () => this.#run() });
    const curl = button("Copy as curl", { click: () => this.#curl() });
    this.actions = element("div", { class: "actions" }, this.run, this.plan, curl);
    this.progress = element("div", { class: "progress", hidden: true });
    this.shell = element("div", { class: "shell", hidden: true });
    this.outcome = element("section", { class: "card outcome", hidden: true });
    this.node = element(
      "div",
      { class: "panel" },
      element(
        "form",
        { class: "card", novalidate: true, autocomplete: "off", submit: (event) => this.#submit(event) },
        this.heading,
        element("p", { class: "muted about" }, element("code", {}, operation.id), pageLink(operation.page)),
        this.form.node,
        this.actions,
        this.progress,
        this.shell,
      ),
      this.outcome,
    );
  }

  /** Stop waiting for whatever is under way. */
  stop() {
    this.waiting?.abort();
  }

  /** The button "Plan", or Enter in a field: it never writes. */
  #submit(event) {
    event.preventDefault();
    if (!this.waiting && this.mayPlan) {
      this.#plan();
    }
  }

  async #plan() {
    const parameters = this.form.read();
    if (parameters) {
      this.#show(await this.#send("Planning", { ...parameters, dry_run: true }), this.plan);
    }
  }

  async #run() {
    const parameters = this.form.read();
    if (!parameters) {
      return;
    }
    const plan = this.mayPlan
      ? await this.#send("Planning", { ...parameters, dry_run: true })
      : { kind: "problem", status: 403, title: "Forbidden", detail: "this caller may not plan" };
    const planned = plan.kind === "json" && plan.body.status === "planned";
    // Who may not plan may run all the same: rights are given by action and region.
    if (!planned && plan.status !== 403) {
      this.#show(plan, this.run);
      return;
    }
    this.run.focus();
    if ((!planned || writes(plan.body.data.requests)) && !(await confirmed(this.operation, plan))) {
      announce("Nothing was run");
      return;
    }
    this.#show(await this.#send("Running", parameters), this.run);
  }

  async #send(doing, parameters) {
    this.waiting = new AbortController();
    const began = performance.now();
    const seconds = element("span", { "aria-hidden": "true" });
    const tick = () => {
      seconds.textContent = plural(Math.floor((performance.now() - began) / TICK), "second");
    };
    const cancel = button("Cancel", { click: () => this.stop() });
    fill(this.progress, element("span", { class: "spinner", "aria-hidden": "true" }), `${doing}… `, seconds, cancel);
    tick();
    this.#busy(true);
    cancel.focus();
    announce(`${doing}: ${this.operation.title}`);
    const clock = setInterval(tick, TICK);
    const answer = await this.api.run(this.operation.id, parameters, this.waiting.signal);
    clearInterval(clock);
    this.waiting = null;
    this.#busy(false);
    return answer;
  }

  #busy(yes) {
    this.progress.hidden = !yes;
    this.actions.hidden = yes;
    this.shell.hidden = true;
    this.form.node.disabled = yes;
    if (yes) {
      this.outcome.hidden = true;
    }
  }

  #show(answer, asked) {
    const heading = element("h3", { tabindex: "-1" }, "Result");
    fill(this.outcome, heading, outcomeView(answer));
    this.outcome.hidden = false;
    const result = answer.kind === "json" ? answer.body : null;
    this.form.show(faultsTold(result?.error, this.form.names));
    announce(result ? `${statusOf(result.status).word}: ${result.summary}` : troubleIn(answer)[0]);
    if (this.node.isConnected) {
      asked.focus({ preventScroll: true });
      heading.focus();
    }
  }

  async #curl() {
    const parameters = this.form.read();
    if (!parameters) {
      return;
    }
    const address = this.api.address(operationPath(this.operation.id));
    const line = curlLine(address, parameters, this.api.hasToken);
    const done = await copied(line);
    const words = done ? "Copied." : "The browser does not let it be copied: select it.";
    fill(
      this.shell,
      element("p", {}, `${words} ${this.api.hasToken ? "Set CLOUD_SYNC_TOKEN first: the token is not in it." : ""}`),
      element("pre", { tabindex: "0", "aria-label": "The curl command" }, line),
    );
    this.shell.hidden = false;
    announce(words);
  }
}

/** Whether an operation does anything with a parameter. */
function isTaken(parameter, operation) {
  return parameter.name !== "wait_seconds" || operation.waits;
}

function button(words, given) {
  return element("button", { type: "button", ...given }, words);
}

/** A link from data leads only to where a browser cannot be made to run it. */
function pageLink(page) {
  return (
    typeof page === "string" &&
    page.startsWith("https://") &&
    element("a", { href: page, rel: "noreferrer noopener", target: "_blank" }, "The provider's page")
  );
}
