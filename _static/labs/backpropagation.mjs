// The backpropagation lab: forward, backward and update of a small network, in steps.

import * as m from "./backpropagation-math.mjs";
import { shorten } from "./backpropagation-math.mjs";
import { html, makeButton, makeParagraphs, svg, svgWords, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { bracket, format } from "./numbers.mjs";
import { capture, findZoom } from "./plot.mjs";

/** @import { Pair } from "./plot.mjs" */

const LIMIT = 100; // of each number, to both sides
const STEP = 0.1; // of a number, for an arrow key or for 6 pixels of a drag
const NUDGE = 0.001;
const RATES = ["0.001", "0.002", "0.005", "0.01", "0.1"];
const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
/** The numbers' names and starts. @type {Record<string, [string, number]>} */
const NUMBERS = {
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
const START = [
  "Weights are on the arrows, biases beside neurons. " +
  "Next takes one neuron or arrow at a time.",
  "Drag a number sideways, or use the arrow keys on it: " +
  "everything computed so far follows.",
];
const MAIN = { class: "main" };
const NAMES = Object.keys(NUMBERS);
const NEURONS = { upper: "upper", lower: "lower", out: "output $ŷ$", loss: "loss $ℓ$" };
const findTitle = (name) => NEURONS[name] ?? NUMBERS[name][0];
const stripSigns = (text) => text.replace(/[$_]/g, "");

// What each step computes: the neurons, then the gradients, edge by edge
const FORWARD = Object.keys(NEURONS);
const BACKWARD = "out o1 o2 ob upper lower u1 u2 ub l1 l2 lb x1 x2".split(" ");
const LOSS = FORWARD.length;
const UPDATE = LOSS + BACKWARD.length + 1;
// Where each edge starts and ends. Its name is that of its weight, or of the number at
// its start; `loss` leads to the loss.
const EDGES = {
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

const writeFactor = (value) => bracket(shorten(value));
const multiply = (first, second) => `${shorten(first)} · ${writeFactor(second)}`;
/** Returns a sum of texts that may begin with a minus sign. */
const add = (...parts) => parts.join(" + ").replaceAll("+ −", "− ");
/** Returns a number with as many decimals as it has, at most six, like the state. */
const trim = (value) => format(value, 6).replace(/\.?0+$/, "");

class BackpropagationLab extends Lab {
  static title = "backpropagation";
  static sheets = ["backpropagation.css"];
  static parameters = {
    ...Object.fromEntries(NAMES.map((name) => {
      const [label, start] = NUMBERS[name];
      return [name, { label, min: -LIMIT, max: LIMIT, step: 0.000001, start }];
    })),
    step: { label: "step", min: 0, max: UPDATE, step: 1, start: 0 },
    at: { label: "chosen", options: NAMES, start: "u1" },
    nudge: { label: "nudge it by 0.001", options: ["no", "up", "down"], start: "no" },
    rate: { label: "learning rate", options: RATES, start: "0.01" },
  };

  #width = 0;
  #edges = svg("svg", { "aria-hidden": "true" });
  /** The box of each number and neuron, with the elements of its value and gradient. */
  #boxes = /** @type {Record<string, any>} */ ({});
  #board = html("div", { class: "network", role: "group", "aria-label": "Network" });
  #previous = makeButton("Previous", () => this.set({ step: this.state.step - 1 }));
  #next = makeButton("Next", () => this.set({ step: this.state.step + 1 }), MAIN);
  #take = makeButton("Take the new numbers", () => this.#update(), MAIN);
  #step = html("div", { class: "computation step" });
  #chosen = html("p", { class: "note chosen" });
  #check = html("div", { class: "computation" });

  build() {
    const numbers = NAMES.map((name) => this.#makeNumber(name));
    const neurons = FORWARD.map((name) => this.#makeBox(name, html("span"), "neuron"));
    this.#board.append(this.#edges, ...numbers, ...neurons);
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width / findZoom();
      this.redraw();
    }).observe(this.#board);
    const steps = html("div", { class: "buttons" });
    steps.append(this.#previous, this.#next, this.#take, this.makeControl("step"));
    const nudge = [this.#chosen, this.makeControl("nudge"), this.#check];
    const side = html("div", {}, this.makeControl("rate"));
    side.append(this.fold(["nudge"], ...nudge));
    return [this.#board, steps, html("div", { class: "parts" }, this.#step, side)];
  }

  #makeBox(name, value, kind) {
    const gradient = html("b");
    const box = html("div", { class: `box ${kind} ${name}` }, value, gradient);
    this.#boxes[name] = { box, value, gradient };
    return box;
  }

  /** Returns a number that is dragged sideways, changed by keys, or written anew. */
  #makeNumber(name) {
    const role = { role: "spinbutton", inputmode: "decimal", autocomplete: "off" };
    const input = html("input", role);
    const kind = `number draggable${name[0] === "x" ? " neuron" : ""}`;
    const box = this.#makeBox(name, input, kind);
    input.addEventListener("focus", () => this.set({ at: name }));
    input.addEventListener("input", () => {
      const text = input.value.replace(",", ".").replace("−", "-");
      this.set({ [name]: Number(text || NaN) });
    });
    // Where a reader has written no number, the present one comes back.
    input.addEventListener("blur", () => this.redraw());
    input.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS)) return;
      event.preventDefault();
      this.#change(name, this.state[name] + KEYS[event.key] * STEP);
    });
    this.#letDrag(name);
    return box;
  }

  #change(name, number) {
    this.set({ at: name, [name]: number });
    this.#boxes[name].value.value = shorten(this.state[name]);
  }

  /** Lets a number be dragged sideways, and be written after a click. */
  #letDrag(name) {
    const { box, value: input } = this.#boxes[name];
    let [start, from, isDragged] = [0, 0, false];
    // Otherwise the text would be selected.
    box.addEventListener("mousedown", (event) => event.preventDefault());
    box.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      [start, from, isDragged] = [event.clientX, this.state[name], false];
      capture(box, event);
      this.set({ at: name });
    });
    box.addEventListener("pointermove", (event) => {
      if (!box.hasPointerCapture(event.pointerId)) return;
      const steps = Math.round((event.clientX - start) / 6);
      isDragged ||= steps !== 0;
      if (isDragged) this.#change(name, from + steps * STEP);
    });
    box.addEventListener("click", () => {
      if (isDragged) return;
      input.focus({ preventScroll: true });
      input.select();
    });
  }

  focus(options) {
    this.#next.focus(options);
  }

  /** Takes the new numbers, once they are shown. */
  #update() {
    if (this.state.step < UPDATE) return;
    const numbers = m.update(this.state, Number(this.state.rate));
    if (m.PARAMETERS.some((name) => Math.abs(numbers[name]) > LIMIT)) {
      this.showNote("It diverges: a number would be larger than 100. Press Reset.");
    } else this.set({ ...numbers, step: 0 });
  }

  draw() {
    const { step, at } = this.state;
    this.#width ||= this.#board.clientWidth / findZoom();
    if (this.#width) this.#drawNetwork();
    this.#previous.ariaDisabled = step ? null : "true";
    this.#next.ariaDisabled = step < UPDATE ? null : "true";
    this.#take.ariaDisabled = step < UPDATE ? "true" : null;
    this.#step.replaceChildren(...makeParagraphs(this.#explainStep()));
    this.#chosen.replaceChildren(...words(`Chosen: ${findTitle(at)}`));
    this.#check.replaceChildren(...makeParagraphs(this.#explainNudge()));
  }

  /** Returns the name of what the step computes, and of all gradients so far. */
  #findProgress() {
    const { step } = this.state;
    const found = step <= LOSS ? FORWARD[step - 1] : BACKWARD[step - LOSS - 1];
    return { found, reached: BACKWARD.slice(0, Math.max(0, step - LOSS)) };
  }

  #drawNetwork() {
    const isWide = this.#width >= WIDE;
    const height = isWide ? 352 : 472;
    /** @type {Record<string, Pair>} */
    const nodes = {};
    for (const [name, [along, across]] of Object.entries(NODES)) {
      const [right, down] = isWide ? [along, across] : [across, along];
      nodes[name] = [right * this.#width, down * height];
    }
    this.#board.style.height = `${height / 16}rem`;
    this.#drawBoxes(nodes);
    const signs = Object.entries(SIGNS).map(([name, { text, wide, narrow }]) => {
      const [x, y] = (isWide ? wide : narrow).map((off, i) => nodes[name][i] + off);
      return svg("text", { x, y, "text-anchor": "middle" }, ...svgWords(text));
    });
    this.#edges.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    this.#edges.replaceChildren(...this.#drawEdges(nodes), ...signs);
  }

  #drawEdges(nodes) {
    const { step } = this.state;
    const { found, reached } = this.#findProgress();
    const fromFound = Object.keys(EDGES).filter((name) => EDGES[name][0] === found);
    const used = fromFound.length ? fromFound : [found];
    return Object.entries(EDGES).map(([name, [start, end]]) => {
      const isNow = step <= LOSS ? end === found : used.includes(name);
      const isBack = reached.includes(name === "loss" ? "out" : name) && step < UPDATE;
      return drawEdge(nodes[start], nodes[end], start, isBack, isNow);
    });
  }

  #drawBoxes(nodes) {
    const { step, rate } = this.state;
    const isUpdate = step === UPDATE;
    const next = m.update(this.state, Number(rate));
    const values = { ...this.state, ...m.forward(this.state) };
    const seconds = isUpdate ? { ...next, ...m.forward(next) } : m.backward(this.state);
    const { reached } = this.#findProgress();
    for (const [name, { box }] of Object.entries(this.#boxes)) {
      const [x, y] = nodes[name] ?? findWeight(nodes, name);
      box.style.translate = [x, y].map((at) => `calc(${at / 16}rem - 50%)`).join(" ");
      const value = FORWARD.indexOf(name) < step ? values[name] : null; // not computed
      const isKnown = isUpdate
        ? seconds[name] !== values[name]
        : reached.includes(name);
      this.#fillBox(name, value, isKnown ? seconds[name] : null);
    }
  }

  /** Shows a value and a gradient or a new value, or null for none. */
  #fillBox(name, number, second) {
    const { box, value, gradient } = this.#boxes[name];
    const isUpdate = this.state.step === UPDATE;
    const text = number === null ? "" : shorten(number);
    const added = second === null ? "" : shorten(second);
    gradient.textContent = added;
    gradient.className = isUpdate ? "new" : "";
    box.classList.toggle("now", name === this.#findProgress().found);
    box.classList.toggle("back", this.state.step > LOSS);
    box.classList.toggle("chosen", name === this.state.at);
    box.classList.toggle("off", number === 0 && ["upper", "lower"].includes(name));
    if (name in NEURONS) return value.textContent = text;
    if (value !== this.shadowRoot.activeElement) value.value = text;
    const kind = isUpdate ? "new" : "gradient";
    value.ariaLabel = stripSigns(findTitle(name));
    value.ariaValueNow = String(number);
    value.ariaValueText = added ? `${text}, ${kind} ${added}` : text;
  }

  /** Returns lines on what the step does. */
  #explainStep() {
    const { step } = this.state;
    if (!step) return START;
    if (step === UPDATE) return ["Update:", ...this.#explainUpdate()];
    const { found } = this.#findProgress();
    const [way, lines] = step <= LOSS
      ? ["Forward", this.#explainForward(found)]
      : ["Backward", this.#explainBackward(found)];
    return [`${way}, ${findTitle(found)}:`, ...lines];
  }

  #explainForward(found) {
    const n = this.state;
    const { zUpper, zLower, upper, lower, out, loss } = m.forward(n);
    if (found === "loss") {
      const difference = `${shorten(out)} − ${writeFactor(n.y)}`;
      return [`$ℓ$ = ($ŷ$ − $y$)² = (${difference})² = ${shorten(loss)}`];
    }
    if (found === "out") {
      const sum = add(multiply(upper, n.o1), multiply(lower, n.o2), shorten(n.ob));
      return [`$ŷ$ = ${sum} = ${shorten(out)}`, "The output has no activation."];
    }
    const [z, a, first, second, bias] = found === "upper"
      ? [zUpper, upper, n.u1, n.u2, n.ub]
      : [zLower, lower, n.l1, n.l2, n.lb];
    const sum = add(multiply(n.x1, first), multiply(n.x2, second), shorten(bias));
    const off = z > 0 ? "" : ": the neuron lets nothing through";
    return [
      `$z$ = ${sum} = ${shorten(z)}`,
      `$a$ = max(0, ${shorten(z)}) = ${shorten(a)}${off}`,
    ];
  }

  #explainBackward(found) {
    const n = this.state;
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

  #explainUpdate() {
    const { rate, at, ...n } = this.state;
    const moved = m.update(n, Number(rate));
    const [before, after] = [m.forward(n).loss, m.forward(moved).loss];
    const name = m.PARAMETERS.includes(at) ? at : "u1";
    const gradient = writeFactor(m.backward(n)[name]);
    const difference = `${shorten(n[name])} − ${rate} · ${gradient}`;
    const way = after > before ? "It rises: the step is too long." : "It falls.";
    const verdict = after === before ? "" : way;
    return [
      "New = old − learning rate · gradient.",
      `${findTitle(name)}: ${difference} = ${trim(moved[name])}`,
      `Loss before ${shorten(before)}, after ${shorten(after)}. ${verdict}`,
    ];
  }

  /** Returns lines that compare a nudge with the gradient. */
  #explainNudge() {
    const { at: name, step, nudge: way, ...n } = this.state;
    if (way === "no") return [];
    const by = way === "up" ? NUDGE : -NUDGE;
    const { loss, quotient } = m.nudge(n, name, by);
    const write = (value) => format(value, value < 1000 ? 6 : 3);
    const change = `From ${shorten(n[name])} to ${format(n[name] + by, 3)}`;
    const losses = `${write(m.forward(n).loss)} to ${write(loss)}`;
    const isReached = step > LOSS && BACKWARD.indexOf(name) < step - LOSS;
    const gradient = isReached
      ? format(m.backward(n)[name] ?? 0, 3)
      : "not computed yet.";
    return [
      `${change}: the loss goes from ${losses}.`,
      `Change of the loss / ${writeFactor(by)} = ${format(quotient, 3)}`,
      name === "y"
        ? "The label is no parameter and gets no gradient."
        : `Gradient: ${gradient}`,
    ];
  }

  describe() {
    return stripSigns([...this.#explainStep(), ...this.#explainNudge()].join(" "));
  }
}

/** Returns where the box of a weight is, on its edge. */
function findWeight(nodes, name) {
  const [start, end] = EDGES[name].map((node) => nodes[node]);
  return start.map((from, axis) => from + ALONG[name] * (end[axis] - from));
}

/** Returns an arrow from node to node, or back. */
function drawEdge([x0, y0], [x1, y1], from, isBack, isNow) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const isBox = from === "y" || from.endsWith("b");
  const side = Math.min(24 / Math.abs(ux || 1e-9), 21 / Math.abs(uy || 1e-9));
  const ends = [(isBox ? side : RADIUS) + 2, length - RADIUS - 2];
  const [tail, head] = isBack ? ends.reverse() : ends;
  const base = head - 9 * Math.sign(head - tail);
  const at = (along, aside) => {
    const [x, y] = [x0 + along * ux - aside * uy, y0 + along * uy + aside * ux];
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  const kinds = `${isNow ? "now" : ""} ${isBack ? "back" : ""}`;
  const line = `M${at(tail, 0)}L${at(base, 0)}`;
  const tip = `M${at(head, 0)}L${at(base, 5)}L${at(base, -5)}Z`;
  const arrow = svg("g", { class: kinds });
  arrow.append(svg("path", { class: "line", d: line }));
  arrow.append(svg("path", { class: "head", d: tip }));
  return arrow;
}

customElements.define("backpropagation-lab", BackpropagationLab);
