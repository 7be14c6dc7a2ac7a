// The backpropagation lab: a small network, forward, backward and updated, a step at a time.

import {
  backward,
  forward,
  nudge,
  PARAMETERS,
  shorten,
  slope,
  update,
} from "./backpropagation-math.mjs";
import { html, makeButton, svg, svgWords, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { capture } from "./plot.mjs";
import { format } from "./state.mjs";

const LIMIT = 100; // of each number, to both sides
const STEP = 0.1; // of a number, for an arrow key or for 6 pixels of a drag
const NUDGE = 0.001;
const RATES = ["0.001", "0.002", "0.005", "0.01", "0.1"];
const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
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
  "Weights are on the arrows, biases beside neurons. Next takes one neuron or arrow at a time.",
  "Drag a number sideways, or use the arrow keys on it: everything computed so far follows.",
];
const NAMES = Object.keys(NUMBERS);
const NEURONS = { upper: "upper", lower: "lower", out: "output $ŷ$", loss: "loss $ℓ$" };
const title = (name) => NEURONS[name] ?? NUMBERS[name][0];
const plain = (text) => text.replace(/[$_]/g, "");

// What each step finds: what neurons hold, then gradients, edge by edge.
const FORWARD = Object.keys(NEURONS);
const BACKWARD = "out o1 o2 ob upper lower u1 u2 ub l1 l2 lb x1 x2".split(" ");
const LOSS = FORWARD.length;
const UPDATE = LOSS + BACKWARD.length + 1;
// From where to where each edge leads; what is on it, or at its start, has its name.
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
const WAYS_BACK = {
  out: ["loss"],
  upper: ["o1"],
  lower: ["o2"],
  x1: ["u1", "l1"],
  x2: ["u2", "l2"],
};

const RADIUS = 26;
const WIDE = 560; // pixels, from which the network leads to the right, and not downwards
// Where nodes are, as parts of the ways along and across the network.
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
// How far along its edge a weight stands, and where names stand, wide and narrow, in pixels.
const ALONG = { u1: 0.63, l1: 0.3, u2: 0.3, l2: 0.63, o1: 0.5, o2: 0.5 };
const SIGNS = {
  x1: ["$x_1$", [0, -34], [-40, 5]],
  x2: ["$x_2$", [0, 46], [40, 5]],
  upper: ["upper", [0, 44], [-34, -30]],
  lower: ["lower", [0, -34], [34, -30]],
  out: ["output $ŷ$", [0, 44], [62, 5]],
  loss: ["loss $ℓ$", [0, -34], [-56, 5]],
  y: ["label $y$", [0, 40], [0, -30]],
};

/** Returns a number in a product or difference, in brackets where it begins with a minus. */
const bracket = (value) =>
  shorten(value).startsWith("−") ? `(${shorten(value)})` : shorten(value);
