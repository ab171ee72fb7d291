/** Copying to the clipboard, and saving to a file. */

import { announce, element } from "./elements.js";

const FEEDBACK_MS = 2000;

/** Copy a text; return whether it worked: browsers deny the clipboard to pages without HTTPS. */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Return a button that copies.
 *
 * @param {string} what the description of the text, for screen readers
 * @param {string} text the text to copy
 */
export function copyButton(what, text) {
  const words = element("span", {}, "Copy");
  const copy = async () => {
    const done = await copied(text);
    words.textContent = done ? "Copied" : "Copy it by hand";
    announce(done ? `Copied ${what}` : `The browser blocked copying ${what}; select it and copy it by hand`);
    setTimeout(() => {
      words.textContent = "Copy";
    }, FEEDBACK_MS);
  };
  return element(
    "button",
    { type: "button", class: "small", click: copy },
    words,
    element("span", { class: "unseen" }, ` ${what}`),
  );
}

/**
 * Save JSON as a file.
 *
 * @param {string} name the file's name
 * @param {Object} content
 */
export function save(name, content) {
  const text = JSON.stringify(content, null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), FEEDBACK_MS);
}
