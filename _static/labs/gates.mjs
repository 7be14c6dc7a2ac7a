// The gate lab: a small network learns a gate, or points that the reader has placed.

import { html, makeButton, svg } from "./elements.mjs";
import * as m from "./gates-math.mjs";
import { COLOURS, drawLine, drawPoints, SIDE } from "./gates-plane.mjs";
import { Lab } from "./lab.mjs";
import { activations } from "./neuron-math.mjs";
import { clamp, format } from "./numbers.mjs";
import { capture, Plot, trace } from "./plot.mjs";

/** @import { Pair } from "./plot.mjs" */
/** @import { LabelledPoint, Network } from "./gates-math.mjs" */

const OWN = "points";
const LONGEST = 10_000; // epochs
const ENOUGH = 1_000; // epochs; a network that is not right by then is stuck or slow
const CLEAR = Math.log(0.8 / 0.2); // the logit of an output that is clear
const FURTHER = 200; // epochs after it is solved, if outputs do not become clear
const SEEDS = 25;
const ASKED = `How many of ${SEEDS} starts get stuck?`;
const KEPT = 6; // counts of seeds, for comparison
const MOST = 30; // points
const GRID = 0.05; // the distance of the points' possible coordinates
const REACH = 0.12; // how far from a point a tap still means it
const SLIP = 6; // pixels that a pointer moves at most in a tap
// Epochs for each picture, and milliseconds between pictures
const MOVING = { epochs: 5, wait: 0 };
const CALM = { epochs: 150, wait: 500 };
const SLICE = 8; // milliseconds of work at a time, while seeds are tried
// Where the axis of epochs ends
const ENDS = [100, 200, 500, 1_000, 2_000, 5_000, LONGEST];
/** @type {Record<string, Pair>} */
const RANGES = { sigmoid: [-0.15, 1.15], tanh: [-1.2, 1.2] };
const HINT =
  "Tap the plane to add a point, tap a point to switch its label, or drag it.";
// What is below the plane of hidden activations, by the number of hidden neurons
const SPACES = [
  "Without a hidden layer there are no hidden activations.",
  "One hidden neuron has one activation, and a plane needs two.",
  "Both hidden neurons are shown. On the line the output is 0.5.",
];
const SPOKEN = "Points. Arrow keys move a cross, the enter key adds a point there or " +
  "switches its label, the delete key removes it.";
const KINDS = { 1: "■ 1", 0: "● 0" };
const KEEPING = ["epoch", "x1", "x2", "new"]; // what changes without a new training
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Returns the nearest coordinate that a point can have. */
function snap(x) {
  const inside = clamp(x, SIDE[0], SIDE[1]);
  return Number((Math.round(inside / GRID) * GRID).toFixed(2));
}

const wait = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const pluralise = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const writePoint = (x1, x2) => `(${x1}, ${x2})`.replaceAll("-", "−");

/** Returns the index of the nearest point within reach, or -1. */
function findPoint(points, x1, x2, reach = 0.01) {
  const distances = points.map((point) => Math.hypot(point[0] - x1, point[1] - x2));
  const least = Math.min(...distances);
  return least <= reach ? distances.indexOf(least) : -1;
}

class GatesLab extends Lab {
  static title = "a network learns a gate";
  static sheets = ["gates.css"];
  static parameters = {
    gate: {
      label: "what it learns",
      options: [...Object.keys(m.gates), OWN],
      names: { [OWN]: "your own points" },
      start: "XOR",
    },
    width: { label: "hidden neurons", min: 0, max: 8, step: 1, start: 2 },
    h: {
      label: "their activation function",
      options: Object.keys(activations),
      start: "sigmoid",
    },
    rate: { label: "learning rate", min: 0.1, max: 5, step: 0.1, start: 4 },
    seed: { label: "seed", min: 0, max: SEEDS - 1, step: 1, start: 0 },
    epoch: { label: "epoch", min: 0, max: LONGEST, step: 1, start: 0 },
    // The cross that keys move
    x1: { min: SIDE[0], max: SIDE[1], step: GRID, start: 0.5 },
    x2: { min: SIDE[0], max: SIDE[1], step: GRID, start: 0.5 },
    new: { label: "place", options: ["1", "0"], names: KINDS, start: "1" },
    points: { list: true, start: [] }, // x1, x2, label, x1 …
  };

