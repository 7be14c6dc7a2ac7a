// Makes a form of each question of the page. What it is made of, a list of options and a
// folded answer with reasons, stays for paper.

import { html, makeButton } from "../labs/elements.mjs";

const CERTAINTIES = ["guess", "fairly", "certain"];
const SEVERAL = "One or more are right.";

/**
 * @typedef {object} Entry An option
 * @property {Node[]} words
 * @property {string} text
 * @property {boolean} isRight
 * @property {number} place Where it belongs, of lines to be put in order.
 * @property {Node[]} reason
 */

/** @param {HTMLElement} box @returns {Entry[]} */
function readEntries(box) {
  return [...box.querySelectorAll(".reasons dt")].map((term) => {
    const words = [...term.childNodes].slice(1); // after its mark
    const reason = term.nextElementSibling?.childNodes ?? [];
    return {
      words: words.map((node) => node.cloneNode(true)),
      text: words.map((node) => node.textContent).join("").trim(),
      isRight: term.classList.contains("right"),
      place: Number(term.className.match(/place-(\d+)/)?.[1]),
      reason: [...reason].map((node) => node.cloneNode(true)),
    };
  });
}

/** Reads a number as people write it, with a comma or a point. @param {string} text */
export function parseNumber(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return plain === "" ? NaN : Number(plain);
}

/** Whether a text such as `8.5 ± 0.1` admits a number. */
function admits(text, number) {
  const [middle, tolerance = 0] = text.split("±").map(parseNumber);
  return Math.abs(number - middle) <= tolerance + 1e-9;
}

/**
 * One question. Each kind has its controls, tells whether they hold an answer, and which
 * entries were chosen.
 */
class Form {
  /** @param {HTMLElement} box @param {number} number Of the question, on its page. */
  constructor(box, number) {
    this.box = box;
    this.name = `${box.id}-answer`;
    this.entries = readEntries(box);
    this.status = html("p", { role: "status", tabindex: -1 });
    const labels = [`question-${number}`, `question-${number}-stem`];
    const parts = box.querySelectorAll(":scope > .number, :scope > .stem");
    for (const [i, part] of parts.entries()) part.id = labels[i];
    this.field = html("fieldset", { "aria-labelledby": labels.join(" ") });
    this.sure = html("p", { class: "sure" }, "How sure are you?");
    for (const certainty of CERTAINTIES) {
      this.sure.append(makeButton(certainty, () => this.answer(certainty)));
    }
    this.element = html("form", {}, this.field, this.sure, this.status);
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.addEventListener("input", () => this.update());
    this.element.addEventListener("keydown", (event) => {
      const isControl = /** @type {HTMLElement} */ (event.target).localName === "input";
      if (event.key === "Enter" && isControl) this.answer();
    });
    this.begin();
    box.append(this.element);
    box.classList.add("is-form");
  }

  /** Shows the question as it is before an answer. */
  begin() {
    this.field.disabled = false;
    this.sure.hidden = false;
    this.status.replaceChildren();
    this.build();
    this.update();
  }

  /** Fills the fieldset. */
  build() {}

  /** Whether there is an answer to judge. */
  get isAnswered() {
    return true;
  }

  /** Judges the answer, marks the options and returns whether it is right. */
  judge() {
    return false;
  }

  update() {
    for (const button of this.sure.querySelectorAll("button")) {
      button.ariaDisabled = this.isAnswered ? null : "true";
    }
  }

  /** @param {string} [certainty] One of CERTAINTIES, or none. */
  answer(certainty) {
    if (!this.isAnswered) {
      this.status.textContent = "Give an answer first.";
      return;
    }
    const isRight = this.judge();
    this.field.disabled = true;
    this.sure.hidden = true;
    const again = makeButton("Try again", () => {
      this.begin();
      this.field.querySelector(/** @type {"input"} */ ("input, button"))?.focus();
    });
    this.status.replaceChildren(`${describe(isRight, certainty)} `, again);
    this.status.focus({ preventScroll: true });
    const detail = { label: this.box.id, isRight, certainty };
    this.box.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail }));
  }

  /**
   * Marks an option in words and colour, and shows its reason below it.
   * @param {HTMLElement} option
   * @param {Entry} entry
   * @param {{ isRight: boolean, isWrong: boolean, words: string }} verdict
   */
  mark(option, entry, { isRight, isWrong, words }) {
    option.classList.toggle("right", isRight);
    option.classList.toggle("wrong", isWrong);
    const sign = isRight ? "✓" : "✗";
    if (words) option.append(html("p", { class: "mark" }, `${sign} ${words}`));
    option.append(html("div", { class: "reason" }, ...entry.reason));
  }

  /** Marks an option that was chosen, or not. */
  markChoice(option, entry, isChosen) {
    const { isRight } = entry;
    const words = [isRight ? "right" : "", isChosen ? "yours" : ""];
    const verdict = { isRight, isWrong: isChosen && !isRight };
    this.mark(option, entry, { ...verdict, words: words.filter(Boolean).join(", ") });
  }
}

