// The descent lab: a path down a curve or into a bowl, and where or how high it is after each step.

import { descend, findSurface, judge, MOST } from "./descent-math.mjs";
import { html, makeButton, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { Plot, trace } from "./plot.mjs";
import { format } from "./state.mjs";

const BOWL = "bowl";
const DOTTED = 120; // points; a longer path is a line, which is drawn sooner
const count = (many, first, unit) =>
  Array.from({ length: many }, (_, i) => (i + first) / unit);
const RATES = [...count(30, 1, 1000), ...count(34, 7, 200), ...count(20, 5, 20)]; // finer, if small
// Of each surface what is shown, which parameters start, and a rate at which it is descended.
const SURFACES = {
  parabola: { x: [-23, 23], y: [-45, 525], starts: ["w"], rate: 0.1 },
  valleys: { x: [-2.4, 2.4], y: [-7.5, 7], starts: ["v"], rate: 0.02 },
  [BOWL]: { x: [-10, 10], y: [-5, 5], starts: ["w1", "w2"], rate: 0.09 },
};

/** Returns a number, a large one as a product with a power of ten. */
function write(value) {
  if (Math.abs(value) < 1e5) return format(value);
  const [digits, power] = value.toExponential(1).replace("-", "−").split("e+");
  return `${digits} · 10${
    [...power].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")
  }`;
}

const bracket = (value) =>
  write(value).startsWith("−") ? `(${write(value)})` : write(value);

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
    "$w$",
    "height $f$",
    0.6,
  );
  #bowl = this.#makePlot(
    "Contour lines of a bowl, with the path.",
    "$w_1$",
    "$w_2$",
    0.6,
  );
  // A height would not tell that a descent bounces between two places of the same height.
  #places = this.#makePlot("The path: w after each step.", "step $t$", "$w_t$", 0.5);
  #heights = this.#makePlot("Height after each step.", "step $t$", "height $f$", 0.5);
  #run = makeButton("Run", () => this.#running ? this.#pause() : this.#start(), {
    class: "main",
  });
  #verdict = html("p", { class: "verdict" });
  #numbers = html("div", { class: "computation" });
  #controls = {};
  #running = null;

  #makePlot(label, xLabel, yLabel, ratio) {
    const spoken = `${label} What it does stands beside it in words.`;
    return new Plot({
      label: spoken,
      xLabel,
      yLabel,
      ratio,
      redraw: () => this.redraw(),
    });
  }

  build() {
    for (const name of Object.keys(DescentLab.parameters)) {
      this.#controls[name] = this.makeControl(name);
    }
    const step = makeButton("Step", () => this.set({ n: this.state.n + 1 }));
    const back = makeButton("Back to start", () => this.set({ n: 0 }));
    this.#curve.onDrag((x) =>
      this.set({ [SURFACES[this.state.surface].starts[0]]: x })
    );
    this.#bowl.onDrag((w1, w2) => this.set({ w1, w2 }));
    const pairs = [[this.#curve, this.#bowl], [this.#places, this.#heights]];
    const stacks = pairs.map((pair) =>
      html("div", { class: "stack" }, ...pair.map(({ element }) => element))
    );
    const plots = html("div", { class: "plots" }, ...stacks, this.#verdict);
    const buttons = html("div", { class: "buttons" }, this.#run, step, back);
    const controls = html(
      "div",
      {},
      ...Object.values(this.#controls),
      buttons,
      this.#numbers,
    );
    return [html("div", { class: "parts" }, plots, controls)];
  }

  set(changes) {
    if ("n" in changes) this.#pause();
    super.set({ rate: SURFACES[changes.surface]?.rate ?? this.state.rate, ...changes });
  }

  #pause() {
    this.#running = null;
    this.#run.textContent = "Run";
  }

  /** Descends on from here, faster and faster, or from the start where the end is reached. */
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

  #descend(count) {
    const { surface: name, ratio, rate, beta, noise, seed } = this.state;
    const surface = findSurface(name, ratio);
    const start = SURFACES[name].starts.map((letter) => this.state[letter]);
    const settings = { rate, beta, noise, seed };
    const descent = descend(surface, start, settings, count);
    return { surface, descent, verdict: judge(descent, surface, settings) };
  }

  /** Returns whether an author or an address speaks of a parameter. */
  #speaks(name) {
    return new URLSearchParams(this.dataset.state).has(name) || this.state[name] > 0;
  }

  draw() {
    const { surface: name, n, noise } = this.state;
    const { surface, descent, verdict } = this.#descend(n);
    const isBowl = name === BOWL;
    for (const plot of [this.#curve, this.#places]) {
      plot.element.classList.toggle("off", isBowl);
    }
    for (const plot of [this.#bowl, this.#heights]) {
      plot.element.classList.toggle("off", !isBowl);
    }
    for (const [other, { starts }] of Object.entries(SURFACES)) {
      for (const letter of starts) this.#controls[letter].hidden = other !== name;
    }
    this.#controls.ratio.hidden = !isBowl;
    this.#controls.beta.hidden = !this.#speaks("beta");
    this.#controls.noise.hidden = !this.#speaks("noise");
    this.#controls.seed.hidden = !noise;
    this.#drawGround(surface, descent.places);
    this.#drawSteps(surface, descent.places);
    this.#verdict.replaceChildren(...words(verdict.words));
    const lines = this.#compute(surface, descent).map((line) =>
      html("p", {}, ...words(line))
    );
    this.#numbers.replaceChildren(...lines);
  }

  /** Returns the marks of a path, whose points are in pixels. */
  #markPath(plot, points) {
    const d = trace(points);
    const [cx, cy] = points[points.length - 1];
    const marks = [svg("path", { class: "path", d })];
    if (points.length <= DOTTED) {
      marks.push(svg("path", { class: "dots", d: `${d.replaceAll("L", "h0M")}h0` }));
    }
    const { x: [left, right], y: [low, high], toX, toY } = plot;
    const isInside = cx >= toX(left) && cx <= toX(right) && cy <= toY(low) &&
      cy >= toY(high);
    const ring = isInside ? [svg("circle", { class: "last", cx, cy, r: 5 })] : [];
    return [plot.clip(...marks), ...ring];
  }

  #drawGround({ height, minima }, places) {
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
      for (
        let radius = 1.5;
        isBowl && radius < 12 + half * Math.sqrt(ratio);
        radius *= 1.3
      ) {
        const size = { rx: radius * unit, ry: (radius * unit) / Math.sqrt(ratio) };
        ground.push(svg("ellipse", { class: "line", cx: x, cy: y, ...size }));
      }
      const grid = Array.from(
        { length: 201 },
        (_, i) => at([low + (i / 200) * (high - low)]),
      );
      if (!isBowl) ground.push(svg("path", { class: "ground", d: trace(grid) }));
      const star = {
        class: "star",
        x,
        y: y + (isBowl ? 6 : 17),
        "text-anchor": "middle",
      };
      return [
        plot.clip(...ground),
        svg("text", star, "★"),
        svg("circle", { class: "handle", cx, cy, r: 9 }),
        ...this.#markPath(plot, places.map(at)),
      ];
    });
  }

  /** Draws w after each step or, of a bowl, the height. */
  #drawSteps({ height, minima }, places) {
    const { surface: name, n } = this.state;
    const isBowl = name === BOWL;
    const plot = isBowl ? this.#heights : this.#places;
    const find = (place) => isBowl ? height(place) : place[0];
    const values = places.map(find);
    const high = 1.1 * Math.max(0.5, Math.min(2 * values[0], Math.max(...values)));
    plot.x = [0, [50, 100, 200].find((end) => end >= n) ?? MOST];
    plot.y = isBowl ? [-0.05 * high, high] : SURFACES[name].x;
    plot.draw(() => {
      const [start, end] = plot.x.map(plot.toX);
      const lowest = minima.map((place) => `M${start} ${plot.toY(find(place))}H${end}`);
      const points = values.map((value, t) => [plot.toX(t), plot.toY(value)]);
      return [
        svg("path", { class: "line", d: lowest.join("") }),
        ...this.#markPath(plot, points),
      ];
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
        lines.push(
          `$${name}$ = ${beta} · ${bracket(before)} + ${turn} = ${write(velocity)}`,
        );
        turn = bracket(velocity);
      }
      lines.push(`$${letter}$ = ${write(old)} − ${rate} · ${turn} = ${write(next)}`);
    }
    return [...lines, `Height $f$ = ${write(height(places[steps]))}`];
  }

  describe() {
    const { surface, descent, verdict } = this.#descend(this.state.n);
    const place = descent.places[descent.places.length - 1];
    const at = surface.letters.map((letter, i) => `${letter} = ${format(place[i])}`)
      .join(", ");
    return `${verdict.words} Step ${descent.slopes.length}: ${at}.`.replace(
      /[$_]/g,
      "",
    );
  }
}

customElements.define("descent-lab", DescentLab);
