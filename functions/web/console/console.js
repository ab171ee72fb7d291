/** The console: which operations there are, which one is shown, and the token's coming and going. */

import { Api, operationPath } from "./api.js";
import { announce, element, fill } from "./elements.js";
import { Entrance } from "./entrance.js";
import { troubleView } from "./outcome.js";
import { Panel } from "./panel.js";

/** How an address within the page names an operation. */
const OPERATION = "#/";
const TITLE = "Cloud sync console";
const PROVIDERS = { alibaba: "Alibaba Cloud", tencent: "Tencent Cloud", huawei: "Huawei Cloud" };

const list = document.getElementById("operations");
const article = document.getElementById("operation");
const trouble = document.getElementById("trouble");
const waiting = document.getElementById("waiting");
const holder = document.getElementById("holder");

const entrance = new Entrance(() => !list.hidden);
const api = new Api((refusal) => {
  waiting.hidden = true;
  return entrance.ask(refusal).finally(() => {
    waiting.hidden = !list.hidden;
  });
});

/** The operations that this caller sees, and the panels that were opened, by id. */
let operations = [];
const panels = new Map();

async function start() {
  trouble.hidden = true;
  waiting.hidden = false;
  const answer = await api.read("operations");
  waiting.hidden = true;
  holder.hidden = !api.hasToken;
  if (answer.kind !== "json") {
    complain(answer, start);
    return;
  }
  operations = answer.body.operations;
  fill(list, menu());
  list.hidden = operations.length === 0;
  if (operations.length === 0) {
    fill(
      trouble,
      element("h2", {}, "Nothing to run"),
      element("p", {}, "This caller has no right to any operation. Ask who deployed the function."),
    );
    trouble.hidden = false;
    return;
  }
  await open();
}

function menu() {
  return Object.entries(PROVIDERS).map(([provider, name]) => {
    const own = operations.filter(({ id }) => id.startsWith(`${provider}.`));
    return (
      own.length > 0 && [
        element("h2", {}, name),
        element(
          "ul",
          {},
          own.map(({ id, title }) =>
            element("li", {}, element("a", { href: OPERATION + id, "data-id": id }, title)),
          ),
        ),
      ]
    );
  });
}

/** Return the id that the address names, the first one's where it names none that is there. */
function chosen() {
  const named = operations.find((one) => location.hash === OPERATION + one.id);
  return (named ?? operations[0])?.id;
}

/** Show the chosen operation. */
async function open() {
  const id = chosen();
  if (!id) {
    return;
  }
  for (const link of list.querySelectorAll("a")) {
    if (link.dataset.id === id) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (!panels.has(id)) {
    const answer = await api.read(operationPath(id));
    if (chosen() !== id) {
      return; // another one was chosen meanwhile, or the token forgotten
    }
    if (answer.kind !== "json") {
      complain(answer, open);
      return;
    }
    panels.set(id, new Panel(api, answer.body));
  }
  trouble.hidden = true;
  holder.hidden = !api.hasToken;
  const panel = panels.get(id);
  fill(article, panel.node);
  article.hidden = false;
  document.title = `${panel.operation.title} | ${TITLE}`;
  panel.heading.focus();
}

function complain(answer, again) {
  const heading = element("h2", { tabindex: "-1" }, "The operations cannot be shown");
  fill(
    trouble,
    heading,
    troubleView(answer),
    element("div", { class: "actions" }, element("button", { type: "button", class: "primary", click: again }, "Try again")),
  );
  article.hidden = true;
  trouble.hidden = false;
  heading.focus();
}

function forget() {
  for (const panel of panels.values()) {
    panel.stop();
  }
  panels.clear();
  api.forget();
  operations = [];
  fill(article);
  fill(list);
  article.hidden = list.hidden = holder.hidden = true;
  document.title = TITLE;
  announce("The token is forgotten, and what was shown with it");
  start();
}

document.getElementById("forget").addEventListener("click", forget);
addEventListener("hashchange", () => {
  // Another one is a place in the page, such as the skip link's.
  if (location.hash.startsWith(OPERATION)) {
    open();
  }
});
start();
