/** Renders any JSON as definition lists, with readable names, times and numbers. */

import { element } from "./elements.js";
import { counted, inWords, moment } from "./words.js";

/** Objects whose keys are IDs, which are shown unchanged. */
const KEYED_BY_ID = new Set(["regions"]);

/**
 * Return a definition list.
 *
 * @param {Array<[string, any]>} rows each a term, and a node or a text
 */
export function facts(rows) {
  return element(
    "dl",
    { class: "facts" },
    rows.map(([term, value]) =>
      element("div", {}, element("dt", {}, term), element("dd", {}, value)),
    ),
  );
}

/** Return an object as a definition list with readable names. */
export function factsOf(object) {
  return facts(
    Object.entries(object).map(([name, value]) => [
      inWords(name),
      KEYED_BY_ID.has(name) ? idsOf(value) : valueOf(value),
    ]),
  );
}

/** Return a missing value: a dash, for which screen readers get a text instead. */
export function missing() {
  return element(
    "span",
    { class: "muted" },
    element("span", { "aria-hidden": "true" }, "—"),
    element("span", { class: "unseen" }, "not available"),
  );
}

function idsOf(object) {
  const held = Object.entries(object);
  return held.length > 0 ? facts(held.map(([id, value]) => [id, valueOf(value)])) : missing();
}

function valueOf(value) {
  if (value === null || value === "") {
    return missing();
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (typeof value === "number") {
    return counted(value);
  }
  if (typeof value === "string") {
    const when = moment(value);
    return when ? element("time", { datetime: value }, when) : value;
  }
  const held = Object.entries(value);
  if (held.length === 0) {
    return missing();
  }
  if (!Array.isArray(value)) {
    return factsOf(value);
  }
  return value.every((item) => item === null || typeof item !== "object")
    ? value.join(", ")
    : value.map((item) => (item && typeof item === "object" ? factsOf(item) : String(item)));
}
