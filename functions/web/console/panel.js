/** One operation: its form, its actions, the call in progress and the outcome. */

import { runPath, statusPath } from "./api.js";
import { confirmed } from "./confirm.js";
import { copied } from "./copy.js";
import { curlLine } from "./curl.js";
import { announce, element, fill } from "./elements.js";
import { ParameterForm } from "./form.js";
import { isResult, outcomeView } from "./outcome.js";
import { faultsOf, parametersOf } from "./parameters.js";
import { mayWrite } from "./plan.js";
import { statusOf } from "./statuses.js";
import { failureText } from "./failure.js";
import { plural } from "./words.js";

/** Milliseconds between two updates of the elapsed time. */
const TICK = 1000;

const DOING = { plan: "Planning", run: "Running", status: "Checking the status" };
const OUTDATED = {
  plan: "from the previous plan",
  run: "from the previous run",
  status: "from the previous status check",
};

/**
 * The panel of an operation.
 *
 * @param {Api} api calls the functions
 * @param {Object} operation from the API, its parameters included
 */
export class Panel {
  constructor(api, operation) {
    const { id, actions, parameters, choices } = operation;
    this.api = api;
    this.operation = operation;
    this.form = new ParameterForm(
      parametersOf(parameters, choices).filter((one) => isSupported(one, operation)),
    );
    this.form.node.addEventListener("input", () => this.#outdate());
    this.heading = element("h2", { tabindex: "-1" }, operation.title);
    this.mayPlan = actions.includes("plan");
    const mayRun = actions.includes("run") || actions.includes("status");
    this.plan = button("Plan", { hidden: !this.mayPlan, type: "submit" });
    this.run = button("Run", { hidden: !mayRun, class: "primary", click: () => this.#run() });
    this.check = button("Check status", { hidden: !actions.includes("status"), click: () => this.#check() });
    this.curl = button("Copy as curl", { click: () => this.#curl() });
    this.buttons = [this.run, this.plan, this.check, this.curl];
    this.progress = element("div", { class: "progress", hidden: true });
    this.shell = element("div", { class: "shell", hidden: true });
    this.outcome = element("section", { class: "card outcome", hidden: true });
    this.last = null;
    this.node = element(
      "div",
      { class: "panel" },
      element(
        "form",
        { class: "card", novalidate: true, autocomplete: "off", submit: (event) => this.#submit(event) },
        this.heading,
        element("p", { class: "muted about" }, element("code", {}, id), pageLink(operation.page)),
        this.form.node,
        element("div", { class: "actions" }, this.buttons),
        this.progress,
        this.shell,
      ),
      this.outcome,
    );
  }

  /** Stop waiting for the call in progress. */
  stop() {
    this.waiting?.abort();
  }

  /** Handle the button "Plan", or Enter in a field; never writes. */
  #submit(event) {
    event.preventDefault();
    if (!this.waiting && this.mayPlan) {
      this.#plan();
    }
  }

  /** Return the parameters, null if the form is invalid; the outcome is outdated then. */
  #parameters() {
    const parameters = this.form.read();
    if (!parameters) {
      this.#outdate();
    }
    return parameters;
  }

  async #plan() {
    const parameters = this.#parameters();
    if (parameters) {
      this.#show(await this.#dryRun(parameters), { kind: "plan" }, this.plan);
    }
  }

  async #check() {
    const parameters = this.#parameters();
    if (parameters) {
      const answer = await this.#send("status", statusPath(this.operation.id), parameters);
      this.#show(answer, { kind: "status" }, this.check);
    }
  }

  async #run() {
    const parameters = this.#parameters();
    if (!parameters) {
      return;
    }
    let plan = null;
    if (this.mayPlan) {
      const answer = await this.#dryRun(parameters);
      if (!isResult(answer) || answer.body.status !== "planned") {
        this.#show(answer, { kind: "plan" }, this.run);
        return;
      }
      plan = answer.body;
    }
    const needsYes = plan === null || mayWrite(plan);
    this.run.focus();
    if (needsYes && !(await confirmed(this.operation, plan))) {
      announce("Nothing was run");
      this.outcome.hidden = this.last === null;
      this.#outdate();
      return;
    }
    const answer = await this.#send("run", runPath(this.operation.id), parameters);
    this.#show(answer, { kind: "run", mayHaveStarted: needsYes }, this.run);
  }

  #dryRun(parameters) {
    return this.#send("plan", runPath(this.operation.id), { ...parameters, dry_run: true });
  }

  async #send(kind, path, parameters) {
    const doing = DOING[kind];
    this.waiting = new AbortController();
    const began = performance.now();
    const seconds = element("span", { "aria-hidden": "true" });
    const tick = () => {
      seconds.textContent = plural(Math.floor((performance.now() - began) / TICK), "second");
    };
    const cancel = button("Cancel", { click: () => this.stop() });
    fill(
      this.progress,
      element("span", { class: "spinner", "aria-hidden": "true" }),
      element("span", {}, `${doing}… `, seconds),
      cancel,
    );
    tick();
    this.#busy(true);
    cancel.focus();
    announce(`${doing}: ${this.operation.title}`);
    const clock = setInterval(tick, TICK);
    const answer = await this.api.post(path, parameters, this.waiting.signal);
    clearInterval(clock);
    this.waiting = null;
    this.#busy(false);
    return answer;
  }

  #busy(yes) {
    this.progress.hidden = !yes;
    this.shell.hidden = true;
    this.form.node.disabled = yes;
    for (const each of this.buttons) {
      each.disabled = yes;
    }
    if (yes) {
      this.outcome.hidden = true;
    }
  }

