/** Explains the simple regular expressions of the parameters' schemas. */

const CLASS = /\[([^\]]+)\]/g;
const QUANTIFIER = /\{\d+(,\d*)?\}/g;
const META = /[\^$()|+*?\\]/g;
const RANGES = [
  ["A-Z", "capital letters"],
  ["a-z", "lower-case letters"],
  ["0-9", "digits"],
];

/**
 * Return why a text does not match a pattern.
 *
 * @param {string} text a text that does not match
 * @param {string} pattern consists of classes without negation, literals and quantifiers
 */
export function formFault(text, pattern) {
  const allowed = [...pattern.matchAll(CLASS)].map((found) => found[1]).join("");
  const literals = pattern.replace(CLASS, "").replace(QUANTIFIER, "").replace(META, "");
  if ([...text].every((sign) => literals.includes(sign) || new RegExp(`[${allowed}]`, "u").test(sign))) {
    return "Not in the expected format.";
  }
  const ranges = RANGES.filter(([range]) => allowed.includes(range));
  const rest = ranges.reduce((left, [range]) => left.replaceAll(range, ""), allowed);
  // A letter among the literals belongs to a word, such as "all", which the ranges cover.
  const signs = new Set([...rest, ...literals].filter((sign) => /[^A-Za-z0-9]/.test(sign)));
  const words = ranges.map(([, name]) => name).join(" and ");
  const named = words.replace("capital letters and lower-case letters", "letters");
  return signs.size > 0 ? `Use only ${named} and: ${[...signs].join(" ")}` : `Use only ${named}.`;
}
