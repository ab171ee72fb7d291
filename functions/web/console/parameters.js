/** From an operation's JSON Schema to the parameters that a person may give, and back. */

import { counted, inWords } from "./words.js";

/** The console says these itself, or they mean nothing over HTTP. */
const SAID_OTHERWISE = new Set(["dry_run", "on_failure", "trigger"]);

/** Rarely needed: folded away. Where to, how long, which page, and how keys are encrypted. */
const ASIDE =
  /^(region|wait_seconds|project_id|sort_\w+|offset|limit|source_keys|\w+_crypto_type|\w+_kms_key_id)$/;

/**
 * Return what a form asks for, in the schema's order.
 *
 * A vendor's own spelling is a reference and left out, and so is what is only ever written:
 * a storage key belongs into the function's settings, never into a browser.
 *
 * @param {Object} schema of an operation's parameters
 */
export function parametersOf(schema) {
  const needed = requiredIn(schema);
  return Object.entries(schema.properties ?? {})
    .filter(([name, rule]) => !("$ref" in rule) && !rule.writeOnly && !SAID_OTHERWISE.has(name))
    .map(([name, rule]) => ({
      name,
      label: inWords(name),
      required: needed.has(name),
      aside: ASIDE.test(name) && !needed.has(name),
      kind: kindOf(rule),
      rule: kindOf(rule) === "list" ? listRule(rule) : rule,
      hint: hintOf(rule),
    }));
}

/** A required parameter with two spellings is told as "one of the two". */
function requiredIn(schema) {
  const alternatives = (schema.allOf ?? []).flatMap((rule) => rule.oneOf ?? []);
  return new Set([...(schema.required ?? []), ...alternatives.flatMap((one) => one.required ?? [])]);
}

function listRule(rule) {
  return rule.type === "array" ? rule : (rule.anyOf ?? []).find((one) => one.type === "array");
}

function kindOf(rule) {
  if (rule.enum) {
    return "choice";
  }
  if (listRule(rule)) {
    return "list";
  }
  return { boolean: "flag", integer: "whole", number: "number" }[rule.type] ?? "text";
}

function hintOf(rule) {
  const said = [rule.description ?? ""];
  if (kindOf(rule) === "list") {
    said.push("Put commas between several.");
  }
  if (rule.minimum !== undefined && rule.maximum !== undefined) {
    said.push(`${counted(rule.minimum)} to ${counted(rule.maximum)}.`);
  }
  if (rule.default !== undefined && rule.type !== "boolean") {
    said.push(`Without one: ${rule.default}.`);
  }
  return said.filter(Boolean).join(" ");
}

const FORM = "Has characters that are not allowed, or the wrong form.";

/**
 * Return what was given as `{value}`, as `{fault}` in words, or `{}` where nothing was.
 *
 * @param {Object} parameter one of `parametersOf`
 * @param {string|boolean} given as it stands in the form
 */
export function readGiven(parameter, given) {
  if (parameter.kind === "flag") {
    return { value: given };
  }
  const text = given.trim();
  if (text === "") {
    const asked = parameter.kind === "choice" ? "Required: choose one." : "Required: give a value.";
    return parameter.required ? { fault: asked } : {};
  }
  const read = { whole: readNumber, number: readNumber, list: readList }[parameter.kind] ?? readText;
  return read(text, parameter.rule);
}

function readText(text, rule) {
  const fault = faultIn(text, rule);
  return fault ? { fault } : { value: text };
}

function readList(text, rule) {
  const values = text.split(/[\s,]+/).filter(Boolean);
  if (values.length > rule.maxItems) {
    return { fault: `At most ${counted(rule.maxItems)}; these are ${counted(values.length)}.` };
  }
  const wrong = values.findIndex((value) => faultIn(value, rule.items));
  if (wrong >= 0) {
    return { fault: `Number ${wrong + 1}, ${values[wrong]}: ${faultIn(values[wrong], rule.items)}` };
  }
  return values.length ? { value: values } : {};
}

function readNumber(text, rule) {
  const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value) || (rule.type === "integer" && !Number.isInteger(value))) {
    return { fault: rule.type === "integer" ? "Give a whole number." : "Give a number." };
  }
  if (value < rule.minimum || value > rule.maximum) {
    return { fault: `Give ${counted(rule.minimum)} to ${counted(rule.maximum)}.` };
  }
  return { value };
}

function faultIn(text, rule) {
  if (rule.maxLength !== undefined && [...text].length > rule.maxLength) {
    return `At most ${counted(rule.maxLength)} characters; these are ${counted([...text].length)}.`;
  }
  return rule.pattern !== undefined && !new RegExp(rule.pattern, "u").test(text) ? FORM : "";
}

/**
 * Return the function's own faults by parameter, as far as they name one that is known.
 *
 * @param {Object} error of a failed result
 * @param {Set<string>} known names
 */
export function faultsTold(error, known) {
  const faults = new Map();
  if (error?.category === "invalid_input") {
    for (const clause of error.message.split("; ")) {
      const [, name, words] = /^(\w+)(?:\[\w+\])*: (.+)$/s.exec(clause) ?? [];
      if (known.has(name)) {
        faults.set(name, words.charAt(0).toUpperCase() + words.slice(1));
      }
    }
  }
  return faults;
}