/** Options of which one, or several, are chosen. */
class Choice extends Form {
  build() {
    const isSeveral = this.box.classList.contains("several");
    const type = isSeveral ? "checkbox" : "radio";
    this.inputs = this.entries.map((_, value) =>
      html("input", { type, name: this.name, value })
    );
    const options = this.entries.map(({ words }, i) => {
      const label = html("label", {}, this.inputs[i], html("span", {}, ...words));
      return html("div", { class: "option" }, label);
    });
    const note = isSeveral ? [html("p", { class: "note" }, SEVERAL)] : [];
    this.field.replaceChildren(...note, ...options);
  }

  get isAnswered() {
    return this.inputs.some((input) => input.checked);
  }

  judge() {
    for (const [i, entry] of this.entries.entries()) {
      const option = this.inputs[i].closest(".option");
      this.markChoice(option, entry, this.inputs[i].checked);
    }
    return this.entries.every((entry, i) => entry.isRight === this.inputs[i].checked);
  }
}

/** A number, within a tolerance. */
class NumberForm extends Form {
  build() {
    this.input = html("input", { inputmode: "decimal", autocomplete: "off", size: 8 });
    const label = html("label", { class: "number" }, "Your number: ", this.input);
    this.field.replaceChildren(label);
  }

  get isAnswered() {
    return !Number.isNaN(parseNumber(this.input.value));
  }

  judge() {
    const number = parseNumber(this.input.value);
    for (const entry of this.entries) {
      const option = html("div", { class: "option" }, html("p", {}, entry.text));
      this.markChoice(option, entry, admits(entry.text, number));
      this.field.append(option);
    }
    return this.entries.some((entry) => entry.isRight && admits(entry.text, number));
  }
}

/** Lines to be put in order, by buttons or by dragging. */
class Order extends Form {
  build() {
    const texts = [...this.box.querySelectorAll(".options > li")];
    const order = texts.map((item) => item.textContent?.trim());
    const entries = this.entries.toSorted((one, other) =>
      order.indexOf(one.text) - order.indexOf(other.text)
    );
    this.list = html("ol", {}, ...entries.map((entry) => this.makeLine(entry)));
    this.field.replaceChildren(this.list);
  }

  makeLine(entry) {
    const line = html("li", { class: "option" });
    const move = (sign, words, step) =>
      makeButton(sign, ({ currentTarget }) => {
        const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
        other?.[step < 0 ? "before" : "after"](line);
        /** @type {HTMLElement} */ (currentTarget).focus();
        const place = [...this.list.children].indexOf(line) + 1;
        this.status.textContent = `Now line ${place} of ${this.entries.length}.`;
      }, { "aria-label": `${words}: ${entry.text}` });
    const words = html("span", { class: "line" }, ...entry.words);
    const buttons = [move("↑", "Move up", -1), move("↓", "Move down", 1)];
    line.append(html("div", { class: "row" }, words, ...buttons));
    words.addEventListener("pointerdown", (event) => this.drag(event, line, words));
    return line;
  }

  /** Moves a line with a pointer, past each line that it crosses. */
  drag(event, line, words) {
    if (this.field.disabled || event.button) return;
    event.preventDefault();
    words.setPointerCapture(event.pointerId);
    words.onpointermove = ({ clientY }) => {
      for (const other of this.list.children) {
        const { top, height } = other.getBoundingClientRect();
        const isAbove = clientY < top + height / 2;
        const isBefore = line.compareDocumentPosition(other) & 2; // precedes the line
        if (isBefore && isAbove) return other.before(line);
        if (!isBefore && !isAbove && other !== line) other.after(line);
      }
    };
    words.onlostpointercapture = () => words.onpointermove = null;
  }

  judge() {
    const lines = /** @type {HTMLElement[]} */ ([...this.list.children]);
    const shown = lines.map((line) =>
      this.entries.find(({ text }) => text === line.querySelector(".line")?.textContent)
    );
    const places = this.entries.map(({ place }) => place).toSorted((a, b) => a - b);
    let isAllRight = true;
    for (const [i, entry] of shown.entries()) {
      const isRight = entry.place === places[i];
      isAllRight &&= isRight;
      const place = places.indexOf(entry.place) + 1;
      const words = isRight ? "right" : `it belongs to place ${place}`;
      this.mark(lines[i], entry, { isRight, isWrong: !isRight, words });
    }
    return isAllRight;
  }
}

/** Returns a sentence on an answer, given how certain it was. */
function describe(isRight, certainty) {
  if (isRight && certainty === "guess") return "Right, but guessed: read the reasons.";
  if (isRight) return "Right.";
  if (certainty === "certain") return "Certain, but wrong: worth another look.";
  return "Not yet: compare the reasons.";
}

const FORMS = { one: Choice, several: Choice, number: NumberForm, order: Order };

/** @type {NodeListOf<HTMLElement>} */
const boxes = document.querySelectorAll(".question");
for (const [number, box] of boxes.entries()) {
  const kind = Object.keys(FORMS).find((name) => box.classList.contains(name));
  if (kind) new FORMS[kind](box, number + 1);
}
