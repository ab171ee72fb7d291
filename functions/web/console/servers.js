/** DevServers: how many are in which state, and a table that ten thousand of them do not freeze. */

import { copyButton } from "./copy.js";
import { announce, drawn, element, fill } from "./elements.js";
import { factsOf } from "./facts.js";
import { icon } from "./icons.js";
import { counted, moment, plural } from "./words.js";

/** Rows in the page at a time. */
export const PAGE = 100;

/** Shape and tone of a server's health, the most urgent first. */
const HEALTH = {
  failed: ["cross", "bad"],
  unknown: ["question", "calm"],
  changing: ["turning", "busy"],
  running: ["play", "good"],
  stopped: ["stop", "calm"],
};
const URGENCY = Object.keys(HEALTH);

const COLUMNS = [
  { title: "State", key: (server) => URGENCY.indexOf(server.health), cell: stateCell },
  { title: "Name", key: (server) => server.name ?? "", cell: nameCell },
  { title: "Type", key: (server) => server.server_type ?? "", cell: (s) => s.server_type ?? "" },
  { title: "Flavor", key: (server) => server.flavor ?? "", cell: (s) => s.flavor ?? "" },
  { title: "Private IP", key: (s) => s.private_ips.join(), cell: (s) => s.private_ips.join(", ") },
  { title: "Updated", key: (server) => server.updated_at ?? "", cell: timeCell },
  { title: "ID", key: (server) => server.id ?? "", cell: (s) => element("code", {}, s.id ?? "") },
];

const collator = new Intl.Collator("en", { numeric: true });

/**
 * Return what a result tells of DevServers.
 *
 * @param {Object} data of a result of SyncDevServers
 */
export function serversView(data) {
  return element(
    "div",
    { class: "servers" },
    counts(data),
    ...gaps(data).map((words) => element("p", { class: "note" }, icon("triangle"), words)),
    data.servers.length > 0 ? table(data.servers) : attentionList(data.attention),
  );
}

/** What the table does not show, in words. */
function gaps(data) {
  const said = [];
  if (!data.complete) {
    said.push(`The provider counts ${plural(data.total, "server")}; not all of them were read.`);
  }
  if (data.truncated) {
    said.push(
      `Only ${plural(data.servers.length, "server")} fit into the answer. Ask for those that ` +
        "need attention only, or page by page with offset and limit.",
    );
  }
  return said;
}

function counts({ by_status: byStatus }) {
  const states = Object.entries(byStatus).sort((a, b) => b[1] - a[1]);
  const all = states.reduce((sum, [, count]) => sum + count, 0);
  return element(
    "section",
    {},
    element("h4", {}, `${plural(all, "DevServer")} by state`),
    element(
      "ul",
      { class: "counts" },
      states.map(([state, count]) => {
        const [shape, tone] = HEALTH[healthOf(state)];
        return element(
          "li",
          { class: tone },
          element("span", { class: "state" }, icon(shape), state),
          bar(count / all),
          element("span", { class: "count" }, counted(count)),
        );
      }),
    ),
  );
}

function bar(share) {
  return drawn(
    "svg",
    { class: "bar", "aria-hidden": "true", focusable: "false" },
    drawn("rect", { class: "track", width: "100%", height: "100%", rx: 4 }),
    drawn("rect", { class: "share", width: `${share * 100}%`, height: "100%", rx: 4 }),
  );
}

/** The states of the provider's page in the words of `health`; as the function counts them. */
function healthOf(state) {
  if (state === "RUNNING") {
    return "running";
  }
  if (state === "STOPPED" || state === "DELETED") {
    return "stopped";
  }
  if (state === "ERROR" || state.endsWith("_FAILED")) {
    return "failed";
  }
  const changing = "CREATING STARTING STOPPING REBOOTING CHANGINGOS REINSTALLINGOS DELETING";
  return changing.split(" ").includes(state) ? "changing" : "unknown";
}

function attentionList(ids) {
  return element(
    "section",
    {},
    element("h4", {}, `${plural(ids.length, "server needs", "servers need")} attention`),
    element("ul", { class: "ids" }, ids.map((id) => element("li", {}, element("code", {}, id)))),
  );
}

