// Makes a form of each question of the page, from its list of options and its folded
// answer with reasons, which stay for paper.

import { html, makeButton } from "../labs/elements.mjs";
import { findDue, getToday, keep, keepPlace, recall, undo } from "../labs/memory.mjs";
import { prepare } from "./predictions.mjs";

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
 * @property {number} chance To be right by guessing.
 * @property {() => boolean} isAnswered
 * @property {() => string} [tell] Returns the answer in words.
 * @property {() => boolean} judge Shows reasons; returns whether the answer is right.
 */

/** Returns an option in words: of a number, without its tolerance. */
const tellText = ({ text }) => text.split(" ± ")[0].replace(/\.$/, "");
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

/** Marks an option in words and colour, if there are words, and shows its reason. */
function mark(option, { reason }, isRight, words) {
  if (words) {
    option.classList.add(isRight ? "right" : "wrong");
    option.append(html("p", { class: "mark" }, `${isRight ? "✓" : "✗"} ${words}`));
  }
  option.append(html("div", { class: "reason" }, ...reason));
}

/** Marks an option that was chosen, or not. */
function markChoice(option, entry, isChosen) {
  const words = [entry.isRight && "right", isChosen && "your answer"].filter(Boolean);
  mark(option, entry, entry.isRight, words.join(": "));
}

/** Whether the reader follows the questions that are due. */
const isReturning = new URLSearchParams(location.search).has("due");

