/** A table of DevServers: filtered, sorted, and page by page, so that thousands stay fast. */

import { copyButton } from "./copy.js";
import { announce, element, fill } from "./elements.js";
import { factsOf, missing } from "./facts.js";
import { stateView, urgencyOf } from "./health.js";
import { ago, counted, plural, toTheMinute } from "./words.js";

/** Number of rows per page. */
export const PAGE = 25;

const COLUMNS = [
  { title: "State", key: (one) => urgencyOf(one.health), cell: (one) => stateView(one.status, one.health) },
  { title: "Name", key: (one) => one.name ?? "", cell: nameCell },
  { title: "Type", key: (one) => one.server_type ?? "", cell: (one) => one.server_type ?? missing() },
  { title: "Flavor", key: (one) => one.flavor ?? "", cell: flavorCell },
  { title: "Private IP", key: (one) => one.private_ips.join(), cell: (one) => one.private_ips.join(", ") || missing() },
  { title: "Updated", key: (one) => one.updated_at ?? "", cell: timeCell },
];

const collator = new Intl.Collator("en", { numeric: true });

/** Whether a server needs attention. */
export function needsAttention(server) {
  return server.health === "failed";
}

function nameCell(server) {
  return [
    element(
      "button",
      { type: "button", class: "link", click: () => showServer(server) },
      server.name ?? "(no name)",
    ),
    server.id && element("code", { class: "second" }, server.id),
  ];
}

function flavorCell({ flavor }) {
  const parts = flavor?.split(/(?<=[._-])/) ?? [];
  return flavor
    ? element("span", { class: "long" }, parts.map((part) => [part, element("wbr")]))
    : missing();
}

function timeCell(server) {
  const when = toTheMinute(server.updated_at ?? "");
  return when
    ? element("time", { datetime: server.updated_at }, ago(server.updated_at), element("span", { class: "second" }, when))
    : missing();
}

function showServer(server) {
  const dialog = document.getElementById("one");
  fill(
    dialog,
    element("h2", { id: "one-title", tabindex: "-1", autofocus: true }, server.name ?? "(no name)"),
    stateView(server.status, server.health),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": "one-title" }, factsOf(server)),
    element(
      "div",
      { class: "actions" },
      element("button", { type: "button", class: "primary", click: () => dialog.close() }, "Close"),
      copyButton("the ID", server.id ?? ""),
    ),
  );
  dialog.showModal();
}

/**
 * The table.
 *
 * @param {Array<Object>} servers of a result
 * @param {function(string|null): void} stateChosen is called with the state that is filtered by
 */
export class ServerTable {
  #state = null;
  #sorting = { column: COLUMNS[0], down: false };
  #first = 0;
  #shown = [];

