/** Shows the health of a DevServer: a shape and a tone beside the provider's state. */

import { element } from "./elements.js";
import { icon } from "./icons.js";

/** Shape and tone, the most urgent first. */
const HEALTH = {
  failed: ["cross", "bad"],
  unknown: ["question", "calm"],
  changing: ["turning", "busy"],
  running: ["play", "good"],
  stopped: ["stop", "calm"],
};
const URGENCY = Object.keys(HEALTH);
const CHANGING = new Set(
  "CREATING STARTING STOPPING REBOOTING CHANGINGOS REINSTALLINGOS DELETING".split(" "),
);

/** Return the rank of a health among the others, the most urgent first. */
export function urgencyOf(health) {
  return URGENCY.indexOf(health);
}

/** Return the health for a documented state, as the function derives it. */
export function healthOf(state) {
  if (state === "RUNNING") {
    return "running";
  }
  if (state === "STOPPED" || state === "DELETED") {
    return "stopped";
  }
  if (state === "ERROR" || state.endsWith("_FAILED")) {
    return "failed";
  }
  return CHANGING.has(state) ? "changing" : "unknown";
}

/** Return the tone of a health. */
export function toneOf(health) {
  return (HEALTH[health] ?? HEALTH.unknown)[1];
}

/** Return a state with the shape of its health. */
export function stateView(state, health) {
  const [shape, tone] = HEALTH[health] ?? HEALTH.unknown;
  return element("span", { class: `state ${tone}` }, icon(shape), state ?? "—");
}
