/** The console: the operations, which one is shown, signing in and out. */

import { Api } from "./api.js";
import { announce, element, fill } from "./elements.js";
import { Entrance } from "./entrance.js";
import { Menu, hashOf } from "./menu.js";
import { troubleView } from "./trouble.js";
import { Panel } from "./panel.js";

const TITLE = "Cloud sync console";

/** One request for all that the console needs: what may be run, and every form. */
const OPERATIONS = "operations?include=parameters";

const article = document.getElementById("operation");
const trouble = document.getElementById("trouble");
const waiting = document.getElementById("waiting");
const session = document.getElementById("session");
const deployment = document.getElementById("deployment");
const place = document.getElementById("place");

const menu = new Menu(document.getElementById("operations"));
const entrance = new Entrance(() => !menu.hidden);
const api = new Api(
  (refusal) => {
    waiting.hidden = true;
    return entrance.ask(refusal).finally(() => {
      waiting.hidden = !menu.hidden;
    });
  },
  (hasToken) => {
    session.hidden = !hasToken;
  },
);

/** The operations that this caller may use, and the panels that were opened, by ID. */
let operations = [];
const panels = new Map();
let title = TITLE;

async function start() {
  trouble.hidden = true;
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
      trouble,
      element("h2", {}, "Nothing to run"),
      element("p", {}, "You have no permission for any operation. Ask the function's owner."),
    );
    trouble.hidden = false;
    return;
  }
  open();
}

/** Show which deployment this is: its label, and the platform and region it runs in. */
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

/** Return the operation that the address names, the first one if it names none. */
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
  trouble.hidden = true;
  article.hidden = false;
  document.title = `${operation.title} | ${title}`;
  panel.heading.focus();
}

function complain(answer) {
  const heading = element("h2", { tabindex: "-1" }, "Could not load the operations");
  fill(
    trouble,
    heading,
    troubleView(answer, false, "h3"),
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", class: "primary", click: start }, "Try again"),
    ),
  );
  article.hidden = true;
  trouble.hidden = false;
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
  // Any other hash is a place in the page, such as the skip link's.
  if (location.hash.startsWith(hashOf(""))) {
    open();
  }
});
start();