  constructor(servers, stateChosen) {
    this.servers = servers;
    this.stateChosen = stateChosen;
    this.texts = new Map(servers.map((server) => [server, textOf(server)]));
    const choose = () => this.#choose();
    this.filter = element("input", {
      type: "search",
      id: "servers-filter",
      autocomplete: "off",
      spellcheck: "false",
      input: choose,
    });
    this.attention = element("input", { type: "checkbox", change: choose });
    this.clear = element("button", { type: "button", class: "small", click: () => this.#clear() }, "Clear filters");
    this.heading = element("h4", { tabindex: "-1" }, "Servers");
    this.heads = COLUMNS.map((column) =>
      element(
        "th",
        { scope: "col" },
        element("button", { type: "button", click: () => this.#sort(column) }, column.title),
      ),
    );
    this.body = element("tbody");
    this.where = element("p", { class: "where", role: "status" });
    this.back = element("button", { type: "button", click: () => this.#turn(-PAGE) }, "Previous");
    this.on = element("button", { type: "button", click: () => this.#turn(PAGE) }, "Next");
    this.sideways = element("p", { class: "hint", hidden: true }, "Scroll sideways to see every column.");
    this.scroll = element(
      "div",
      { class: "scroll wide", tabindex: "0", role: "group", "aria-label": "Table of DevServers" },
      element(
        "table",
        {},
        element("caption", { class: "unseen" }, "DevServers; the buttons in the head sort"),
        element("thead", {}, element("tr", {}, this.heads)),
        this.body,
      ),
    );
    new ResizeObserver(() => {
      this.sideways.hidden = this.scroll.scrollWidth <= this.scroll.clientWidth;
    }).observe(this.scroll);
    this.node = element(
      "section",
      {},
      this.heading,
      element(
        "div",
        { class: "tools" },
        element("label", { for: "servers-filter" }, "Filter"),
        this.filter,
        element("label", { class: "choice" }, this.attention, "Needs attention only"),
        this.clear,
      ),
      this.sideways,
      this.scroll,
      element("div", { class: "pager" }, this.where, this.back, this.on),
    );
    this.#choose();
  }

  /** Show only the servers that need attention, and move the focus there. */
  showAttention() {
    this.#clear();
    this.attention.checked = true;
    this.#choose();
    this.#toHeading();
  }

  /** Show only the servers in one state, or those in every state if it is already selected. */
  toggleState(state) {
    this.#state = this.#state === state ? null : state;
    this.#choose();
    announce(this.where.textContent);
  }

  #clear() {
    this.#state = null;
    this.filter.value = "";
    this.attention.checked = false;
    this.#choose();
  }

  #choose() {
    const wanted = this.filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    this.#shown = this.servers.filter(
      (server) =>
        (this.#state === null || server.status === this.#state) &&
        (!this.attention.checked || needsAttention(server)) &&
        wanted.every((word) => this.texts.get(server).includes(word)),
    );
    const { column, down } = this.#sorting;
    const keys = new Map(this.#shown.map((server) => [server, column.key(server)]));
    const way = down ? -1 : 1;
    this.#shown.sort((a, b) => way * compared(keys.get(a), keys.get(b)));
    this.#first = 0;
    this.clear.hidden = wanted.length === 0 && this.#state === null && !this.attention.checked;
    this.stateChosen(this.#state);
    this.#show();
  }

  #show() {
    const count = this.#shown.length;
    const last = Math.min(this.#first + PAGE, count);
    fill(
      this.body,
      this.#shown
        .slice(this.#first, last)
        .map((server) =>
          element("tr", {}, COLUMNS.map((column) => element("td", {}, column.cell(server)))),
        ),
    );
    for (const [place, column] of COLUMNS.entries()) {
      if (column === this.#sorting.column) {
        this.heads[place].setAttribute("aria-sort", this.#sorting.down ? "descending" : "ascending");
      } else {
        this.heads[place].removeAttribute("aria-sort");
      }
    }
    this.where.textContent = count
      ? `${counted(this.#first + 1)} to ${counted(last)} of ${plural(count, "server")}`
      : "No servers match.";
    this.back.disabled = this.#first === 0;
    this.on.disabled = last === count;
    this.back.hidden = this.on.hidden = count <= PAGE;
    this.scroll.hidden = count === 0;
  }

  #sort(column) {
    const down = this.#sorting.column === column && !this.#sorting.down;
    this.#sorting = { column, down };
    this.#choose();
    announce(`Sorted by ${column.title}, ${down ? "descending" : "ascending"}`);
  }

  #turn(by) {
    this.#first = Math.max(0, this.#first + by);
    this.#show();
    this.#toHeading();
  }

  #toHeading() {
    this.heading.focus({ preventScroll: true });
    this.heading.scrollIntoView();
  }
}

function compared(a, b) {
  return typeof a === "number" ? a - b : collator.compare(a, b);
}

function textOf(server) {
  const { id, name, status, health, flavor, server_type: type, private_ips: ips } = server;
  return [id, name, status, health, flavor, type, ...ips].join(" ").toLowerCase();
}
