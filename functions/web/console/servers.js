/** Shows DevServers: the number in each state, and a table. */

import { attentionView } from "./effects.js";
import { drawn, element } from "./elements.js";
import { healthOf, stateView, toneOf } from "./health.js";
import { icon } from "./icons.js";
import { ServerTable } from "./table.js";
import { counted, plural } from "./words.js";

/** Number of characters of a project's ID to show. */
const SHOWN_OF_PROJECT = 4;

/** Return the sentence that says what a result found. */
export function serversSentence({ region, data }) {
  const count = Object.values(data.by_status).reduce((sum, each) => sum + each, 0);
  const where = `in ${region}`;
  if (count > 0) {
    return `${plural(count, "DevServer")} ${where}`;
  }
  const project = data.project_id ? ` (project …${data.project_id.slice(-SHOWN_OF_PROJECT)})` : "";
  return `No DevServers ${where}${project}`;
}

/**
 * Return the view of a result's DevServers as `{node, showAttention}`.
 *
 * @param {Object} data the data of a SyncDevServers result
 */
export function serversView(data) {
  const states = Object.entries(data.by_status).sort((a, b) => b[1] - a[1]);
  if (states.length === 0) {
    return { node: null, showAttention: () => {} };
  }
  const bars = new Map();
  const table =
    data.servers.length > 0 &&
    new ServerTable(data.servers, (chosen) => {
      for (const [state, bar] of bars) {
        bar.setAttribute("aria-pressed", String(state === chosen));
      }
    });
  const listed = new Set(data.servers.map((server) => server.status));
  const list = table ? null : attentionView(data, "server");
  const node = element(
    "div",
    { class: "servers" },
    counts(states, (state, row) => {
      if (!listed.has(state)) {
        return element("div", { class: "row" }, row);
      }
      const given = { type: "button", class: "row", "aria-pressed": "false" };
      bars.set(state, element("button", { ...given, click: () => table.toggleState(state) }, row));
      return bars.get(state);
    }),
    gaps(data).map((words) => element("p", { class: "note" }, icon("triangle"), words)),
    table ? table.node : list,
  );
  const showAttention = () => (table ? table.showAttention() : list.querySelector("h4").focus());
  return { node, showAttention };
}

/** Return notes about what the table does not show. */
function gaps(data) {
  const found = [];
  if (!data.complete) {
    found.push(`The provider reports ${plural(data.total, "server")}; not all of them were read.`);
  }
  if (data.truncated) {
    found.push(
      `The response has room for only ${plural(data.servers.length, "server")}. Include only ` +
        "those that need attention, or read page by page with offset and limit.",
    );
  }
  return found;
}

function counts(states, rowOf) {
  const all = states.reduce((sum, [, count]) => sum + count, 0);
  return element(
    "section",
    {},
    element("h4", {}, `${plural(all, "DevServer")} by state`),
    element(
      "ul",
      { class: "counts" },
      states.map(([state, count]) => {
        const health = healthOf(state);
        const row = [
          stateView(state, health),
          bar(count / all),
          element("span", { class: "count" }, counted(count)),
        ];
        return element("li", { class: toneOf(health) }, rowOf(state, row));
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
