// The study lab: cells or whole mice are dealt into rounds, and scores pile up.

import { html, makeButton, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { format } from "./numbers.mjs";
import { Plot } from "./plot.mjs";
import { compare, crossValidate, deal, makeMice, TRUTHS } from "./study-math.mjs";
import { stackDiscs } from "./threshold-math.mjs";

const ENOUGH = 10; // studies of each kind, for a verdict
const MOST = 100;
const WORK = 12; // milliseconds for studies in a frame
const GAP = 0.05; // around each box of the board
const SIZES = [9, 8, 7, 6, 5, 4, 3]; // of the dots, in pixels
const PARTS = { right: "tested, right", wrong: "tested, wrong", trained: "training" };

const count = { min: 1, max: MOST, step: 1, start: 1 };
const percent = (share) => `${format(100 * share, 0)}%`;

class StudyLab extends Lab {
  static title = "another study";
  static sheets = ["study.css"];
  static parameters = {
    dealt: { label: "deal by", options: ["cell", "mouse"], start: "mouse" },
    mice: { label: "mice", values: [6, 12, 24], start: 12 },
    cells: { label: "cells of each mouse", values: [20, 40, 80], start: 40 },
    cell: count, // studies in which cells are dealt
    mouse: count, // and those in which whole mice are
  };

  /** Studies by the mice and cells. @type {Record<string, Record<string, any[]>>} */
  #studies = {};
  #isBusy = false;
  #heading = html("p");
  #board = svg("svg", { role: "img", preserveAspectRatio: "none" });
  #scores = html("div", { class: "scores" });
  #verdict = html("p", { class: "verdict" });
  #buttons = [
    makeButton("Another study", () => this.#add(1), { class: "main" }),
    makeButton("Another ten", () => this.#add(10)),
  ];
  #piles = new Plot({
    label: "The accuracies of studies, in a pile for each way of dealing, and a line " +
      "at the truth. The words below compare them.",
    labels: ["accuracy", ""],
    margin: { left: 12, right: 16 },
    ratio: 0.8,
    redraw: () => this.redraw(),
  });

  build() {
    this.#piles.x = [0.2, 1];
    this.#piles.y = [0, 2];
    const ticks = [0.2, 0.4, 0.6, 0.8, 1];
    this.#piles.ticks = { x: ticks.map((share) => [share, percent(share)]), y: [] };
    const board = html("div", { class: "board" }, this.#board, this.#scores);
    const names = Object.entries(PARTS).map(([name, text]) =>
      html("span", { class: name }, text)
    );
    const key = html("p", { class: "key" }, ...names);
    const buttons = html("div", { class: "buttons" }, ...this.#buttons);
    const dealt = this.makeControl("dealt");
    const left = html("div", {}, dealt, this.#heading, board, key, buttons);
    const plots = html("div", { class: "plots" }, this.#piles.element, this.#verdict);
    const more = this.fold(
      ["mice", "cells"],
      this.makeControl("mice"),
      this.makeControl("cells"),
    );
    return [html("div", { class: "parts" }, left, plots), more];
  }

  #add(more) {
    const { dealt } = this.state;
    this.set({ [dealt]: this.state[dealt] + more });
  }

  /** The studies of either way that have been made, of those that are asked for. */
  get #results() {
    const { mice, cells } = this.state;
    return this.#studies[`${mice} ${cells}`] ??= { cell: [], mouse: [] };
  }

  #findAccuracies(way) {
    const studies = this.#results[way].slice(0, this.state[way]);
    return studies.map(({ accuracy }) => accuracy);
  }

  /** Makes studies for a moment, and returns whether all are there. */
  #work() {
    const { dealt, mice, cells } = this.state;
    const end = performance.now() + WORK;
    const rounds = Math.min(6, mice / 2);
    for (const way of [dealt, dealt === "cell" ? "mouse" : "cell"]) {
      const studies = this.#results[way];
      while (studies.length < this.state[way]) {
        if (performance.now() > end) return false;
        const seed = studies.length + 1; // the same mice in either way
        const study = makeMice(mice, cells, seed);
        const tested = deal(study.mouse, way, rounds, seed);
        studies.push(crossValidate(study, tested, rounds));
      }
    }
    return true;
  }

  draw() {
    const isDone = this.#work();
    this.#drawBoard();
    this.#piles.draw(() => this.#drawPiles());
    for (const button of this.#buttons) {
      button.ariaDisabled = this.state[this.state.dealt] === MOST ? "true" : null;
    }
    if (isDone) this.#verdict.textContent = this.#judge();
    else this.redraw();
    if (isDone && this.#isBusy) this.announce();
    this.#isBusy = !isDone;
  }

  /** Draws each round as a row, in which each mouse has a box. */
  #drawBoard() {
    const { dealt, mice, cells } = this.state;
    const number = Math.min(this.state[dealt], this.#results[dealt].length);
    const { boxes, accuracies, accuracy } = this.#results[dealt][number - 1];
    const paths = { trained: "", wrong: "", right: "" };
    const side = 1 - 2 * GAP;
    for (const [round, row] of boxes.entries()) {
      for (const [mouse, [right, tested]] of row.entries()) {
        const [x, y] = [mouse + GAP, round + 1 - GAP];
        const width = (side * tested) / cells;
        const high = tested && (side * right) / tested;
        paths.trained += `M${x + width} ${y}V${y - side}h${side - width}v${side}z`;
        paths.wrong += `M${x} ${y - high}V${y - side}h${width}v${side - high}z`;
        paths.right += `M${x} ${y}v${-high}h${width}v${high}z`;
      }
    }
    this.#board.setAttribute("viewBox", `0 0 ${mice} ${boxes.length}`);
    this.#board.replaceChildren(
      ...Object.entries(paths).map(([name, d]) => svg("path", { class: name, d })),
    );
    const scores = accuracies.map(percent);
    const label = `Right in the rounds: ${scores.join(", ")}.`;
    this.#board.setAttribute("aria-label", label);
    this.#scores.replaceChildren(...scores.map((score) => html("span", {}, score)));
    this.#heading.textContent = `Study ${number} by ${dealt}: ${percent(accuracy)}`;
  }

  #drawPiles() {
    const { toX, toY } = this.#piles;
    const truth = this.#truth;
    const [x, bottom, top] = [toX(truth), toY(0), toY(2)];
    const piles = ["mouse", "cell"].map((way) =>
      this.#findAccuracies(way).map(toX).sort((one, other) => one - other)
    );
    const room = toY(0) - toY(1) - 24; // below the name of a pile
    const fits = (size) =>
      piles.every((pile) => size * (1 + Math.max(...stackDiscs(pile, size))) < room);
    const size = SIZES.find(fits) ?? SIZES.at(-1);
    const place = (i, layer) => toY(i) - (layer + 0.5) * size;
    const dots = piles.flatMap((pile, i) =>
      stackDiscs(pile, size).map((layer, k) => `M${pile[k]} ${place(i, layer)}h0`)
    );
    const name = (i, text) =>
      svg("text", { class: "value", x: toX(0.2) + 8, y: toY(i + 1) + 20 }, text);
    const middle = { y: top - 8, "text-anchor": "middle" };
    return [
      svg("path", { class: "ground", d: `M${toX(0.2)} ${toY(1)}H${toX(1)}` }),
      svg("path", { class: "dots", d: dots.join(""), "stroke-width": size - 1 }),
      this.#drawLast(piles, size, place),
      svg("path", { class: "truth", d: `M${x} ${bottom}V${top}` }),
      svg("text", { x, ...middle }, `truth: ${percent(truth)}`),
      name(1, "by cell"),
      name(0, "by mouse"),
    ];
  }

  /** Returns the dot of the study whose rounds are shown. */
  #drawLast(piles, size, place) {
    const { dealt } = this.state;
    const i = dealt === "mouse" ? 0 : 1;
    const last = this.#piles.toX(this.#findAccuracies(dealt).at(-1));
    const k = piles[i].lastIndexOf(last);
    const cy = place(i, stackDiscs(piles[i], size)[k]);
    return svg("circle", { class: "last", cx: last, cy, r: size / 2 + 1.5 });
  }

  get #truth() {
    const { mice, cells } = this.state;
    return TRUTHS[mice][cells];
  }

  /** Returns what the studies of both ways show, once there are enough. */
  #judge() {
    const { cell, mouse } = this.state;
    if (Math.min(cell, mouse) < ENOUGH) {
      const made = `So far ${cell} by cell and ${mouse} by mouse.`;
      return `${made} There is a verdict after ten of each.`;
    }
    const [byCell, byMouse] = ["cell", "mouse"].map((way) =>
      compare(this.#findAccuracies(way), this.#truth)
    );
    return `By cell, ${byCell.above} of ${cell} studies are too high, ` +
      `and the mean is ${describeError(byCell.mean)}. ` +
      `By mouse, ${byMouse.above} of ${mouse} are too high, ` +
      `the mean is ${describeError(byMouse.mean)}, and a single study is up to ` +
      `${points(byMouse.farthest)} off (SD ${format(100 * byMouse.sd, 0)}).`;
  }

  describe() {
    return `${this.#heading.textContent}. ${this.#verdict.textContent}`;
  }
}

/** Returns a difference in percentage points. */
function points(difference) {
  const text = format(100 * Math.abs(difference), 0);
  return `${text} ${text === "1" ? "point" : "points"}`;
}

function describeError(mean) {
  if (Math.abs(mean) < 0.005) return "right";
  return `${points(mean)} too ${mean > 0 ? "high" : "low"}`;
}

customElements.define("study-lab", StudyLab);
