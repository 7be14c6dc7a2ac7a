// The ramps lab: ReLU ramps are dragged until their sum follows a chromatogram.

import { html, makeButton, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { format } from "./numbers.mjs";
import { Plot, trace } from "./plot.mjs";
import { judge, MOST, RANGE, traceOutput, traceSignal } from "./ramps-math.mjs";

/** @import { Parameters } from "./state.mjs" */

const ARM = 48; // pixels from a kink to the handle that tilts its ramp
const NUMBERS = Array.from({ length: MOST }, (_, i) => String(i + 1));
const STARTS = [1, 5];
const WEIGHTS = [0.25, -0.25];

/** Returns the start and the output weight of each neuron. @returns {Parameters} */
function makeParameters() {
  const pairs = NUMBERS.flatMap((number, i) => {
    const start = { label: `neuron ${number} starts at (min)`, min: 0, max: 9 };
    const weight = { label: "its output weight", min: -2, max: 2 };
    return [
      [`s${number}`, { ...start, step: 0.1, start: STARTS[i] ?? 9 }],
      [`w${number}`, { ...weight, step: 0.05, start: WEIGHTS[i] ?? 0 }],
    ];
  });
  return Object.fromEntries(pairs);
}

class RampsLab extends Lab {
  static title = "ramps";
  static sheets = ["ramps.css"];
  static parameters = {
    n: { min: 1, max: MOST, step: 1, start: STARTS.length },
    at: { label: "hidden neuron", options: NUMBERS, start: "2" },
    ...makeParameters(),
  };

  #plot = new Plot({
    label: "A chromatogram with two peaks, dashed; the ramps of the hidden neurons, " +
      "and their sum. How close it is stands below in words.",
    labels: ["time (min)", "signal"],
    margin: { top: 10, right: 20 },
    redraw: () => this.redraw(),
  });
  #choice = this.makeControl("at");
  #pairs = NUMBERS.map((number) => {
    const sliders = [`s${number}`, `w${number}`].map((name) => this.makeControl(name));
    const pair = html("div", { class: "sliders" }, ...sliders);
    // A finger leaves the focus where it was, on the choice of a neuron.
    pair.addEventListener("pointerup", ({ target }) => {
      /** @type {HTMLElement} */ (target).focus({ preventScroll: true });
    });
    return pair;
  });
  #more = makeButton("One neuron more", () => this.#add());
  #fewer = makeButton("One fewer", () => this.#remove());
  #verdict = html("p", { class: "verdict" });

  build() {
    this.#plot.x = RANGE;
    this.#plot.y = [-0.6, 1.3];
    this.#plot.onDrag((x, y, hold) => this.set(this.#move(x, y, hold)));
    const buttons = html("div", { class: "buttons" }, this.#more, this.#fewer);
    const neurons = html("div", { class: "neurons" }, this.#choice, buttons);
    const sliders = html("div", { class: "stack" }, ...this.#pairs);
    return [this.#plot.element, neurons, sliders, this.#verdict];
  }

  /** Keeps the chosen neuron among those there are. */
  compute() {
    this.state.at = String(Math.min(Number(this.state.at), this.state.n));
  }

  get #ramps() {
    return NUMBERS.slice(0, this.state.n).map((number) => ({
      start: this.state[`s${number}`],
      weight: this.state[`w${number}`],
    }));
  }

  /** Adds a neuron to the right of the chosen one; at weight 0 it changes nothing. */
  #add() {
    const { n, at } = this.state;
    if (n === MOST) return;
    const start = this.state[`s${at}`] + 1;
    this.set({ n: n + 1, at: String(n + 1), [`s${n + 1}`]: start, [`w${n + 1}`]: 0 });
  }

  /** Removes the chosen neuron; those after it move up. */
  #remove() {
    const { n, at } = this.state;
    if (n === 1) return;
    const rest = this.#ramps.filter((_, i) => i !== Number(at) - 1);
    const moved = rest.flatMap(({ start, weight }, i) => [
      [`s${i + 1}`, start],
      [`w${i + 1}`, weight],
    ]);
    this.set({ n: n - 1, ...Object.fromEntries(moved) });
  }

  /** Returns what changes as a kink is shifted, or a ramp tilted about its kink. */
  #move(x, y, hold) {
    const [kind, at] = hold.handle.split(" ");
    if (!kind) return {};
    hold.ramp ??= this.#ramps[at - 1];
    const { start, weight } = hold.ramp;
    if (kind === "start") return { at, [`s${at}`]: start + x - hold.x };
    const offset = hold.y - weight * (hold.x - start); // where it is held, off the ramp
    return { at, [`w${at}`]: (y - offset) / Math.max(0.3, x - start) };
  }

  draw() {
    const { n, at } = this.state;
    for (const [i, label] of this.#choice.querySelectorAll("label").entries()) {
      label.classList.toggle("off", i >= n);
    }
    for (const [i, pair] of this.#pairs.entries()) {
      pair.classList.toggle("off", NUMBERS[i] !== at);
    }
    this.#more.ariaDisabled = n === MOST ? "true" : null;
    this.#fewer.ariaDisabled = n === 1 ? "true" : null;
    this.#verdict.textContent = judge(this.#ramps);
    this.#plot.ratio = this.#isWide ? 0.46 : 0.8;
    this.#plot.draw(() => this.#makeMarks());
  }

  get #isWide() {
    return this.#plot.toX(1) - this.#plot.toX(0) > 40; // pixels
  }

  #makeMarks() {
    const { toX, toY } = this.#plot;
    const scale = (points) => points.map(([x, y]) => [toX(x), toY(y)]);
    const ramps = this.#ramps;
    const chosen = Number(this.state.at) - 1;
    const sum = scale(traceOutput(ramps));
    const lines = ramps.map((ramp, i) => {
      const name = i === chosen ? "ramp chosen" : "ramp";
      return svg("path", { class: name, d: trace(scale(traceOutput([ramp]))) });
    });
    const tilt = { class: "grip", "data-handle": `weight ${chosen + 1}` };
    const { start, weight } = ramps[chosen];
    const held = scale([[start, 0], [RANGE[1], weight * (RANGE[1] - start)]]);
    const kinks = sum.slice(1, -1).map(([cx, cy]) =>
      svg("circle", { class: "kink", cx, cy, r: 4 })
    );
    const name = { class: "value", x: toX(9.9), y: toY(0.55), "text-anchor": "end" };
    return [
      svg("path", { class: "zero", d: trace(scale([[RANGE[0], 0], [RANGE[1], 0]])) }),
      this.#plot.clip(
        ...lines,
        svg("path", { class: "sum", d: trace(sum) }),
        svg("path", { class: "signal", d: trace(scale(traceSignal())) }),
        ...kinks,
        svg("path", { ...tilt, d: trace(held) }),
      ),
      svg("text", name, "chromatogram"),
      ...this.#drawHandles(ramps, chosen),
    ];
  }

  /** Returns the dots at the kinks, the chosen neuron's last, and its arm's ring. */
  #drawHandles(ramps, chosen) {
    const { toX, toY } = this.#plot;
    const y = toY(0);
    const dots = ramps.map(({ start }, i) => {
      const handle = { "data-handle": `start ${i + 1}`, cx: toX(start), cy: y };
      const position = { x: toX(start), y: y + 26, "text-anchor": "middle" };
      return svg(
        "g",
        { class: i === chosen ? "dot chosen" : "dot" },
        svg("circle", { class: "handle", ...handle, r: i === chosen ? 9 : 6 }),
        svg("circle", { class: "grip", ...handle, r: 6 }),
        svg("text", { class: "value", ...position }, NUMBERS[i]),
      );
    });
    const { start, weight } = ramps[chosen];
    const across = toX(1) - toX(0);
    const up = weight * (toY(0) - toY(1));
    const arm = ARM / Math.hypot(across, up);
    const at = { cx: toX(start) + arm * across, cy: y - arm * up, r: 8 };
    const ring = ["handle tilt", "grip"].map((name) =>
      svg("circle", { class: name, "data-handle": `weight ${chosen + 1}`, ...at })
    );
    const [last] = dots.splice(chosen, 1);
    return [...dots, ...ring, last];
  }

  describe() {
    const { start, weight } = this.#ramps[Number(this.state.at) - 1];
    const at = `Neuron ${this.state.at} starts at ${format(start, 1)} minutes`;
    return `${judge(this.#ramps)} ${at}; output weight ${format(weight)}.`;
  }
}

customElements.define("ramps-lab", RampsLab);
