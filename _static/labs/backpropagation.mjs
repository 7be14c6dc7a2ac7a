// The backpropagation lab: forward, backward and update of a small network, in steps.

import * as m from "./backpropagation-math.mjs";
import { shorten } from "./backpropagation-math.mjs";
import {
  add,
  EDGES,
  explainBackward,
  findTitle,
  multiply,
  Network,
  NEURONS,
  NUMBERS,
  writeFactor,
} from "./backpropagation-network.mjs";
import { html, makeButton, makeParagraphs, words } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { format } from "./numbers.mjs";
import { capture } from "./plot.mjs";

const LIMIT = 100; // of each number, to both sides
const STEP = 0.1; // of a number, for an arrow key or for 6 pixels of a drag
const NUDGE = 0.001;
const RATES = ["0.001", "0.002", "0.005", "0.01", "0.1"];
const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const START = [
  "Weights are on the arrows, biases beside neurons. " +
  "Next takes one neuron or arrow at a time.",
  "Drag a number sideways, or use the arrow keys on it: " +
  "everything computed so far follows.",
];
const MAIN = { class: "main" };
const NAMES = Object.keys(NUMBERS);
const stripSigns = (text) => text.replace(/[$_]/g, "");

// What each step computes: the neurons, then the gradients, edge by edge
const FORWARD = Object.keys(NEURONS);
const BACKWARD = "out o1 o2 ob upper lower u1 u2 ub l1 l2 lb x1 x2".split(" ");
const LOSS = FORWARD.length;
const UPDATE = LOSS + BACKWARD.length + 1;
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

  #network = new Network(() => this.redraw());
  #previous = makeButton("Previous", () => this.set({ step: this.state.step - 1 }));
  #next = makeButton("Next", () => this.set({ step: this.state.step + 1 }), MAIN);
  #take = makeButton("Take the new numbers", () => this.#update(), MAIN);
  #step = html("div", { class: "computation step" });
  #chosen = html("p", { class: "note chosen" });
  #check = html("div", { class: "computation" });

  build() {
    for (const name of NAMES) this.#addNumber(name);
    for (const name of FORWARD) this.#network.addBox(name, html("span"), "neuron");
    const board = this.#network.element;
    board.role = "group";
    board.ariaLabel = "Network";
    const steps = html("div", { class: "buttons" });
    steps.append(this.#previous, this.#next, this.#take, this.makeControl("step"));
    const nudge = [this.#chosen, this.makeControl("nudge"), this.#check];
    const side = html("div", {}, this.makeControl("rate"));
    side.append(this.fold(["nudge"], ...nudge));
    return [board, steps, html("div", { class: "parts" }, this.#step, side)];
  }

  /** Adds a number that is dragged sideways, changed by keys, or written anew. */
  #addNumber(name) {
    const role = { role: "spinbutton", inputmode: "decimal", autocomplete: "off" };
    const input = html("input", role);
    const kind = `number draggable${name[0] === "x" ? " neuron" : ""}`;
    this.#network.addBox(name, input, kind);
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
  }

  #change(name, number) {
    this.set({ at: name, [name]: number });
    this.#network.boxes[name].value.value = shorten(this.state[name]);
  }

  /** Lets a number be dragged sideways, and be written after a click. */
  #letDrag(name) {
    const { box, value: input } = this.#network.boxes[name];
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
    this.#fillBoxes();
    this.#network.draw((name) => this.#findKinds(name));
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

  #findKinds(name) {
    const { step } = this.state;
    const { found, reached } = this.#findProgress();
    const fromFound = Object.keys(EDGES).filter((edge) => EDGES[edge][0] === found);
    const used = fromFound.length ? fromFound : [found];
    const isNow = step <= LOSS ? EDGES[name][1] === found : used.includes(name);
    const isBack = reached.includes(name === "loss" ? "out" : name) && step < UPDATE;
    return `${isNow ? "now" : ""} ${isBack ? "back" : ""}`;
  }

  #fillBoxes() {
    const { step, rate } = this.state;
    const isUpdate = step === UPDATE;
    const next = m.update(this.state, Number(rate));
    const values = { ...this.state, ...m.forward(this.state) };
    const seconds = isUpdate ? { ...next, ...m.forward(next) } : m.backward(this.state);
    const { reached } = this.#findProgress();
    for (const name of [...NAMES, ...FORWARD]) {
      const value = FORWARD.indexOf(name) < step ? values[name] : null; // not computed
      const isKnown = isUpdate
        ? seconds[name] !== values[name]
        : reached.includes(name);
      this.#fillBox(name, value, isKnown ? seconds[name] : null);
    }
  }

  /** Shows a value and a gradient or a new value, or null for none. */
  #fillBox(name, number, second) {
    const { box, value, gradient } = this.#network.boxes[name];
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
      : ["Backward", explainBackward(found, this.state)];
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

customElements.define("backpropagation-lab", BackpropagationLab);
