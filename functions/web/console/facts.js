/** Any JSON as definition lists: names in words, times and numbers as people write them. */

import { element } from "./elements.js";
import { counted, inWords, moment } from "./words.js";

/**
 * Return a definition list.
 *
 * @param {Array<[string, any]>} rows a term, and a node or a text each
 */
export function facts(rows) {
  return element(
    "dl",
    { class: "facts" },
    rows.map(([term, told]) =>
      element("div", {}, element("dt", {}, term), element("dd", {}, told)),
    ),
  );
}

/** Return what an object holds, as a definition list. */
export function factsOf(object) {
  return facts(Object.entries(object).map(([name, value]) => [termOf(name), valueOf(value)]));
}

/** A key that is no name of ours, e.g. a region's id, stays as it is. */
function termOf(name) {
  return /^[a-z]+(_[a-z0-9]+)*$/.test(name) ? inWords(name) : name;
}

function valueOf(value) {
  if (value === null || value === "") {
    return element("span", { class: "muted" }, "not told");
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
    return element("span", { class: "muted" }, "none");
  }
  if (!Array.isArray(value)) {
    return factsOf(value);
  }
  return value.every((item) => item === null || typeof item !== "object")
    ? value.join(", ")
    : value.map((item) => (item && typeof item === "object" ? factsOf(item) : String(item)));
}
