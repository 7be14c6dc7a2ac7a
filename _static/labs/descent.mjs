// The descent lab: a path down a curve or into a bowl, and its course step by step.

import { descend, findSurface, judge, MOST } from "./descent-math.mjs";
import { drawDescent, markPath, write } from "./descent-picture.mjs";
import { html, makeButton, makeParagraphs, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { bracket, format } from "./numbers.mjs";
import { Plot } from "./plot.mjs";

/** @import { Pair } from "./plot.mjs" */

const BOWL = "bowl";
const count = (many, first, unit) =>
  Array.from({ length: many }, (_, i) => (i + first) / unit);
// Small rates are closer together.
const RATES = [...count(30, 1, 1000), ...count(34, 7, 200), ...count(20, 5, 20)];
/**
 * The part of each surface that is shown, the parameters that hold the start, and a
 * learning rate with which a descent arrives.
 * @type {Record<string, { x: Pair, y: Pair, starts: string[], rate: number }>}
 */
const SURFACES = {
  parabola: { x: [-23, 23], y: [-45, 525], starts: ["w"], rate: 0.1 },
  valleys: { x: [-2.4, 2.4], y: [-7.5, 7], starts: ["v"], rate: 0.02 },
  [BOWL]: { x: [-10, 10], y: [-5, 5], starts: ["w1", "w2"], rate: 0.09 },
};

const writeFactor = (value) => bracket(write(value));

class DescentLab extends Lab {
  static title = "gradient descent";
  static sheets = ["descent.css"];
  static parameters = {
    surface: { label: "surface", options: Object.keys(SURFACES), start: "parabola" },
    ratio: { label: "ratio", min: 1, max: 100, step: 1, start: 20 },
    w: { label: "start $w_0$", min: -22, max: 22, step: 0.5, start: 20 },
    v: { label: "start $w_0$", min: -2.2, max: 2.2, step: 0.05, start: 2 },
    w1: { label: "start $w_1$", min: -9, max: 9, step: 0.1, start: -8 },
    w2: { label: "start $w_2$", min: -4, max: 4, step: 0.1, start: 1.5 },
    rate: { label: "rate $α$", values: RATES, start: 0.1 },
    beta: { label: "momentum $β$", min: 0, max: 0.99, step: 0.01, start: 0 },
    noise: { label: "noise", min: 0, max: 20, step: 0.5, start: 0 },
    seed: { label: "seed", min: 1, max: 99, step: 1, start: 1 },
    n: { label: "step $t$", min: 0, max: MOST, step: 1, start: 40 },
  };

  #curve = this.#makePlot(
    "Curve of the height f over w, with the path.",
    ["$w$", "height $f$"],
    0.6,
  );
  #bowl = this.#makePlot(
    "Contour lines of a bowl, with the path.",
    ["$w_1$", "$w_2$"],
    0.6,
  );
  // The height would not change when a descent bounces between two sides of a valley.
  #positions = this.#makePlot(
    "The path: w after each step.",
    ["step $t$", "$w_t$"],
    0.5,
  );
  #heights = this.#makePlot("Height after each step.", ["step $t$", "height $f$"], 0.5);
  #run = makeButton("Run", () => this.#running ? this.#pause() : this.#start(), {
    class: "main",
  });
  #verdict = html("p", { class: "verdict" });
  #numbers = html("div", { class: "computation" });
  #controls = /** @type {Record<string, HTMLElement>} */ ({});
  #starts = {}; // their controls, by the surface
  #running = null;

  #makePlot(label, labels, ratio) {
    const spoken = `${label} What it does stands beside it in words.`;
    const redraw = () => this.redraw();
    return new Plot({ label: spoken, labels, ratio, redraw });
  }

  build() {
    for (const name of Object.keys(DescentLab.parameters)) {
      this.#controls[name] = this.makeControl(name);
    }
    const { surface, ratio, w, v, w1, w2 } = this.#controls;
    const { rate, beta, noise, seed, n } = this.#controls;
    const step = makeButton("Step", () => this.set({ n: this.state.n + 1 }));
    this.#curve.onDrag((x) =>
      this.set({ [SURFACES[this.state.surface].starts[0]]: x })
    );
    this.#bowl.onDrag((w1, w2) => this.set({ w1, w2 }));
    const pairs = [[this.#curve, this.#bowl], [this.#positions, this.#heights]];
    const stacks = pairs.map((pair) =>
      html("div", { class: "stack" }, ...pair.map(({ element }) => element))
    );
    const plots = html("div", { class: "plots" }, ...stacks, this.#verdict);
    const buttons = html("div", { class: "buttons" }, this.#run, step);
    this.#starts = {
      parabola: w,
      valleys: v,
      [BOWL]: html("div", {}, w1, w2, ratio),
    };
    const starts = html("div", { class: "stack" }, ...Object.values(this.#starts));
    const controls = html("div", {}, beta, rate, n, buttons, this.#numbers);
    const names = ["surface", "ratio", "w", "v", "w1", "w2", "noise", "seed"];
    controls.append(this.fold(names, surface, starts, noise, seed));
    return [html("div", { class: "parts" }, plots, controls)];
  }

  disconnectedCallback() {
    this.#pause();
    super.disconnectedCallback();
  }

  set(changes) {
    if ("n" in changes) this.#pause();
    super.set({ rate: SURFACES[changes.surface]?.rate ?? this.state.rate, ...changes });
  }

  #pause() {
    this.#running = null;
    this.#run.textContent = "Run";
  }

  /** Goes on, faster and faster, or begins again where the end is reached. */
  #start() {
    const end = this.#descend(MOST).verdict.end;
    const from = this.state.n < end ? this.state.n : 0;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      return this.set({ n: end });
    }
    const run = this.#running = Symbol("run");
    this.#run.textContent = "Pause";
    let began = 0;
    const advance = (time) => {
      if (this.#running !== run) return;
      began ||= time;
      const seconds = (time - began) / 1000;
      // The end changes with the learning rate.
      const last = this.#descend(MOST).verdict.end;
      const n = Math.min(last, from + Math.floor(6 * seconds + 4 * seconds ** 3));
      if (n !== this.state.n) super.set({ n });
      if (n >= last) this.#pause();
      else requestAnimationFrame(advance);
    };
    requestAnimationFrame(advance);
  }

  #descend(count) {
    const { surface: name, ratio, rate, beta, noise, seed } = this.state;
    const surface = findSurface(name, ratio);
    const start = SURFACES[name].starts.map((letter) => this.state[letter]);
    const settings = { rate, beta, noise, seed };
    const descent = descend(surface, start, settings, count);
    return { surface, descent, verdict: judge(descent, surface, settings) };
  }

  /** Returns whether the author or the address gives a parameter a value. */
  #isSet(name) {
    return new URLSearchParams(this.dataset.state).has(name) || this.state[name] > 0;
  }

  draw() {
    const { surface: name, n } = this.state;
    const { surface, descent, verdict } = this.#descend(n);
    const isBowl = name === BOWL;
    for (const plot of [this.#curve, this.#positions]) {
      plot.element.classList.toggle("off", isBowl);
    }
    for (const plot of [this.#bowl, this.#heights]) {
      plot.element.classList.toggle("off", !isBowl);
    }
    for (const [other, group] of Object.entries(this.#starts)) {
      group.classList.toggle("off", other !== name);
    }
    this.#controls.beta.hidden = !this.#isSet("beta");
    this.#controls.noise.hidden = !this.#isSet("noise");
    this.#controls.seed.hidden = !this.#isSet("noise");
    this.#drawGround(surface, descent.positions);
    this.#drawSteps(surface, descent.positions);
    this.#verdict.replaceChildren(...words(verdict.words));
    const lines = this.#writeStep(surface, descent);
    this.#numbers.replaceChildren(...makeParagraphs(lines));
  }

  #drawGround(surface, positions) {
    const { surface: name } = this.state;
    const plot = name === BOWL ? this.#bowl : this.#curve;
    ({ x: plot.x, y: plot.y } = SURFACES[name]);
    drawDescent(plot, surface, positions);
  }

  /** Draws w after each step or, of a bowl, the height. */
  #drawSteps({ height, minima }, positions) {
    const { surface: name, n } = this.state;
    const isBowl = name === BOWL;
    const plot = isBowl ? this.#heights : this.#positions;
    const find = (position) => isBowl ? height(position) : position[0];
    const values = positions.map(find);
    const high = 1.1 * Math.max(0.5, Math.min(2 * values[0], Math.max(...values)));
    plot.x = [0, [50, 100, 200].find((end) => end >= n) ?? MOST];
    plot.y = isBowl ? [-0.05 * high, high] : SURFACES[name].x;
    plot.draw(() => {
      const { toX, toY } = plot;
      const [start, end] = plot.x.map(toX);
      const lowest = minima.map((minimum) => `M${start} ${toY(find(minimum))}H${end}`);
      const line = svg("path", { class: "line", d: lowest.join("") });
      const points = values.map((value, t) => [toX(t), toY(value)]);
      return [line, ...markPath(plot, points)];
    });
  }

  /** Returns lines: the last step with its numbers, and the height. */
  #writeStep({ letters, height }, { positions, slopes, added, velocities }) {
    const { rate, beta, noise } = this.state;
    const steps = slopes.length;
    const lines = steps ? [`Step ${steps}:`] : [];
    for (const [i, letter] of steps ? letters.entries() : []) {
      const slope = slopes[steps - 1][i];
      const shaken = `(${write(slope)} + ${writeFactor(added[steps - 1][i])})`;
      const [old, next] = positions.slice(-2).map((position) => position[i]);
      let factor = noise ? shaken : writeFactor(slope);
      if (beta) {
        const before = writeFactor(steps > 1 ? velocities[steps - 2][i] : 0);
        const velocity = velocities[steps - 1][i];
        const name = letter.replace(/^[^_]/, "v");
        const sum = `${beta} · ${before} + ${factor}`;
        lines.push(`$${name}$ = ${sum} = ${write(velocity)}`);
        factor = writeFactor(velocity);
      }
      lines.push(`$${letter}$ = ${write(old)} − ${rate} · ${factor} = ${write(next)}`);
    }
    return [...lines, `Height $f$ = ${write(height(positions[steps]))}`];
  }

  describe() {
    const { surface, descent, verdict } = this.#descend(this.state.n);
    const steps = descent.slopes.length;
    const position = descent.positions[steps];
    const at = surface.letters.map((letter, i) => `${letter} = ${format(position[i])}`);
    const text = `${verdict.words} Step ${steps}: ${at.join(", ")}.`;
    return text.replace(/[$_]/g, "");
  }
}

customElements.define("descent-lab", DescentLab);
