// The gate lab: a small network learns a gate, or points that the reader has placed.

import { html, svg } from "./elements.mjs";
import {
  computeHidden,
  computeSum,
  countRight,
  findContour,
  gates,
  makeNetwork,
  sumHidden,
  takeStep,
} from "./gates-math.mjs";
import { Lab } from "./lab.mjs";
import { activations } from "./neuron-math.mjs";
import { makeScale, Plot, trace } from "./plot.mjs";
import { format } from "./state.mjs";

/**
 * @typedef {import("./gates-math.mjs").Network} Network
 * @typedef {import("./gates-math.mjs").Point} Point
 * @typedef {import("./plot.mjs").Pair} Pair
 */

const OWN = "points";
const LONGEST = 10_000; // epochs
const ENOUGH = 1_000; // epochs, after which a network that is not right is called stuck
const SEEDS = 25;
const END = ["Solved", "Stuck"]; // what is told while it trains
const KEPT = 6; // counts of stuck seeds, for comparison
const MOST = 30; // points
const SIDE = [-0.4, 1.6]; // of the plane
const GRID = 0.05; // of places for points
const REACH = 0.12; // how far from a point a tap still means it
const SLIP = 6; // pixels that a pointer moves in a tap at most
// Epochs a frame, and milliseconds from one to the next: with less motion, fewer pictures.
const MOVING = { epochs: 5, wait: 0 };
const CALM = { epochs: 150, wait: 500 };
const SLICE = 8; // milliseconds of work at a time, while seeds are tried
// What an epoch and the loss are shown up to.
const ENDS = [100, 200, 500, 1_000, 2_000, 5_000, LONGEST];
const RANGES = { sigmoid: [-0.15, 1.15], tanh: [-1.2, 1.2] };
const COLOURS = ["--diagram-input", "--background", "--diagram-output"]; // from 0 to 1
const AFRESH = ["epoch", "x1", "x2"]; // alone do not start the training afresh

