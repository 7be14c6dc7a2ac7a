// The threshold lab: who is called ill above a threshold, and how good that answer is.

import { html, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { clamp, findNearest, formatCount } from "./numbers.mjs";
import { Plot, trace } from "./plot.mjs";
import {
  describeAlarms,
  findMeasures,
  findShares,
  formatShare,
  makeCurves,
  pickPositions,
  roundCounts,
  stackDiscs,
  STAKE,
  toLogOdds,
} from "./threshold-math.mjs";

/** @import { Pair } from "./plot.mjs" */

// The build writes rows of a threshold and how many of the chapter's people are above
// it: healthy ones, and ill ones.
const response = await fetch(new URL("evaluation_people.json", import.meta.url));
const rows = await response.json();

/** @type {Pair} */
const ENDS = [-15, 6]; // of the axis, in log-odds
const DOTS = 100; // of each class
const TESTED = 1; // the prevalence in the chapter, in percent
const PREVALENCES = [0.1, 1, 10].flatMap((unit) =>
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map((part) => Number((unit * part).toFixed(2)))
).filter((percent) => percent <= 50);
const THRESHOLDS = rows.map(([threshold]) => threshold);
const SHARES = findShares(rows);
const POSITIONS = THRESHOLDS.map((threshold) =>
  clamp(toLogOdds(threshold), ENDS[0], ENDS[1])
);
// The positions of the healthy, who are above the middle, and of the ill, below it
const DISCS = [0, 1].map((kind) =>
  pickPositions(POSITIONS, SHARES.map((share) => share[kind]), DOTS)
);
const MEASURES = {
  accuracy: "accuracy",
  stamp: "stamp’s accuracy",
  sensitivity: "sensitivity",
  precision: "precision",
  alarmRate: "false-alarm rate",
  cost: `cost at ${STAKE} : 1`,
};

class ThresholdLab extends Lab {
  static title = "a threshold";
  static sheets = ["threshold.css"];
  static parameters = {
    threshold: { label: "threshold", values: THRESHOLDS, start: 0.5 },
    prevalence: { label: "% who are ill", values: PREVALENCES, start: TESTED },
  };

  #people = new Plot({
    label: "Dots for healthy people, above, and for ill ones, below, " +
      "over the probability.",
    labels: ["probability $ŷ$ of being ill", ""],
    margin: { top: 10, left: 30 },
    redraw: () => this.redraw(),
  });
  #roc = this.#makeCurve("ROC curve", ["false-alarm rate", "sensitivity"]);
  #precision = this.#makeCurve("Precision–recall curve", ["sensitivity", "precision"]);
  #verdict = html("p", { class: "verdict" });
  #measures = {};
  /** The lines of the curves, and what they have been drawn for. */
  #lines = /** @type {Record<string, any>} */ ({});

  #makeCurve(name, labels) {
    const label = `${name}, with a dot at the threshold; the numbers stand beside it.`;
    const margin = { left: 32, right: 10 };
    const redraw = () => this.redraw();
    const plot = new Plot({ label, labels, margin, redraw });
    plot.ticks = { x: [[0, "0"], [1, "1"]], y: [[0, "0"], [1, "1"]] };
    return plot;
  }

  build() {
    this.#people.x = ENDS;
    this.#people.y = [-1, 1];
    this.#people.onDrag((position) => {
      this.set({ threshold: THRESHOLDS[findNearest(POSITIONS, position)] });
    });
    for (const plot of [this.#roc, this.#precision]) {
      plot.onDrag((x, y) => this.set({ threshold: this.#findThreshold(plot, x, y) }));
    }
    const sliders = html("div", { class: "sliders" });
    sliders.append(this.makeControl("threshold"), this.makeControl("prevalence"));
    const measures = html("dl");
    for (const [name, label] of Object.entries(MEASURES)) {
      const line = html("div", { class: name }, html("dt", {}, label), html("dd"));
      this.#measures[name] = line;
      measures.append(line);
    }
    const curves = html("div", { class: "curves" });
    curves.append(this.#roc.element, this.#precision.element);
    const more = this.fold(["prevalence"], curves);
    return [this.#people.element, sliders, this.#verdict, measures, more];
  }

  get #isWide() {
    return this.#people.toX(1) - this.#people.toX(0) > 16; // pixels
  }

  get #result() {
    const { threshold, prevalence } = this.state;
    return findMeasures(SHARES[THRESHOLDS.indexOf(threshold)], prevalence / 100);
  }

  /** Returns the threshold whose point on the curve of a plot is nearest to a point. */
  #findThreshold(plot, x, y) {
    const prevalence = this.state.prevalence / 100;
    const distances = SHARES.map((share) => {
      const { sensitivity, precision, alarmRate } = findMeasures(share, prevalence);
      return plot === this.#roc
        ? Math.hypot(alarmRate - x, sensitivity - y)
        : Math.hypot(sensitivity - x, (precision ?? 1) - y);
    });
    return THRESHOLDS[findNearest(distances, 0)];
  }

  draw() {
    const result = this.#result;
    this.#people.ratio = this.#isWide ? 0.44 : 0.78;
    for (const plot of [this.#roc, this.#precision]) {
      plot.ratio = this.#isWide ? 1 : 1.2;
    }
    this.#drawPeople(result.counts);
    this.#drawCurves(result);
    for (const [name, line] of Object.entries(this.#measures)) {
      const value = result[name];
      const share = value === null ? "–" : formatShare(value);
      line.lastChild.textContent = name === "cost" ? formatCount(value) : share;
      line.style.setProperty("--part", value ?? 0); // the length of its bar
    }
    this.#verdict.textContent = describeAlarms(result);
  }

  #drawPeople(counts) {
    const plot = this.#people;
    const position = POSITIONS[THRESHOLDS.indexOf(this.state.threshold)];
    const more = this.#isWide ? [0.000001, 0.1, 0.9] : [];
    const ticks = [0.0001, 0.01, 0.5, 0.99, ...more];
    plot.ticks = { x: ticks.map((value) => [toLogOdds(value), String(value)]), y: [] };
    plot.draw(() => {
      const { toX, toY } = plot;
      const [left, right] = ENDS.map(toX);
      const [top, middle, bottom] = [1, 0, -1].map(toY);
      const at = toX(position);
      const line = `M${at} ${bottom}V${top}`;
      const sides = { y: top, height: bottom - top };
      return [
        svg("rect", { class: "no", ...sides, x: left, width: at - left }),
        svg("rect", { class: "yes", ...sides, x: at, width: right - at }),
        svg("path", { class: "zero", d: `M${left} ${middle}H${right}` }),
        ...this.#drawClass(0, at),
        ...this.#drawClass(1, at),
        svg("path", { class: "threshold", d: line }),
        svg("path", { class: "grip", d: line, "data-handle": "threshold" }),
        ...this.#writeCounts(roundCounts(counts)),
        svg("circle", { class: "handle", cx: at, cy: middle, r: 9 }),
      ];
    });
  }

  /** Returns the four counts in the corners, and those of healthy and of ill people. */
  #writeCounts({ cleared, alarms, missed, found, healthy, ill }) {
    const { toX, toY } = this.#people;
    const [left, right] = [toX(ENDS[0]) + 8, toX(ENDS[1]) - 8];
    const [top, bottom] = [toY(1) + 19, toY(-1) - 9];
    const corner = (x, y, anchor, text) =>
      svg("text", { class: "value", x, y, "text-anchor": anchor }, text);
    const side = (y, text) => {
      const transform = `translate(18 ${y}) rotate(-90)`;
      return svg("text", { transform, "text-anchor": "middle" }, text);
    };
    return [
      corner(left, top, "start", `${formatCount(cleared)} cleared`),
      corner(right, top, "end", `${formatCount(alarms)} false alarms`),
      corner(left, bottom, "start", `${formatCount(missed)} missed`),
      corner(right, bottom, "end", `${formatCount(found)} found`),
      side((toY(1) + toY(0)) / 2, `${formatCount(healthy)} healthy`),
      side((toY(0) + toY(-1)) / 2, `${formatCount(ill)} ill`),
    ];
  }

  /** Returns the marks of a class: dots for right answers, crosses for wrong ones. */
  #drawClass(kind, at) {
    const { toX, toY } = this.#people;
    const positions = DISCS[kind].map(toX);
    // The discs fill 0.6 of the height of a bell whose width is 2.6 in log-odds.
    const area = 0.6 * (toY(0) - toY(1)) * 2.5 * 2.6 * (toX(1) - toX(0));
    const size = Math.sqrt(area / DOTS);
    const step = kind ? size : -size;
    const layers = stackDiscs(positions, size);
    const points = positions.map((x, i) => [x, toY(0) + (layers[i] + 0.9) * step]);
    const isRight = (x) => (x > at) === (kind === 1);
    const dots = points.filter(([x]) => isRight(x)).map(([x, y]) => `M${x} ${y}h0`);
    const arm = 0.3 * size;
    const crosses = points.filter(([x]) => !isRight(x)).map(([x, y]) => {
      const stroke = `M${x - arm} ${y - arm}l${2 * arm} ${2 * arm}`;
      return `${stroke}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`;
    });
    const name = kind ? "ill" : "healthy";
    const d = dots.join("");
    return [
      svg("path", { class: `${name} dots`, d, "stroke-width": 0.8 * size }),
      svg("path", { class: `${name} crosses`, d: crosses.join("") }),
    ];
  }

  #drawCurves({ alarmRate, sensitivity, precision }) {
    const { prevalence } = this.state;
    const key = [prevalence, this.#roc.toX(1), this.#roc.toY(0)].join();
    if (key !== this.#lines.key) this.#lines = { key, ...this.#drawLines() };
    const { roc, precision: lines } = this.#lines;
    this.#drawCurve(this.#roc, "ROC", roc, alarmRate, sensitivity);
    const title = "precision–recall";
    this.#drawCurve(this.#precision, title, lines, sensitivity, precision);
  }

  /** Returns the lines of both curves, which stay while the threshold moves. */
  #drawLines() {
    const { prevalence } = this.state;
    const { toX, toY } = this.#roc; // The other plot has the same size.
    const drawLine = (points, name) => {
      const d = trace(points.map(([x, y]) => [toX(x), toY(y)]));
      return svg("path", { class: name, d });
    };
    const now = makeCurves(SHARES, prevalence / 100);
    const tested = makeCurves(SHARES, TESTED / 100);
    const precision = [drawLine(now.precision, "curve")];
    if (prevalence !== TESTED) precision.push(drawLine(tested.precision, "before"));
    return { roc: [drawLine(now.roc, "curve")], precision };
  }

  #drawCurve(plot, title, lines, x, y) {
    plot.draw(() => {
      const { toX, toY } = plot;
      const position = { x: toX(0.5), y: 16, "text-anchor": "middle" };
      const heading = svg("text", position, title);
      if (y === null) return [heading, ...lines];
      const dot = svg("circle", { class: "handle", cx: toX(x), cy: toY(y), r: 8 });
      return [heading, ...lines, dot];
    });
  }

  describe() {
    const { threshold, prevalence } = this.state;
    const result = this.#result;
    const measures = ["accuracy", "precision", "alarmRate"]
      .filter((name) => result[name] !== null)
      .map((name) => `${MEASURES[name]} ${formatShare(result[name])}`);
    const settings = `Threshold ${threshold}, ${prevalence}% ill`;
    return `${settings}: ${describeAlarms(result)} ${measures.join(", ")}.`;
  }
}

customElements.define("threshold-lab", ThresholdLab);
