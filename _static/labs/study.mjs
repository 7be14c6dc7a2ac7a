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

const MICE = [6, 12, 24];
const CELLS = [20, 40, 80];
const SETTINGS = MICE.flatMap((mice) => CELLS.map((cells) => ({ mice, cells })));
const QUESTION =
  "Then: would twice the cells of each mouse bring the scores by mouse " +
  "closer together, or twice the mice?";
const CAPTION = `Standard deviation in points, once ${MOST} studies by mouse are in`;
const BUSY = "Computing …";

const count = { min: 1, max: MOST, step: 1, start: 1 };
/**
 * Returns the number of a setting in the list of those tried, such as 1240.
 * @type {(setting: Record<string, any>) => number}
 */
const code = ({ mice, cells }) => 100 * mice + cells;
const percent = (share) => `${format(100 * share, 0)}%`;

class StudyLab extends Lab {
  static title = "another study";
  static sheets = ["study.css"];
  static parameters = {
    dealt: { label: "deal by", options: ["cell", "mouse"], start: "mouse" },
    mice: { label: "mice", values: MICE, start: 12 },
    cells: { label: "cells of each mouse", values: CELLS, start: 40 },
    cell: count, // studies in which cells are dealt
    mouse: count, // and those in which whole mice are
    tried: { list: true, start: [] }, // settings, as `code` numbers them
  };

