// The softmax lab: three logits, their probabilities, and what these cost by the label.

import { html, makeParagraphs, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { format, softmax } from "./numbers.mjs";
import { Plot, trace } from "./plot.mjs";
import { findAnswer, findLoss, findSlopes } from "./softmax-math.mjs";

/** @import { Pair } from "./plot.mjs" */

const PHASES = ["G1", "S", "G2/M"];
const NAMES = ["g1", "s", "g2m"]; // of their logits, in the address
const HIGHEST = 9; // loss that the plot shows
const LOSSES = Array.from({ length: 200 }, (_, i) => (HIGHEST * i) / 199);

const add = (values) => values.reduce((total, value) => total + value);
const makeLogit = (label, start) => ({ label, min: -4, max: 4, step: 0.1, start });

/** Returns a number with three decimals, or with more to tell it from 0 and 1. */
function write(value) {
  const size = Math.min(Math.abs(value), Math.abs(1 - value));
  return format(value, size && size < 0.1 ? 2 - Math.floor(Math.log10(size)) : 3);
}

class SoftmaxLab extends Lab {
  static title = "softmax and its loss";
  static sheets = ["softmax.css"];
  static parameters = {
    label: { label: "label", options: PHASES, start: "S" },
    add: { label: "added to all logits", options: ["0", "10", "100"], start: "0" },
    g1: makeLogit("logit G1", 2),
    s: makeLogit("logit S", 1),
    g2m: makeLogit("logit G2/M", -1),
  };

  #sliders = [];
  #rows = NAMES.map(makeRow);
  #plot = new Plot({
    label: "Curve of the loss over the probability of the label; " +
      "the numbers stand beside it.",
    labels: ["probability $ŷ$ of the label", "loss $ℓ$"],
    ratio: 0.66,
    redraw: () => this.redraw(),
  });
  #verdict = html("p", { class: "verdict" });
  #numbers = html("div", { class: "computation" });

  build() {
    const choices = html("div", { class: "parts" });
    choices.append(this.makeControl("label"), this.makeControl("add"));
    this.#sliders = NAMES.map((name) => this.makeControl(name));
    const pairs = this.#rows.flatMap(({ row }, i) => [this.#sliders[i], row]);
    this.#plot.y = [0, HIGHEST];
    const results = html("div", {}, this.#verdict, this.#numbers);
    const below = html("div", { class: "parts" }, this.#plot.element, results);
    return [choices, html("div", { class: "classes" }, ...pairs), below];
  }

  get #answer() {
    const logits = NAMES.map((name) => this.state[name] + Number(this.state.add));
    const label = PHASES.indexOf(this.state.label);
    const [loss, slopes] = [findLoss(logits, label), findSlopes(logits, label)];
    return { logits, label, probabilities: softmax(logits), loss, slopes };
  }

  draw() {
    const { logits, label, probabilities, loss, slopes } = this.#answer;
    for (const [i, slider] of this.#sliders.entries()) {
      const output = slider.querySelector("output");
      output.value = format(logits[i], 1);
      slider.querySelector("input").ariaValueText = output.value;
      slider.classList.toggle("right", i === label);
      fillRow(this.#rows[i], probabilities[i], slopes[i]);
    }
    this.#plot.draw(() => {
      const { toX, toY } = this.#plot;
      const [x, y] = [toX(probabilities[label]), toY(loss)];
      /** @type {Pair[]} */
      const curve = LOSSES.map((each) => [toX(Math.exp(-each)), toY(each)]);
      return [
        svg("path", { class: "curve", d: trace(curve) }),
        svg("path", { class: "point", d: `M${x} ${toY(0)}V${y}H${toX(0)}` }),
        svg("circle", { class: "ball", cx: x, cy: y, r: 8 }),
      ];
    });
    const [verdict, ...lines] = this.#writeResults();
    this.#verdict.textContent = verdict;
    this.#numbers.replaceChildren(...makeParagraphs(lines));
  }

  /** Returns lines: the verdict, the loss and two sums. */
  #writeResults() {
    const { logits, label, probabilities, loss, slopes } = this.#answer;
    const { answer, isRight, isSure } = findAnswer(logits, label);
    const kind = `${isSure ? "sure" : "not sure"} and ${isRight ? "right" : "wrong"}`;
    const verdict = `Answer ${PHASES[answer]}: ${kind}.`;
    return [
      answer === null ? "No answer: no phase is ahead." : verdict,
      `Loss $ℓ$ = −log ${write(probabilities[label])} = ${write(loss)}`,
      `Sum of all $ŷ$: ${format(add(probabilities), 3)}`,
      `Sum of all $ŷ$ − $y$: ${format(add(slopes), 3)}`,
    ];
  }

  describe() {
    const { probabilities, slopes } = this.#answer;
    const [verdict, loss] = this.#writeResults();
    const parts = PHASES.map((phase, i) =>
      `${phase}: ŷ ${write(probabilities[i])}, ŷ − y ${write(slopes[i])}.`
    );
    return [verdict, `${loss}.`, ...parts].join(" ").replace(/\$/g, "");
  }
}

/** Returns a row: a bar for a probability, and an arrow to it from what is right. */
function makeRow() {
  const box = { y: 4, height: 14 };
  const bar = svg("rect", { class: "bar", ...box });
  const line = svg("line", { class: "slope", y1: 31, y2: 31 });
  const tip = svg("path");
  const head = svg("svg", { class: "tip", y: 31 }, tip);
  const ring = svg("circle", { class: "ring", cy: 31, r: 5 });
  const drawing = svg("svg", { "aria-hidden": "true" });
  const whole = svg("rect", { class: "whole", ...box, width: "100%" });
  drawing.append(whole, bar, line, head, ring);
  const [share, slope] = [html("span"), html("span")];
  const names = ["$ŷ$", "$ŷ$ − $y$"].map((name) => html("span", {}, ...words(name)));
  const row = html("div", { class: "answer" });
  row.append(names[0], share, names[1], slope, drawing);
  return { row, bar, line, tip, head, ring, share, slope };
}

function fillRow({ bar, line, tip, head, ring, share, slope }, probability, gap) {
  const [from, to] = [probability - gap, probability].map((part) => `${100 * part}%`);
  // A short arrow has a small tip.
  const size = 11 * Math.sign(gap) * Math.min(1, 20 * Math.abs(gap));
  bar.setAttribute("width", to);
  line.setAttribute("x1", from);
  line.setAttribute("x2", to);
  tip.setAttribute("d", `M0 0L${-size} ${size / 2}V${-size / 2}Z`);
  head.setAttribute("x", to);
  ring.setAttribute("cx", from);
  share.textContent = write(probability);
  slope.textContent = write(gap);
}

customElements.define("softmax-lab", SoftmaxLab);