/** Options of which one is right, or several. @returns {Field} */
function makeChoice(box, entries) {
  // A place is sooner remembered than a reason.
  if (isReturning) entries.sort(() => Math.random() - 0.5);
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
    chance: isSeveral ? 1 / (2 ** entries.length - 1) : 1 / entries.length,
    isAnswered: () => inputs.some((input) => input.checked),
    tell: () => entries.filter((_, i) => inputs[i].checked).map(tellText).join(", "),
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

const GROUPS = /^\s*[-−]?[1-9]\d{0,2}(,\d{3})+(?![\d,])/; // 10,000

/** Returns the numbers that a text may mean: 3,325 as the course writes it, or 3.325. */
function readNumbers(text) {
  const joined = text.replace(/(?<=\d)\s(?=\d{3}(?!\d))/g, "");
  const read = parseNumber(joined);
  if (!GROUPS.test(joined)) return [read];
  const whole = parseNumber(joined.replaceAll(",", ""));
  return /,.*[,.]/.test(joined) ? [whole] : [whole, read];
}

/** A number, within a tolerance. @returns {Field} */
function makeNumber(_, entries) {
  const input = html("input", { inputmode: "decimal", autocomplete: "off", size: 8 });
  const field = html("div", {}, html("label", {}, "Your number: ", input));
  return {
    parts: [field],
    chance: 0,
    isAnswered: () => !Number.isNaN(readNumbers(input.value)[0]),
    tell: () => input.value,
    judge() {
      const numbers = readNumbers(input.value);
      const isRight = (number) =>
        entries.some((one) => one.isRight && admits(one, number));
      const number = numbers.find(isRight) ?? numbers[0];
      if (numbers.length > 1) {
        const written = number.toLocaleString("en", { maximumFractionDigits: 20 });
        field.append(html("p", {}, `Your number was read as ${written}.`));
      }
      const fitting = entries.find((entry) => admits(entry, number));
      for (const entry of entries) {
        const words = html("p", {}, tellText(entry));
        const option = html("div", { class: "option" }, words);
        markChoice(option, entry, entry === fitting);
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
    chance: 0, // nearly
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
  return "Not so: compare the reasons.";
}

const FIELDS = {
  one: makeChoice,
  several: makeChoice,
  number: makeNumber,
  order: makeOrder,
};

/** Returns when a question is due again, in words. */
function tellDue(answers) {
  if (!answers.length) return "";
  const days = findDue(answers) - getToday();
  if (days === Infinity) return " · not asked again";
  if (days > 0) return ` · asked again in ${days} ${days > 1 ? "days" : "day"}`;
  return " · asked again today";
}

/** Returns what leads to the next question that is due, if the reader follows them. */
async function linkNext() {
  if (!isReturning) return "";
  const { fetchQuestions } = await import("./due.mjs");
  const next = (await fetchQuestions()).find(({ isDue }) => isDue);
  if (!next) return "Nothing else is due.";
  return html("a", { href: next.link }, `Next: ${next.title}`);
}

const SURE = "How sure are you? Choose, and see the reasons.";

/** A question as a form. The event `answered` says that it has been answered. */
class Form {
  #box;
  #field;
  #edition;
  #showOutcome = (_) => {};
  #fieldset = html("fieldset");
  #status = html("p", { role: "status", tabindex: -1 });
  #due = html("span");
  #buttons = ["guess", "fairly", "certain"].map((certainty) =>
    makeButton(certainty, () => this.#answer(certainty))
  );
  #sure = html("p", { class: "sure" }, SURE, html("br"), ...this.#buttons);
  #form = html("form", {}, this.#fieldset, this.#sure, this.#status);

  constructor(box) {
    this.#box = box;
    this.#edition = box.className.match(/edition-(\w+)/)[1];
    const stem = box.querySelector(".stem");
    stem.id = `${box.id}-stem`;
    this.#fieldset.setAttribute("aria-labelledby", stem.id);
    this.#form.oninput = () => this.#update();
    this.#form.onsubmit = (event) => event.preventDefault();
    this.#form.onkeydown = (event) => {
      if (event.key !== "Enter" || !this.#form.querySelector("input:focus")) return;
      event.preventDefault();
      this.#buttons[1].focus(); // How sure one is has to be said, too.
    };
    this.#begin();
    box.querySelector(".number").append(this.#due);
    box.append(this.#form);
    box.classList.add("is-form");
    this.#showKept();
    if (box.id.startsWith("p-")) {
      const right = readEntries(box).filter(({ isRight }) => isRight);
      const words = right.map(tellText).join(", ");
      const answers = isReturning ? [] : recall(box.id, this.#edition);
      this.#showOutcome = prepare(box, words, answers);
    }
  }

  /** Shows what is kept, here and in the lab that draws all answers. */
  #showKept() {
    this.#due.textContent = tellDue(recall(this.#box.id, this.#edition));
    this.#box.dispatchEvent(new Event("answered", { bubbles: true }));
  }

  #tell(text) {
    this.#status.textContent = text;
  }

  #update() {
    for (const button of this.#buttons) {
      button.ariaDisabled = this.#field.isAnswered() ? null : "true";
    }
    this.#tell("");
  }

  #begin() {
    const box = this.#box;
    const kind = Object.keys(FIELDS).find((name) => box.classList.contains(name));
    this.#field = FIELDS[kind](box, readEntries(box), (text) => this.#tell(text));
    this.#fieldset.replaceChildren(...this.#field.parts);
    this.#fieldset.disabled = this.#sure.hidden = false;
    this.#form.append(this.#status);
    this.#status.className = "";
    this.#update();
  }

  #beginAgain() {
    this.#begin();
    const first = this.#fieldset.querySelector("input, button");
    /** @type {HTMLElement} */ (first).focus();
  }

  async #answer(certainty) {
    if (!this.#field.isAnswered()) return this.#tell("Give an answer first.");
    const isRight = this.#field.judge();
    this.#fieldset.disabled = this.#sure.hidden = true;
    this.#fieldset.before(this.#status); // in view, above the reasons
    this.#status.className = isRight ? "right" : "wrong";
    this.#status.replaceChildren(
      `${describe(isRight, certainty)} `,
      isRight ? "" : makeButton("Try again", () => this.#beginAgain()),
      makeButton("Take it back", () => this.#takeBack(), { class: "quiet" }),
    );
    this.#status.focus();
    this.#remember({ isRight, certainty });
    this.#status.append(await linkNext());
  }

  #remember({ isRight, certainty }) {
    const { chance, tell } = this.#field;
    const said = this.#box.id.startsWith("p-") ? tell() : undefined;
    const answer = { day: getToday(), isRight, certainty, chance, said };
    keep({ label: this.#box.id, edition: this.#edition, answers: [answer] });
    this.#showKept();
    this.#showOutcome(answer);
  }

  /** Forgets the answer of today. */
  #takeBack() {
    undo(this.#box.id, this.#edition);
    this.#showKept();
    this.#beginAgain();
  }
}

/** Keeps the section that the reader sees, for when they come back. */
function keepSection() {
  const isGlance = isReturning || scrollY < innerHeight;
  if (document.visibilityState === "visible" || isGlance) return;
  const headings = [...document.querySelectorAll("article :is(h1, h2)")];
  const isSeen = (one) => one.getBoundingClientRect().top < innerHeight;
  const heading = headings.findLast(isSeen);
  keepPlace({
    address: `${location.pathname}#${heading.parentElement.id}`,
    chapter: parseInt(headings[0].textContent),
  });
}

/** Puts answers at the page's end, for paper; there, predictions have none. */
function gatherAnswers() {
  const boxes = [...document.querySelectorAll('.question:not([id^="p-"])')];
  const answers = boxes.map((box) => {
    const title = html(
      "strong",
      {},
      `Answer: ${box.querySelector(".number").textContent}`,
    );
    return html(
      "div",
      { class: "printed" },
      title,
      ...copy(box.querySelectorAll(".reasons dl")),
    );
  });
  document.querySelector("article").append(...answers);
}

for (const box of document.querySelectorAll(".question")) new Form(box);
addEventListener("beforeprint", gatherAnswers);
addEventListener("afterprint", () => {
  for (const answer of document.querySelectorAll(".printed")) answer.remove();
});
document.addEventListener("visibilitychange", keepSection);