  /** Studies by the mice and cells. @type {Record<string, Record<string, any[]>>} */
  #studies = {};
  #isBusy = false;
  #isTry = false; // Another setting was tried last.
  #heading = html("p");
  #board = svg("svg", { role: "img", preserveAspectRatio: "none" });
  #scores = html("div", { class: "scores" });
  #verdict = html("p", { class: "verdict" });
  #answer = html("p", { class: "answer" });
  #entries = SETTINGS.map(() => html("td"));
  #enough = html("span", { class: "enough" }, `${MOST} studies are enough.`);
  #buttons = [
    makeButton("Another study", () => this.#add(1)),
    makeButton("Another ten", () => this.#add(10), { class: "main" }),
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
    const buttons = html("div", { class: "buttons" }, ...this.#buttons, this.#enough);
    const dealt = this.makeControl("dealt");
    const left = html("div", {}, dealt, this.#heading, board, key, buttons);
    const plots = html("div", { class: "plots" }, this.#piles.element, this.#verdict);
    const sliders = ["mice", "cells"].map((name) => this.makeControl(name));
    const settings = html("div", {}, ...sliders, this.#answer);
    return [
      html("div", { class: "parts" }, left, plots),
      html("p", { class: "question" }, QUESTION),
      html("div", { class: "parts" }, settings, this.#makeTable()),
    ];
  }

  /** Returns a table with an entry for each setting. */
  #makeTable() {
    const head = (scope, text) => html("th", { scope }, text);
    const columns = CELLS.map((cells) => head("col", `${cells} cells`));
    const rows = MICE.map((mice, i) => {
      const entries = this.#entries.slice(i * CELLS.length, (i + 1) * CELLS.length);
      return html("tr", {}, head("row", `${mice} mice`), ...entries);
    });
    const caption = html("caption", {}, CAPTION);
    return html("table", {}, caption, html("tr", {}, html("td"), ...columns), ...rows);
  }

  /** Changes the state; another setting is tried with as many studies as the others. */
  set(changes) {
    const isTry = this.#isTry = "mice" in changes || "cells" in changes;
    const settings = [this.state, { ...this.state, ...changes }].map(code);
    const tried = [...new Set([...this.state.tried, ...settings])];
    super.set(isTry ? { mouse: MOST, tried, ...changes } : changes);
  }

  #add(more) {
    const { dealt } = this.state;
    this.set({ [dealt]: this.state[dealt] + more });
  }

  /** The studies of either way that have been made with a setting. */
  #findResults(setting) {
    return this.#studies[code(setting)] ??= { cell: [], mouse: [] };
  }

  #findAccuracies(way, setting = this.state, number = this.state[way]) {
    const studies = this.#findResults(setting)[way].slice(0, number);
    return studies.map(({ accuracy }) => accuracy);
  }

  #isTried = (setting) => this.state.tried.includes(code(setting));

  /** Makes studies for a moment, and returns whether all are there. */
  #work() {
    const end = performance.now() + WORK;
    const { dealt } = this.state;
    const ways = [dealt, dealt === "cell" ? "mouse" : "cell"];
    return ways.every((way) => this.#make(this.state, way, this.state[way], end)) &&
      SETTINGS.filter(this.#isTried).every((setting) =>
        this.#make(setting, "mouse", MOST, end)
      );
  }

  /** @type {(setting: any, way: string, number: number, end: number) => boolean} */
  #make({ mice, cells }, way, number, end) {
    const rounds = Math.min(6, mice / 2);
    const studies = this.#findResults({ mice, cells })[way];
    while (studies.length < number) {
      if (performance.now() > end) return false;
      const seed = studies.length + 1; // the same mice in either way
      const study = makeMice(mice, cells, seed);
      const tested = deal(study.mouse, way, rounds, seed);
      studies.push(crossValidate(study, tested, rounds));
    }
    return true;
  }

  draw() {
    const isDone = this.#work();
    this.#drawBoard();
    this.#piles.draw(() => this.#drawPiles());
    this.#drawTable();
    const isEnough = this.state[this.state.dealt] === MOST;
    for (const button of this.#buttons) button.ariaDisabled = isEnough ? "true" : null;
    this.#enough.classList.toggle("off", !isEnough);
    // The words are beside what was used last.
    const isAnswer = this.#isTry && this.state.tried.length > 1;
    const words = !isDone ? BUSY : isAnswer ? this.#answerQuestion() : this.#judge();
    this.#verdict.textContent = isAnswer ? "" : words;
    this.#answer.textContent = isAnswer ? words : "";
    if (!isDone) this.redraw();
    if (isDone && this.#isBusy) this.announce();
    this.#isBusy = !isDone;
  }

  /** Shows the SD of each setting with enough studies, once all are made. */
  #drawTable() {
    for (const [i, setting] of SETTINGS.entries()) {
      const entry = this.#entries[i];
      const accuracies = this.#findAccuracies("mouse", setting, MOST);
      const isNow = code(setting) === code(this.state);
      const isDue = this.#isTried(setting) || (isNow && this.state.mouse === MOST);
      const isMade = isDue && accuracies.length === MOST;
      const { sd } = isMade ? compare(accuracies, findTruth(setting)) : { sd: 0 };
      entry.textContent = isMade ? format(100 * sd, 0) : isDue ? "…" : "";
      entry.classList.toggle("now", isNow);
    }
  }

  /** Draws each round as a row, in which each mouse has a box. */
  #drawBoard() {
    const { dealt, mice, cells } = this.state;
    const results = this.#findResults(this.state)[dealt];
    const number = Math.min(this.state[dealt], results.length);
    const { boxes, accuracies, accuracy } = results[number - 1];
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
    const truth = findTruth(this.state);
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

  /** Returns what the studies of both ways show, once there are enough. */
  #judge() {
    const { cell, mouse } = this.state;
    if (Math.min(cell, mouse) < ENOUGH) {
      const made = `So far ${cell} by cell and ${mouse} by mouse.`;
      return `${made} There is a verdict after ten of each.`;
    }
    const [byCell, byMouse] = ["cell", "mouse"].map((way) =>
      compare(this.#findAccuracies(way), findTruth(this.state))
    );
    const share = byCell.above === cell ? "always" : `${byCell.above} of ${cell} are`;
    return `By cell: ${share} too high, by about ${points(byCell.mean)}. ` +
      `By mouse: ${describeMean(byMouse.mean)} ${byMouse.far} of ${mouse} studies ` +
      "are more than 10 points off " +
      `(their standard deviation is ${points(byMouse.sd)}).`;
  }

  /** Returns what the settings that were tried say to the second question. */
  #answerQuestion() {
    const settings = SETTINGS.filter(this.#isTried);
    const [mice, cells] = ["mice", "cells"].map((name) =>
      new Set(settings.map((setting) => setting[name])).size
    );
    if (mice > 1 && cells > 1) {
      return "✓ More mice bring the scores closer together, more cells hardly do. " +
        "The truth rises, too: from more mice a model learns more.";
    }
    const other = mice > 1 ? "cells" : "mice";
    return `The standard deviations are in the table. Would more ${other} do the same?`;
  }

  describe() {
    const texts = [this.#verdict, this.#answer].map(({ textContent }) => textContent);
    return `${this.#heading.textContent}. ${texts.join(" ")}`.trim();
  }
}

/** @type {(setting: Record<string, any>) => number} */
const findTruth = ({ mice, cells }) => TRUTHS[mice][cells];

/** Returns a difference in percentage points. */
function points(difference) {
  const text = format(100 * Math.abs(difference), 0);
  return `${text} ${text === "1" ? "point" : "points"}`;
}

function describeMean(mean) {
  if (Math.abs(mean) < 0.025) return "about right on average, but";
  return `${points(mean)} too ${mean > 0 ? "high" : "low"} on average, and`;
}

customElements.define("study-lab", StudyLab);