/** Returns the place next to one at which a point can be. */
function snap(x) {
  const inside = Math.min(SIDE[1], Math.max(SIDE[0], x));
  return Number((Math.round(inside / GRID) * GRID).toFixed(2));
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const say = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

class GatesLab extends Lab {
  static title = "a network learns a gate";
  static sheets = ["gates.css"];
  static parameters = {
    gate: {
      label: "gate, or points of your own",
      options: [...Object.keys(gates), OWN],
      start: "XOR",
    },
    width: { label: "hidden neurons", min: 0, max: 8, step: 1, start: 2 },
    h: { label: "their activation", options: Object.keys(activations), start: "sigmoid" },
    rate: { label: "learning rate", min: 0.1, max: 5, step: 0.1, start: 2 },
    seed: { label: "seed", min: 0, max: SEEDS - 1, step: 1, start: 0 },
    epoch: { label: "epoch", min: 0, max: LONGEST, step: 1, start: 0 },
    x1: { label: "cross: $x_1$", min: SIDE[0], max: SIDE[1], step: GRID, start: 0.5 },
    x2: { label: "cross: $x_2$", min: SIDE[0], max: SIDE[1], step: GRID, start: 0.5 },
    points: { list: (true), start: [] }, // x1, x2, label, x1 …
  };

  #plane = new Plot({
    label: "Plane of the two inputs with the points, coloured by the output of the network; " +
      "the outputs are told below.",
    xLabel: "input $x_1$",
    yLabel: "input $x_2$",
    ratio: 0.92,
    redraw: () => this.redraw(),
  });
  #space = new Plot({
    label: "The same points in the space of the first two hidden activations.",
    xLabel: "hidden activation 1",
    yLabel: "hidden activation 2",
    ratio: 0.92,
    redraw: () => this.redraw(),
  });
  #curve = new Plot({
    label: "Curve of the loss over the epochs.",
    xLabel: "epoch",
    yLabel: "loss",
    ratio: 0.75,
    redraw: () => this.redraw(),
  });
  #verdict = html("p", { class: "verdict" });
  #outputs = html("p", { class: "outputs" });
  #news = html("p", { class: "unseen", role: "status" });
  #about = html("p", { class: "note" });
  #tries = html("ul", { class: "tries" });
  #progress = html("p", { class: "note" });
  #train = html("button", { type: "button", class: "main" }, "Train");
  #try = html("button", { type: "button" }, `Try ${SEEDS} seeds`);
  #switch = html("button", { type: "button" });
  #remove = html("button", { type: "button" }, "Remove");
  #next = html("button", { type: "button" }, "Next point");
  #hint = html("p", { class: "note", role: "status" });
  #editor = html("details");

  #network = null;
  #losses = []; // before each epoch that has been trained
  #origin = ""; // what it has been trained from
  #running = null; // the training that runs
  #trying = false;
  #told = "";

  build() {
    const step = html("button", { type: "button" }, "One epoch");
    const back = html("button", { type: "button" }, "Start over");
    this.#train.addEventListener("click", () => this.#running ? this.#pause() : this.#run());
    step.addEventListener("click", () => {
      this.#pause();
      this.set({ epoch: this.state.epoch + 1 });
    });
    back.addEventListener("click", () => {
      this.#pause();
      this.set({ epoch: 0 });
    });
    this.#try.addEventListener(
      "click",
      () => this.#trying ? this.#stopTrying() : this.#trySeeds(),
    );
    this.#listen(this.#plane.element);
    this.#switch.addEventListener("click", () => this.#touch(this.state.x1, this.state.x2));
    this.#remove.addEventListener("click", () => this.#take());
    this.#next.addEventListener("click", () => this.#advance());
    for (const plot of [this.#plane, this.#space]) [plot.x, plot.y] = [SIDE, SIDE];
    const edit = html("div", { class: "buttons" }, this.#switch, this.#remove, this.#next);
    this.#editor.append(html("summary", {}, "Points by keys and buttons"));
    this.#editor.append(this.makeControl("x1"), this.makeControl("x2"), edit);
    this.#editor.addEventListener("toggle", () => this.redraw());
    const buttons = html("div", { class: "buttons" }, this.#train, step, back);
    const controls = html("div", { class: "controls" });
    controls.append(
      ...["width", "h", "rate", "seed"].map((name) => this.makeControl(name)),
      html("div", { class: "buttons" }, this.#try, this.#progress),
      this.#tries,
    );
    const bench = html("div", { class: "bench" });
    bench.append(
      this.makeControl("gate"),
      html("div", { class: "plane" }, this.#plane.element, this.#hint, this.#editor),
      html("div", { class: "run" }, buttons, this.#verdict, this.#outputs, this.#news),
      html("div", { class: "space" }, this.#space.element, this.#about),
      html("div", { class: "loss" }, this.#curve.element),
      controls,
    );
    return [bench];
  }

  set(changes) {
    const names = Object.keys(changes);
    if (names.some((name) => !AFRESH.includes(name))) {
      if ("epoch" in changes) this.#pause(); // another state as a whole
      changes = { epoch: 0, ...changes };
    }
    const { points } = { ...this.state, ...changes };
    if (changes.gate === OWN && !points.length && !("points" in changes)) {
      // One's own points begin with those of the gate.
      changes = { ...changes, points: (gates[this.state.gate] ?? gates.XOR).flat() };
    }
    super.set(changes);
    this.#hint.textContent = "";
    if (!this.#trying) this.#progress.textContent = "";
  }

  /** The points of the reader. */
  get #own() {
    const { points } = this.state;
    const own = [];
    for (let i = 0; i + 2 < points.length && own.length < MOST; i += 3) {
      const [x1, x2] = points.slice(i, i + 2).map(snap);
      own.push([x1, x2, points[i + 2] > 0.5 ? 1 : 0]);
    }
    return own;
  }

  get #points() {
    if (this.state.gate === OWN) return this.#own;
    return gates[this.state.gate].map((point) => ([...point]));
  }

  get #isSolved() {
    const { network, points } = this.#follow();
    return countRight(network, points) === points.length;
  }

  /** Returns the network at the epoch of the state, trained as far as that is needed. */
  #follow() {
    const { gate, width, h, rate, seed, epoch } = this.state;
    const points = this.#points;
    const origin = [gate, width, h, rate, seed, points].join();
    if (!this.#network || origin !== this.#origin || epoch < this.#losses.length) {
      this.#network = makeNetwork(width, h, seed);
      this.#losses = [];
      this.#origin = origin;
    }
    let network = this.#network;
    while (this.#losses.length < epoch) {
      const { loss, network: better } = takeStep(network, points, rate);
      this.#losses.push(loss);
      network = better;
    }
    this.#network = network;
    return { network, points, loss: takeStep(network, points, rate).loss };
  }

  async #run() {
    if (this.state.epoch >= LONGEST) this.set({ epoch: 0 });
    if (!this.#points.length) {
      this.#hint.textContent = "There is no point to learn.";
      return;
    }
    const run = this.#running = Symbol("training");
    this.#train.textContent = "Pause";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? CALM : MOVING;
    const wasSolved = this.#isSolved; // then a reader wants to see it go on
    while (this.#running === run && this.isConnected) {
      // `set` asks for the picture first, and so it is drawn before the next step.
      this.set({ epoch: this.state.epoch + pace.epochs });
      if (!wasSolved && this.#isSolved) this.#pause();
      if (this.state.epoch >= LONGEST) {
        this.#pause();
        this.tell(`It stops after ${LONGEST.toLocaleString("en")} epochs.`);
      }
      if (pace.wait) await wait(pace.wait);
      await new Promise(requestAnimationFrame);
    }
  }

  #pause() {
    const wasRunning = this.#running !== null;
    this.#running = null;
    this.#train.textContent = "Train";
    if (wasRunning) this.announce();
  }

  /** Waits until the training rests, since each of its steps would be read out. */
  announce() {
    if (this.#running === null) super.announce();
  }

  /** Counts the seeds whose training gets stuck, a slice of work at a time. */
  async #trySeeds() {
    const { gate, width, h, rate } = this.state;
    const points = this.#points;
    if (!points.length) {
      this.#progress.textContent = "There is no point to learn.";
      return;
    }
    const stuck = [];
    this.#pause();
    this.#trying = true;
    this.#try.textContent = "Stop";
    let until = performance.now() + SLICE;
    for (let seed = 0; seed < SEEDS; seed++) {
      this.#progress.textContent = `seed ${seed + 1} of ${SEEDS}`;
      let network = makeNetwork(width, h, seed);
      for (let epoch = 0; epoch < ENOUGH; epoch++) {
        network = takeStep(network, points, rate).network;
        if (performance.now() < until) continue;
        await wait(0);
        if (!this.#trying || !this.isConnected) return;
        until = performance.now() + SLICE;
      }
      if (countRight(network, points) < points.length) stuck.push(seed);
    }
    this.#stopTrying();
    const layer = width ? `${width} × ${h}` : "no hidden layer";
    const result = `${stuck.length} of ${SEEDS} stuck`;
    const settings = `${gate}, ${layer}, rate ${format(rate, 1)}: `;
    const line = html("li", {}, settings, html("b", {}, result));
    if (stuck.length) {
      line.append(stuck.length === 1 ? ": seed" : ": seeds");
      for (const seed of stuck) {
        const button = html("button", { type: "button" }, String(seed));
        button.addEventListener("click", () => this.set({ gate, width, h, rate, seed }));
        line.append(" ", button);
      }
    }
    const same = [...this.#tries.children].find((t) => t.textContent === line.textContent);
    same?.remove();
    this.#tries.prepend(line);
    while (this.#tries.childElementCount > KEPT) this.#tries.lastElementChild?.remove();
    this.#news.textContent = settings + result;
  }

  #stopTrying() {
    this.#trying = false;
    this.#try.textContent = `Try ${SEEDS} seeds`;
    this.#progress.textContent = "";
  }

  /** Returns the place in the list of the nearest point in reach, or -1. */
  #findNear(points, x1, x2, reach) {
    const far = points.map((point) => Math.hypot(point[0] - x1, point[1] - x2));
    const least = Math.min(...far);
    return least <= reach ? far.indexOf(least) : -1;
  }

  /** Lets points be dragged, and a tap add or switch one. */
  #listen(element) {
    let [start, held, isDragged] = [[0, 0], -1, false];
    element.classList.add("tapped");
    element.addEventListener("pointerdown", (event) => {
      const [x1, x2] = this.#locate(event);
      start = [event.clientX, event.clientY];
      held = event.button ? -1 : this.#findNear(this.#points, x1, x2, REACH);
      isDragged = false;
      if (held >= 0) element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      const { clientX, clientY } = event;
      isDragged ||= Math.hypot(clientX - start[0], clientY - start[1]) > SLIP;
      if (!isDragged || held < 0 || !element.hasPointerCapture(event.pointerId)) return;
      if (this.#showOwn()) {
        held = -1;
        return;
      }
      const points = this.#points;
      const [x1, x2] = this.#locate(event).map(snap);
      [points[held][0], points[held][1]] = [x1, x2];
      this.set({ gate: OWN, points: points.flat(), x1, x2 });
    });
    element.addEventListener("click", (event) => {
      const place = this.#locate(event);
      if (isDragged || place.some((x) => x < SIDE[0] || x > SIDE[1])) return;
      const near = this.#points[this.#findNear(this.#points, place[0], place[1], REACH)];
      const [x1, x2] = near ?? place.map(snap);
      this.#touch(x1, x2);
    });
  }

  /** Returns the place in the plane that is pointed at. */
  #locate({ clientX, clientY }) {
    const { left, top } = this.#plane.element.getBoundingClientRect();
    const { toX, toY } = this.#plane;
    return [
      makeScale([toX(SIDE[0]), toX(SIDE[1])], SIDE)(clientX - left),
      makeScale([toY(SIDE[0]), toY(SIDE[1])], SIDE)(clientY - top),
    ];
  }

  /** Switches the label of the point at a place, or adds one, with the last label. */
  #touch(x1, x2) {
    if (this.#showOwn()) return;
    const points = this.#points;
    const place = this.#findNear(points, x1, x2, 0.01);
    if (place >= 0) points[place][2] = 1 - points[place][2];
    else if (points.length < MOST) points.push([x1, x2, points.at(-1)?.[2] ?? 1]);
    else {
      this.#hint.textContent = `There is room for ${MOST} points.`;
      return;
    }
    this.set({ gate: OWN, points: points.flat(), x1, x2 });
  }

  #take() {
    if (this.#showOwn()) return;
    const points = this.#points;
    const place = this.#findNear(points, this.state.x1, this.state.x2, 0.01);
    if (place < 0) {
      this.#hint.textContent = "There is no point at the cross.";
      return;
    }
    points.splice(place, 1);
    this.set({ gate: OWN, points: points.flat() });
  }

  /** Returns whether points of the reader were hidden by a gate, and shows them again. */
  #showOwn() {
    if (this.state.gate === OWN || !this.state.points.length) return false;
    this.set({ gate: OWN });
    this.#hint.textContent = "Here are your own points again.";
    return true;
  }

  #advance() {
    const points = this.#points;
    if (!points.length) return;
    const place = this.#findNear(points, this.state.x1, this.state.x2, 0.01);
    const [x1, x2] = points[(place + 1) % points.length];
    this.set({ x1, x2 });
  }

  draw() {
    const { network, points, loss } = this.#follow();
    const at = this.#findNear(points, this.state.x1, this.state.x2, 0.01);
    this.#switch.textContent = at < 0 ? "Add a point" : "Switch the label";
    this.#drawPlane(network, points);
    this.#drawSpace(network, points);
    this.#drawLoss(loss);
    const verdict = this.#judge(network, points);
    const { epoch } = this.state;
    this.#verdict.replaceChildren(
      html("span", {}, `Epoch ${epoch}, loss ${format(loss, 3)}.`),
      " ",
      html("b", {}, `${verdict.word}:`),
      ` ${verdict.words}`,
    );
    const outputs = this.#listOutputs(network, points);
    this.#outputs.replaceChildren(
      ...outputs.flatMap((output) => [html("span", {}, output), " "]),
    );
    if (this.#running && verdict.word !== this.#told && END.includes(verdict.word)) {
      this.#news.textContent = `Epoch ${epoch}: ${verdict.word}, ${verdict.words}`;
    }
    this.#told = verdict.word;
  }

  #judge(network, points) {
    const { epoch } = this.state;
    const right = countRight(network, points);
    const all = say(points.length, "point");
    if (!points.length) return { word: "Nothing to learn", words: "there is no point." };
    if (right === points.length) {
      return { word: "Solved", words: `all ${all} on the right side.` };
    }
    const words = `${right} of ${all} on the right side`;
    if (epoch === 0) return { word: "Untrained", words: `${words}.` };
    const before = this.#losses.at(-101);
    const now = this.#losses[epoch - 1];
    const creeps = before !== undefined && now > 0.99 * before;
    if (epoch >= ENOUGH) {
      return {
        word: "Stuck",
        words: words + (creeps ? "." : ", though the loss still falls."),
      };
    }
    return { word: "Learning", words: words + (creeps ? ", but the loss hardly falls." : ".") };
  }

  #listOutputs(network, points) {
    if (points.length > 8) return [];
    return points.map(([x1, x2], place) => {
      const output = format(activations.sigmoid(computeSum(network, x1, x2)));
      const where = `(${x1}, ${x2})`.replaceAll("-", "−");
      return `${where} gives ${output}${place === points.length - 1 ? "." : ";"}`;
    });
  }

  #drawPlane(network, points) {
    const { x1, x2 } = this.state;
    const plot = this.#plane;
    const z = (x, y) => computeSum(network, x, y);
    plot.draw(() => {
      const marks = [this.#drawLine(plot, z), ...this.#drawPoints(plot, points)];
      const [x, y] = [plot.toX(x1), plot.toY(x2)];
      const d = `M${x - 14} ${y}h28M${x} ${y - 14}v28`;
      if (this.#editor.open) marks.push(svg("path", { class: "cross", d }));
      return marks;
    });
    plot.paint((x, y) => activations.sigmoid(z(x, y)), this.shades(...COLOURS));
  }

  /** Draws the points where the first two hidden neurons see them. */
  #drawSpace(network, points) {
    const { width, h } = network;
    const plot = this.#space;
    plot.element.classList.toggle("empty", width < 2); // but keeps its room
    if (width < 2) {
      this.#about.textContent = width
        ? "One hidden neuron: its activation is one number, so there is no plane of two."
        : "Without a hidden layer there is no hidden space.";
      return;
    }
    this.#about.textContent = width > 2
      ? `Neurons 1 and 2 of ${width} only: the output uses the others, too, so no line is drawn.`
      : "Both hidden neurons; on the line the output is 0.5.";
    const seen = points.map(([x1, x2, label]) => {
      const [a1, a2] = computeHidden(network, x1, x2);
      return [a1, a2, label];
    });
    const most = Math.max(1, ...seen.flatMap(([a1, a2]) => [a1, a2]));
    plot.x = plot.y = RANGES[h] ?? [-0.15 * most, 1.15 * most];
    const inputs = [0, 0];
    const z = (a1, a2) => {
      [inputs[0], inputs[1]] = [a1, a2];
      return sumHidden(network, inputs);
    };
    plot.draw(() => [
      ...(width === 2 ? [this.#drawLine(plot, z)] : []),
      ...this.#drawPoints(plot, seen),
      ...(this.state.gate === OWN ? [] : this.#nameRows(plot, points, seen)),
    ]);
    plot.paint(
      width === 2 ? (x, y) => activations.sigmoid(z(x, y)) : null,
      this.shades(...COLOURS),
    );
  }

  /** Draws the line on which the output is 0.5. */
  #drawLine({ toX, toY, x, y }, z) {
    const pieces = findContour(z, x, y);
    const d = pieces.map((ends) => trace(ends.map(([x, y]) => [toX(x), toY(y)]))).join("");
    return svg("path", { class: "line", d });
  }

  /** Draws squares for label 1, and circles, small enough to be seen on a square, for 0. */
  #drawPoints({ toX, toY }, points) {
    const sorted = points.toSorted((p, q) => q[2] - p[2]);
    return sorted.map(([x, y, label]) =>
      label
        ? svg("rect", {
          class: "point one",
          x: toX(x) - 8,
          y: toY(y) - 8,
          width: 16,
          height: 16,
        })
        : svg("circle", { class: "point zero", cx: toX(x), cy: toY(y), r: 6 })
    );
  }

  /** Writes beside each spot which rows of the gate are there. */
  #nameRows({ toX, toY }, points, seen) {
    const spots = [];
    seen.forEach(([a1, a2], row) => {
      const point = [toX(a1), toY(a2)];
      const near = spots.find(({ points: [[x, y]] }) =>
        Math.hypot(x - point[0], y - point[1]) < 22
      );
      const name = points[row].slice(0, 2).join("");
      if (!near) return spots.push({ points: [point], names: [name] });
      near.points.push(point);
      near.names.push(name);
    });
    const [first, last] = this.#space.x.map(toX);
    const taken = spots.flatMap(({ points }) =>
      points.map(([x, y]) => ({ left: x - 9, right: x + 9, y }))
    );
    return spots.map(({ points, names }) => {
      const text = names.join(", ");
      const width = 8 * text.length;
      const [xs, ys] = [0, 1].map((side) => points.map((point) => point[side]));
      const middle = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: ys[0] };
      const places = [
        [Math.max(...xs) + 13, middle.y],
        [Math.min(...xs) - 13 - width, middle.y],
        [middle.x - width / 2, Math.min(...ys) - 20],
        [middle.x - width / 2, Math.max(...ys) + 20],
      ].map(([left, y]) => ({ left, right: left + width, y }));
      const place = places.find(({ left, right, y }) =>
        left > first && right < last &&
        taken.every((box) => right < box.left || left > box.right || Math.abs(y - box.y) > 18)
      ) ?? places[0];
      taken.push(place);
      return svg("text", { class: "name", x: place.left, y: place.y + 5 }, text);
    });
  }

  #drawLoss(loss) {
    const { epoch } = this.state;
    const losses = [...this.#losses, loss];
    const plot = this.#curve;
    plot.x = [0, ENDS.find((end) => end >= epoch) ?? LONGEST];
    plot.y = [0, Math.max(1, ...losses) * 1.1];
    plot.draw(() => {
      const { toX, toY } = plot;
      const stride = Math.ceil(losses.length / 300);
      const shown = losses.flatMap((value, place) =>
        place % stride && place !== epoch ? [] : [[toX(place), toY(value)]]
      );
      const height = toY(0.25);
      const marks = [
        svg("path", { class: "limit", d: `M${toX(0)} ${height}H${toX(plot.x[1])}` }),
        svg(
          "text",
          { class: "name", x: toX(plot.x[1]) - 6, y: height - 6, "text-anchor": "end" },
          "0.25: below, all right",
        ),
        svg("path", { class: "curve", d: trace(shown) }),
        svg("circle", { class: "now", cx: toX(epoch), cy: toY(loss), r: 5 }),
      ];
      return marks;
    });
  }

  describe() {
    const { gate, width, h, rate, seed, epoch } = this.state;
    const { network, points, loss } = this.#follow();
    const { word, words } = this.#judge(network, points);
    const layer = width ? `${say(width, "hidden neuron")}, ${h}` : "no hidden layer";
    return `${gate}, ${layer}, rate ${format(rate, 1)}, seed ${seed}. ` +
      `Epoch ${epoch}, loss ${format(loss, 3)}. ${word}: ${words} ` +
      this.#listOutputs(network, points).join(" ");
  }
}

customElements.define("gates-lab", GatesLab);