function needsAttention(server) {
  return server.health === "failed";
}

function stateCell(server) {
  const [shape, tone] = HEALTH[server.health] ?? HEALTH.unknown;
  return element("span", { class: `state ${tone}` }, icon(shape), server.status ?? "not told");
}

function nameCell(server) {
  return element(
    "button",
    { type: "button", class: "link", click: () => showServer(server) },
    server.name ?? "no name",
  );
}

function timeCell(server) {
  const when = moment(server.updated_at ?? "");
  return when ? element("time", { datetime: server.updated_at }, when) : "";
}

function showServer(server) {
  const dialog = document.getElementById("one");
  fill(
    dialog,
    element("h2", { id: "one-title", tabindex: "-1", autofocus: true }, server.name ?? "no name"),
    stateCell(server),
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

function table(servers) {
  const haystacks = new Map(servers.map((server) => [server, textOf(server)]));
  let sorting = { column: COLUMNS[0], down: false };
  let first = 0;
  let shown = [];

  const filter = element("input", { type: "search", id: "servers-filter", autocomplete: "off", spellcheck: "false" });
  const attention = element("input", { type: "checkbox" });
  const heads = COLUMNS.map((column) => {
    const button = element("button", { type: "button", click: () => sort(column) }, column.title);
    return element("th", { scope: "col" }, button);
  });
  const body = element("tbody");
  const where = element("p", { class: "where", role: "status" });
  const back = element("button", { type: "button", click: () => turn(-PAGE) }, "Previous");
  const on = element("button", { type: "button", click: () => turn(PAGE) }, "Next");
  const scroll = element(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table of DevServers" },
    element(
      "table",
      {},
      element("caption", { class: "unseen" }, "DevServers; the buttons in the head sort"),
      element("thead", {}, element("tr", {}, heads)),
      body,
    ),
  );

  function choose() {
    const wanted = filter.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    shown = servers.filter(
      (server) =>
        (!attention.checked || needsAttention(server)) &&
        wanted.every((word) => haystacks.get(server).includes(word)),
    );
    const keys = new Map(shown.map((server) => [server, sorting.column.key(server)]));
    const way = sorting.down ? -1 : 1;
    shown.sort((a, b) => way * compared(keys.get(a), keys.get(b)));
    first = 0;
    show();
  }

  function show() {
    const last = Math.min(first + PAGE, shown.length);
    fill(
      body,
      shown
        .slice(first, last)
        .map((server) =>
          element("tr", {}, COLUMNS.map((column) => element("td", {}, column.cell(server)))),
        ),
    );
    for (const [place, column] of COLUMNS.entries()) {
      if (column === sorting.column) {
        heads[place].setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
      } else {
        heads[place].removeAttribute("aria-sort");
      }
    }
    where.textContent = shown.length
      ? `${counted(first + 1)} to ${counted(last)} of ${plural(shown.length, "server")}`
      : "No server fits the filter.";
    back.disabled = first === 0;
    on.disabled = last === shown.length;
    back.hidden = on.hidden = shown.length <= PAGE;
    scroll.hidden = shown.length === 0;
  }

  function sort(column) {
    sorting = { column, down: sorting.column === column && !sorting.down };
    choose();
    announce(`Sorted by ${column.title}, ${sorting.down ? "descending" : "ascending"}`);
  }

  function turn(by) {
    first = Math.max(0, first + by);
    show();
    scroll.scrollTop = 0;
    scroll.focus();
  }

  filter.addEventListener("input", choose);
  attention.addEventListener("change", choose);
  choose();
  return element(
    "section",
    {},
    element("h4", {}, "Servers"),
    element(
      "div",
      { class: "tools" },
      element("label", { for: "servers-filter" }, "Filter"),
      filter,
      element("label", { class: "choice" }, attention, "Only those that need attention"),
    ),
    scroll,
    element("div", { class: "pager" }, where, back, on),
  );
}

function compared(a, b) {
  return typeof a === "number" ? a - b : collator.compare(a, b);
}

function textOf(server) {
  const { id, name, status, health, flavor, server_type: type, private_ips: ips } = server;
  return [id, name, status, health, flavor, type, ...ips].join(" ").toLowerCase();
}
