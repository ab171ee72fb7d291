/** Asks a person for the token. */

import { isToken } from "./api.js";

/**
 * The sign-in form: part of the page at first, a modal dialog once the operations are shown.
 *
 * @param {function(): boolean} isInside whether the operations are shown
 */
export class SignIn {
  constructor(isInside) {
    this.isInside = isInside;
    this.dialog = document.getElementById("sign-in");
    this.input = document.getElementById("token");
    this.fault = document.getElementById("token-fault");
    this.why = document.getElementById("sign-in-reason");
    this.cancel = document.getElementById("sign-in-cancel");
    this.title = document.getElementById("sign-in-title");
    this.waiting = [];
    document.getElementById("sign-in-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.cancel.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.#leave(null));
  }

  /**
   * Return the token that a person enters, null if none.
   *
   * @param {string} refusal why the last token was rejected; empty the first time
   */
  ask(refusal) {
    const inside = this.isInside();
    this.title.textContent = refusal ? "The token was not accepted" : "Sign in";
    this.why.textContent = refusal
      ? `The function responded: ${refusal}. Enter another token to continue.`
      : "Ask the function's owner for a token.";
    this.cancel.hidden = !inside;
    this.fault.textContent = "";
    this.input.removeAttribute("aria-invalid");
    if (!this.dialog.open) {
      if (inside) {
        this.dialog.showModal();
      } else {
        this.dialog.show();
      }
    }
    this.input.focus();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  #submit() {
    const token = this.input.value.trim();
    if (!isToken(token)) {
      this.fault.textContent = token
        ? "A token has no spaces and consists of ASCII letters, digits and symbols only."
        : "Enter a token.";
      this.input.setAttribute("aria-invalid", "true");
      this.input.focus();
      return;
    }
    this.#leave(token);
    this.dialog.close();
  }

  #leave(token) {
    this.input.value = "";
    for (const resolve of this.waiting.splice(0)) {
      resolve(token);
    }
  }
}
