/**
 * Shapes that distinguish states without colour. Each is 20 by 20 and hidden from screen readers,
 * since a word is beside it.
 */

import { drawn } from "./elements.js";

const RING = "M10 2.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15z";

const SHAPES = {
  check: { solid: RING, line: "M6.4 10.3l2.5 2.5l4.8-5.4" },
  envelope: { line: "M3 5h14v10H3zM3.4 5.5L10 11l6.6-5.5" },
  turning: { line: "M16.6 10a6.6 6.6 0 1 1-2-4.7M16.8 2.6v3.6h-3.6" },
  equal: { line: `${RING}M6.8 8.3h6.4M6.8 11.7h6.4` },
  pause: { line: `${RING}M8 7v6M12 7v6` },
  list: { line: "M3 5h1.2M7.5 5H17M3 10h1.2M7.5 10H17M3 15h1.2M7.5 15H17" },
  cross: { solid: "M6.6 2h6.8L18 6.6v6.8L13.4 18H6.6L2 13.4V6.6z", line: "M7.2 7.2l5.6 5.6M12.8 7.2l-5.6 5.6" },
  half: { solid: "M10 2.5a7.5 7.5 0 0 0 0 15z", outline: RING },
  triangle: { outline: "M10 2.8L18 17H2z", line: "M10 8v4M10 14.4v.2" },
  question: { line: `${RING}M7.8 8a2.2 2.2 0 1 1 3.1 2.1c-.6.3-.9.7-.9 1.4M10 13.9v.2` },
  play: { solid: "M5.5 3.5L16.5 10L5.5 16.5z" },
  stop: { line: "M4.5 4.5h11v11h-11z" },
};

/**
 * Return a drawing.
 *
 * @param {string} name one of the shapes
 */
export function icon(name) {
  const { solid, outline, line } = SHAPES[name];
  return drawn(
    "svg",
    { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" },
    solid && drawn("path", { d: solid, class: "solid" }),
    outline && drawn("path", { d: outline, class: "line" }),
    line && drawn("path", { d: line, class: solid ? "line on-solid" : "line" }),
  );
}
