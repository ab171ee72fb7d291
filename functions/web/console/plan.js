/** Shows the requests of a dry run. */

import { element } from "./elements.js";
import { icon } from "./icons.js";

/** A body of at most this many characters is shown on one line. */
const ONE_LINE = 72;

/**
 * Return the requests of a dry run as a list.
 *
 * @param {Array<Object>} requests the requests in a planned result
 */
export function planView(requests) {
  return element(
    "ol",
    { class: "plan" },
    requests.map((request) =>
      element(
        "li",
        {},
        element(
          "p",
          { class: "plan-head" },
          element("strong", {}, request.action),
          element(
            "span",
            { class: request.writes ? "tag busy" : "tag calm" },
            icon(request.writes ? "triangle" : "list"),
            request.writes ? "writes" : "reads",
          ),
        ),
        element("code", { class: "wire" }, `${request.method} ${request.url}`),
        hasBody(request.body) && bodyView(request.body),
      ),
    ),
  );
}

/** Whether any request of a planned result writes. */
export function writes(requests) {
  return requests.some((request) => request.writes);
}

function hasBody(body) {
  return body !== null && body !== undefined;
}

function bodyView(body) {
  const line = JSON.stringify(body);
  return line.length <= ONE_LINE
    ? element("code", { class: "wire" }, line)
    : element("pre", { tabindex: "0", role: "group", "aria-label": "Request body" }, JSON.stringify(body, null, 2));
}
