/** Derives a form's parameters from an operation's JSON Schema, and reads what was entered. */

import { formFault } from "./pattern.js";
import { capitalized, counted, inWords } from "./words.js";

/** The console sets these itself, or they have no effect over HTTP. */
const HIDDEN_PARAMETERS = new Set(["dry_run", "on_failure", "trigger", "max_calls_per_second"]);

/** Shown only if there are several to choose from. */
const ONLY_WITH_CHOICES = new Set(["account"]);

/** Rarely needed, so collapsed: where to run, project, waiting, paging, and key encryption. */
const ASIDE =
  /^(account|region|targets|max_concurrency|wait_seconds|project_id|sort_\w+|offset|limit|source_keys|\w+_crypto_type|\w+_kms_key_id)$/;

/**
 * Return the parameters of a form, in the schema's order.
 *
 * The vendor's names, which are references, are omitted, and so are write-only parameters: a
 * storage key belongs in the function's settings, never in a browser.
 *
 * @param {Object} schema the schema of an operation's parameters
 * @param {Object} choices known values by parameter
 */
export function parametersOf(schema, choices = {}) {
  const needed = requiredIn(schema);
  return Object.entries(schema.properties ?? {})
    .filter(([name, rule]) => !("$ref" in rule) && !rule.writeOnly && !HIDDEN_PARAMETERS.has(name))
    .filter(([name]) => !ONLY_WITH_CHOICES.has(name) || choices[name]?.length > 0)
    .map(([name, rule]) => ({
      name,
      label: inWords(name),
      required: needed.has(name),
      aside: ASIDE.test(name) && !needed.has(name),
      kind: kindOf(rule),
      rule: kindOf(rule) === "list" ? listRule(rule) : rule,
      choices: choices[name] ?? [],
      hint: hintOf(rule),
    }));
}

/**
 * Return the names that an event without targets requires; a required parameter with an alias is a
 * `oneOf` in the schema.
 */
function requiredIn(schema) {
  const rules = schema.else ?? {};
  const alternatives = (rules.allOf ?? []).flatMap((rule) => rule.oneOf ?? []);
  return new Set([...(rules.required ?? []), ...alternatives.flatMap((one) => one.required ?? [])]);
}

function listRule(rule) {
  return rule.type === "array" ? rule : (rule.anyOf ?? []).find((one) => one.type === "array");
}

function kindOf(rule) {
  if (rule.enum) {
    return "choice";
  }
  if ((rule.anyOf ?? []).some((one) => one.type === "object")) {
    return "json";
  }
  if (listRule(rule)) {
    return "list";
  }
  return { boolean: "flag", integer: "whole", number: "number" }[rule.type] ?? "text";
}

function hintOf(rule) {
  const sentences = [rule.description ?? ""];
  if (kindOf(rule) === "list") {
    sentences.push("Separate several with commas.");
  }
  if (kindOf(rule) === "json") {
    sentences.push("As JSON.");
  }
  if (rule.minimum !== undefined && rule.maximum !== undefined) {
    sentences.push(`${counted(rule.minimum)} to ${counted(rule.maximum)}.`);
  }
  if (rule.default !== undefined && rule.type !== "boolean") {
    sentences.push(`Default: ${rule.default}.`);
  }
  return sentences.filter(Boolean).join(" ");
}

/**
 * Return what was entered as `{value}`, an error message as `{fault}`, or `{}` for nothing.
 *
 * @param {Object} parameter one of `parametersOf`
 * @param {string|boolean} given as entered
 */
export function readField(parameter, given) {
  if (parameter.kind === "flag") {
    return { value: given };
  }
  const text = given.trim();
  if (text === "") {
    const asked = parameter.kind === "choice" ? "Required: choose one." : "Required: enter a value.";
    return parameter.required ? { fault: asked } : {};
  }
  const readers = { whole: readNumber, number: readNumber, list: readList, json: readJson };
  const read = readers[parameter.kind] ?? readText;
  return read(text, parameter.rule);
}

function readText(text, rule) {
  const fault = validationError(text, rule);
  return fault ? { fault } : { value: text };
}

function readList(text, rule) {
  const values = text.split(/[\s,]+/).filter(Boolean);
  if (values.length > rule.maxItems) {
    return { fault: `Enter at most ${counted(rule.maxItems)} (now ${counted(values.length)}).` };
  }
  const wrong = values.findIndex((value) => validationError(value, rule.items));
  if (wrong >= 0) {
    return { fault: `Item ${wrong + 1} (${values[wrong]}): ${validationError(values[wrong], rule.items)}` };
  }
  return values.length ? { value: values } : {};
}

function readJson(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? { value } : { fault: "Enter a JSON list or object." };
  } catch {
    return { fault: "Enter a JSON list or object." };
  }
}

function readNumber(text, rule) {
  const value = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value) || (rule.type === "integer" && !Number.isInteger(value))) {
    return { fault: rule.type === "integer" ? "Enter a whole number." : "Enter a number." };
  }
  if (value < rule.minimum || value > rule.maximum) {
    return { fault: `Enter a number from ${counted(rule.minimum)} to ${counted(rule.maximum)}.` };
  }
  return { value };
}

function validationError(text, rule) {
  if (rule.maxLength !== undefined && [...text].length > rule.maxLength) {
    return `Use at most ${counted(rule.maxLength)} characters (now ${counted([...text].length)}).`;
  }
  const fits = rule.pattern === undefined || new RegExp(rule.pattern, "u").test(text);
  return fits ? "" : formFault(text, rule.pattern);
}

/**
 * Return the function's validation errors of known parameters, by parameter.
 *
 * @param {Object} error the error of a failed result
 * @param {Set<string>} known the names of the parameters
 */
export function faultsOf(error, known) {
  const faults = new Map();
  if (error?.category === "invalid_input") {
    for (const clause of error.message.split("; ")) {
      const [, name, words] = /^(\w+)(?:\[\w+\])*: (.+)$/s.exec(clause) ?? [];
      if (known.has(name)) {
        faults.set(name, capitalized(words));
      }
    }
  }
  return faults;
}
