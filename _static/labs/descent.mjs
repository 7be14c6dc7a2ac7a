// The descent lab: a path down a curve or into a bowl, and its height step by step.

import { descend, findSurface, judge } from "./descent-math.mjs";
import { html, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { Plot, trace } from "./plot.mjs";
import { format } from "./state.mjs";

/** @typedef {import("./plot.mjs").Pair} Pair */

const BOWL = "bowl";
const MOST = 500; // steps
const DOTTED = 120; // points; a longer path is a line, which is drawn sooner
const ROUND = 60; // steps to watch what goes on for ever
// The steps of the slider are the finer the smaller the rate.
const RATES = [
  ...Array.from({ length: 30 }, (_, i) => (i + 1) / 1000),
  ...Array.from({ length: 34 }, (_, i) => (i + 7) / 200),
  ...Array.from({ length: 20 }, (_, i) => (i + 5) / 20),
];
/** @type {Record<string, {x: Pair, y: Pair, low: number}>} */
const RANGES = {
  parabola: { x: [-23, 23], y: [-25, 525], low: 0 },
  valleys: { x: [-2.4, 2.4], y: [-7, 7], low: -6 },
  [BOWL]: { x: [-10, 10], y: [-5, 5], low: 0 },
};
/** @type {Record<string, string[]>} */
const STARTS = { parabola: ["x"], valleys: ["v"], [BOWL]: ["w1", "w2"] };

/**
 * Returns a large number as a product with a power of ten.
 * @param {number} value
 */
function writeLarge(value) {
  const [digits, power] = value.toExponential(1).replace("-", "−").split("e+");
  return `${digits} · 10${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

class DescentLab extends Lab {
  static title = "gradient descent";
  static sheets = ["descent.css"];
  static parameters = {
    surface: { label: "surface", options: Object.keys(RANGES), start: "parabola" },
    ratio: { label: "ratio", min: 1, max: 100, step: 1, start: 20 },
    x: { label: "start $x_0$", min: -22, max: 22, step: 0.5, start: 20 },
    v: { label: "start $x_0$", min: -2.2, max: 2.2, step: 0.05, start: 2 },
    w1: { label: "start $w_1$", min: -9, max: 9, step: 0.1, start: -8 },
    w2: { label: "start $w_2$", min: -4, max: 4, step: 0.1, start: 1.5 },
    rate: { label: "rate $α$", min: 0.001, max: 1.2, step: 0.001, start: 0.1 },
    beta: { label: "momentum $β$", min: 0, max: 0.99, step: 0.01, start: 0 },
    noise: { label: "noise", min: 0, max: 20, step: 0.5, start: 0 },
    seed: { label: "seed", min: 1, max: 99, step: 1, start: 1 },
    n: { label: "iteration $n$", min: 0, max: MOST, step: 1, start: 40 },
  };

  #curve = this.#makePlot(
    "Curve of the height f over x, with the path.",
    "$x$",
    "height $f$",
    0.6,
  );
  #bowl = this.#makePlot("Contour lines of a bowl, with the path.", "$w_1$", "$w_2$", 0.58);
  #heights = this.#makePlot(
    "Height after each iteration.",
    "iteration $n$",
    "height $f$",
    0.42,
  );
  #rate = html("input", { id: "rate", type: "range", min: 0, max: RATES.length - 1, step: 1 });
  #rateShown = html("output", { for: "rate", "aria-live": "off" });
  #run = html("button", { type: "button" }, "Run");
  #verdict = html("p", { class: "verdict" });
  #numbers = html("div", { class: "computation" });
  /** @type {Record<string, HTMLElement>} */
  #controls = {};
  #running = false;
  #advancing = false;

  /**
   * @param {string} label
   * @param {string} xLabel
   * @param {string} yLabel
   * @param {number} ratio
   */
  #makePlot(label, xLabel, yLabel, ratio) {
    const spoken = `${label} What it does stands beside it in words.`;
    return new Plot({ label: spoken, xLabel, yLabel, ratio, redraw: () => this.redraw() });
  }

  build() {
    for (const name of Object.keys(DescentLab.parameters)) {
      this.#controls[name] = name === "rate" ? this.#makeRate() : this.makeControl(name);
    }
    const step = html("button", { type: "button" }, "Step");
    const back = html("button", { type: "button" }, "Back to start");
    step.addEventListener("click", () => this.set({ n: this.state.n + 1 }));
    back.addEventListener("click", () => this.set({ n: 0 }));
    this.#run.addEventListener("click", () => this.#running ? this.#pause() : this.#start());
    this.#curve.onDrag((x) => this.set({ [STARTS[this.state.surface][0]]: x }));
    this.#bowl.onDrag((w1, w2) => this.set({ w1, w2 }));
    const plots = html("div", { class: "plots" });
    plots.append(this.#curve.element, this.#bowl.element, this.#heights.element);
    plots.append(html("div", { class: "buttons" }, step, this.#run, back), this.#verdict);
    const controls = html("div", {}, ...Object.values(this.#controls), this.#numbers);
    return [html("div", { class: "parts" }, plots, controls)];
  }

  #makeRate() {
    this.#rate.addEventListener(
      "input",
      () => this.set({ rate: RATES[Number(this.#rate.value)] }),
    );
    const label = html("label", { for: "rate" }, ...words("rate $α$"));
    return html("div", { class: "slider" }, label, this.#rate, this.#rateShown);
  }

  /** @param {Record<string, any>} changes */
  set(changes) {
    if ("n" in changes && !this.#advancing) this.#pause();
    super.set(changes);
    this.#showRate();
  }

  #pause() {
    this.#running = false;
    this.#run.textContent = "Run";
  }

  /** Descends on from here, faster and faster, or from the start where the end is reached. */
  #start() {
    const end = this.#findEnd();
    const from = this.state.n < end ? this.state.n : 0;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.set({ n: end });
      return;
    }
    this.#running = true;
    this.#run.textContent = "Pause";
    let began = 0;
    const advance = (/** @type {number} */ time) => {
      if (!this.#running || !this.isConnected) return;
      began ||= time;
      const seconds = (time - began) / 1000;
      const last = this.#findEnd(); // which a change of the rate may have moved
      const n = Math.min(last, from + Math.floor(6 * seconds + 4 * seconds ** 3));
      this.#advancing = true;
      if (n !== this.state.n) this.set({ n });
      this.#advancing = false;
      if (n >= last) this.#pause();
      else requestAnimationFrame(advance);
    };
    requestAnimationFrame(advance);
  }

  /** Returns after how many steps a run has shown what there is to see. */
  #findEnd() {
    const { fates, end } = this.#descend(MOST).verdict;
    if (end !== null) return end;
    return fates.some((fate) => ["bounces", "restless"].includes(fate)) ? ROUND : MOST;
  }

  /** @param {number} count */
  #descend(count) {
    const { surface: name, ratio, rate, beta, noise, seed } = this.state;
    const surface = findSurface(name, ratio);
    const start = STARTS[name].map((letter) => this.state[letter]);
    const settings = { rate, beta, noise, seed };
    const descent = descend(surface, start, settings, count);
    return { surface, descent, verdict: judge(descent, surface, settings) };
  }

  #showRate() {
    const { rate } = this.state;
    const distances = RATES.map((other) => Math.abs(other - rate));
    this.#rate.value = String(distances.indexOf(Math.min(...distances)));
    this.#rate.setAttribute("aria-valuetext", String(rate));
    this.#rateShown.value = String(rate);
  }

  draw() {
    const { surface: name, n, beta, noise } = this.state;
    const { surface, descent, verdict } = this.#descend(n);
    const isBowl = name === BOWL;
    this.#curve.element.hidden = isBowl;
    this.#bowl.element.hidden = !isBowl;
    // Momentum and noise are there where an author or an address speaks of them.
    const wanted = new URLSearchParams(this.dataset.state);
    const isShown = {
      ratio: isBowl,
      x: name === "parabola",
      v: name === "valleys",
      w1: isBowl,
      w2: isBowl,
      beta: wanted.has("beta") || beta > 0,
      noise: wanted.has("noise") || noise > 0,
      seed: noise > 0,
    };
    for (const [control, shown] of Object.entries(isShown)) {
      this.#controls[control].hidden = !shown;
    }
    this.#showRate();
    if (isBowl) this.#drawBowl(descent.places);
    else this.#drawCurve(surface, descent.places);
    this.#drawHeights(descent.places.map(surface.height));
    this.#verdict.replaceChildren(...words(verdict.words));
    this.#numbers.replaceChildren(
      ...this.#compute(surface, descent).map((line) => html("p", {}, ...words(line))),
    );
    if (n) return;
    // Room for the first step, so that nothing moves when it comes.
    const first = this.#compute(surface, this.#descend(1).descent).slice(0, -1);
    const room = html("div", { class: "ahead", "aria-hidden": "true" });
    room.append(...first.map((line) => html("p", {}, ...words(line))));
    this.#numbers.append(room);
  }

  /**
   * Draws in a plot, and nothing outside of its axes.
   * @param {Plot} plot
   * @param {string} name
   * @param {() => SVGElement[]} makeMarks
   * @param {number} before Pixels before the axis of y, for a mark that stands on it.
   */
  #drawWithin(plot, name, makeMarks, before = 0) {
    plot.draw(() => {
      const [x, y] = [plot.toX(plot.x[0]) - before, plot.toY(plot.y[1])];
      const [width, height] = [plot.toX(plot.x[1]) - x, plot.toY(plot.y[0]) - y];
      const clip = svg("clipPath", { id: name }, svg("rect", { x, y, width, height }));
      return [clip, svg("g", { "clip-path": `url(#${name})` }, ...makeMarks())];
    });
  }

  /**
   * Returns the marks of a path, whose points are in pixels.
   * @param {number[][]} points
   */
  #markPath(points) {
    const shown = points.map((point) => point.map((p) => Math.max(-1e5, Math.min(1e5, p))));
    const [cx, cy] = shown[shown.length - 1];
    const marks = [svg("path", { class: "path", d: trace(shown) })];
    if (shown.length <= DOTTED) {
      const dots = shown.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
      marks.push(svg("path", { class: "dots", d: dots }));
    }
    return [...marks, svg("circle", { class: "last", cx, cy, r: 5 })];
  }

  /** @param {number[]} place In pixels. */
  #markStar([x, y]) {
    return svg("text", { class: "star", x, y: y + 6, "text-anchor": "middle" }, "★");
  }

  /**
   * @param {import("./descent-math.mjs").Surface} surface
   * @param {number[][]} places
   */
  #drawCurve({ height, minima }, places) {
    const plot = this.#curve;
    const { x, y } = RANGES[this.state.surface];
    plot.x = x;
    plot.y = y;
    this.#drawWithin(plot, "curve", () => {
      const { toX, toY } = plot;
      const at = (/** @type {number[]} */ place) => [toX(place[0]), toY(height(place))];
      const [low, high] = plot.x;
      const grid = Array.from({ length: 201 }, (_, i) => [low + (i / 200) * (high - low)]);
      const [lowest] = minima;
      const [cx, cy] = at(places[0]);
      return [
        svg("path", { class: "ground", d: trace(grid.map(at)) }),
        svg("circle", { class: "handle", cx, cy, r: 9 }),
        ...this.#markPath(places.map(at)),
        this.#markStar([toX(lowest[0]), toY(height(lowest))]),
      ];
    });
  }

  /** @param {number[][]} places */
  #drawBowl(places) {
    const plot = this.#bowl;
    const { ratio } = this.state;
    // Equal units along both axes, so that steps cross the lines at right angles
    const { x, y } = RANGES[BOWL];
    plot.x = x;
    plot.y = y;
    const unit = plot.toX(1) - plot.toX(0);
    const half = (plot.toY(y[0]) - plot.toY(y[1])) / 2 / unit;
    plot.y = [-half, half];
    this.#drawWithin(plot, "bowl", () => {
      const { toX, toY } = plot;
      const at = (/** @type {number[]} */ [w1, w2]) => [toX(w1), toY(w2)];
      const [cx, cy] = at(places[0]);
      const lines = [];
      for (let radius = 1.5; radius < 12 + half * Math.sqrt(ratio); radius += 1 + radius / 5) {
        const size = { rx: radius * unit, ry: (radius * unit) / Math.sqrt(ratio) };
        lines.push(svg("ellipse", { class: "line", cx: toX(0), cy: toY(0), ...size }));
      }
      return [
        ...lines,
        svg("circle", { class: "handle", cx, cy, r: 9 }),
        ...this.#markPath(places.map(at)),
        this.#markStar([toX(0), toY(0)]),
      ];
    });
  }

  /** @param {number[]} heights */
  #drawHeights(heights) {
    const plot = this.#heights;
    const { low } = RANGES[this.state.surface];
    const last = Math.max(this.state.n, heights.length - 1);
    const first = Math.max(0.5, heights[0] - low);
    const top = Math.min(2 * first, Math.max(...heights) - low);
    const high = low + 1.1 * Math.max(first, top);
    plot.x = [0, [20, 50, 100, 200, MOST].find((end) => end >= last) ?? MOST];
    plot.y = [low - 0.05 * (high - low), high];
    this.#drawWithin(plot, "heights", () => {
      const points = heights.map((height, n) => [plot.toX(n), plot.toY(height)]);
      return this.#markPath(points);
    }, 7);
  }

  /**
   * Returns the last step with the numbers in it, a line each.
   * @param {import("./descent-math.mjs").Surface} surface
   * @param {import("./descent-math.mjs").Descent} descent
   */
  #compute({ letters, height }, { places, slopes, added, velocities }) {
    const { rate, beta, noise } = this.state;
    const steps = slopes.length;
    const write = (/** @type {number} */ value) =>
      Math.abs(value) < 1e5 ? format(value) : writeLarge(value);
    const inside = (/** @type {number} */ value) =>
      write(value).startsWith("−") ? `(${write(value)})` : write(value);
    const lines = steps ? [`Step ${steps}:`] : [];
    for (const [i, letter] of letters.entries()) {
      if (!steps) break;
      const slope = slopes[steps - 1][i];
      const noisy = noise
        ? `(${write(slope)} + ${inside(added[steps - 1][i])})`
        : inside(slope);
      const [old, next] = places.slice(-2).map((place) => place[i]);
      const index = letter.split("_")[1];
      let turn = noisy;
      if (beta) {
        const before = steps > 1 ? velocities[steps - 2][i] : 0;
        const velocity = velocities[steps - 1][i];
        const name = index ? `v_${index}` : "v";
        lines.push(`$${name}$ = ${beta} · ${inside(before)} + ${noisy} = ${write(velocity)}`);
        turn = inside(velocity);
      }
      lines.push(`$${letter}$ = ${write(old)} − ${rate} · ${turn} = ${write(next)}`);
    }
    lines.push(`Height $f$ = ${write(height(places[steps]))}`);
    return lines;
  }

  describe() {
    const { surface, descent, verdict } = this.#descend(this.state.n);
    const place = descent.places[descent.places.length - 1];
    const at = surface.letters.map((letter, i) => `${letter} = ${format(place[i])}`).join(", ");
    const text = `${verdict.words} Iteration ${descent.slopes.length}: ${at}.`;
    return text.replaceAll("$", "").replaceAll("_", "");
  }
}

customElements.define("descent-lab", DescentLab);
