// Draws the gradients that a reader's code has found on the network of the
// backpropagation lab, and marks each that breaks a rule.

import * as m from "./backpropagation-math.mjs";
import {
  EDGES,
  explainBackward,
  findTitle,
  Network,
  NEURONS,
  NUMBERS,
} from "./backpropagation-network.mjs";
import { html, makeParagraphs } from "./elements.mjs";

export const sheets = ["backpropagation.css"];

/** @import { Numbers } from "./backpropagation-math.mjs" */
/** @import { Lab } from "./lab.mjs" */
/** @import { Drawing } from "./write.mjs" */

/** The gradients in each list of a reader, by their names in the drawing. */
const LISTS = {
  output: ["o1", "o2", "ob"],
  upper: ["u1", "u2", "ub"],
  lower: ["l1", "l2", "lb"],
  x: ["x1", "x2"],
};
const NAMES = Object.values(LISTS).flat();
const START = Object.fromEntries(
  Object.entries(NUMBERS).map(([name, [, start]]) => [name, start]),
);
const MARKS = { right: "✓", wrong: "✗", follows: "↳" };
const FOLLOWS = "↳ follows its rule, but uses a number that is wrong.";

const isClose = (one, other) =>
  Object.is(one, other) || Math.abs(one - other) <= 1e-6 * Math.max(1, Math.abs(other));

const write = (number) => isNaN(number) ? "none" : m.shorten(number);

/** Returns a reader's gradients by their names, and those of the neurons. */
function readGradients(lists, right) {
  /** @type {Numbers} */
  const given = {};
  for (const [list, names] of Object.entries(LISTS)) {
    for (const [i, name] of names.entries()) {
      const number = lists?.[list]?.[i];
      given[name] = Number.isFinite(number) ? number : NaN;
    }
    const [first, second, bias] = names;
    const isKnown = [first, second].every((name) => isClose(given[name], right[name]));
    const neuron = list === "output" ? "out" : list;
    // A bias has the gradient of its neuron, unless the weights show that it is wrong.
    if (bias) given[neuron] = isKnown ? right[neuron] : given[bias];
  }
  return given;
}

/**
 * Returns a reader's gradients, and which are right, which are wrong, and which only
 * follow from a wrong one that the way back has passed before.
 * @param {Numbers} numbers
 * @param {Record<string, number[]>} lists
 */
export function judge(numbers, lists) {
  const right = m.backward(numbers);
  const given = readGradients(lists, right);
  const { upper, lower } = m.backward(numbers, { out: given.out });
  const taken = { ...m.backward(numbers, given), upper, lower, out: right.out };
  const judgeOne = (name) => {
    if (isClose(given[name], right[name])) return "right";
    return isClose(given[name], taken[name]) ? "follows" : "wrong";
  };
  const verdicts = Object.keys(right).map((name) => [name, judgeOne(name)]);
  return { given, verdicts: Object.fromEntries(verdicts) };
}

/** Returns sentences on what is wrong, with the rules that are broken. */
function explain(numbers, { given, verdicts }) {
  const find = (verdict) =>
    Object.keys(verdicts).filter((n) => verdicts[n] === verdict);
  const right = find("right").filter((name) => NAMES.includes(name)).length;
  const count = right === NAMES.length ? "all" : `${right} of`;
  const sample = `sample (${numbers.x1}, ${numbers.x2}), label ${numbers.y}`;
  const rules = find("wrong").map((name) => {
    const title = `${findTitle(name)}${name in LISTS ? " neuron" : ""}`;
    const rule = explainBackward(name, numbers).join(". ").replace(":.", ":");
    return `✗ ${title} has ${write(given[name])}. ${rule}`;
  });
  if (find("follows").length) rules.push(FOLLOWS);
  return [`Drawn: ${sample}; ${count} ${NAMES.length} gradients are right.`, ...rules];
}

/** @implements {Drawing} */
class GradientDrawing {
  #network;
  #text = html("div", { class: "computation" });
  #numbers = START;
  #judged = null;

  /** @param {Lab} lab */
  constructor(lab) {
    this.#network = new Network(() => lab.redraw());
    this.#network.element.role = "img";
    this.#network.element.ariaLabel = "The network";
    for (const name of [...Object.keys(NUMBERS), ...Object.keys(NEURONS)]) {
      const isCircle = name in NEURONS || LISTS.x.includes(name);
      this.#network.addBox(name, html("span"), isCircle ? "neuron" : "");
    }
    this.element = html("div", {}, this.#network.element, this.#text);
  }

  clear() {
    [this.#numbers, this.#judged] = [START, null];
  }

  /** Takes a sample, its label and its gradients, unless an earlier one is wrong. */
  show([x, y, lists]) {
    const sample = { x1: x?.[0], x2: x?.[1], y };
    const isSample = Object.values(sample).every(Number.isFinite);
    const isFound = Object.values(this.#judged?.verdicts ?? {}).includes("wrong");
    if (isFound || !isSample) return;
    this.#numbers = { ...START, ...sample };
    this.#judged = judge(this.#numbers, lists);
  }

  draw() {
    const held = { ...this.#numbers, ...m.forward(this.#numbers) };
    const { given, verdicts } = this.#judged ?? { given: {}, verdicts: {} };
    for (const [name, parts] of Object.entries(this.#network.boxes)) {
      const { [name]: verdict } = verdicts;
      parts.value.textContent = m.shorten(held[name]);
      const found = verdict ? `${MARKS[verdict]}\u2009${write(given[name])}` : "";
      parts.gradient.textContent = found;
      parts.box.classList.toggle("wrong", verdict === "wrong");
      parts.box.classList.toggle("off", !held[name] && name in LISTS);
    }
    this.#network.draw((name) => {
      const ends = name === "loss" ? ["out"] : [name, EDGES[name][0]];
      if (ends.some((end) => verdicts[end] === "wrong")) return "back wrong";
      return verdicts[ends[0]] ? "back" : "";
    });
    const lines = this.#judged ? explain(this.#numbers, this.#judged) : [];
    this.#text.replaceChildren(...makeParagraphs(lines));
  }
}

/** @param {Lab} lab @returns {Drawing} */
export function makeDrawing(lab) {
  return new GradientDrawing(lab);
}