const multiply = (first, second) => `${shorten(first)} · ${bracket(second)}`;
/** Returns a sum, whose parts may be negative. */
const add = (...parts) => parts.join(" + ").replaceAll("+ −", "− ");
/** Returns a number with at most six decimals, as many as the state keeps. */
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
  #boxes = {}; // of each number and neuron: the box, what shows its value, and its gradient
  #board = html(
    "div",
    { class: "network", role: "group", "aria-label": "Network" },
    this.#edges,
  );
  #previous = makeButton("Previous", () => this.set({ step: this.state.step - 1 }));
  #next = makeButton("Next", ({ detail }) => this.#goOn(detail > 1), { class: "main" });
  #step = html("div", { class: "computation step" });
  #chosen = html("p", { class: "chosen" });
  #check = html("div", { class: "computation" });

  build() {
    this.#board.append(...NAMES.map((name) => this.#makeNumber(name)));
    this.#board.append(
      ...FORWARD.map((name) => this.#makeBox(name, html("span"), "neuron")),
    );
    new ResizeObserver(([{ contentRect }]) => {
      this.#width = contentRect.width;
      this.redraw();
    }).observe(this.#board);
    const steps = html("div", { class: "buttons" }, this.#previous, this.#next);
    steps.append(this.makeControl("step"));
    const side = html("div", {}, this.#chosen, this.makeControl("nudge"), this.#check);
    side.append(this.makeControl("rate"));
    return [this.#board, steps, html("div", { class: "parts" }, this.#step, side)];
  }

  #makeBox(name, value, kind) {
    const gradient = html("b");
    const box = html("div", { class: `box ${kind} ${name}` }, value, gradient);
    this.#boxes[name] = { box, value, gradient };
    return box;
  }

  /** Returns a number that is changed in place: by a drag sideways, by keys, or as it is written. */
  #makeNumber(name) {
    const input = html("input", {
      inputmode: "decimal",
      autocomplete: "off",
      role: "spinbutton",
    });
    const box = this.#makeBox(
      name,
      input,
      `number draggable${name[0] === "x" ? " neuron" : ""}`,
    );
    let [start, from, isDragged] = [0, 0, false];
    const change = (value) => {
      this.set({ at: name, [name]: value });
      input.value = shorten(this.state[name]);
    };
    input.addEventListener("focus", () => this.set({ at: name }));
    input.addEventListener("input", () => {
      this.set({
        [name]: Number(input.value.replace(",", ".").replace("−", "-") || NaN),
      });
    });
    // What is no number gives way to the number that there is.
    input.addEventListener("blur", () => this.redraw());
    input.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS)) return;
      event.preventDefault();
      change(this.state[name] + KEYS[event.key] * STEP);
    });
    box.addEventListener("mousedown", (event) => event.preventDefault()); // it would mark the text
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
      if (isDragged) change(from + steps * STEP);
    });
    box.addEventListener("click", () => {
      if (isDragged) return;
      input.focus({ preventScroll: true });
      input.select();
    });
    return box;
  }

  focus(options) {
    this.#next.focus(options);
  }

  /** Takes the next step, and behind the last one the new numbers. */
  /** The second press of a double click does not carry away the update that the first has shown. */
  #goOn(isHasty) {
    if (this.state.step < UPDATE) return this.set({ step: this.state.step + 1 });
    if (isHasty) return;
    const numbers = update(this.state, Number(this.state.rate));
    if (PARAMETERS.some((name) => Math.abs(numbers[name]) > LIMIT)) {
      this.tell("It diverges: a number would be larger than 100. Press Reset.");
    } else this.set({ ...numbers, step: 0 });
  }

  draw() {
    const { step, at } = this.state;
    if (this.#width ||= this.#board.clientWidth) this.#drawNetwork();
    this.#previous.ariaDisabled = step ? null : "true";
    this.#next.textContent = step < UPDATE ? "Next" : "Take the new numbers";
    const write = (lines) => lines.map((line) => html("p", {}, ...words(line)));
    this.#step.replaceChildren(...write(this.#tellStep()));
    this.#chosen.replaceChildren(...words(`Chosen: ${title(at)}`));
    this.#check.replaceChildren(...write(this.#tellNudge()));
  }

  #drawNetwork() {
    const { step, at, rate } = this.state;
    const isWide = this.#width >= WIDE;
    const height = isWide ? 352 : 472;
    const nodes = Object.fromEntries(
      Object.entries(NODES).map(([name, [along, across]]) => {
        const [right, down] = isWide ? [along, across] : [across, along];
        return [name, [right * this.#width, down * height]];
      }),
    );
    const held = { ...this.state, ...forward(this.state) };
    const next = update(this.state, Number(rate));
    const gradients = backward(this.state);
    const moved = { ...next, ...forward(next) };
    const isForward = step <= LOSS;
    const found = isForward ? FORWARD[step - 1] : BACKWARD[step - LOSS - 1];
    const reached = BACKWARD.slice(0, Math.max(0, step - LOSS));

    this.#board.style.height = `${height}px`;
    for (const [name, { box, value, gradient }] of Object.entries(this.#boxes)) {
      const [from, to] = name in ALONG ? EDGES[name].map((node) => nodes[node]) : [];
      const [x, y] = nodes[name] ??
        from.map((place, i) => place + ALONG[name] * (to[i] - place));
      box.style.translate = `calc(${x}px - 50%) calc(${y}px - 50%)`;
      const place = FORWARD.indexOf(name);
      const isNew = step === UPDATE;
      const second = isNew ? moved[name] : gradients[name];
      const isKnown = isNew ? second !== held[name] : reached.includes(name);
      gradient.textContent = isKnown ? shorten(second) : "";
      gradient.className = isNew ? "new" : "";
      const isOff = (name === "upper" || name === "lower") && place < step &&
        !held[name];
      const kinds = {
        now: name === found,
        back: step > LOSS,
        chosen: name === at,
        off: isOff,
      };
      for (const [kind, isOne] of Object.entries(kinds)) {
        box.classList.toggle(kind, isOne);
      }
      const text = place < step ? shorten(held[name]) : "";
      if (place >= 0) value.textContent = text;
      else if (value !== this.shadowRoot.activeElement) value.value = text;
      if (place >= 0) continue;
      value.ariaLabel = plain(title(name));
      value.ariaValueNow = String(held[name]);
      value.ariaValueText = text +
        (isKnown ? `, ${isNew ? "new" : "gradient"} ${shorten(second)}` : "");
    }

    this.#edges.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    const way = step > LOSS ? WAYS_BACK[found] ?? [found] : [];
    const paths = Object.entries(EDGES).map(([name, [start, end]]) => {
      const isNow = isForward ? end === found : way.includes(name);
      const isBack = reached.includes(name === "loss" ? "out" : name) && step < UPDATE;
      return drawEdge(nodes[start], nodes[end], start, isBack, isNow);
    });
    const signs = Object.entries(SIGNS).map(([name, [text, wide, narrow]]) => {
      const [x, y] = (isWide ? wide : narrow).map((off, i) => nodes[name][i] + off);
      return svg("text", { x, y, "text-anchor": "middle" }, ...svgWords(text));
    });
    this.#edges.replaceChildren(...paths, ...signs);
  }

  /** Returns what the step does, a line each. */
  #tellStep() {
    const { step } = this.state;
    if (!step) return START;
    if (step === UPDATE) return ["Update:", ...this.#tellUpdate()];
    const found = step <= LOSS ? FORWARD[step - 1] : BACKWARD[step - LOSS - 1];
    const lines = step <= LOSS ? this.#tellForward(found) : this.#tellBackward(found);
    return [`${step <= LOSS ? "Forward" : "Backward"}, ${title(found)}:`, ...lines];
  }

  #tellForward(found) {
    const n = this.state;
    const { zUpper, zLower, upper, lower, out, loss } = forward(n);
    if (found === "loss") {
      return [
        `$ℓ$ = ($ŷ$ − $y$)² = (${shorten(out)} − ${bracket(n.y)})² = ${shorten(loss)}`,
      ];
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

  #tellBackward(found) {
    const n = this.state;
    const held = forward(n);
    const g = backward(n);
    const gradient = shorten(g[found]);
    if (found === "out") {
      const error = `${shorten(held.out)} − ${bracket(n.y)}`;
      return [`Slope of the loss: 2($ŷ$ − $y$) = 2 · (${error}) = ${gradient}`];
    }
    if (found === "x1" || found === "x2") {
      const [up, low] = found === "x1" ? [n.u1, n.l1] : [n.u2, n.l2];
      const sum = add(multiply(g.upper, up), multiply(g.lower, low));
      return [
        "It acts through both hidden neurons, so two products add up:",
        `${sum} = ${gradient}`,
      ];
    }
    if (found === "upper" || found === "lower") {
      const [weight, z] = found === "upper" ? [n.o1, held.zUpper] : [n.o2, held.zLower];
      const product = weight * g.out;
      return [
        `Gradient of the output, times its weight: ${multiply(g.out, weight)} = ${
          shorten(product)
        }`,
        `Times the slope of ReLU at $z$ = ${shorten(z)}: ${
          multiply(product, slope(z))
        } = ${gradient}`,
      ];
    }
    const [start, end] = EDGES[found];
    const from = `Gradient of ${end === "out" ? "the output" : `the ${end} neuron`}`;
    if (start === found) {
      return [`${from} = ${gradient}`, "A bias is only added, so it gets the same."];
    }
    return [
      `${from}, times the input:`,
      `${multiply(g[end], { ...n, ...held }[start])} = ${gradient}`,
    ];
  }

  #tellUpdate() {
    const { rate, at, ...n } = this.state;
    const moved = update(n, Number(rate));
    const [before, after] = [forward(n).loss, forward(moved).loss];
    const name = PARAMETERS.includes(at) ? at : "u1";
    const difference = `${shorten(n[name])} − ${rate} · ${bracket(backward(n)[name])}`;
    const way = after > before ? "It rises: the step is too long." : "It falls.";
    return [
      "New = old − learning rate · gradient.",
      `${title(name)}: ${difference} = ${trim(moved[name])}`,
      `Loss before ${shorten(before)}, after ${shorten(after)}. ${
        after === before ? "" : way
      }`,
    ];
  }

  /** Returns how a nudge compares with the gradient, a line each. */
  #tellNudge() {
    const { at: name, step, nudge: way, ...n } = this.state;
    if (way === "no") return [];
    const by = way === "up" ? NUDGE : -NUDGE;
    const { loss, quotient } = nudge(n, name, by);
    const write = (value) => format(value, value < 1000 ? 6 : 3);
    const isReached = step > LOSS && BACKWARD.indexOf(name) < step - LOSS;
    const gradient = isReached
      ? format(backward(n)[name] ?? 0, 3)
      : "not computed yet.";
    return [
      `From ${shorten(n[name])} to ${format(n[name] + by, 3)}: the loss goes from ` +
      `${write(forward(n).loss)} to ${write(loss)}.`,
      `Change of the loss / ${bracket(by)} = ${format(quotient, 3)}`,
      name === "y"
        ? "The label is no parameter and gets no gradient."
        : `Gradient: ${gradient}`,
    ];
  }

  describe() {
    return plain([...this.#tellStep(), ...this.#tellNudge()].join(" "));
  }
}

/** Returns an arrow from node to node, or back. */
function drawEdge([x0, y0], [x1, y1], from, isBack, isNow) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const isBox = from === "y" || from.endsWith("b");
  const first = isBox
    ? Math.min(24 / Math.abs(ux || 1e-9), 21 / Math.abs(uy || 1e-9))
    : RADIUS;
  const ends = [first + 2, length - RADIUS - 2];
  const [tail, head] = isBack ? ends.reverse() : ends;
  const base = head - 9 * Math.sign(head - tail);
  const at = (along, aside) =>
    `${(x0 + along * ux - aside * uy).toFixed(1)} ${
      (y0 + along * uy + aside * ux).toFixed(1)
    }`;
  const line = svg("path", { class: "line", d: `M${at(tail, 0)}L${at(base, 0)}` });
  const tip = svg("path", {
    class: "head",
    d: `M${at(head, 0)}L${at(base, 5)}L${at(base, -5)}Z`,
  });
  return svg(
    "g",
    { class: `${isNow ? "now" : ""} ${isBack ? "back" : ""}` },
    line,
    tip,
  );
}

customElements.define("backpropagation-lab", BackpropagationLab);
