// The network of the backpropagation lab: its drawing, and words on its gradients.

import * as m from "./backpropagation-math.mjs";
import { html, svg, svgWords } from "./elements.mjs";
import { bracket } from "./numbers.mjs";
import { findZoom } from "./plot.mjs";

/** @import { Numbers } from "./backpropagation-math.mjs" */
/** @import { Pair } from "./plot.mjs" */

const { shorten } = m;
/** The numbers' names and starts. @type {Record<string, [string, number]>} */
export const NUMBERS = {
  x1: ["input $x_1$", 2],
  u1: ["weight from $x_1$ to upper", 2],
  ub: ["bias of upper", -4],
  l1: ["weight from $x_1$ to lower", -1],
  x2: ["input $x_2$", 3],
  lb: ["bias of lower", -2],
  u2: ["weight from $x_2$ to upper", 1],
  l2: ["weight from $x_2$ to lower", 2],
  o1: ["weight from upper to output", 2],
  ob: ["bias of the output", 4],
  o2: ["weight from lower to output", -3],
  y: ["label $y$", 3],
};
/** The neurons and the loss, forward. */
export const NEURONS = {
  upper: "upper",
  lower: "lower",
  out: "output $ŷ$",
  loss: "loss $ℓ$",
};
/** Returns the name of a number or a neuron. @param {string} name */
export const findTitle = (name) => NEURONS[name] ?? NUMBERS[name][0];

// Where each edge starts and ends. Its name is that of its weight, or of the number at
// its start; `loss` leads to the loss.
export const EDGES = {
  u1: ["x1", "upper"],
  u2: ["x2", "upper"],
  ub: ["ub", "upper"],
  loss: ["out", "loss"],
  l1: ["x1", "lower"],
  l2: ["x2", "lower"],
  lb: ["lb", "lower"],
  y: ["y", "loss"],
  o1: ["upper", "out"],
  o2: ["lower", "out"],
  ob: ["ob", "out"],
};

const RADIUS = 26;
const WIDE = 560; // pixels, from which on the network leads to the right, not downwards
/** Where nodes are: along the network, and across it. @type {Record<string, Pair>} */
const NODES = {
  x1: [0.08, 0.29],
  x2: [0.08, 0.71],
  ub: [0.46, 0.08],
  upper: [0.46, 0.29],
  lower: [0.46, 0.71],
  lb: [0.46, 0.92],
  ob: [0.74, 0.22],
  out: [0.74, 0.5],
  loss: [0.93, 0.5],
  y: [0.93, 0.78],
};
// How far along its edge a weight is
const ALONG = { u1: 0.63, l1: 0.3, u2: 0.3, l2: 0.63, o1: 0.5, o2: 0.5 };
// Names, and where they are, in pixels from their nodes
const SIGNS = {
  x1: { text: "$x_1$", wide: [0, -34], narrow: [-40, 5] },
  x2: { text: "$x_2$", wide: [0, 46], narrow: [40, 5] },
  upper: { text: "upper", wide: [0, 44], narrow: [-34, -30] },
  lower: { text: "lower", wide: [0, -34], narrow: [34, -30] },
  out: { text: "output $ŷ$", wide: [0, 44], narrow: [62, 5] },
  loss: { text: "loss $ℓ$", wide: [0, -34], narrow: [-56, 5] },
  y: { text: "label $y$", wide: [0, 40], narrow: [0, -30] },
};

/** Returns a number as a factor. @param {number} value */
export const writeFactor = (value) => bracket(shorten(value));
/** @type {(first: number, second: number) => string} */
export const multiply = (first, second) => `${shorten(first)} · ${writeFactor(second)}`;
/** Returns a sum of texts that may begin with a minus sign. @param {string[]} parts */
export const add = (...parts) => parts.join(" + ").replaceAll("+ −", "− ");

/**
 * Returns lines on how the gradient of a number or a neuron is found.
 * @param {string} found Its name.
 * @param {Numbers} n
 */
