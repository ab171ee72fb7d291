/** Shows what needs a person, and whether the effect of a run was seen, for any operation. */

import { element } from "./elements.js";
import { missing } from "./facts.js";
import { counted, moment, plural } from "./words.js";

const EFFECTS = {
  seen: "Yes, the provider shows it",
  not_seen: "No, the provider does not show it yet",
  cannot_be_known: "The provider does not tell",
};

/** Keys of a result's data that are shown here. */
const SHOWN_HERE = new Set(["verified", "attention", "attention_count"]);

/** Return a result's data without what is shown here. */
export function otherData(data) {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !SHOWN_HERE.has(key)));
}

/** Return how many items of a result need attention. */
export function attentionIn(data) {
  return data.attention_count ?? 0;
}

/**
 * Return the list of what needs attention, null if nothing does.
 *
 * @param {Object} data the data of a result
 * @param {string} one what an item is called
 */
export function attentionView(data, one = "item") {
  const count = attentionIn(data);
  if (count === 0) {
    return null;
  }
  const items = data.attention.map(({ id, name, why }) =>
    element(
      "li",
      {},
      name && `${name} `,
      id && element("code", {}, id),
      element("span", { class: "why" }, why),
    ),
  );
  const more = count - items.length;
  return element(
    "section",
    { class: "attention" },
    element("h4", { tabindex: "-1" }, `${plural(count, `${one} needs`, `${one}s need`)} attention`),
    element("ul", { class: "ids" }, items),
    more > 0 ? element("p", { class: "note" }, `… and ${counted(more)} more`) : null,
  );
}

/** Return whether the effect was seen, by what and when, as the value of a term. */
export function verifiedView(verified) {
  if (!verified) {
    return missing();
  }
  const by = verified.by.length > 0 ? ` (${verified.by.join(", ")})` : "";
  const when = verified.at && moment(verified.at);
  return element(
    "span",
    {},
    `${EFFECTS[verified.effect] ?? verified.effect}${by}`,
    when && element("time", { datetime: verified.at }, `, ${when}`),
  );
}
