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
import { html, svg, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { format } from "./state.mjs";

/**
 * @typedef {import("./backpropagation-math.mjs").Name} Name
 * @typedef {"upper" | "lower" | "out" | "loss"} Neuron What is computed.
 * @typedef {[number, number]} Place
 */

const LIMIT = 100; // of each number, to both sides
const REACH = 10; // of the slider, to both sides
const NUDGE = 0.001;

const NUMBERS = {
  x1: ["input $x_1$", 2],
  x2: ["input $x_2$", 3],
  u1: ["weight from $x_1$ to upper", 2],
  u2: ["weight from $x_2$ to upper", 1],
  ub: ["bias of upper", -4],
  l1: ["weight from $x_1$ to lower", -1],
  l2: ["weight from $x_2$ to lower", 2],
  lb: ["bias of lower", -2],
  o1: ["weight from upper to output", 2],
  o2: ["weight from lower to output", -3],
  ob: ["bias of the output", 4],
  y: ["label $y$", 3],
};
const NAMES = (Object.keys(NUMBERS));
const NEURONS = { upper: "upper", lower: "lower", out: "output $ŷ$", loss: "loss $L$" };
const TITLES = {
  ...NEURONS,
  ...Object.fromEntries(NAMES.map((name) => [name, NUMBERS[name][0]])),
};

// What each step finds: what neurons hold, then gradients, edge by edge.
const FORWARD = (["upper", "lower", "out", "loss"]);
const BACKWARD = (
  "out o1 o2 ob upper lower u1 u2 ub l1 l2 lb x1 x2".split(" ")
);
const LOSS = FORWARD.length;
const GRADIENTS = LOSS + BACKWARD.length;
const UPDATE = GRADIENTS + 1;

// From where to where each edge leads; what is on it, or at its start, has its name.
const EDGES = {
  u1: ["x1", "upper"],
  u2: ["x2", "upper"],
  ub: ["ub", "upper"],
  l1: ["x1", "lower"],
  l2: ["x2", "lower"],
  lb: ["lb", "lower"],
  o1: ["upper", "out"],
  o2: ["lower", "out"],
  ob: ["ob", "out"],
  loss: ["out", "loss"],
  y: ["y", "loss"],
};
const WAYS_BACK = {
  out: ["loss"],
  upper: ["o1"],
  lower: ["o2"],
  x1: ["u1", "l1"],
  x2: ["u2", "l2"],
};

const RADIUS = 27;
const WIDE = 560; // pixels, from which the network lies

/**
 * Returns the height of the network, the places of its nodes, on which side their names stand, and
 * how far along its edge each weight stands: from left to right, or downwards where it is narrow.
 * @returns {{height: number, nodes: Record<string, Place>, sides: Record<string, string>,
 *   along: Record<string, number>}}
 */
function arrange(width) {
  const x = (part) => part * width;
  if (width >= WIDE) {
    return {
      height: 352,
      nodes: {
        x1: [x(0.08), 100],
        x2: [x(0.08), 252],
        ub: [x(0.44), 26],
        upper: [x(0.44), 100],
        lower: [x(0.44), 252],
        lb: [x(0.44), 326],
        ob: [x(0.72), 92],
        out: [x(0.72), 176],
        loss: [x(0.92), 176],
        y: [x(0.92), 260],
      },
      sides: { x1: "above", upper: "below", lower: "above", loss: "above" },
      along: { u1: 0.62, l1: 0.31, u2: 0.31, l2: 0.62, o1: 0.5, o2: 0.5 },
    };
  }
  const aside = Math.max(25, x(0.3) - 64);
  return {
    height: 472,
    nodes: {
      x1: [x(0.3), 30],
      x2: [x(0.7), 30],
      ub: [aside, 225],
      upper: [x(0.3), 225],
      lower: [x(0.7), 225],
      lb: [width - aside, 225],
      ob: [x(0.2), 356],
      out: [x(0.5), 356],
      loss: [x(0.5), 442],
      y: [x(0.8), 442],
    },
    sides: {
      x1: "left",
      x2: "right",
      upper: "above left",
      lower: "above right",
      out: "right",
      loss: "left",
      y: "above",
    },
    along: { u1: 0.65, l1: 0.25, u2: 0.25, l2: 0.65, o1: 0.5, o2: 0.5 },
  };
}

/** Returns a number in a product or difference, in brackets where it begins with a minus. */
function bracket(value) {
  const text = shorten(value);
  return text.startsWith("−") ? `(${text})` : text;
}

/** Returns a number as JavaScript writes it: with a point and a plain minus. */
function parse(text) {
  return text.replace(",", ".").replace("−", "-");
}

/** Returns a number with at most six decimals, as many as the state keeps. */
function trim(value) {
  return format(value, 6).replace(/\.?0+$/, "");
}

/** Returns a sum, whose parts may be negative. */
function add(...parts) {
  return parts.join(" + ").replaceAll("+ −", "− ");
}

function multiply(first, second) {
  return `${shorten(first)} · ${bracket(second)}`;
}

class BackpropagationLab extends Lab {
  static title = "backpropagation";
  static sheets = ["backpropagation.css"];
  static parameters = {
    ...Object.fromEntries(
      NAMES.map((name) => {
        const [label, start] = NUMBERS[name];
        return [name, { label, min: -LIMIT, max: LIMIT, step: 0.000001, start }];
      }),
    ),
    step: { label: "step", min: 0, max: UPDATE, step: 1, start: 0 },
    at: { label: "chosen", options: NAMES, start: "u1" },
    nudge: { label: "nudge it by 0.001", options: ["no", "up", "down"], start: "no" },
    rate: {
      label: "learning rate",
      options: ["0.001", "0.002", "0.005", "0.01", "0.1"],
      start: "0.01",
    },
  };

  #width = 0;
  #edges = svg("svg", { "aria-hidden": "true" });
  #boxes = {};
  #radios = {};
  #board = html("fieldset", { class: "network" });
  #previous = html("button", { type: "button" }, "Previous");
  #next = html("button", { type: "button", class: "main" }, "Next");
  #take = html("button", { type: "button", class: "take" }, "Take the new numbers");
  #step = html("div", { class: "computation step" });
  #chosen = html("label", { for: "chosen" });
  #slider = html("input", { id: "chosen", type: "range", min: -REACH, max: REACH, step: 0.1 });
  #field = html("input", { type: "text", inputmode: "decimal", autocomplete: "off" });
  #shownAt = "";
  #check = html("div", { class: "computation" });

  build() {
    const legend = html("legend", { class: "unseen" }, "A number to change or to nudge");
    this.#board.append(legend, this.#edges);
    this.#board.append(...NAMES.map((name) => this.#makeNumber(name)));
    this.#board.append(...FORWARD.map((name) => this.#makeNeuron(name)));
    new ResizeObserver(() => this.#measure() && this.redraw()).observe(this.#board);

    this.#previous.addEventListener("click", () => this.set({ step: this.state.step - 1 }));
    this.#next.addEventListener("click", () => this.set({ step: this.state.step + 1 }));
    this.#take.addEventListener("click", () => this.#goOn());
    const jumps = [["loss", LOSS], ["gradients", GRADIENTS], ["update", UPDATE]].map(
      ([name, step]) => {
        const label = `To the ${name}`;
        const button = html("button", { type: "button", "aria-label": label }, String(name));
        button.addEventListener("click", () => this.set({ step }));
        return button;
      },
    );
    const steps = html("div", { class: "buttons" }, this.#previous, this.#next);
    steps.append(html("div", { class: "jumps" }, "to the", ...jumps), this.#take);

    this.#slider.addEventListener(
      "input",
      () => this.set({ [this.state.at]: this.#slider.value }),
    );
    this.#field.addEventListener("input", () => {
      this.set({ [this.state.at]: parse(this.#field.value) });
    });
    // What is no number gives way to the number that there is.
    this.#field.addEventListener("change", () => this.#field.value = this.state[this.state.at]);
    const chosen = html("div", { class: "chosen" }, this.#chosen, this.#slider, this.#field);
    const number = html("div", {}, chosen, this.makeControl("nudge"), this.#check);
    const rate = this.makeControl("rate");
    return [this.#board, steps, html("div", { class: "panel" }, this.#step, number, rate)];
  }

  /** Returns what shows a number that can be chosen. */
  #makeNumber(name) {
    const radio = html("input", { type: "radio", name: "at", value: name });
    radio.addEventListener("change", () => this.set({ at: name }));
    this.#radios[name] = radio;
    const kind = name[0] === "x" ? "neuron input" : name[1] === "b" ? "bias" : "";
    const box = html("label", { class: `number ${kind}` }, radio, this.#makeLines(name));
    if (name[0] === "x") {
      box.append(html("span", { class: "name" }, ...words(`$x_${name[1]}$`)));
    }
    if (name === "y") box.append(html("span", { class: "name" }, ...words("label $y$")));
    this.#boxes[name].box = box;
    return box;
  }

  /** Returns what shows a number that is computed. */
  #makeNeuron(name) {
    const box = html("div", { class: `neuron ${name}` }, this.#makeLines(name));
    box.append(html("span", { class: "name" }, ...words(NEURONS[name])));
    this.#boxes[name].box = box;
    return box;
  }

  #makeLines(name) {
    const value = html("span");
    const gradient = html("b");
    this.#boxes[name] = { box: value, value, gradient };
    return html("span", { class: "lines" }, value, gradient);
  }

  get #numbers() {
    return (this.state);
  }

  #goOn() {
    const numbers = update(this.#numbers, Number(this.state.rate));
    if (PARAMETERS.some((name) => Math.abs(numbers[name]) > LIMIT)) {
      this.tell("It diverges: a number would be larger than 100. Press Reset.");
    } else {
      this.set({ ...numbers, step: 0 });
      this.#next.focus();
    }
  }

  /** Returns whether its width has changed. */
  #measure() {
    const { width } = this.#board.getBoundingClientRect();
    if (!width || width === this.#width) return false;
    this.#width = width;
    return true;
  }

  draw() {
    const { step, at } = this.state;
    this.#measure();
    if (this.#width) this.#drawNetwork();
    this.#previous.ariaDisabled = step ? null : "true";
    this.#next.ariaDisabled = step < UPDATE ? null : "true";
    this.#take.classList.toggle("ready", step === UPDATE);
    this.#step.replaceChildren(
      ...this.#tellStep().map((line) => html("p", {}, ...words(line))),
    );
    this.#chosen.replaceChildren(...words(NUMBERS[(at)][0]));
    this.#slider.value = this.state[at];
    const name = this.#chosen.textContent ?? "";
    this.#field.ariaLabel = `${name}, as a number`;
    const isWritten = this.#shownAt === at && this.#field.matches(":focus");
    if (!isWritten || Math.abs(Number(parse(this.#field.value))) > LIMIT) {
      this.#field.value = this.state[at];
    }
    this.#shownAt = at;
    this.#check.replaceChildren(
      ...this.#tellNudge().map((line) => html("p", {}, ...words(line))),
    );
  }

  #drawNetwork() {
    const { step, at, rate } = this.state;
    const { height, nodes, sides, along } = arrange(this.#width);
    const held = { ...this.#numbers, ...forward(this.#numbers) };
    const next = update(this.#numbers, Number(rate));
    const gradients = backward(this.#numbers);
    const moved = { ...next, ...forward(next) };
    const isForward = step <= LOSS;
    const found = isForward ? FORWARD[step - 1] : BACKWARD[step - LOSS - 1];
    const reached = BACKWARD.slice(0, Math.max(0, step - LOSS));

    const places = { ...nodes };
    for (const [name, part] of Object.entries(along)) {
      const [[x0, y0], [x1, y1]] = EDGES[name].map((node) => nodes[node]);
      places[name] = [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
    }
    this.#board.style.height = `${height}px`;
    for (const [name, { box, value, gradient }] of Object.entries(this.#boxes)) {
      const [x, y] = places[name];
      box.style.left = `${x}px`;
      box.style.top = `${y}px`;
      const key = (name);
      const place = FORWARD.indexOf(key);
      value.textContent = place < step ? shorten(held[key]) : "";
      const isNew = step === UPDATE;
      if (isNew) gradient.textContent = moved[key] === held[key] ? "" : shorten(moved[key]);
      else gradient.textContent = reached.includes(key) ? shorten(gradients[key]) : "";
      gradient.className = isNew ? "new" : "";
      box.classList.toggle("now", name === found);
      box.classList.toggle("back", step > LOSS);
      const isOff = (name === "upper" || name === "lower") && place < step && !held[name];
      box.classList.toggle("off", isOff);
      box.dataset.side = sides[name] ?? "below";
    }
    for (const name of NAMES) {
      const radio = this.#radios[name];
      const { value, gradient } = this.#boxes[name];
      radio.checked = name === at;
      const label = NUMBERS[name][0].replace(/[$_]/g, "");
      const second = step === UPDATE ? "new" : "gradient";
      radio.ariaLabel = `${label}: ${value.textContent}` +
        (gradient.textContent && `, ${second} ${gradient.textContent}`);
    }

    this.#edges.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
    const paths = Object.entries(EDGES).map(([name, [start, end]]) => {
      const way = step > LOSS ? WAYS_BACK[found] ?? [found] : [];
      const isNow = isForward ? end === found : way.includes(name);
      const key = (name);
      const isBack = reached.includes(name === "loss" ? "out" : key) && step < UPDATE;
      const kind = `${isNow ? "now" : ""} ${isBack ? "back" : ""}`;
      return drawEdge(nodes[start], nodes[end], start, isBack, kind);
    });
    this.#edges.replaceChildren(...paths);
  }

  /** Returns what the step does, a line each. */
  #tellStep() {
    const { step } = this.state;
    const count = `Step ${step} of ${UPDATE}`;
    if (!step) {
      return [
        `${count}. On the arrows stand weights, beside neurons their biases.`,
        "With each press of Next one neuron or one arrow takes its turn.",
      ];
    }
    if (step === UPDATE) return [`${count}, update.`, ...this.#tellUpdate()];
    const found = step <= LOSS ? FORWARD[step - 1] : BACKWARD[step - LOSS - 1];
    const title = `${count}, ${step <= LOSS ? "forward" : "backward"}: ${TITLES[found]}.`;
    if (step <= LOSS) return [title, ...this.#tellForward((found))];
    return [title, ...this.#tellBackward(found)];
  }

  #tellForward(found) {
    const n = this.#numbers;
    const { zUpper, zLower, upper, lower, out, loss } = forward(n);
    if (found === "loss") {
      return [`$L$ = ($ŷ$ − $y$)² = (${shorten(out)} − ${bracket(n.y)})² = ${shorten(loss)}`];
    }
    if (found === "out") {
      const sum = add(multiply(upper, n.o1), multiply(lower, n.o2), shorten(n.ob));
      return [`$ŷ$ = ${sum} = ${shorten(out)}`, "The output has no activation."];
    }
    const [z, a, first, second, bias] = found === "upper"
      ? [zUpper, upper, n.u1, n.u2, n.ub]
      : [zLower, lower, n.l1, n.l2, n.lb];
    const sum = add(multiply(n.x1, first), multiply(n.x2, second), shorten(bias));
    return [
      `$z$ = ${sum} = ${shorten(z)}`,
      `$a$ = max(0, ${shorten(z)}) = ${shorten(a)}${z > 0 ? "" : ": it is switched off"}`,
    ];
  }

  #tellBackward(found) {
    const n = this.#numbers;
    const held = forward(n);
    const g = backward(n);
    if (found === "out") {
      return [
        `Slope of the loss: 2($ŷ$ − $y$) = 2 · (${shorten(held.out)} − ${bracket(n.y)}) = ${
          shorten(g.out)
        }`,
      ];
    }
    if (found === "x1" || found === "x2") {
      const [up, low] = found === "x1" ? [n.u1, n.l1] : [n.u2, n.l2];
      return [
        "Two arrows lead from it, and what comes back along them adds up:",
        `${add(multiply(up, g.upper), multiply(low, g.lower))} = ${shorten(g[found])}`,
      ];
    }
    const rule = "Local slope · incoming gradient:";
    if (found === "upper" || found === "lower") {
      const [weight, z] = found === "upper" ? [n.o1, held.zUpper] : [n.o2, held.zLower];
      const product = weight * g.out;
      return [
        rule,
        `along the arrow, the weight: ${multiply(weight, g.out)} = ${shorten(product)}`,
        `through ReLU, at $z$ = ${shorten(z)}: ${multiply(slope(z), product)} = ${
          shorten(g[found])
        }`,
      ];
    }
    const [start, end] = EDGES[found];
    const incoming = g[(end)];
    const isBias = start === found;
    const local = isBias ? 1 : { ...n, ...held }[start];
    const gradient = g[(found)];
    return [
      rule,
      `${multiply(local, incoming)} = ${shorten(gradient)}`,
      isBias
        ? "The local slope is 1, since a bias is only added."
        : `The local slope is what the arrow starts from: ${TITLES[start]}.`,
    ];
  }

  #tellUpdate() {
    const { rate, at } = this.state;
    const n = this.#numbers;
    const moved = update(n, Number(rate));
    const [before, after] = [forward(n).loss, forward(moved).loss];
    const name = PARAMETERS.find((parameter) => parameter === at) ?? "u1";
    const difference = `${shorten(n[name])} − ${rate} · ${bracket(backward(n)[name])}`;
    const change = after > before
      ? "It rises: the step is too long."
      : after < before
      ? "It falls."
      : "It stays.";
    return [
      "New = old − learning rate · gradient.",
      `${NUMBERS[name][0]}: ${difference} = ${trim(moved[name])}`,
      `Loss before ${shorten(before)}, after ${shorten(after)}. ${change}`,
    ];
  }

  /** Returns how a nudge compares with the gradient, a line each. */
  #tellNudge() {
    const { at, step } = this.state;
    const name = (at);
    const n = this.#numbers;
    if (this.state.nudge === "no") return [];
    const by = this.state.nudge === "up" ? NUDGE : -NUDGE;
    const { loss, quotient } = nudge(n, name, by);
    const write = (value) => format(value, value < 1000 ? 6 : 3);
    const before = forward(n).loss;
    const lines = [
      `From ${shorten(n[name])} to ${format(n[name] + by, 3)}: the loss goes from ${
        write(before)
      } to ${write(loss)}.`,
      `Change of the loss / ${bracket(by)} = ${format(quotient, 3)}`,
    ];
    if (name === "y") return [...lines, "The way back does not lead to the label."];
    const isReached = step > LOSS && BACKWARD.indexOf(name) < step - LOSS;
    const gradient = backward(n)[name];
    return [
      ...lines,
      isReached
        ? `Gradient: ${format(gradient, 3)}`
        : "Gradient: the way back has not been here.",
    ];
  }

  describe() {
    return [...this.#tellStep(), ...this.#tellNudge()].join(" ").replace(/[$_]/g, "");
  }
}

/** Returns an arrow from node to node, or back. */
function drawEdge([x0, y0], [x1, y1], from, isBack, kind) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const isBox = from === "y" || from.endsWith("b");
  const first = isBox ? Math.min(24 / Math.abs(ux || 1e-9), 21 / Math.abs(uy || 1e-9)) : RADIUS;
  const ends = [first + 2, length - RADIUS - 2];
  const [tail, head] = isBack ? ends.reverse() : ends;
  const way = Math.sign(head - tail);
  const at = (along, aside) =>
    `${(x0 + along * ux - aside * uy).toFixed(1)} ${(y0 + along * uy + aside * ux).toFixed(1)}`;
  const base = head - 9 * way;
  const line = svg("path", { class: "line", d: `M${at(tail, 0)}L${at(base, 0)}` });
  const tip = `M${at(head, 0)}L${at(base, 5)}L${at(base, -5)}Z`;
  return svg("g", { class: kind }, line, svg("path", { class: "head", d: tip }));
}

customElements.define("backpropagation-lab", BackpropagationLab);
