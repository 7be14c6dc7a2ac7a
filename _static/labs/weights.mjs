// The weights lab: a reader paints weights for "seven", and tries them on digits.

import { html, makeButton, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { clamp, format } from "./numbers.mjs";
import { makeSquare, STEPS } from "./square.mjs";
import {
  AIM,
  brush,
  check,
  findOutline,
  findShare,
  findWay,
  formatShare,
  judge,
  learnThreshold,
  readDigits,
  readWeights,
  SIDE,
  toPair,
  writeWeights,
} from "./weights-math.mjs";

/** @import { Pair } from "./plot.mjs" */

// The build writes the learned weights, and digits to learn from and of each test.
const response = await fetch(new URL("deep_learning_weights.json", import.meta.url));
const [learned, ...sets] = await response.json();
const [training, ...tests] = sets.map(readDigits);

const NAMES = ["as they are", "moved", "another hand"];
const SIGNS = { orange: 1, blue: -1, nothing: 0 };
const REACH = SIDE - 1; // places of the brush, along each side
const LABELS = tests[0].labels; // All tests have as many digits.
// A seven, painted a row too low
const START = [0, 0, 0, 0, 0, 88560, 78732, 78732, 26244, 26244, 8748, 8748, 0, 0];

class WeightsLab extends Lab {
  static title = "weights of your own";
  static sheets = ["square.css", "weights.css"];
  static parameters = {
    x: { min: 0, max: REACH - 1, step: 1, start: 3 },
    y: { min: 0, max: REACH - 1, step: 1, start: 4 },
    brush: { label: "brush", options: Object.keys(SIGNS), start: "orange" },
    test: { label: "digits", options: NAMES, start: NAMES[0] },
    digit: { min: 0, max: LABELS.length - 1, step: 1, start: LABELS.indexOf(1) },
    rows: { list: true, start: START }, // the painted weights
  };

  #own = makeSquare(
    "Your weights; arrow keys move the brush in it.",
    SIDE,
    () => this.redraw(),
  );
  #learned = makeSquare(
    "The learned weights: blue down the middle, orange beside.",
    SIDE,
    () => this.redraw(),
  );
  #brush = html("input", {
    type: "range",
    min: 0,
    max: REACH ** 2 - 1,
    class: "place",
    "aria-label": "brush",
  });
  #digit = html("p", { class: "digit" });
  #verdict = html("p", { class: "verdict" });
  #bars = /** @type {HTMLElement[][]} */ ([]);
  #weights = /** @type {number[]} */ ([]);
  #threshold = 0;
  #answers = /** @type {boolean[][]} */ ([]);
  #shares = /** @type {number[]} */ ([]);
  #before = 0; // the share read before the last stroke
  #seen = 1; // tests whose bars are shown

  build() {
    this.#own.onDrag((x, y, hold) => this.#stroke(x, y, hold));
    this.#listen();
    this.#own.element.append(this.#brush);
    const part = (title, plot) =>
      html("div", {}, html("p", { class: "title" }, title), plot.element);
    const parts = [
      part("your weights", this.#own),
      part("learned weights", this.#learned),
    ];
    const clear = makeButton("Clear", () => this.set({ rows: Array(SIDE).fill(0) }));
    const next = makeButton("Next mistake", () => this.#findMistake());
    return [
      html("div", { class: "squares" }, ...parts),
      html("div", { class: "choices" }, this.makeControl("brush"), clear),
      html("div", { class: "choices" }, this.makeControl("test"), next),
      this.#digit,
      this.#makeBars(),
      this.#verdict,
    ];
  }

  /** Returns a table of right answers, with bars. */
  #makeBars() {
    const titles = ["right answers", "your weights", "learned weights"];
    const heads = titles.map((title) => html("th", { scope: "col" }, title));
    const table = html("table", {}, html("tr", {}, ...heads));
    for (const [i, name] of NAMES.entries()) {
      const later = `after ${formatShare(AIM)}`;
      const cells = ["own", ""].map((it) => html("td", { class: it }, later));
      this.#bars[i] = cells;
      table.append(html("tr", {}, html("th", { scope: "row" }, name), ...cells));
    }
    return table;
  }

  /** Lets arrow keys move the brush, and space paint. */
  #listen() {
    this.#brush.addEventListener("input", () => {
      const place = Number(this.#brush.value);
      this.set({ x: place % REACH, y: Math.floor(place / REACH) });
    });
    this.#brush.addEventListener("keydown", (event) => {
      const { x, y } = this.state;
      const step = STEPS[event.key];
      if (!step && event.key !== " ") return;
      event.preventDefault();
      if (step) this.set({ x: x + step[0], y: y + step[1] });
      else this.#paint([[x, y]]);
    });
  }

  /** Paints from where the brush has been in this stroke to a point. */
  #stroke(x, y, hold) {
    this.#brush.focus({ preventScroll: true });
    const place = /** @type {Pair} */ (
      [x, y].map((part) => clamp(Math.round(part) - 1, 0, REACH - 1))
    );
    const way = hold.last ? findWay(hold.last, place) : [place];
    hold.last = place;
    hold.before ??= this.#shares[0];
    if (way.length) this.#paint(way, hold.before);
  }

  #paint(way, before = this.#shares[0]) {
    const painted = brush(this.#weights, way, SIGNS[this.state.brush]);
    const [x, y] = way[way.length - 1];
    this.set({ x, y, rows: writeWeights(painted) });
    this.#before = before;
  }

  compute() {
    const { state } = this;
    this.#weights = readWeights(state.rows);
    this.#threshold = learnThreshold(this.#weights, training);
    this.#answers = tests.map((digits) =>
      check(this.#weights, this.#threshold, digits)
    );
    this.#shares = this.#answers.map(findShare);
    this.#before = 0;
    if (this.#shares[0] > AIM) this.#seen = NAMES.length;
    this.#brush.value = String(state.y * REACH + state.x);
  }

  get #test() {
    return tests[NAMES.indexOf(this.state.test)];
  }

  /** Shows the next digit that is misread. */
  #findMistake() {
    const answers = this.#answers[NAMES.indexOf(this.state.test)];
    const after = answers.indexOf(false, this.state.digit + 1);
    const digit = after < 0 ? answers.indexOf(false) : after;
    if (digit >= 0) this.set({ digit });
  }

  get #words() {
    const [plain, moved] = this.#shares;
    return judge(plain, moved, tests[1].learned, this.#before);
  }

  /** Returns in words how the shown digit is read. */
  get #reading() {
    const { labels, inks } = this.#test;
    const { digit } = this.state;
    const ink = inks[digit];
    const count = (sign) => ink.filter((i) => this.#weights[i] === sign).length;
    const [orange, blue] = [count(1), count(-1)];
    const isSeven = orange - blue > this.#threshold;
    const [above, answer] = isSeven ? ["above", "seven"] : ["not above", "one"];
    const verdict = isSeven === (labels[digit] === 1) ? "right" : "wrong";
    return `Blocks of this ${labels[digit] ? "seven" : "one"}: ${orange} on orange − ` +
      `${blue} on blue = ${format(orange - blue, 0)}, ${above} ` +
      `${format(this.#threshold, 0)}, the threshold set anew for your weights. ` +
      `Read as a ${answer}: ${verdict}.`;
  }

  draw() {
    for (const [i, cells] of this.#bars.slice(0, this.#seen).entries()) {
      for (const [k, share] of [this.#shares[i], tests[i].learned].entries()) {
        cells[k].textContent = formatShare(share);
        cells[k].style.setProperty("--part", String(share));
      }
    }
    this.#drawOwn();
    this.#learned.draw(() => [this.#drawOutline(this.#learned)]);
    this.#paintLearned();
    this.#placeBrush();
    this.#digit.textContent = this.#reading;
    this.#verdict.textContent = this.#words;
  }

  #drawOwn() {
    const { toX, toY } = this.#own;
    const unit = toX(1) - toX(0);
    const draw = (name, sign) => {
      const places = this.#weights.flatMap((w, i) => w === sign ? [toPair(i)] : []);
      const blocks = places.map(([x, y]) =>
        `M${toX(x)} ${toY(y)}h${unit}v${unit}h${-unit}z`
      );
      const arm = 0.16 * unit;
      const signs = places.map(([x, y]) => {
        const dash = `M${toX(x + 0.5) - arm} ${toY(y + 0.5)}h${2 * arm}`;
        return sign > 0 ? `${dash}m${-arm} ${-arm}v${2 * arm}` : dash;
      });
      return [
        svg("path", { class: name, d: blocks.join("") }),
        svg("path", { class: "sign", d: signs.join("") }),
      ];
    };
    const { x, y } = this.state;
    const whole = { x: toX(0), y: toY(0), width: SIDE * unit, height: SIDE * unit };
    const frame = { x: toX(x), y: toY(y), width: 2 * unit, height: 2 * unit };
    this.#own.draw(() => [
      ...draw("for", 1),
      ...draw("against", -1),
      this.#drawOutline(this.#own),
      svg("rect", { class: "brush", ...frame }),
      svg("rect", { class: "grip", ...whole }),
    ]);
  }

  /** Returns the outline of the shown digit in a plot. */
  #drawOutline({ toX, toY }) {
    const unit = toX(1) - toX(0);
    const d = findOutline(this.#test.inks[this.state.digit]).map(([x, y, isDown]) =>
      `M${toX(x)} ${toY(y)}${isDown ? "v" : "h"}${unit}`
    );
    return svg("path", { class: "outline", d: d.join("") });
  }

  /** Paints the learned weights, which are of single pixels. */
  #paintLearned() {
    const side = Math.sqrt(learned.length);
    const find = (x, y) => {
      const [column, row] = [x, y].map((part) => Math.floor(part * side / SIDE));
      return 0.5 + learned[row * side + column] / 12; // They are from −10 to 10.
    };
    const names = ["--diagram-input", "--background", "--diagram-output"];
    this.#learned.paint(find, this.shades(...names));
  }

  /** Puts the slider of the brush over its blocks. */
  #placeBrush() {
    const { toX, toY } = this.#own;
    const { x, y } = this.state;
    const size = toX(2) - toX(0);
    const box = { left: toX(x), top: toY(y), width: size, height: size };
    for (const [name, length] of Object.entries(box)) {
      this.#brush.style.setProperty(name, `${length / 16}rem`);
    }
    this.#brush.ariaValueText = `column ${x + 1}, row ${y + 1}`;
  }

  describe() {
    const seen = NAMES.slice(0, this.#seen);
    const list = seen.map((name, i) => `${name} ${formatShare(this.#shares[i])}`);
    return `Right answers: ${list.join(", ")}. ${this.#words} ${this.#reading}`;
  }
}

customElements.define("weights-lab", WeightsLab);
