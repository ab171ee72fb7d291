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
function writes(requests) {
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

/** Whether a run after a dry run changes something; also if its result has no room to say so. */
export function mayWrite({ data }) {
  if (!data.results) {
    return writes(data.requests);
  }
  const isCut = data.results_shortened > 0 || data.results_left_out > 0;
  return isCut || data.results.some((one) => writes(one.data.requests ?? []));
}

/** Return the requests of a dry run, those of the first target if it has several. */
export function requestsIn({ data }) {
  return data.requests ?? data.results?.find((one) => one.data.requests)?.data.requests ?? [];
}
