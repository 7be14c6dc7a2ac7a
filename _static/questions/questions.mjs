// Makes a form of each question of the page, from its list of options and its folded
// answer with reasons, which stay for paper.

import { html, makeButton } from "../labs/elements.mjs";

/**
 * @typedef {object} Entry An option
 * @property {Node[]} words
 * @property {string} text
 * @property {boolean} isRight
 * @property {number} place Of lines to be put in order: where it belongs.
 * @property {Node[]} reason
 */

/**
 * @typedef {object} Field What a question is answered with
 * @property {HTMLElement[]} parts
 * @property {() => boolean} isAnswered
 * @property {() => boolean} judge Shows reasons; returns whether the answer is right.
 */

const copy = (nodes) => [...nodes].map((node) => node.cloneNode(true));

/** @returns {Entry[]} */
function readEntries(box) {
  return [...box.querySelectorAll(".reasons dt")].map((term) => {
    const words = copy(term.childNodes).slice(1); // after its mark
    return {
      words,
      text: words.map((node) => node.textContent).join("").trim(),
      isRight: term.classList.contains("right"),
      place: Number(term.className.match(/place-(\d+)/)?.[1]),
      reason: copy(term.nextElementSibling.childNodes),
    };
  });
}

/** Marks an option in words and colour, and shows its reason. */
function mark(option, { reason }, isRight, words, isWrong = !isRight) {
  option.classList.toggle("right", isRight);
  option.classList.toggle("wrong", isWrong);
  const sign = isRight ? "✓ " : "✗ ";
  if (words) option.append(html("p", { class: "mark" }, sign + words));
  option.append(html("div", { class: "reason" }, ...reason));
}

/** Marks an option that was chosen, or not. */
function markChoice(option, entry, isChosen) {
  const words = [entry.isRight && "right", isChosen && "your answer"].filter(Boolean);
  const isWrong = isChosen && !entry.isRight;
  mark(option, entry, entry.isRight, words.join(": "), isWrong);
}

/** Options of which one is right, or several. @returns {Field} */
function makeChoice(box, entries) {
  const isSeveral = box.classList.contains("several");
  const type = isSeveral ? "checkbox" : "radio";
  const inputs = entries.map(() => html("input", { type, name: box.id }));
  const options = entries.map(({ words }, i) => {
    const label = html("label", {}, inputs[i], html("span", {}, ...words));
    return html("div", { class: "option" }, label);
  });
  const note = html("p", { class: "note" }, "One or more are right.");
  return {
    parts: isSeveral ? [note, ...options] : options,
    isAnswered: () => inputs.some((input) => input.checked),
    judge() {
      for (const [i, entry] of entries.entries()) {
        markChoice(options[i], entry, inputs[i].checked);
      }
      return entries.every((entry, i) => entry.isRight === inputs[i].checked);
    },
  };
}

/** Reads a number with a comma or a point. */
function parseNumber(text) {
  return parseFloat(text.replace("−", "-").replace(",", "."));
}

/** Whether a text such as `8.5 ± 0.1` admits a number. */
function admits({ text }, number) {
  const [middle, tolerance = 0] = text.split("±").map(parseNumber);
  return Math.abs(number - middle) <= tolerance + 1e-9;
}

/** A number, within a tolerance. @returns {Field} */
function makeNumber(_, entries) {
  const input = html("input", { inputmode: "decimal", autocomplete: "off", size: 8 });
  const field = html("div", {}, html("label", {}, "Your number: ", input));
  return {
    parts: [field],
    isAnswered: () => !Number.isNaN(parseNumber(input.value)),
    judge() {
      const number = parseNumber(input.value);
      const fitting = entries.find((entry) => admits(entry, number));
      const other = { text: input.value, isRight: false, reason: [] };
      for (const entry of fitting ? entries : [other, ...entries]) {
        const words = html("p", {}, entry.text.replace(" ± 0", ""));
        const option = html("div", { class: "option" }, words);
        markChoice(option, entry, entry === (fitting ?? other));
        field.append(option);
      }
      return Boolean(fitting?.isRight);
    },
  };
}

/** Moves a line up (-1) or down (1). Itself it stays, or it would lose the pointer. */
function move(line, step) {
  const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
  if (other) line[step < 0 ? "after" : "before"](other);
}

