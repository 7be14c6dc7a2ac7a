// The neuron lab: one neuron with one input, as a curve, or with two, as a plane.

import { html, makeParagraphs, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import {
  activations,
  findBoundary,
  findTransition,
  steepness,
  sum,
  turn,
} from "./neuron-math.mjs";
import { bracket, clamp, format } from "./numbers.mjs";
import { Plot, trace } from "./plot.mjs";

/** @import { Pair } from "./plot.mjs" */

const ONE = "one";
const TWO = "two";
const AXES = ["input $x_1$", "input $x_2$"];
const CLUES = ["brightness $x_1$", "roundness $x_2$"]; // of cells that may divide
const ARM = 62; // pixels from a transition to the handle that tilts or turns it
/** @type {Record<string, Pair>} */
const RANGES = { sigmoid: [-0.15, 1.15], tanh: [-1.15, 1.15], ReLU: [-0.3, 5.2] };

const list = (names) => new Intl.ListFormat("en-GB").format(names);

/** Returns a text such as "= 0.52", or "> 0.999" where rounding would give 1. */
function writeActivation(a) {
  if (a > 0.9995 && a < 1) return "> 0.999";
  if (a < -0.9995 && a > -1) return "< −0.999";
  return `= ${format(a, 3)}`;
}

/** Returns the handle that changes the weights. */
function drawGrip(cx, cy) {
  return ["handle tilt", "grip"].map((name) =>
    svg("circle", { class: name, "data-handle": "weight", cx, cy, r: 8 })
  );
}

class NeuronLab extends Lab {
  static title = "a single neuron";
  static sheets = ["neuron.css"];
  static parameters = {
    inputs: { label: "inputs", options: [ONE, TWO], start: ONE },
    h: {
      label: "activation function $h$",
      options: Object.keys(activations),
      start: "tanh",
    },
    w: { label: "weight $w$", min: -8, max: 8, step: 0.1, start: 2 },
    b: { label: "bias $b$", min: -8, max: 8, step: 0.1, start: -2 },
    x: { label: "input $x$", min: -4, max: 4, step: 0.1, start: 1.5 },
    w1: { label: "weight $w_1$", min: -12, max: 12, step: 0.1, start: 4 },
    w2: { label: "weight $w_2$", min: -12, max: 12, step: 0.1, start: 4 },
    b2: { label: "bias $b$", min: -16, max: 16, step: 0.1, start: -4 },
    x1: { label: "input $x_1$", min: 0, max: 1, step: 0.01, start: 0.7 },
    x2: { label: "input $x_2$", min: 0, max: 1, step: 0.01, start: 0.5 },
    cells: { list: true, start: [] }, // x1, x2, x1, x2 …
    goal: { list: true, start: [] }, // the cells that divide, counted from 1
  };

  #curve = new Plot({
    label: "Curve of the output a over the input x; the numbers stand beside it.",
    labels: ["input $x$", "output $a$"],
    ratio: 0.9,
    redraw: () => this.redraw(),
  });
  #plane = new Plot({
    label: "Plane of the two inputs, coloured by the output a; " +
      "the numbers stand beside it.",
    labels: AXES,
    ratio: 0.9,
    redraw: () => this.redraw(),
  });
  #scale = html("p", { class: "scale" }, "\u00a0");
  #verdict = html("p", { class: "verdict" });
  #computation = html("div", { class: "computation" });
  #parts = {};

  build() {
    const group = (...names) =>
      html("div", {}, ...names.map((name) => this.makeControl(name)));
    const stack = (...parts) => html("div", { class: "stack" }, ...parts);
    const one = [group("w", "b"), group("x")];
    const two = [group("w1", "w2", "b2"), group("x1", "x2")];
    this.#curve.x = [-4, 4];
    this.#curve.onDrag((x, y, hold) => this.set(this.#moveCurve(x, y, hold)));
    this.#plane.onDrag((x1, x2, hold) => this.set(this.#moveLine(x1, x2, hold)));
    const plane = html("div", {}, this.#plane.element, this.#scale);
    this.#parts = { [ONE]: [this.#curve.element, ...one], [TWO]: [plane, ...two] };
    const plots = html("div", { class: "plots" }, stack(this.#curve.element, plane));
    const kinds = group("inputs", "h");
    const more = this.fold(["inputs", "h"], kinds, stack(one[1], two[1]));
    const controls = html("div", {}, stack(one[0], two[0]));
    controls.append(this.#verdict, this.#computation, more);
    return [html("div", { class: "parts" }, plots, controls)];
  }

  get #neuron() {
    const { inputs, h, w, b, x, w1, w2, b2, x1, x2 } = this.state;
    const [weights, bias, point] = inputs === ONE
      ? [[w], b, [x]]
      : [[w1, w2], b2, [x1, x2]];
    const z = sum(point, weights, bias);
    return { h, weights, bias, point, z, a: activations[h](z) };
  }

  /** Returns the cells with their names, places and pre-activations. */
  get #cells() {
    const { w1, w2, b2, cells } = this.state;
    return Array.from({ length: Math.floor(cells.length / 2) }, (_, i) => {
      const place = cells.slice(2 * i, 2 * i + 2);
      const name = String.fromCharCode(65 + i);
      return { name, place, z: sum(place, [w1, w2], b2) };
    });
  }

  /** Returns what changes as the curve is shifted, or tilted about its transition. */
  #moveCurve(x, y, hold) {
    const { h, w, b } = hold.state ??= { ...this.state };
    if (hold.handle === "bias") return { b: b - w * (x - hold.x) };
    if (hold.handle !== "weight") return { x };
    const at = findTransition(w, b) ?? 0;
    const right = Math.max(0.02, Math.abs(x - at)) * (x < at ? -1 : 1);
    const tilted = (y - activations[h](0)) / right / steepness[h];
    const limit = NeuronLab.parameters.w.max;
    const weight = clamp(tilted, -limit, limit);
    return { w: weight, b: -weight * at };
  }

  /** Returns what changes as the line is shifted, or turned about its middle. */
  #moveLine(x1, x2, hold) {
    const { w1, w2, b2 } = hold.state ??= { ...this.state };
    if (hold.handle === "bias") {
      return { b2: b2 - w1 * (x1 - hold.x) - w2 * (x2 - hold.y) };
    }
    if (hold.handle !== "weight") return { x1, x2 };
    const [start, end] = findBoundary([w1, w2], b2);
    const middle = start.map((coordinate, axis) => (coordinate + end[axis]) / 2);
    const { weights, bias } = turn([w1, w2], middle, [x1, x2]);
    return { w1: weights[0], w2: weights[1], b2: bias };
  }

  draw() {
    for (const [kind, elements] of Object.entries(this.#parts)) {
      for (const element of elements) {
        element.classList.toggle("off", kind !== this.state.inputs);
      }
    }
    if (this.state.inputs === ONE) this.#drawCurve();
    else this.#drawPlane();
    const { goal, inputs } = this.state;
    this.#verdict.hidden = !goal.length;
    this.#verdict.textContent = inputs === TWO ? this.#judge() : "";
    const lines = this.#writeComputation();
    this.#computation.replaceChildren(...makeParagraphs(lines));
  }

  #drawCurve() {
    const { h, weights: [w], bias, point: [x], a } = this.#neuron;
    const plot = this.#curve;
    plot.y = RANGES[h];
    plot.draw(() => {
      const { toX, toY } = plot;
      const [low, high] = plot.y;
      // Above the plot, the dot waits at its edge.
      const isInside = a <= high;
      const y = toY(Math.min(high, a));
      const xs = Array.from({ length: 201 }, (_, i) => -4 + i / 25);
      const d = trace(xs.map((x) => [toX(x), toY(activations[h](w * x + bias))]));
      const point = `M${toX(x)} ${toY(low)}V${y}` + (isInside ? `H${toX(-4)}` : "");
      const marks = [
        svg("path", { class: "zero", d: `M${toX(-4)} ${toY(0)}H${toX(4)}` }),
        plot.clip(
          svg("path", { class: "curve", d }),
          svg("path", { class: "grip sideways", d, "data-handle": "bias" }),
        ),
        svg("path", { class: "point", d: point }),
      ];
      const at = w ? findTransition(w, bias) : bias ? null : 0;
      if (at !== null && Math.abs(at) <= 4) marks.push(...this.#drawTransition(at));
      marks.push(svg("circle", { class: "handle", cx: toX(x), cy: y, r: 9 }));
      if (isInside) return marks;
      // Away from the curve, where there is room.
      const way = Math.sign(w) || 1;
      const side = way * x > 2.8 ? -way : way;
      const anchor = side > 0 ? "start" : "end";
      const position = { x: toX(x) + 14 * side, y: y + 16, "text-anchor": anchor };
      const value = svg("text", { class: "value", ...position }, `${format(a, 1)} ↑`);
      return [...marks, value];
    });
  }

  /** Returns the line at the transition, and the arm that tilts the curve. */
  #drawTransition(at) {
    const { h, weights: [w] } = this.#neuron;
    const { toX, toY, y: [low, high] } = this.#curve;
    const [x, y] = [toX(at), toY(activations[h](0))];
    const across = toX(1) - toX(0);
    const up = w * steepness[h] * (toY(0) - toY(1));
    // On the side where the ReLU rises, or else where the dot is not, if there is room.
    const away = this.state.x < at ? 1 : -1;
    const side = h === "ReLU" ? Math.sign(w) || 1 : away;
    const length = ARM / Math.hypot(across, up);
    const hasRoom = Math.abs(at + side * length) < 4 || h === "ReLU";
    const arm = hasRoom ? side * length : -side * length;
    const [cx, cy] = [x + arm * across, y - arm * up];
    return [
      svg("path", { class: "transition", d: `M${x} ${toY(low)}V${toY(high)}` }),
      svg("text", { x, y: toY(high) - 6, "text-anchor": "middle" }, "−b/w"),
      svg("path", { class: "arm", d: `M${x} ${y}L${cx} ${cy}` }),
      ...drawGrip(cx, cy),
    ];
  }

  #drawPlane() {
    const { h, weights, bias, point } = this.#neuron;
    const plot = this.#plane;
    plot.labels = this.state.goal.length ? CLUES : AXES;
    plot.draw(() => {
      const { toX, toY } = plot;
      const [x, y] = [toX(point[0]), toY(point[1])];
      return [
        ...this.#drawLine(),
        svg("path", { class: "point", d: `M${x} ${toY(0)}V${y}H${toX(0)}` }),
        ...this.#drawCells(),
        svg("circle", { class: "handle", cx: x, cy: y, r: 9 }),
      ];
    });
    // A ReLU has no negative outputs, and no largest one.
    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]].map((corner) =>
      sum(corner, weights, bias)
    );
    const low = h === "tanh" ? -1 : 0;
    const high = h === "ReLU" ? Math.max(1, ...corners) : 1;
    const names = ["--diagram-input", "--background", "--diagram-output"];
    const colours = h === "ReLU" ? names.slice(1) : names;
    const activate = activations[h];
    const [first, second] = weights;
    plot.paint(
      (x, y) => (activate(first * x + second * y + bias) - low) / (high - low),
      this.shades(...colours),
    );
    const ramp = colours.map((name) => `var(${name})`).join();
    const background = `background: linear-gradient(to right, ${ramp})`;
    this.#scale.replaceChildren(
      html("span", {}, ...words(`$a$ = ${format(low, 0)}`)),
      html("span", { class: "bar", style: background }),
      html("span", {}, format(high, h === "ReLU" ? 1 : 0)),
    );
  }

  #drawCells() {
    const { toX, toY } = this.#plane;
    return this.#cells.flatMap(({ name, place, z }) => {
      const [x, y] = [toX(place[0]), toY(place[1])];
      const below = y < toY(0.2) ? 22 : -12;
      const position = { x, y: y + below, "text-anchor": "middle" };
      const text = `${name} ${format(activations[this.state.h](z))}`;
      return [
        svg("circle", { class: "cell", cx: x, cy: y, r: 5 }),
        svg("text", { class: "value", ...position }, text),
      ];
    });
  }

  /** Returns the line on which z is 0, and the arm that turns it, along the weights. */
  #drawLine() {
    const { weights, bias } = this.#neuron;
    const { toX, toY } = this.#plane;
    /** @type {Pair[]} */
    const ends = findBoundary(weights, bias).map(([x, y]) => [toX(x), toY(y)]);
    if (!ends.length) return [];
    const [start, end] = ends;
    const [x, y] = start.map((coordinate, axis) => (coordinate + end[axis]) / 2);
    const across = weights[0] * (toX(1) - toX(0));
    const up = weights[1] * (toY(0) - toY(1));
    const arm = ARM / Math.hypot(across, up);
    const [cx, cy] = [x + arm * across, y - arm * up];
    const d = trace(ends);
    return [
      svg("path", { class: "transition", d }),
      svg("path", { class: "grip", d, "data-handle": "bias" }),
      svg("path", { class: "arm", d: `M${x} ${y}L${cx} ${cy}` }),
      ...drawGrip(cx, cy),
    ];
  }

  /** Returns the lines of the computation with its numbers. */
  #writeComputation() {
    const { h, weights, bias, point, z, a } = this.#neuron;
    const decimals = weights.length === 1 ? 1 : 2;
    const terms = weights.map((weight, i) => {
      const input = bracket(format(point[i], decimals));
      return `${format(weight, 1)}\u00a0·\u00a0${input}`;
    });
    const total = [...terms, format(bias, 1)].join(" + ").replaceAll("+ −", "−\u00a0");
    const names = weights.length === 1 ? "$w$$x$" : "$w_1$$x_1$ + $w_2$$x_2$";
    const lines = [
      `$z$ = ${names} + $b$`,
      `$z$ = ${total} = ${format(z)}`,
      `$a$ = ${h}(${format(z)}) ${writeActivation(a)}`,
    ];
    if (weights.length === 1) {
      const at = findTransition(weights[0], bias);
      const where = `Transition: $x$ = −$b$/$w$ = ${format(at ?? 0)}`;
      lines.push(at === null ? "No transition, since $w$ = 0." : where);
    } else if (findBoundary(weights, bias).length) {
      lines.push("On the dashed line $z$ = 0.");
    } else {
      const sign = z > 0 ? "positive" : z < 0 ? "negative" : "0";
      lines.push(`No line: $z$ is ${sign} on the whole square.`);
    }
    return lines;
  }

  /** Returns which cells are called dividing, but for those that should be. */
  #judge() {
    const cells = this.#cells;
    const goal = this.state.goal.flatMap((count) => cells[count - 1]?.name ?? []);
    const called = cells.filter(({ z }) => z > 0).map(({ name }) => name);
    const missed = goal.filter((name) => !called.includes(name));
    const others = called.filter((name) => !goal.includes(name));
    const verb = others.length > 1 ? "are" : "is";
    const alarm = `${list(others)} ${verb} called dividing`;
    if (others.length && missed.length) return `${alarm}, but not ${list(missed)}.`;
    if (others.length) return `${alarm}, too.`;
    if (missed.length) return `${list(missed)} is not called dividing.`;
    return `✓ ${list(goal)} alone: this neuron follows the rule.`;
  }

  describe() {
    const { h, inputs, goal } = this.state;
    const lines = this.#writeComputation().slice(1, 4);
    const answers = this.#cells
      .map(({ name, z }) => `${name} ${format(activations[h](z))}`);
    if (inputs === TWO) lines.push(...answers);
    if (goal.length) lines.unshift(this.#judge());
    return lines.join("; ").replace(/[$_]/g, "");
  }
}

customElements.define("neuron-lab", NeuronLab);
