/** The menu of operations: a list beside the content, or a collapsed one above it on small screens. */

import { element, fill } from "./elements.js";

const PROVIDERS = { alibaba: "Alibaba Cloud", tencent: "Tencent Cloud", huawei: "Huawei Cloud" };

/** Return the URL hash that shows an operation. */
export function hashOf(id) {
  return `#/${id}`;
}

/**
 * The menu.
 *
 * @param {Element} nav its container
 */
export class Menu {
  constructor(nav) {
    this.nav = nav;
    this.current = element("span", {}, "");
    this.toggle = element(
      "button",
      {
        type: "button",
        class: "menu-toggle",
        "aria-expanded": "false",
        "aria-controls": "operation-list",
        click: () => this.#expand(this.toggle.getAttribute("aria-expanded") === "false"),
      },
      element("span", { class: "unseen" }, "Operation: "),
      this.current,
    );
    this.list = element("div", { id: "operation-list" });
    fill(nav, this.toggle, this.list);
    nav.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.toggle.getAttribute("aria-expanded") === "true") {
        this.#expand(false);
        this.toggle.focus();
      }
    });
  }

  /** Whether there is nothing to choose from. */
  get hidden() {
    return this.nav.hidden;
  }

  /** Show operations, by provider. */
  show(operations) {
    fill(
      this.list,
      Object.entries(PROVIDERS).map(([provider, name]) => {
        const own = operations.filter(({ id }) => id.startsWith(`${provider}.`));
        return (
          own.length > 0 && [element("h2", {}, name), element("ul", {}, own.map((one) => this.#item(one)))]
        );
      }),
    );
    this.nav.hidden = operations.length === 0;
  }

  /** Mark the operation that is shown. */
  mark({ id, title }) {
    for (const link of this.list.querySelectorAll("a")) {
      if (link.dataset.id === id) {
        link.setAttribute("aria-current", "page");
      } else {
        link.removeAttribute("aria-current");
      }
    }
    this.current.textContent = title;
    this.#expand(false);
  }

  #item({ id, title }) {
    const close = () => this.#expand(false);
    return element("li", {}, element("a", { href: hashOf(id), "data-id": id, click: close }, title));
  }

  #expand(yes) {
    this.toggle.setAttribute("aria-expanded", String(yes));
  }
}