/** Lets a pointer drag a line past others, by its words. */
function makeDraggable(line, words) {
  words.onpointerdown = (event) => {
    // A finger scrolls the page; it has the buttons.
    if (event.pointerType !== "mouse" || words.closest(":disabled")) return;
    event.preventDefault();
    words.setPointerCapture(event.pointerId);
  };
  words.onpointermove = ({ clientY, pointerId }) => {
    if (!words.hasPointerCapture(pointerId)) return;
    const { top, bottom } = line.getBoundingClientRect();
    if (clientY < top) move(line, -1);
    if (clientY > bottom) move(line, 1);
  };
}

/** Lines to be put in order, by buttons or by dragging. @returns {Field} */
function makeOrder(box, entries, tell) {
  const shown = [...box.querySelectorAll(".options > li")].map(({ textContent }) =>
    entries.find(({ text }) => text === textContent.trim())
  );
  const lines = shown.map((entry) => {
    const words = html("span", { class: "line" }, ...copy(entry.words));
    const line = html("li", { class: "option" });
    const buttons = [["↑", "up", -1], ["↓", "down", 1]].map(([sign, way, step]) => {
      const label = `Move ${way}: ${entry.text}`;
      const press = () => {
        move(line, step);
        const place = [...list.children].indexOf(line) + 1;
        tell(`Now line ${place} of ${lines.length}.`);
      };
      return makeButton(`${sign}`, press, { "aria-label": label });
    });
    line.append(html("div", { class: "row" }, words, ...buttons));
    makeDraggable(line, words);
    return line;
  });
  const list = html("ol", {}, ...lines);
  return {
    parts: [list],
    isAnswered: () => true,
    judge() {
      const places = entries.map(({ place }) => place).sort((a, b) => a - b);
      const judged = [...list.children].map((line, i) => {
        const entry = shown[lines.indexOf(/** @type {HTMLLIElement} */ (line))];
        const isRight = entry.place === places[i];
        const place = places.indexOf(entry.place) + 1;
        mark(line, entry, isRight, isRight ? "right" : `it belongs in line ${place}`);
        return isRight;
      });
      return judged.every(Boolean);
    },
  };
}

/** Returns a sentence on an answer, given how certain it was. */
function describe(isRight, certainty) {
  if (isRight && certainty === "guess") return "Right, but guessed: read the reasons.";
  if (isRight) return "Right.";
  if (certainty === "certain") return "Certain, but wrong: worth another look.";
  return "Not yet: compare the reasons.";
}

const FIELDS = {
  one: makeChoice,
  several: makeChoice,
  number: makeNumber,
  order: makeOrder,
};

/** Makes a form of a question. The event `answered` says how it was answered. */
function makeForm(box) {
  const kind = Object.keys(FIELDS).find((name) => box.classList.contains(name));
  const stem = box.querySelector(".stem");
  stem.id = `${box.id}-stem`;
  const fieldset = html("fieldset", { "aria-labelledby": stem.id });
  const status = html("p", { role: "status", tabindex: -1 });
  const tell = (text) => status.textContent = text;
  let field;
  const answer = (certainty) => {
    if (!field.isAnswered()) return tell("Give an answer first.");
    const isRight = field.judge();
    fieldset.disabled = sure.hidden = true;
    fieldset.before(status); // in view, above the reasons
    status.className = isRight ? "right" : "wrong";
    status.replaceChildren(
      `${describe(isRight, certainty)} `,
      makeButton("Try again", () => {
        begin();
        const first = fieldset.querySelector("input, button");
        /** @type {HTMLElement} */ (first).focus();
      }),
    );
    status.focus();
    const detail = { isRight, certainty };
    box.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail }));
  };
  const buttons = ["guess", "fairly", "certain"].map((certainty) =>
    makeButton(certainty, () => answer(certainty))
  );
  const words = ["How sure are you? Choose, and see the reasons.", html("br")];
  const sure = html("p", { class: "sure" }, ...words, ...buttons);
  const update = () => {
    for (const button of buttons) {
      button.ariaDisabled = field.isAnswered() ? null : "true";
    }
    tell("");
  };
  const begin = () => {
    field = FIELDS[kind](box, readEntries(box), tell);
    fieldset.replaceChildren(...field.parts);
    fieldset.disabled = sure.hidden = false;
    form.append(status);
    status.className = "";
    update();
  };
  const form = html("form", {}, fieldset, sure, status);
  form.oninput = update;
  form.onsubmit = (event) => event.preventDefault();
  form.onkeydown = ({ key }) => {
    if (key === "Enter" && form.querySelector("input:focus")) answer();
  };
  begin();
  box.append(form);
  box.classList.add("is-form");
}

document.querySelectorAll(".question").forEach(makeForm);
