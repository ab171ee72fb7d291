/**
 * Creates elements without markup: text from a provider or a user never becomes HTML.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Return an element.
 *
 * @param {string} tag its name
 * @param {Object} given attributes; a function becomes an event listener, false and null are omitted
 * @param {...(Node|string|number|null|Array)} children texts and nodes
 */
export function element(tag, given = {}, ...children) {
  return filled(document.createElement(tag), given, children);
}

/** Return an SVG element; the parameters are those of `element`. */
export function drawn(tag, given = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), given, children);
}

function filled(node, given, children) {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") {
      node.addEventListener(name, value);
    } else if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...present(children));
  return node;
}

/** Replace the children of an element. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
}

function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

let number = 0;

/** Return an ID that no other element of the page has. */
export function freshId(stem) {
  number += 1;
  return `${stem}-${number}`;
}

/** Have screen readers announce a text. */
export function announce(words) {
  document.getElementById("announcements").textContent = words;
}
