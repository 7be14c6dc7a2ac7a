// The descent lab: a path down a curve or into a bowl, and its height step by step.

import { descend, findLimit, findSurface, judge, MOST } from "./descent-math.mjs";
import { html, makeButton, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { Plot, trace } from "./plot.mjs";
import { format } from "./state.mjs";

const BOWL = "bowl";
const DOTTED = 120; // points; a longer path is a line, which is drawn sooner
const count = (many, first, unit) => Array.from({ length: many }, (_, i) => (i + first) / unit);
const RATES = [...count(30, 1, 1000), ...count(34, 7, 200), ...count(20, 5, 20)]; // finer, if small
// Of each surface what is shown, the lowest height, which parameters start, and rates to compare.
const SURFACES = {
  parabola: { x: [-23, 23], y: [-45, 525], low: 0, starts: ["x"], rates: [0.01, 0.1, 0.9, 1, 1.1] },
  valleys: { x: [-2.4, 2.4], y: [-7.5, 7], low: -6, starts: ["v"], rates: [0.002, 0.02, 0.1, 0.12, 0.2] },
  [BOWL]: { x: [-10, 10], y: [-5, 5], low: 0, starts: ["w1", "w2"] },
};
const PARTS = [0.05, 0.5, 0.95, 1, 1.05]; // of a bowl's limit

/** Returns a number, a large one as a product with a power of ten. */
function write(value) {
  if (Math.abs(value) < 1e5) return format(value);
  const [digits, power] = value.toExponential(1).replace("-", "−").split("e+");
  return `${digits} · 10${[...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;
}

const bracket = (value) => write(value).startsWith("−") ? `(${write(value)})` : write(value);

class DescentLab extends Lab {
  static title = "gradient descent";
  static sheets = ["descent.css"];
  static parameters = {
    surface: { label: "surface", options: Object.keys(SURFACES), start: "parabola" },
    ratio: { label: "ratio", min: 1, max: 100, step: 1, start: 20 },
    x: { label: "start $x_0$", min: -22, max: 22, step: 0.5, start: 20 },
    v: { label: "start $x_0$", min: -2.2, max: 2.2, step: 0.05, start: 2 },
    w1: { label: "start $w_1$", min: -9, max: 9, step: 0.1, start: -8 },
    w2: { label: "start $w_2$", min: -4, max: 4, step: 0.1, start: 1.5 },
    rate: { label: "rate $α$", values: RATES, start: 0.1 },
    beta: { label: "momentum $β$", min: 0, max: 0.99, step: 0.01, start: 0 },
    noise: { label: "noise", min: 0, max: 20, step: 0.5, start: 0 },
    seed: { label: "seed", min: 1, max: 99, step: 1, start: 1 },
    n: { label: "iteration $n$", min: 0, max: MOST, step: 1, start: 40 },
  };

  #curve = this.#makePlot("Curve of the height f over x, with the path.", "$x$", 0.6);
  #bowl = this.#makePlot("Contour lines of a bowl, with the path.", "$w_1$", 0.6, "$w_2$");
  #heights = this.#makePlot("Height after each iteration.", "iteration $n$", 0.5);
  #run = makeButton("Run", () => this.#running ? this.#pause() : this.#start(), { class: "main" });
  #verdict = html("p", { class: "verdict" });
  #others = html("p", { class: "note" });
  #numbers = html("div", { class: "computation" });
  #controls = {};
  #running = null;

  #makePlot(label, xLabel, ratio, yLabel = "height $f$") {
    const spoken = `${label} What it does stands beside it in words.`;
    return new Plot({ label: spoken, xLabel, yLabel, ratio, redraw: () => this.redraw() });
  }

  build() {
    for (const name of Object.keys(DescentLab.parameters)) {
      this.#controls[name] = this.makeControl(name);
    }
    const step = makeButton("Step", () => this.set({ n: this.state.n + 1 }));
    const back = makeButton("Start", () => this.set({ n: 0 }));
    this.#curve.onDrag((x) => this.set({ [SURFACES[this.state.surface].starts[0]]: x }));
    this.#bowl.onDrag((w1, w2) => this.set({ w1, w2 }));
    const stack = html("div", { class: "stack" }, this.#curve.element, this.#bowl.element);
    const plots = html("div", { class: "plots" }, stack, this.#heights.element);
    plots.append(this.#verdict, this.#others);
    const buttons = html("div", { class: "buttons" }, this.#run, step, back);
    const controls = html("div", {}, ...Object.values(this.#controls), buttons, this.#numbers);
    return [html("div", { class: "parts" }, plots, controls)];
  }

  set(changes) {
    if ("n" in changes) this.#pause();
    super.set(changes);
  }

  #pause() {
    this.#running = null;
    this.#run.textContent = "Run";
  }

  /** Descends on from here, faster and faster, or from the start where the end is reached. */
  #start() {
    const end = this.#descend(MOST).verdict.end;
    const from = this.state.n < end ? this.state.n : 0;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.set({ n: end });
    const run = this.#running = Symbol("run");
    this.#run.textContent = "Pause";
    let began = 0;
    const advance = (time) => {
      if (this.#running !== run || !this.isConnected) return;
      began ||= time;
      const seconds = (time - began) / 1000;
      const last = this.#descend(MOST).verdict.end; // which a change of the rate may have moved
      const n = Math.min(last, from + Math.floor(6 * seconds + 4 * seconds ** 3));
      if (n !== this.state.n) super.set({ n });
      if (n >= last) this.#pause();
      else requestAnimationFrame(advance);
    };
    requestAnimationFrame(advance);
  }

  #descend(count, rate = this.state.rate) {
    const { surface: name, ratio, beta, noise, seed } = this.state;
    const surface = findSurface(name, ratio);
    const start = SURFACES[name].starts.map((letter) => this.state[letter]);
    const settings = { rate, beta, noise, seed };
    const descent = descend(surface, start, settings, count);
    return { surface, descent, verdict: judge(descent, surface, settings) };
  }

  /** Returns rates whose paths are drawn behind, where no momentum or noise hides them. */
  #findOthers() {
    const { surface, ratio } = this.state;
    if (this.#speaks("beta") || this.#speaks("noise")) return [];
    const scale = (part) => Number((part * findLimit(ratio, 0)).toPrecision(3));
    return SURFACES[surface].rates ?? PARTS.map(scale);
  }

  /** Returns whether an author or an address speaks of a parameter. */
  #speaks(name) {
    return new URLSearchParams(this.dataset.state).has(name) || this.state[name] > 0;
  }

  draw() {
    const { surface: name, n, noise } = this.state;
    const { surface, descent, verdict } = this.#descend(n);
    const isBowl = name === BOWL;
    this.#curve.element.classList.toggle("off", isBowl);
    this.#bowl.element.classList.toggle("off", !isBowl);
    for (const [other, { starts }] of Object.entries(SURFACES)) {
      for (const letter of starts) this.#controls[letter].hidden = other !== name;
    }
    this.#controls.ratio.hidden = !isBowl;
    this.#controls.beta.hidden = !this.#speaks("beta");
    this.#controls.noise.hidden = !this.#speaks("noise");
    this.#controls.seed.hidden = !noise;
    const others = this.#findOthers();
    const ghosts = others.map((rate) => this.#descend(Math.max(n, 50), rate).descent.places);
    this.#drawGround(surface, descent.places, ghosts.map((places) => places.slice(0, n + 1)));
    this.#drawHeights(surface, descent.places, ghosts, others);
    this.#verdict.replaceChildren(...words(verdict.words));
    const list = others.join(", ").replace(/, (?=[^,]*$)/, " and ");
    this.#others.textContent = list && `Grey: the rates ${list}.`;
    const lines = this.#compute(surface, descent).map((line) => html("p", {}, ...words(line)));
    this.#numbers.replaceChildren(...lines);
  }

  /** Returns the marks of a path and, behind it, those of others, whose points are in pixels. */
  #markPath(plot, points, others) {
    const d = trace(points);
    const [cx, cy] = points[points.length - 1];
    const marks = others.map((path) => svg("path", { class: "ghost", d: trace(path) }));
    marks.push(svg("path", { class: "path", d }));
    if (points.length <= DOTTED) {
      marks.push(svg("path", { class: "dots", d: `${d.replaceAll("L", "h0M")}h0` }));
    }
    const { x: [left, right], y: [low, high], toX, toY } = plot;
    const isInside = cx >= toX(left) && cx <= toX(right) && cy <= toY(low) && cy >= toY(high);
    const ring = isInside ? [svg("circle", { class: "last", cx, cy, r: 5 })] : [];
    return [plot.clip(...marks), ...ring];
  }

  #drawGround({ height, minima }, places, others) {
    const { surface: name, ratio } = this.state;
    const isBowl = name === BOWL;
    const plot = isBowl ? this.#bowl : this.#curve;
    ({ x: plot.x, y: plot.y } = SURFACES[name]);
    const unit = plot.toX(1) - plot.toX(0);
    // Equal units along both axes of a bowl, so that steps cross the lines at right angles
    const half = (plot.toY(plot.y[0]) - plot.toY(plot.y[1])) / 2 / unit;
    if (isBowl) plot.y = [-half, half];
    plot.draw(() => {
      const { toX, toY, x: [low, high] } = plot;
      const at = (place) => [toX(place[0]), toY(isBowl ? place[1] : height(place))];
      const [[cx, cy], [x, y]] = [places[0], minima[0]].map(at);
      const ground = [];
      for (let radius = 1.5; isBowl && radius < 12 + half * Math.sqrt(ratio); radius *= 1.3) {
        const size = { rx: radius * unit, ry: (radius * unit) / Math.sqrt(ratio) };
        ground.push(svg("ellipse", { class: "line", cx: x, cy: y, ...size }));
      }
      const grid = Array.from({ length: 201 }, (_, i) => at([low + (i / 200) * (high - low)]));
      if (!isBowl) ground.push(svg("path", { class: "ground", d: trace(grid) }));
      const star = { class: "star", x, y: y + (isBowl ? 6 : 17), "text-anchor": "middle" };
      return [
        plot.clip(...ground),
        svg("text", star, "★"),
        svg("circle", { class: "handle", cx, cy, r: 9 }),
        ...this.#markPath(plot, places.map(at), others.map((path) => path.map(at))),
      ];
    });
  }

  #drawHeights({ height }, places, others, rates) {
    const plot = this.#heights;
    const { low } = SURFACES[this.state.surface];
    const heights = places.map(height);
    const first = Math.max(0.5, heights[0] - low);
    const top = Math.min(2 * first, Math.max(...heights) - low);
    const high = low + 1.1 * Math.max(first, top);
    const end = [50, 100, 200, MOST].find((end) => end >= this.state.n) ?? MOST;
    Object.assign(plot, { x: [0, end], y: [low - 0.05 * (high - low), high] });
    plot.draw(() => {
      const { toX, toY } = plot;
      const at = (value, n) => [toX(n), toY(value)];
      const paths = others.map((path) => path.map(height).map(at));
      const taken = [];
      const labels = paths.flatMap((path, i) => {
        // Where it leaves the plot, or ends.
        const out = path.findIndex(([, y]) => y < toY(high));
        const [x, y] = out < 0 ? [toX(end) - 4, path[path.length - 1][1] - 5] : path[out];
        const place = { x: Math.max(toX(0) + 42, Math.min(x, toX(end) - 4)), y: Math.max(y, toY(high) + 14) };
        if (taken.some((p) => Math.hypot((p.x - place.x) / 3, p.y - place.y) < 14)) return [];
        taken.push(place);
        return [svg("text", { class: "rate", ...place, "text-anchor": "end" }, String(rates[i]))];
      });
      return [...this.#markPath(plot, heights.map(at), paths), ...labels];
    });
  }

  /** Returns the last step with the numbers in it, a line each. */
  #compute({ letters, height }, { places, slopes, added, velocities }) {
    const { rate, beta, noise } = this.state;
    const steps = slopes.length;
    const lines = steps ? [`Step ${steps}:`] : [];
    for (const [i, letter] of steps ? letters.entries() : []) {
      const slope = slopes[steps - 1][i];
      const shaken = `(${write(slope)} + ${bracket(added[steps - 1][i])})`;
      const [old, next] = places.slice(-2).map((place) => place[i]);
      let turn = noise ? shaken : bracket(slope);
      if (beta) {
        const before = steps > 1 ? velocities[steps - 2][i] : 0;
        const velocity = velocities[steps - 1][i];
        const name = letter.replace(/^[^_]/, "v");
        lines.push(`$${name}$ = ${beta} · ${bracket(before)} + ${turn} = ${write(velocity)}`);
        turn = bracket(velocity);
      }
      lines.push(`$${letter}$ = ${write(old)} − ${rate} · ${turn} = ${write(next)}`);
    }
    return [...lines, `Height $f$ = ${write(height(places[steps]))}`];
  }

  describe() {
    const { surface, descent, verdict } = this.#descend(this.state.n);
    const place = descent.places[descent.places.length - 1];
    const at = surface.letters.map((letter, i) => `${letter} = ${format(place[i])}`).join(", ");
    return `${verdict.words} Iteration ${descent.slopes.length}: ${at}.`.replace(/[$_]/g, "");
  }
}

customElements.define("descent-lab", DescentLab);
