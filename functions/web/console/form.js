/** A form for an operation's parameters. */

import { element, freshId } from "./elements.js";
import { readField } from "./parameters.js";
import { plural } from "./words.js";

/** A required parameter with at most this many choices is shown as radio buttons. */
const MAX_RADIOS = 6;

/**
 * The fields of one operation.
 *
 * @param {Array<Object>} parameters from `parametersOf`
 */
export class ParameterForm {
  constructor(parameters) {
    this.fields = parameters.map((parameter) => fieldOf(parameter));
    const shown = this.fields.filter((field) => !field.parameter.aside);
    const aside = this.fields.filter((field) => field.parameter.aside);
    this.summary = element("p", { class: "fault", role: "alert" });
    this.folded = element(
      "details",
      { class: "aside" },
      element("summary", {}, "More options"),
      element("div", { class: "fields" }, aside.map((field) => field.node)),
    );
    this.node = element(
      "fieldset",
      { class: "parameters" },
      element("legend", {}, "Parameters"),
      shown.length === 0 && element("p", { class: "muted" }, "No parameters."),
      element("div", { class: "fields" }, shown.map((field) => field.node)),
      aside.length > 0 && this.folded,
      this.summary,
    );
  }

  /** The names of its fields. */
  get names() {
    return new Set(this.fields.map((field) => field.parameter.name));
  }

  /** Return the parameters; null if any is invalid, which is then shown at its field. */
  read() {
    const values = {};
    const faults = new Map();
    for (const { parameter, given } of this.fields) {
      const { value, fault } = readField(parameter, given());
      if (fault) {
        faults.set(parameter.name, fault);
      } else if (value !== undefined) {
        values[parameter.name] = value;
      }
    }
    this.show(faults);
    if (faults.size === 0) {
      return values;
    }
    this.fields.find((field) => faults.has(field.parameter.name)).focus();
    return null;
  }

  /**
   * Show errors at their fields, and clear the others. A single error needs no summary.
   *
   * @param {Map<string, string>} faults error messages by parameter
   */
  show(faults) {
    for (const field of this.fields) {
      field.complain(faults.get(field.parameter.name) ?? "");
      this.folded.open ||= field.parameter.aside && faults.has(field.parameter.name);
    }
    this.summary.textContent = faults.size > 1 ? `Fix ${plural(faults.size, "field")}.` : "";
  }
}

function fieldOf(parameter) {
  const parts = { parameter, id: freshId("field"), hint: freshId("hint"), fault: freshId("fault") };
  if (parameter.kind === "flag") {
    return flag(parts);
  }
  if (parameter.kind === "choice") {
    return parameter.required && parameter.rule.enum.length <= MAX_RADIOS
      ? radios(parts)
      : select(parts);
  }
  return ["whole", "number"].includes(parameter.kind) ? number(parts) : text(parts);
}

function need(parameter) {
  return parameter.required ? element("span", { class: "need" }, "required") : null;
}

function under({ parameter, hint, fault }) {
  const complaint = element("p", { class: "fault", id: fault });
  return { complaint, words: element("p", { class: "hint", id: hint }, parameter.hint) };
}

/**
 * Return a field.
 *
 * @param {Object} parts its parameter
 * @param {Object} how `node` is shown, `given` reads it, `first` gets the focus, `complaint`
 *   contains the error message and `marked` is marked as invalid
 */
function field({ parameter }, { node, given, first, complaint, marked = first }) {
  return {
    parameter,
    node,
    given,
    focus: () => first.focus(),
    complain: (words) => {
      complaint.textContent = words;
      if (words) {
        marked.setAttribute("aria-invalid", "true");
      } else {
        marked.removeAttribute("aria-invalid");
      }
    },
  };
}

function labelled(parts, first, given = () => first.value) {
  const { parameter, id } = parts;
  const { complaint, words } = under(parts);
  const node = element(
    "div",
    { class: "field" },
    element("label", { for: id }, parameter.label, " ", need(parameter)),
    first,
    complaint,
    words,
  );
  return field(parts, { node, given, first, complaint });
}

/** Return the attributes that all controls have. */
function described({ parameter, id, hint, fault }) {
  return {
    id,
    "aria-describedby": `${fault} ${hint}`,
    "aria-required": parameter.required ? "true" : null,
  };
}

function text(parts) {
  const { choices } = parts.parameter;
  const known = choices.length > 0 && element(
    "datalist",
    { id: freshId("choices") },
    choices.map((value) => element("option", { value })),
  );
  const control = element("input", {
    ...described(parts),
    type: "text",
    list: known ? known.id : null,
    autocomplete: "off",
    autocapitalize: "none",
    spellcheck: "false",
  });
  const made = labelled(parts, control);
  made.node.append(...[known].filter(Boolean));
  return made;
}

function number(parts) {
  const { minimum, maximum } = parts.parameter.rule;
  const whole = parts.parameter.kind === "whole";
  const control = element("input", {
    ...described(parts),
    type: "number",
    class: "short",
    min: minimum,
    max: maximum,
    step: whole ? 1 : "any",
    autocomplete: "off",
  });
  // The value is empty if the browser cannot parse it as a number.
  return labelled(parts, control, () => (control.validity.badInput ? "?" : control.value));
}

function select(parts) {
  const { parameter } = parts;
  return labelled(
    parts,
    element(
      "select",
      described(parts),
      element("option", { value: "" }, parameter.required ? "Choose one" : "Not set"),
      parameter.rule.enum.map((word) => element("option", { value: word }, word)),
    ),
  );
}

function radios(parts) {
  const { parameter, id, hint, fault } = parts;
  const { complaint, words } = under(parts);
  const buttons = parameter.rule.enum.map((word) =>
    element("input", { type: "radio", name: id, value: word }),
  );
  const node = element(
    "fieldset",
    {
      class: "field",
      role: "radiogroup",
      "aria-describedby": `${fault} ${hint}`,
      "aria-required": parameter.required ? "true" : null,
    },
    element("legend", {}, parameter.label, " ", need(parameter)),
    element(
      "div",
      { class: "choices" },
      buttons.map((button) => element("label", { class: "choice" }, button, button.value)),
    ),
    complaint,
    words,
  );
  const given = () => buttons.find((button) => button.checked)?.value ?? "";
  return field(parts, { node, given, first: buttons[0], complaint, marked: node });
}

function flag(parts) {
  const { parameter } = parts;
  const { complaint, words } = under(parts);
  const first = element("input", {
    ...described(parts),
    type: "checkbox",
    checked: parameter.rule.default === true,
  });
  const node = element(
    "div",
    { class: "field" },
    element("label", { class: "choice" }, first, parameter.label),
    complaint,
    words,
  );
  return field(parts, { node, given: () => first.checked, first, complaint });
}
