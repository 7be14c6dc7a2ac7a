// The threshold lab: who is called ill above a threshold, and how good an answer that is.

import { html, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { Plot, trace } from "./plot.mjs";
import { findNearest } from "./state.mjs";
import {
  findShares,
  judge,
  makeCurves,
  pick,
  round,
  stack,
  STAKE,
  tell,
  toLogOdds,
  write,
  writeShare,
} from "./threshold-math.mjs";

// The build writes how many people of the chapter are above each threshold.
const response = await fetch(new URL("people.json", import.meta.url));
const rows = await response.json();

const ENDS = [-15, 6]; // of the axis, in log-odds
const DOTS = 100; // of each class
const TESTED = 1; // the prevalence in the chapter, in percent
const PREVALENCES = [0.1, 1, 10].flatMap((unit) =>
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].map((part) => Number((unit * part).toFixed(2)))
).filter((percent) => percent <= 50);
const THRESHOLDS = rows.map(([threshold]) => threshold);
const SHARES = findShares(rows);
const PLACES = THRESHOLDS.map((threshold) =>
  Math.min(ENDS[1], Math.max(ENDS[0], toLogOdds(threshold)))
);
// The healthy, above the middle, and the ill, below it
const ROWS = [0, 1].map((kind) =>
  pick(PLACES, SHARES.map((share) => share[kind]), DOTS)
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
    label:
      "Dots for healthy people, above, and for ill ones, below, over the probability.",
    xLabel: "probability $ŷ$ of being ill",
    yLabel: "",
    margin: { top: 10, left: 30 },
    redraw: () => this.redraw(),
  });
  #roc = this.#makeCurve("ROC curve", "false-alarm rate", "sensitivity");
  #precision = this.#makeCurve("Precision–recall curve", "sensitivity", "precision");
  #verdict = html("p", { class: "verdict" });
  #measures = {};
  #lines = {}; // of the curves, as they are drawn

  #makeCurve(name, xLabel, yLabel) {
    const label = `${name}, with a dot at the threshold; the numbers stand beside it.`;
    const margin = { left: 32, right: 10 };
    const plot = new Plot({
      label,
      xLabel,
      yLabel,
      margin,
      redraw: () => this.redraw(),
    });
    plot.ticks = { x: [[0, "0"], [1, "1"]], y: [[0, "0"], [1, "1"]] };
    return plot;
  }

  build() {
    this.#people.x = ENDS;
    this.#people.y = [-1, 1];
    this.#people.onDrag((place) =>
      this.set({ threshold: THRESHOLDS[findNearest(PLACES, place)] })
    );
    for (const [plot, name] of [[this.#roc, "roc"], [this.#precision, "precision"]]) {
      plot.onDrag((x, y) => this.set({ threshold: this.#findNearest(name, x, y) }));
    }
    const sliders = html("div", { class: "sliders" });
    sliders.append(
      ...Object.keys(ThresholdLab.parameters).map((name) => this.makeControl(name)),
    );
    const measures = html("dl");
    for (const [name, label] of Object.entries(MEASURES)) {
      const line = html("div", { class: name }, html("dt", {}, label), html("dd"));
      this.#measures[name] = line;
      measures.append(line);
    }
    const curves = html(
      "div",
      { class: "curves" },
      this.#roc.element,
      this.#precision.element,
    );
    const results = html("div", { class: "results" }, measures, curves);
    return [this.#people.element, sliders, this.#verdict, results];
  }

  get #isWide() {
    return this.#people.toX(1) - this.#people.toX(0) > 16; // pixels
  }

  get #result() {
    const { threshold, prevalence } = this.state;
    return judge(SHARES[THRESHOLDS.indexOf(threshold)], prevalence / 100);
  }

  /** Returns the threshold whose point of a curve is nearest to a place. */
  #findNearest(name, x, y) {
    const distances = SHARES.map((share) => {
      const { sensitivity, precision, alarmRate } = judge(
        share,
        this.state.prevalence / 100,
      );
      const point = name === "roc"
        ? [alarmRate, sensitivity]
        : [sensitivity, precision ?? 1];
      return Math.hypot(point[0] - x, point[1] - y);
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
      const share = value === null ? "–" : writeShare(value);
      line.lastChild.textContent = name === "cost" ? write(value) : share;
      line.style.setProperty("--part", value ?? 0); // as long as its bar is
    }
    this.#verdict.textContent = tell(result);
  }

  #drawPeople(counts) {
    const plot = this.#people;
    const place = PLACES[THRESHOLDS.indexOf(this.state.threshold)];
    const { cleared, alarms, missed, found, healthy, ill } = round(counts);
    const written = [
      0.0001,
      0.01,
      0.5,
      0.99,
      ...this.#isWide ? [0.000001, 0.1, 0.9] : [],
    ];
    plot.ticks = {
      x: written.map((value) => [toLogOdds(value), String(value)]),
      y: [],
    };
    plot.draw(() => {
      const { toX, toY } = plot;
      const [[left, right], [bottom, top], middle] = [
        ENDS.map(toX),
        [-1, 1].map(toY),
        toY(0),
      ];
      const at = toX(place);
      const line = `M${at} ${bottom}V${top}`;
      const corner = (x, y, anchor, text) =>
        svg("text", { class: "value", x, y, "text-anchor": anchor }, text);
      const turned = (y, text) =>
        svg("text", {
          transform: `translate(18 ${y}) rotate(-90)`,
          "text-anchor": "middle",
        }, text);
      return [
        svg("rect", {
          class: "no",
          x: left,
          y: top,
          width: at - left,
          height: bottom - top,
        }),
        svg("rect", {
          class: "yes",
          x: at,
          y: top,
          width: right - at,
          height: bottom - top,
        }),
        svg("path", { class: "zero", d: `M${left} ${middle}H${right}` }),
        ...this.#drawRow(0, at),
        ...this.#drawRow(1, at),
        svg("path", { class: "threshold", d: line }),
        svg("path", { class: "grip", d: line, "data-handle": "threshold" }),
        corner(left + 8, top + 19, "start", `${write(cleared)} cleared`),
        corner(right - 8, top + 19, "end", `${write(alarms)} false alarms`),
        corner(left + 8, bottom - 9, "start", `${write(missed)} missed`),
        corner(right - 8, bottom - 9, "end", `${write(found)} found`),
        turned((top + middle) / 2, `${write(healthy)} healthy`),
        turned((middle + bottom) / 2, `${write(ill)} ill`),
        svg("circle", { class: "handle", cx: at, cy: middle, r: 9 }),
      ];
    });
  }

  /** Returns the marks of a class: dots for right answers, crosses for wrong ones. */
  #drawRow(kind, at) {
    const { toX, toY } = this.#people;
    const places = ROWS[kind].map(toX);
    // Of such a size they fill 0.6 of the height, where the log-odds are a bell of width 2.6.
    const size = Math.sqrt(
      (0.6 * (toY(0) - toY(1)) * 2.5 * 2.6 * (toX(1) - toX(0))) / DOTS,
    );
    const way = kind ? size : -size;
    const points = stack(places, size).map((
      layer,
      i,
    ) => [places[i], toY(0) + (layer + 0.9) * way]);
    const isRight = ([x]) => (x > at) === (kind === 1);
    const arm = 0.3 * size;
    const dots = points.filter(isRight).map(([x, y]) => `M${x} ${y}h0`);
    const crosses = points.filter((point) => !isRight(point)).map(([x, y]) =>
      `M${x - arm} ${y - arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${
        2 * arm
      }`
    );
    const name = kind ? "ill" : "healthy";
    return [
      svg("path", {
        class: `${name} dots`,
        d: dots.join(""),
        "stroke-width": 0.8 * size,
      }),
      svg("path", { class: `${name} crosses`, d: crosses.join("") }),
    ];
  }

  #drawCurves({ alarmRate, sensitivity, precision }) {
    const { prevalence } = this.state;
    const key = [prevalence, this.#roc.toX(1), this.#roc.toY(0)].join(); // else only dots move
    if (key !== this.#lines.key) {
      const { roc, precision: now } = makeCurves(SHARES, prevalence / 100);
      const { precision: tested } = makeCurves(SHARES, TESTED / 100);
      const before = prevalence === TESTED ? [] : [this.#drawLine(tested, "before")];
      this.#lines = { key, roc: [this.#drawLine(roc, "curve")] };
      this.#lines.precision = [this.#drawLine(now, "curve"), ...before];
    }
    this.#drawCurve(this.#roc, "ROC", this.#lines.roc, alarmRate, sensitivity);
    const name = "precision–recall";
    this.#drawCurve(
      this.#precision,
      name,
      this.#lines.precision,
      sensitivity,
      precision,
    );
  }

  #drawLine(points, name) {
    const { toX, toY } = this.#roc; // the other is as large
    return svg("path", {
      class: name,
      d: trace(points.map(([x, y]) => [toX(x), toY(y)])),
    });
  }

  #drawCurve(plot, title, lines, x, y) {
    plot.draw(() => {
      const { toX, toY } = plot;
      const heading = svg(
        "text",
        { x: toX(0.5), y: 16, "text-anchor": "middle" },
        title,
      );
      if (y === null) return [heading, ...lines];
      return [
        heading,
        ...lines,
        svg("circle", { class: "handle", cx: toX(x), cy: toY(y), r: 8 }),
      ];
    });
  }

  describe() {
    const { threshold, prevalence } = this.state;
    const result = this.#result;
    const told = ["accuracy", "precision", "alarmRate"]
      .filter((name) => result[name] !== null)
      .map((name) => `${MEASURES[name]} ${writeShare(result[name])}`);
    return `Threshold ${threshold}, ${prevalence}% ill: ${tell(result)} ${
      told.join(", ")
    }.`;
  }
}

customElements.define("threshold-lab", ThresholdLab);
