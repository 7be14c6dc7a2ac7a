// A text area for Python, with the numbers of its lines and the keys of an editor.

import { html } from "./elements.mjs";

const STEP = 4; // spaces of an indent
const SIGNS = { "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "−": "-" };

/** What keeps phones from correcting code. */
const PLAIN = {
  autocapitalize: "off",
  autocomplete: "off",
  autocorrect: "off",
  spellcheck: "false",
  wrap: "off",
};

export class Editor {
  #numbers = html("div", { class: "numbers", "aria-hidden": "true" });
  #band = html("div", { class: "band", hidden: true });
  #area;
  #mark = 0; // the number of a marked line, or 0
  #isLeaving = false; // after Escape, until another key is pressed
  #handlers;

  /**
   * @param {object} options
   * @param {string} options.label
   * @param {string} options.hint The id of what describes it.
   * @param {() => void} options.run Is called for Ctrl+Enter.
   * @param {() => void} options.change Is called when its text has changed.
   */
  constructor({ label, hint, run, change }) {
    const named = { "aria-label": label, "aria-describedby": hint };
    this.#area = html("textarea", { ...PLAIN, ...named, rows: 1 });
    this.#handlers = { run, change };
    this.element = html("div", { class: "editor" });
    this.element.append(this.#band, this.#numbers, this.#area);
    this.#area.addEventListener("input", () => {
      this.mark(0);
      change();
    });
    this.#area.addEventListener("keydown", (event) => this.#press(event));
    this.#area.addEventListener("blur", () => this.#isLeaving = false);
    this.#area.addEventListener("beforeinput", (event) => this.#straighten(event));
  }

  get text() {
    return this.#area.value;
  }

  /** Shows a text, which cannot be undone. */
  set text(text) {
    this.#area.value = text;
    this.mark(0);
  }

  /** Replaces all by a text, which can be undone. @param {string} text */
  replace(text) {
    this.#area.focus();
    this.#area.select();
    this.#insert(text);
  }

  select() {
    this.#area.focus();
    this.#area.select();
  }

  /** Marks a line; 0 marks none. @param {number} line */
  mark(line) {
    this.#mark = line;
    const { length } = this.text.split("\n");
    const numbers = Array.from(
      { length },
      (_, i) => `${i + 1 === line ? "▸" : ""}${i + 1}`,
    );
    this.#numbers.textContent = numbers.join("\n");
    this.#band.hidden = !line;
    this.element.style.setProperty("--line", String(line));
  }

  /** Inserts a text instead of what is selected, as if it were typed. */
  #insert(text) {
    // Only this old command leaves the browser's undo as it is.
    if (document.execCommand(text ? "insertText" : "delete", false, text)) return;
    const { selectionStart, selectionEnd } = this.#area;
    this.#area.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#area.dispatchEvent(new Event("input"));
  }

  #press(event) {
    event.stopPropagation(); // The page has keys of its own, such as / for its search.
    const { key, shiftKey, altKey, isComposing } = event;
    if (isComposing || ["Shift", "Control", "Alt", "Meta"].includes(key)) return;
    const isLeaving = this.#isLeaving;
    this.#isLeaving = key === "Escape";
    const isCommand = event.ctrlKey || event.metaKey;
    const action = {
      Enter: isCommand ? this.#handlers.run : () => this.#breakLine(),
      Tab: () => shiftKey ? this.#outdent() : this.#indent(),
    }[key];
    const isOther = altKey || key === "Tab" && (isLeaving || isCommand);
    if (!action || isOther) return;
    event.preventDefault();
    action();
  }

  /** Returns the start of the first line that is selected, and the end of the last. */
  #findLines() {
    const { selectionStart, selectionEnd } = this.#area;
    const start = this.text.lastIndexOf("\n", selectionStart - 1) + 1;
    const end = this.text.indexOf("\n", Math.max(start, selectionEnd));
    return [start, end < 0 ? this.text.length : end];
  }

  /** Begins a line as far in as the last, and further in after a colon. */
  #breakLine() {
    const [start] = this.#findLines();
    const before = this.text.slice(start, this.#area.selectionStart);
    const [indent] = before.match(/^ */);
    const isBlock = /:\s*(#.*)?$/.test(before);
    this.#insert(`\n${indent}${isBlock ? " ".repeat(STEP) : ""}`);
  }

  #indent() {
    const { selectionStart, selectionEnd } = this.#area;
    if (this.text.slice(selectionStart, selectionEnd).includes("\n")) {
      return this.#changeLines((lines) => lines.replace(/^(?=.)/gm, " ".repeat(STEP)));
    }
    const column = selectionStart - this.#findLines()[0];
    this.#insert(" ".repeat(STEP - column % STEP));
  }

  #outdent() {
    this.#changeLines((lines) => lines.replace(new RegExp(`^ {1,${STEP}}`, "gm"), ""));
  }

  #changeLines(change) {
    const { selectionStart, selectionEnd } = this.#area;
    const [start, end] = this.#findLines();
    const lines = this.text.slice(start, end);
    const changed = change(lines);
    if (changed === lines) return;
    this.#area.setSelectionRange(start, end);
    this.#insert(changed);
    const isCaret = selectionStart === selectionEnd;
    const moved = selectionStart + changed.length - lines.length;
    const caret = Math.max(start, moved);
    if (isCaret) this.#area.setSelectionRange(caret, caret);
    else this.#area.setSelectionRange(start, start + changed.length);
  }

  /** Types what Python reads where a phone or a page has typographic signs. */
  #straighten(event) {
    const { data } = event;
    const plain = data?.replace(/[“”„‘’−]/g, (sign) => SIGNS[sign]);
    if (!data || plain === data || !event.cancelable) return;
    event.preventDefault();
    this.#insert(plain);
  }
}