  #show(answer, call, asked) {
    this.last = call.kind;
    this.outdated = element("span", { class: "tag calm outdated", hidden: true }, OUTDATED[call.kind]);
    const heading = element("h3", { tabindex: "-1" }, "Result ", this.outdated);
    fill(this.outcome, heading, outcomeView(answer, call));
    this.outcome.classList.remove("outdated");
    this.outcome.hidden = false;
    const result = isResult(answer) ? answer.body : null;
    this.form.show(faultsOf(result?.error, this.form.names));
    announce(
      result ? `${statusOf(result.status).word}: ${result.summary}` : failureText(answer, call.mayHaveStarted)[0],
    );
    if (this.node.isConnected) {
      asked.focus({ preventScroll: true });
      heading.focus();
    }
  }

  /** Mark the outcome as that of a previous call, since the form was changed or is invalid. */
  #outdate() {
    if (this.last !== null) {
      this.outcome.classList.add("outdated");
      this.outdated.hidden = false;
    }
  }

  async #curl() {
    const parameters = this.#parameters();
    if (!parameters) {
      return;
    }
    const address = this.api.address(runPath(this.operation.id));
    const line = curlLine(address, parameters, this.api.hasToken);
    const done = await copied(line);
    const words = done ? "Copied." : "The browser blocked copying: select the command and copy it by hand.";
    const token = "Set CLOUD_SYNC_TOKEN first: the command does not contain your token.";
    fill(
      this.shell,
      element("p", {}, `${words} ${this.api.hasToken ? token : ""}`),
      element("pre", { tabindex: "0", "aria-label": "The curl command" }, line),
    );
    this.shell.hidden = false;
    announce(words);
  }
}

/** Whether an operation supports a parameter. */
function isSupported(parameter, operation) {
  return parameter.name !== "wait_seconds" || operation.waits;
}

function button(words, given) {
  return element("button", { type: "button", ...given }, words);
}

/** Return a link to the documentation; https only, so that data cannot inject a script. */
function pageLink(page) {
  return (
    typeof page === "string" &&
    page.startsWith("https://") &&
    element("a", { href: page, rel: "noreferrer noopener", target: "_blank" }, "Provider's documentation")
  );
}
