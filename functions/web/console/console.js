/** The console: lists the operations, shows one of them, and signs in and out. */

import { Api } from "./api.js";
import { announce, element, fill } from "./elements.js";
import { SignIn } from "./sign_in.js";
import { Menu, hashOf } from "./menu.js";
import { failureView } from "./failure.js";
import { Panel } from "./panel.js";

const TITLE = "Cloud sync console";

/** One request for everything the console needs: the permitted operations and their forms. */
const OPERATIONS = "operations?include=parameters";

const article = document.getElementById("operation");
const failurePanel = document.getElementById("failure");
const waiting = document.getElementById("waiting");
const session = document.getElementById("session");
const deployment = document.getElementById("deployment");
const place = document.getElementById("place");

const menu = new Menu(document.getElementById("operations"));
const signIn = new SignIn(() => !menu.hidden);
const api = new Api(
  (refusal) => {
    waiting.hidden = true;
    return signIn.ask(refusal).finally(() => {
      waiting.hidden = !menu.hidden;
    });
  },
  (hasToken) => {
    session.hidden = !hasToken;
  },
);

/** The operations that this caller may use, and the panels opened so far, by ID. */
let operations = [];
const panels = new Map();
let title = TITLE;

async function start() {
  failurePanel.hidden = true;
  waiting.hidden = false;
  const answer = await api.read(OPERATIONS);
  waiting.hidden = true;
  if (answer.kind !== "json") {
    complain(answer);
    return;
  }
  operations = answer.body.operations;
  introduce(answer.body.deployment);
  menu.show(operations);
  if (operations.length === 0) {
    fill(
      failurePanel,
      element("h2", {}, "Nothing to run"),
      element("p", {}, "You have no permission for any operation. Ask the function's owner."),
    );
    failurePanel.hidden = false;
    return;
  }
  open();
}

/** Show this deployment: its label, platform and region. */
function introduce(about) {
  const where = [about.platform, about.region].filter(Boolean).join(" · ");
  fill(
    deployment,
    about.label && element("strong", { class: "label", title: about.label }, about.label),
    where && element("span", { class: "where-it-runs" }, where),
  );
  deployment.hidden = !about.label && !where;
  place.textContent = where;
  place.hidden = !where;
  title = about.label ? `${about.label} | ${TITLE}` : TITLE;
}

/** Return the operation in the URL's hash, else the first one. */
function chosen() {
  return operations.find((one) => location.hash === hashOf(one.id)) ?? operations[0];
}

/** Show the chosen operation. */
function open() {
  const operation = chosen();
  if (!operation) {
    return;
  }
  menu.mark(operation);
  if (!panels.has(operation.id)) {
    panels.set(operation.id, new Panel(api, operation));
  }
  const panel = panels.get(operation.id);
  fill(article, panel.node);
  failurePanel.hidden = true;
  article.hidden = false;
  document.title = `${operation.title} | ${title}`;
  panel.heading.focus();
}

function complain(answer) {
  const heading = element("h2", { tabindex: "-1" }, "Could not load the operations");
  fill(
    failurePanel,
    heading,
    failureView(answer, false, "h3"),
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", class: "primary", click: start }, "Try again"),
    ),
  );
  article.hidden = true;
  failurePanel.hidden = false;
  heading.focus();
}

function signOut() {
  for (const panel of panels.values()) {
    panel.stop();
  }
  panels.clear();
  operations = [];
  menu.show(operations);
  fill(article);
  article.hidden = true;
  introduce({});
  document.title = title;
  api.forget();
  announce("Signed out. Everything shown was cleared.");
  start();
}

document.getElementById("sign-out").addEventListener("click", signOut);
addEventListener("hashchange", () => {
  // Any other hash is an anchor in the page, such as the skip link's.
  if (location.hash.startsWith(hashOf(""))) {
    open();
  }
});
start();