export function explainBackward(found, n) {
  const values = m.forward(n);
  const g = m.backward(n);
  const gradient = shorten(g[found]);
  if (found === "out") {
    const error = `${shorten(values.out)} − ${writeFactor(n.y)}`;
    return [`Slope of the loss: 2($ŷ$ − $y$) = 2 · (${error}) = ${gradient}`];
  }
  if (found === "x1" || found === "x2") {
    const [up, low] = found === "x1" ? [n.u1, n.l1] : [n.u2, n.l2];
    const sum = add(multiply(g.upper, up), multiply(g.lower, low));
    const why = "It acts through both hidden neurons, so two products add up:";
    return [why, `${sum} = ${gradient}`];
  }
  if (found === "upper" || found === "lower") {
    const [weight, z] = found === "upper"
      ? [n.o1, values.zUpper]
      : [n.o2, values.zLower];
    const product = weight * g.out;
    const first = `${multiply(g.out, weight)} = ${shorten(product)}`;
    const second = `${multiply(product, m.slope(z))} = ${gradient}`;
    return [
      `Gradient of the output, times its weight: ${first}`,
      `Times the slope of ReLU at $z$ = ${shorten(z)}: ${second}`,
    ];
  }
  const [start, end] = EDGES[found];
  const from = `Gradient of ${end === "out" ? "the output" : `the ${end} neuron`}`;
  if (start === found) {
    return [`${from} = ${gradient}`, "A bias is only added, so it gets the same."];
  }
  const product = multiply(g[end], { ...n, ...values }[start]);
  return [`${from}, times the input:`, `${product} = ${gradient}`];
}

/** A drawing of the network. */
export class Network {
  element = html("div", { class: "network" });
  /** The box of each number and neuron, with the elements of its value and gradient. */
  boxes = /** @type {Record<string, any>} */ ({});
  #edges = svg("svg", { "aria-hidden": "true" });
  #width = 0;

  /** @param {() => void} redraw Is called when its width has changed. */
  constructor(redraw) {
    this.element.append(this.#edges);
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width / findZoom();
      if (this.#width) redraw(); // It is 0 before the lab has been built.
    }).observe(this.element);
  }

  /**
   * Adds the box of a number or a neuron, and returns it.
   * @param {string} name
   * @param {HTMLElement} value Shows the number.
   * @param {string} kind Its classes.
   */
  addBox(name, value, kind) {
    const gradient = html("b");
    const box = html("div", { class: `box ${kind} ${name}` }, value, gradient);
    this.boxes[name] = { box, value, gradient };
    this.element.append(box);
    return box;
  }

  /**
   * Puts all boxes in their places, and draws the edges.
   * @param {(name: string) => string} findKinds Returns an edge's classes: an edge that
   *   is `back` leads back, and one that is `now` is bold.
   */
  draw(findKinds) {
    this.#width ||= this.element.clientWidth / findZoom();
    if (!this.#width) return;
    const isWide = this.#width >= WIDE;
    const height = isWide ? 352 : 472;
    /** @type {Record<string, Pair>} */
    const nodes = {};
    for (const [name, [along, across]] of Object.entries(NODES)) {
      const [right, down] = isWide ? [along, across] : [across, along];
      nodes[name] = [right * this.#width, down * height];
    }
    this.element.style.height = `${height / 16}rem`;
    for (const [name, { box }] of Object.entries(this.boxes)) {
      const [x, y] = nodes[name] ?? findWeight(nodes, name);
      box.style.translate = [x, y].map((at) => `calc(${at / 16}rem - 50%)`).join(" ");
    }
    const signs = Object.entries(SIGNS).map(([name, { text, wide, narrow }]) => {
      const [x, y] = (isWide ? wide : narrow).map((off, i) => nodes[name][i] + off);
      return svg("text", { x, y, "text-anchor": "middle" }, ...svgWords(text));
    });
    const edges = Object.entries(EDGES).map(([name, [start, end]]) =>
      drawEdge(nodes[start], nodes[end], start, findKinds(name))
    );
    this.#edges.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    this.#edges.replaceChildren(...edges, ...signs);
  }
}

/** Returns where the box of a weight is, on its edge. */
function findWeight(nodes, name) {
  const [start, end] = EDGES[name].map((node) => nodes[node]);
  return start.map((from, axis) => from + ALONG[name] * (end[axis] - from));
}

/** Returns an arrow from node to node, or back, of some kinds, which are classes. */
function drawEdge([x0, y0], [x1, y1], from, kinds) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const isBox = from === "y" || from.endsWith("b");
  const side = Math.min(24 / Math.abs(ux || 1e-9), 21 / Math.abs(uy || 1e-9));
  const ends = [(isBox ? side : RADIUS) + 2, length - RADIUS - 2];
  const [tail, head] = kinds.includes("back") ? ends.reverse() : ends;
  const base = head - 9 * Math.sign(head - tail);
  const at = (along, aside) => {
    const [x, y] = [x0 + along * ux - aside * uy, y0 + along * uy + aside * ux];
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const line = `M${at(tail, 0)}L${at(base, 0)}`;
  const tip = `M${at(head, 0)}L${at(base, 5)}L${at(base, -5)}Z`;
  const arrow = svg("g", { class: kinds });
  arrow.append(svg("path", { class: "line", d: line }));
  arrow.append(svg("path", { class: "head", d: tip }));
  return arrow;
}
