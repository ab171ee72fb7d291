/** Shows why a call has no result, and the next step. */

import { element } from "./elements.js";
import { banner } from "./statuses.js";
import { plural } from "./words.js";

const MAY_HAVE_STARTED =
  "The run may have started anyway: check the provider's console before you run it again.";

/** Title and next step of a call without a response. */
const NO_RESPONSE = {
  cancelled: ({ mayHaveStarted }) => [
    "You stopped waiting",
    mayHaveStarted ? "The function was not stopped." : "Nothing was changed.",
  ],
  unreachable: () => [
    "The function could not be reached",
    "Check your network connection, then check that the function is deployed at this address.",
  ],
  late: ({ seconds, mayHaveStarted }) => [
    `No response within ${plural(seconds, "second")}`,
    "A gateway in between may have dropped the response." +
      (mayHaveStarted ? " With a smaller wait_seconds it comes sooner." : " Try again."),
  ],
  unreadable: ({ status }) => [
    `The gateway, not the function, responded (HTTP ${status})`,
    [502, 503, 504].includes(status)
      ? "The platform's gateway gave up, or could not start the function: see the function's log."
      : "Check that this address is the function's, and that no proxy requires a sign-in.",
  ],
};

/** The next step after a rejected request, by its HTTP status. */
const NEXT_STEPS = {
  401: "Sign in with a valid token.",
  403: "Ask the function's owner for the permission, or use another token.",
  404: "Reload the page to see which operations this function has.",
  405: "Reload the page: its version and the function's seem to differ.",
  413: "Enter fewer or shorter values.",
  415: "Reload the page: its version and the function's seem to differ.",
  429: "Wait a moment, then try again.",
  500: "Check the function's log for the cause.",
};

/**
 * Return title and next step for a response that is not a result.
 *
 * @param {Object} answer the API's response
 * @param {boolean} mayHaveStarted whether the call may have changed something
 */
export function failureText(answer, mayHaveStarted = false) {
  if (answer.kind !== "problem") {
    const known = NO_RESPONSE[answer.kind]?.({ ...answer, mayHaveStarted });
    const [title, step] = known ?? ["The response is not valid", "Check the function's log."];
    // A proxy that rejects a request, e.g. to ask for a sign-in, has not forwarded it.
    const passedOn = answer.kind !== "unreadable" || answer.status >= 500;
    return [title, mayHaveStarted && passedOn ? `${step} ${MAY_HAVE_STARTED}` : step];
  }
  const { status, title, detail } = answer;
  const step = NEXT_STEPS[status] ?? "Check the function's log for the cause.";
  return [`${title} (HTTP ${status})${detail ? `: ${detail}` : ""}`, step];
}

/**
 * Return the view of a response that is not a result.
 *
 * @param {Object} answer the API's response
 * @param {boolean} mayHaveStarted as in `failureText`
 * @param {string} level the tag of its heading
 */
export function failureView(answer, mayHaveStarted = false, level = "h4") {
  const [sentence, step] = failureText(answer, mayHaveStarted);
  const cancelled = answer.kind === "cancelled";
  const word = { problem: "Refused", cancelled: "Cancelled" }[answer.kind] ?? "No response";
  const tone = cancelled ? "calm" : "bad";
  return [
    banner({ shape: cancelled ? "pause" : "triangle", tone, word, meaning: "" }, sentence),
    element("section", {}, element(level, {}, "Next step"), element("p", { class: "todo" }, step)),
  ];
}
