// The neuron lab: one neuron with one input, as a curve, or with two, as a coloured plane.

import { html, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { activations, findBoundary, findTransition, sum } from "./neuron-math.mjs";
import { Plot, trace } from "./plot.mjs";
import { format } from "./state.mjs";

const ONE = "one";
const TWO = "two";
/** @typedef {import("./plot.mjs").Pair} Pair */

/** @type {Record<string, string>} */
const LETTERS = { sigmoid: "σ", tanh: "tanh", ReLU: "ReLU" };
/** @type {Record<string, Pair>} */
const RANGES = { sigmoid: [-0.15, 1.15], tanh: [-1.15, 1.15], ReLU: [-0.3, 5.2] };

class NeuronLab extends Lab {
  static title = "a single neuron";
  static sheets = ["neuron.css"];
  static parameters = {
    inputs: { label: "inputs", options: [ONE, TWO], start: ONE },
    h: { label: "activation $h$", options: Object.keys(activations), start: "tanh" },
    w: { label: "weight $w$", min: -8, max: 8, step: 0.1, start: 2 },
    b: { label: "bias $b$", min: -8, max: 8, step: 0.1, start: -2 },
    x: { label: "input $x$", min: -4, max: 4, step: 0.1, start: 1.5 },
    w1: { label: "weight $w_1$", min: -12, max: 12, step: 0.1, start: 4 },
    w2: { label: "weight $w_2$", min: -12, max: 12, step: 0.1, start: 4 },
    b2: { label: "bias $b$", min: -16, max: 16, step: 0.1, start: -4 },
    x1: { label: "input $x_1$", min: 0, max: 1, step: 0.01, start: 0.7 },
    x2: { label: "input $x_2$", min: 0, max: 1, step: 0.01, start: 0.5 },
    cells: { list: /** @type {const} */ (true), start: [] }, // x1, x2, x1, x2 …
  };

  #curve = new Plot({
    label: "Curve of the output a over the input x; the numbers stand beside it.",
    xLabel: "input $x$",
    yLabel: "output $a$",
    redraw: () => this.redraw(),
  });
  #plane = new Plot({
    label: "Plane of the two inputs, coloured by the output a; the numbers stand beside it.",
    xLabel: "input $x_1$",
    yLabel: "input $x_2$",
    ratio: 0.9,
    redraw: () => this.redraw(),
  });
  #scale = html("p", { class: "scale" });
  #computation = html("div", { class: "computation" });
  /** @type {Record<string, HTMLElement[]>} */
  #parts = {};

  build() {
    const one = html("div", {}, ...["w", "b", "x"].map((name) => this.makeControl(name)));
    const two = html("div");
    two.append(...["w1", "w2", "b2", "x1", "x2"].map((name) => this.makeControl(name)));
    this.#curve.x = [-4, 4];
    this.#curve.onDrag((x) => this.set({ x }));
    this.#plane.onDrag((x1, x2) => this.set({ x1, x2 }));
    this.#parts = {
      [ONE]: [this.#curve.element, one],
      [TWO]: [this.#plane.element, this.#scale, two],
    };
    const plots = html("div", { class: "plots" });
    plots.append(this.#curve.element, this.#plane.element, this.#scale);
    const controls = html(
      "div",
      {},
      this.makeControl("inputs"),
      this.makeControl("h"),
      one,
      two,
    );
    controls.append(this.#computation);
    return [html("div", { class: "parts" }, plots, controls)];
  }

  get #neuron() {
    const { inputs, h, w, b, x, w1, w2, b2, x1, x2 } = this.state;
    const [weights, bias, point] = inputs === ONE ? [[w], b, [x]] : [[w1, w2], b2, [x1, x2]];
    const z = sum(point, weights, bias);
    return { h, weights, bias, point, z, a: activations[h](z) };
  }

  draw() {
    for (const [kind, elements] of Object.entries(this.#parts)) {
      for (const element of elements) element.hidden = kind !== this.state.inputs;
    }
    if (this.state.inputs === ONE) this.#drawCurve();
    else this.#drawPlane();
    this.#computation.replaceChildren(
      ...this.#compute().map((line) => html("p", {}, ...words(line))),
    );
  }

  #drawCurve() {
    const { h, weights: [w], bias, point: [x], a } = this.#neuron;
    const plot = this.#curve;
    plot.y = RANGES[h];
    plot.draw(() => {
      const { toX, toY } = plot;
      const [low, high] = plot.y;
      // What is too high leaves the plot, and the dot waits at its edge.
      const isInside = a <= high;
      const y = toY(Math.min(high, a));
      const xs = Array.from({ length: 401 }, (_, i) => -4 + i / 50);
      const curve = xs.map((x) => [x, activations[h](w * x + bias)]).filter(([, a]) =>
        a <= high
      );
      const at = findTransition(w, bias);
      /** @type {SVGElement[]} */
      const marks = [
        svg("path", { class: "zero", d: `M${toX(-4)} ${toY(0)}H${toX(4)}` }),
        svg("path", { class: "curve", d: trace(curve.map(([x, a]) => [toX(x), toY(a)])) }),
        svg("path", {
          class: "point",
          d: `M${toX(x)} ${toY(low)}V${y}` + (isInside ? `H${toX(-4)}` : ""),
        }),
        svg("circle", { class: "handle", cx: toX(x), cy: y, r: 9 }),
      ];
      if (!isInside) {
        // Away from the curve, where there is room.
        const way = Math.sign(w) || 1;
        const side = way * x > 2.8 ? -way : way;
        const anchor = side > 0 ? "start" : "end";
        const place = { x: toX(x) + 14 * side, y: y + 16, "text-anchor": anchor };
        marks.push(svg("text", { class: "value", ...place }, `${format(a, 1)} ↑`));
      }
      if (at !== null && Math.abs(at) <= 4) {
        return [
          ...marks,
          svg("path", { class: "transition", d: `M${toX(at)} ${toY(low)}V${toY(high)}` }),
          svg("text", { x: toX(at), y: toY(high) - 6, "text-anchor": "middle" }, "−b/w"),
        ];
      }
      return marks;
    });
  }

  #drawPlane() {
    const { h, weights, bias, point } = this.#neuron;
    const { cells } = this.state;
    const plot = this.#plane;
    const names = ["--diagram-input", "--background", "--diagram-output"];
    const corners = [[0, 0], [0, 1], [1, 0], [1, 1]].map((corner) =>
      sum(corner, weights, bias)
    );
    // A ReLU has no other side of its middle.
    const low = h === "tanh" ? -1 : 0;
    const high = h === "ReLU" ? Math.max(1, ...corners) : 1;
    const shown = names.slice(h === "ReLU" ? 1 : 0);
    plot.draw(() => {
      const { toX, toY } = plot;
      const line = findBoundary(weights, bias).map(([x, y]) => [toX(x), toY(y)]);
      const [x, y] = [toX(point[0]), toY(point[1])];
      /** @type {SVGElement[]} */
      const marks = [svg("path", { class: "point", d: `M${x} ${toY(0)}V${y}H${toX(0)}` })];
      for (let i = 0; i + 1 < cells.length; i += 2) {
        const [x, y] = [toX(cells[i]), toY(cells[i + 1])];
        const value = activations[h](sum(cells.slice(i, i + 2), weights, bias));
        marks.push(
          svg("circle", { class: "cell", cx: x, cy: y, r: 5 }),
          svg("text", {
            class: "value",
            x,
            y: y < toY(0.2) ? y + 22 : y - 12,
            "text-anchor": "middle",
          }, format(value)),
        );
      }
      if (line.length) marks.unshift(svg("path", { class: "transition", d: trace(line) }));
      return [...marks, svg("circle", { class: "handle", cx: x, cy: y, r: 9 })];
    });
    plot.paint((x, y) => {
      const value = activations[h](weights[0] * x + weights[1] * y + bias);
      return (value - low) / (high - low);
    }, this.shades(...shown));
    const ramp = shown.map((name) => `var(${name})`).join();
    this.#scale.replaceChildren(
      html("span", {}, ...words(`$a$ = ${format(low, 0)}`)),
      html("span", { class: "bar", style: `background: linear-gradient(to right, ${ramp})` }),
      html("span", {}, format(high, h === "ReLU" ? 1 : 0)),
    );
  }

  /** Returns the computation with the numbers in it, a line each. */
  #compute() {
    const { h, weights, bias, point, z, a } = this.#neuron;
    const { cells } = this.state;
    const decimals = weights.length === 1 ? 1 : 2;
    const terms = weights.map((weight, place) => {
      const input = format(point[place], decimals);
      return `${format(weight, 1)}\u00a0·\u00a0${input.startsWith("−") ? `(${input})` : input}`;
    });
    const total = [...terms, format(bias, 1)].join(" + ").replaceAll("+ −", "− ");
    const names = weights.length === 1 ? "$w$$x$" : "$w_1$$x_1$ + $w_2$$x_2$";
    const lines = [
      `$z$ = ${names} + $b$ = ${total} = ${format(z)}`,
      `$a$ = ${LETTERS[h]}($z$) = ${LETTERS[h]}(${format(z)}) = ${format(a, 3)}`,
    ];
    if (weights.length === 1) {
      const at = findTransition(weights[0], bias);
      lines.push(
        at === null
          ? "No transition, since $w$ = 0."
          : `Transition: $x$ = −$b$/$w$ = ${format(at)}`,
      );
    } else if (findBoundary(weights, bias).length) {
      lines.push("On the dashed line $z$ = 0.");
    } else {
      const sign = z > 0 ? "positive" : z < 0 ? "negative" : "0";
      lines.push(`No line: $z$ is ${sign} on the whole square.`);
    }
    for (let i = 0; i + 1 < cells.length; i += 2) {
      const cell = cells.slice(i, i + 2);
      const value = activations[h](sum(cell, weights, bias));
      lines.push(
        `Cell (${
          cell.map((/** @type {number} */ level) => format(level, 1)).join(", ")
        }): $a$ = ${format(value, 3)}`,
      );
    }
    return lines;
  }

  describe() {
    return this.#compute().slice(0, 3).join("; ").replaceAll("$", "").replaceAll("_", "");
  }
}

customElements.define("neuron-lab", NeuronLab);