  #plane = this.#makePlot(
    "Plane of the two inputs with the points, coloured by the output; " +
      "it is told below.",
    ["input $x_1$", "input $x_2$"],
  );
  #space = this.#makePlot(
    "The same points in the space of the first two hidden activations.",
    ["hidden activation 1", "hidden activation 2"],
  );
  #curve = this.#makePlot(
    "Curve of the loss over the epochs.",
    ["epoch", "loss"],
    0.75,
  );
  #verdict = html("p", { class: "verdict" });
  #outputs = html("p", { class: "outputs" });
  #news = html("p", { class: "unseen", role: "status" });
  #about = html("p", { class: "note" });
  #tries = html("ul", { class: "tries" });
  #progress = html("p", { class: "note" }, ASKED);
  #hint = html("p", { class: "note" }, HINT);
  #train = makeButton("Train", () => this.#running ? this.#pause() : this.#run(), {
    class: "main",
  });
  #try = makeButton(
    `Try ${SEEDS} seeds`,
    () => this.#trying ? this.#stopTrying() : this.#trySeeds(),
  );

  /** @type {Network | null} */
  #network = null;
  #losses = []; // before each epoch of its training
  #origin = ""; // the settings of its training
  /** @type {LabelledPoint[]} */
  #points = [];
  #loss = 0; // after the last epoch
  #right = 0; // points on their right side
  #running = null; // the training that runs
  #trying = null; // the search that runs

  #makePlot(label, labels, ratio = 0.92) {
    return new Plot({ label, labels, ratio, redraw: () => this.redraw() });
  }

  build() {
    const go = (epoch) => {
      this.#pause();
      this.set({ epoch });
    };
    const step = makeButton("One epoch", () => go(this.state.epoch + 1));
    const back = makeButton("Start over", () => go(0));
    const title = "the point touched last";
    const remove = makeButton("Remove", () => this.#removePoint(), { title });
    const clear = makeButton("Clear", () => this.set({ gate: OWN, points: [] }));
    this.#listen(this.#plane.element);
    for (const plot of [this.#plane, this.#space]) [plot.x, plot.y] = [SIDE, SIDE];
    const edit = html("div", { class: "edit" }, this.makeControl("new"), remove, clear);
    const buttons = html("div", { class: "buttons" });
    buttons.append(this.#train, this.#try, step, back);
    const names = ["width", "h", "rate", "seed"];
    const more = this.fold(names, ...names.map((name) => this.makeControl(name)));
    const bench = html("div", { class: "bench" });
    bench.append(
      this.makeControl("gate"),
      html("div", { class: "plane" }, this.#plane.element, edit, this.#hint),
      html("div", { class: "space" }, this.#space.element, this.#about),
      html("div", { class: "run" }, buttons, this.#verdict, this.#outputs, this.#news),
      html("div", { class: "tried" }, this.#progress, this.#tries),
      html("div", { class: "loss" }, this.#curve.element),
      more,
    );
    return [bench];
  }

  disconnectedCallback() {
    this.#pause();
    this.#stopTrying();
    super.disconnectedCallback();
  }

  set(changes) {
    const names = Object.keys(changes);
    if (names.some((name) => !KEEPING.includes(name))) {
      if ("epoch" in changes) this.#pause(); // It comes from a link or a button.
      changes = { epoch: 0, ...changes };
    }
    const { points } = { ...this.state, ...changes };
    if (changes.gate === OWN && !points.length && !("points" in changes)) {
      // A reader's own points begin with those of the gate.
      const rows = m.gates[this.state.gate] ?? m.gates.XOR;
      changes = { ...changes, points: rows.flat() };
    }
    super.set(changes);
  }

  /** @returns {LabelledPoint[]} */
  #readPoints() {
    const { gate, points } = this.state;
    if (gate !== OWN) return m.gates[gate].map(([x1, x2, label]) => [x1, x2, label]);
    /** @type {LabelledPoint[]} */
    const own = [];
    for (let i = 0; i + 2 < points.length && own.length < MOST; i += 3) {
      const [x1, x2] = points.slice(i, i + 2).map(snap);
      own.push([x1, x2, points[i + 2] > 0.5 ? 1 : 0]);
    }
    return own;
  }

  get #isSolved() {
    return this.#points.length > 0 && this.#right === this.#points.length;
  }

  /** Whether it is solved, and no output is near 0.5. */
  get #isClear() {
    const logits = this.#points.map(([x1, x2]) => m.computeSum(this.#network, x1, x2));
    return this.#isSolved && logits.every((z) => Math.abs(z) >= CLEAR);
  }

  /** Trains the network up to the epoch of the state, from where it is if possible. */
  compute() {
    const { gate, width, h, rate, seed, epoch } = this.state;
    this.#points = this.#readPoints();
    const origin = [gate, width, h, rate, seed, this.#points].join();
    if (!this.#network || origin !== this.#origin || epoch < this.#losses.length) {
      this.#network = m.makeNetwork(width, h, seed);
      this.#losses = [];
      this.#origin = origin;
    }
    while (this.#losses.length < epoch) {
      const { loss, network } = m.takeStep(this.#network, this.#points, rate);
      this.#losses.push(loss);
      this.#network = network;
    }
    this.#loss = m.findGradient(this.#network, this.#points).loss;
    this.#right = m.countRight(this.#network, this.#points);
  }

  /** Trains on: until it is clearly solved, or stuck or slow, or else up to the end. */
  async #run() {
    if (this.state.epoch >= LONGEST) this.set({ epoch: 0 });
    const run = this.#running = Symbol("training");
    this.#train.textContent = "Pause";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? CALM : MOVING;
    const wasDone = this.#isClear || this.state.epoch >= ENOUGH;
    let unsolved = this.state.epoch; // the last epoch in which it is not solved
    while (this.#running === run) {
      // `set` requests the frame that draws before the loop requests its own.
      this.set({ epoch: this.state.epoch + pace.epochs });
      const { epoch } = this.state;
      if (!this.#isSolved) unsolved = epoch;
      const isNarrow = this.#isSolved && !this.#isClear && epoch < unsolved + FURTHER;
      const isDone = !isNarrow && (this.#isSolved || epoch >= ENOUGH);
      const hasMore = this.#points.length > 0 && epoch < LONGEST;
      if ((isDone && !wasDone) || !hasMore) this.#pause();
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

  /** Waits until the training stops, since each of its steps would be read out. */
  announce() {
    if (this.#running === null) super.announce();
  }

  /** Lists the seeds whose training is stuck or slow. */
  async #trySeeds() {
    const { gate, width, h, rate } = this.state;
    const settings = { gate, width, h, rate };
    const search = this.#trying = Symbol("search");
    this.#pause();
    this.#try.textContent = "Stop trying";
    const stuck = await this.#findStuck(settings, search);
    if (this.#trying !== search) return;
    this.#stopTrying();
    this.#listTry(settings, stuck);
  }

  /** Returns the seeds that are stuck or slow, after training in slices of time. */
  async #findStuck({ width, h, rate }, search) {
    const points = this.#readPoints();
    const stuck = [];
    let until = performance.now() + SLICE;
    for (let seed = 0; seed < SEEDS; seed++) {
      this.#progress.textContent = `${ASKED} Seed ${seed + 1} …`;
      let network = m.makeNetwork(width, h, seed);
      for (let epoch = 0; epoch < ENOUGH; epoch++) {
        network = m.takeStep(network, points, rate).network;
        if (performance.now() < until) continue;
        await wait(0);
        if (this.#trying !== search) return [];
        until = performance.now() + SLICE;
      }
      if (m.countRight(network, points) < points.length) stuck.push(seed);
    }
    return stuck;
  }

  /** Adds a line to the list of tries, with a button for each of its seeds. */
  #listTry({ gate, width, h, rate }, stuck) {
    const layer = width ? `${width} × ${h}` : "no hidden layer";
    const settings = `${gate}, ${layer}, rate ${format(rate, 1)}: `;
    const result = `${stuck.length} of ${SEEDS} stuck or slow`;
    const line = html("li", {}, settings, html("b", {}, result));
    if (stuck.length) line.append(stuck.length === 1 ? ": seed" : ": seeds");
    for (const seed of stuck) {
      const open = () => {
        this.set({ gate, width, h, rate, seed, epoch: 0 });
        this.scrollIntoView({ block: "start" });
        if (this.#running === null) this.#run();
      };
      const name = { "aria-label": `Seed ${seed}` };
      line.append(" ", makeButton(String(seed), open, name));
    }
    const tries = [...this.#tries.children];
    tries.find((other) => other.textContent === line.textContent)?.remove();
    this.#tries.prepend(line);
    while (this.#tries.childElementCount > KEPT) this.#tries.lastElementChild.remove();
    this.#news.textContent = settings + result;
  }

  #stopTrying() {
    this.#trying = null;
    this.#try.textContent = `Try ${SEEDS} seeds`;
    this.#progress.textContent = ASKED;
  }

  /** Lets readers drag points, add or switch them by a tap, and use keys at a cross. */
  #listen(element) {
    let [start, held, isDragged] = [[0, 0], -1, false];
    element.classList.add("tapped");
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "plane");
    element.ariaLabel = SPOKEN;
    element.addEventListener("pointerdown", (event) => {
      const [x1, x2] = this.#plane.locate(event);
      start = [event.clientX, event.clientY];
      held = event.button ? -1 : findPoint(this.#points, x1, x2, REACH);
      isDragged = false;
      if (held >= 0) capture(element, event);
    });
    element.addEventListener("pointermove", (event) => {
      const { clientX, clientY } = event;
      isDragged ||= Math.hypot(clientX - start[0], clientY - start[1]) > SLIP;
      if (!isDragged || held < 0 || !element.hasPointerCapture(event.pointerId)) return;
      const points = this.#readPoints();
      const [x1, x2] = this.#plane.locate(event).map(snap);
      [points[held][0], points[held][1]] = [x1, x2];
      this.set({ gate: OWN, points: points.flat(), x1, x2 });
    });
    element.addEventListener("click", (event) => {
      const [x, y] = this.#plane.locate(event);
      const isOutside = [x, y].some((at) => at < SIDE[0] || at > SIDE[1]);
      if (isDragged || isOutside) return;
      const near = this.#points[findPoint(this.#points, x, y, REACH)];
      const [x1, x2] = near ?? [x, y].map(snap);
      this.#changePoint(x1, x2);
    });
    element.addEventListener("keydown", (event) => {
      const { x1, x2 } = this.state;
      const [right, up] = ARROWS[event.key] ?? [];
      if (right !== undefined) this.set({ x1: x1 + right * GRID, x2: x2 + up * GRID });
      else if (event.key === "Enter" || event.key === " ") this.#changePoint(x1, x2);
      else if (event.key === "Delete" || event.key === "Backspace") this.#removePoint();
      else return;
      event.preventDefault();
    });
    for (const type of ["focus", "blur"]) {
      element.addEventListener(type, () => this.redraw());
    }
  }

  /** Switches the label of the point with some coordinates, or adds one. */
  #changePoint(x1, x2) {
    const points = this.#readPoints();
    const index = findPoint(points, x1, x2);
    if (index < 0 && points.length === MOST) {
      this.showNote(`There is room for ${MOST} points.`);
      return;
    }
    if (index < 0) points.push([x1, x2, Number(this.state.new)]);
    else points[index][2] = 1 - points[index][2];
    this.set({ gate: OWN, points: points.flat(), x1, x2 });
  }

  /** Removes the point at the cross, where one was touched last, or the last point. */
  #removePoint() {
    const points = this.#readPoints();
    const index = findPoint(points, this.state.x1, this.state.x2);
    points.splice(index < 0 ? points.length - 1 : index, 1);
    this.set({ gate: OWN, points: points.flat() });
  }

  draw() {
    const wrong = this.#points.map((point) => !m.isRight(this.#network, point));
    this.#drawPlane(wrong);
    this.#drawSpace(wrong);
    this.#drawLoss();
    const { word, words } = this.#judge();
    const epoch = `Epoch ${this.state.epoch}, loss ${format(this.#loss, 3)}. `;
    const sign = word === "Solved" ? "✓ " : "";
    this.#verdict.replaceChildren(
      html("span", { class: "epoch" }, epoch),
      html("span", { class: word.toLowerCase() }, sign, word),
      html("span", { class: "epoch" }, `: ${words}`),
    );
    const outputs = this.#writeOutputs().map((text) => html("span", {}, text));
    this.#outputs.replaceChildren(...outputs.flatMap((output) => [output, " "]));
  }

  /** Returns a word for the training, and what it means for the points. */
  #judge() {
    const { epoch } = this.state;
    const all = pluralise(this.#points.length, "point");
    if (!this.#points.length) {
      return { word: "Nothing to learn", words: "there is no point." };
    }
    if (this.#isSolved) {
      const how = this.#isClear ? "clearly" : "some narrowly";
      return { word: "Solved", words: `all ${all} on the right side, ${how}.` };
    }
    const words = `${this.#right} of ${all} on the right side`;
    if (epoch === 0) return { word: "Untrained", words: `${words}.` };
    const before = this.#losses.at(-101);
    const creeps = before !== undefined && this.#losses[epoch - 1] > 0.99 * before;
    if (epoch < ENOUGH) {
      const end = creeps ? ", but the loss hardly falls." : ".";
      return { word: "Learning", words: words + end };
    }
    const end = creeps ? "." : ", but the loss still falls.";
    return { word: "Stuck or slow", words: words + end };
  }

  /** Returns the output for each of a few points. */
  #writeOutputs() {
    if (this.#points.length > 4) return [];
    return this.#points.map(([x1, x2], i) => {
      const z = m.computeSum(this.#network, x1, x2);
      const end = i === this.#points.length - 1 ? "." : ";";
      return `${writePoint(x1, x2)} gives ${format(activations.sigmoid(z))}${end}`;
    });
  }

  #drawPlane(wrong) {
    const { x1, x2 } = this.state;
    const plot = this.#plane;
    const z = (x, y) => m.computeSum(this.#network, x, y);
    plot.draw(() => {
      const points = drawPoints(plot, this.#points, wrong);
      const marks = [drawLine(plot, z), ...points];
      const [x, y] = [plot.toX(x1), plot.toY(x2)];
      const d = `M${x - 14} ${y}h28M${x} ${y - 14}v28`;
      if (plot.element.matches(":focus-visible")) {
        marks.push(svg("path", { class: "cross", d }));
      }
      return marks;
    });
    plot.paint((x, y) => activations.sigmoid(z(x, y)), this.shades(...COLOURS));
  }

  /** Draws the points in the plane of the first two hidden activations. */
  #drawSpace(wrong) {
    const { width, h } = this.state;
    const plot = this.#space;
    plot.element.classList.toggle("empty", width < 2); // but it keeps its room
    const more = `Only neurons 1 and 2 of ${width} are shown.`;
    this.#about.textContent = SPACES[width] ??
      `${more} The output uses the others, too.`;
    if (width < 2) return;
    /** @type {LabelledPoint[]} */
    const seen = this.#points.map(([x1, x2, label]) => {
      const [a1, a2] = m.computeHidden(this.#network, x1, x2);
      return [a1, a2, label];
    });
    const most = Math.max(1, ...seen.flatMap(([a1, a2]) => [a1, a2]));
    plot.x = plot.y = RANGES[h] ?? [-0.15 * most, 1.15 * most];
    const inputs = [0, 0]; // one array for all pixels
    const z = (a1, a2) => {
      [inputs[0], inputs[1]] = [a1, a2];
      return m.sumHidden(this.#network, inputs);
    };
    plot.draw(() => [
      ...(width === 2 ? [drawLine(plot, z)] : []),
      ...drawPoints(plot, seen, wrong),
      ...(this.state.gate === OWN ? [] : this.#nameRows(plot, seen)),
    ]);
    const findShade = width === 2 ? (x, y) => activations.sigmoid(z(x, y)) : null;
    plot.paint(findShade, this.shades(...COLOURS));
  }

  /** Writes beside each spot which rows of the gate are there, each in its colour. */
  #nameRows({ toX, toY, x: [low, high] }, seen) {
    const marks = seen.map(([a1, a2, label], i) => {
      const name = this.#points[i].slice(0, 2).join("");
      return { x: toX(a1), y: toY(a2), name, label };
    });
    const taken = marks.map(({ x, y }) => ({ left: x - 12, right: x + 12, y }));
    return groupNear(marks).flatMap((group) => {
      const boxes = suggestBoxes(group);
      const box = boxes.find(({ left, right, y }) => {
        const isApart = (other) =>
          right < other.left || left > other.right || Math.abs(y - other.y) > 22;
        return left > toX(low) && right < toX(high) && taken.every(isApart);
      }) ?? boxes[0];
      taken.push(box);
      const parts = group.map(({ name, label }) =>
        svg("tspan", { class: label ? "one" : "zero", dx: 5 }, name)
      );
      const { left, right, y } = box;
      const size = { x: left, y: y - 11, width: right - left, height: 22, rx: 4 };
      return [
        svg("rect", { class: "chip", ...size }),
        svg("text", { x: left, y: y + 5 }, ...parts),
      ];
    });
  }

  #drawLoss() {
    const { epoch } = this.state;
    const losses = [...this.#losses, this.#loss];
    const plot = this.#curve;
    plot.x = [0, ENDS.find((end) => end >= epoch) ?? LONGEST];
    plot.y = [0, Math.ceil(11 * Math.max(1, ...losses)) / 10];
    plot.draw(() => {
      const { toX, toY } = plot;
      const stride = Math.ceil(losses.length / 300);
      const shown = [...losses.keys()].filter((i) => i % stride === 0 || i === epoch);
      const d = trace(shown.map((i) => [toX(i), toY(losses[i])]));
      const [end, height] = [toX(plot.x[1]), toY(Math.LN2)];
      const position = { x: end - 6, y: height - 6, "text-anchor": "end" };
      return [
        svg("path", { class: "limit", d: `M${toX(0)} ${height}H${end}` }),
        svg("text", position, "log 2: 0.5 for every point"),
        svg("path", { class: "curve", d }),
        svg("circle", { class: "now", cx: toX(epoch), cy: toY(this.#loss), r: 5 }),
      ];
    });
  }

  describe() {
    const { gate, width, h, rate, seed, epoch, x1, x2 } = this.state;
    if (this.#plane.element.matches(":focus-visible")) {
      const point = this.#points[findPoint(this.#points, x1, x2)];
      const on = point ? `, on a point of label ${point[2]}` : "";
      return `Cross at ${writePoint(x1, x2)}${on}.`;
    }
    const { word, words } = this.#judge();
    const neurons = pluralise(width, "hidden neuron");
    const layer = width ? `${neurons}, ${h}` : "no hidden layer";
    return `${gate}, ${layer}, rate ${format(rate, 1)}, seed ${seed}. ` +
      `Epoch ${epoch}, loss ${format(this.#loss, 3)}. ${word}: ${words} ` +
      this.#writeOutputs().join(" ");
  }
}

/** Groups marks that cover each other. */
function groupNear(marks) {
  const groups = [];
  for (const mark of marks) {
    const isNear = ({ x, y }) => Math.hypot(mark.x - x, mark.y - y) < 24;
    const group = groups.find((group) => group.some(isNear));
    if (group) group.push(mark);
    else groups.push([mark]);
  }
  return groups;
}

/** Returns where the names of a group can be: right, left, above and below it. */
function suggestBoxes(group) {
  const xs = group.map(({ x }) => x);
  const ys = group.map(({ y }) => y);
  const width = 24 * group.length + 6;
  const middle = xs[0] - width / 2;
  return [
    [Math.max(...xs) + 16, ys[0]],
    [Math.min(...xs) - 16 - width, ys[0]],
    [middle, Math.min(...ys) - 26],
    [middle, Math.max(...ys) + 26],
  ].map(([left, y]) => ({ left, right: left + width, y }));
}

customElements.define("gates-lab", GatesLab);
