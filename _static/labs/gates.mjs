// The gate lab: a small network learns a gate, or points that the reader has placed.

import { html, makeButton, svg } from "./elements.mjs";
import * as m from "./gates-math.mjs";
import { Lab } from "./lab.mjs";
import { activations } from "./neuron-math.mjs";
import { format } from "./numbers.mjs";
import { capture, Plot, trace } from "./plot.mjs";

const OWN = "points";
const LONGEST = 10_000; // epochs
const ENOUGH = 1_000; // epochs, after which a network that is not right is stuck or slow
const SEEDS = 25;
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
const HINT =
  "Tap the plane to add a point, tap a point to switch its label, or drag it.";
const KINDS = { 1: "■ 1", 0: "● 0" };
const AFRESH = ["epoch", "x1", "x2", "new"]; // alone do not start the training afresh
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Returns the place next to one at which a point can be. */
function snap(x) {
  const inside = Math.min(SIDE[1], Math.max(SIDE[0], x));
  return Number((Math.round(inside / GRID) * GRID).toFixed(2));
}

const wait = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const say = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;
const write = (x1, x2) => `(${x1}, ${x2})`.replaceAll("-", "−");

/** Returns the place in the list of the nearest point in reach, or -1. */
function findNear(points, x1, x2, reach) {
  const far = points.map((point) => Math.hypot(point[0] - x1, point[1] - x2));
  const least = Math.min(...far);
  return least <= reach ? far.indexOf(least) : -1;
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
    x1: { min: SIDE[0], max: SIDE[1], step: GRID, start: 0.5 }, // of the cross that keys move
    x2: { min: SIDE[0], max: SIDE[1], step: GRID, start: 0.5 },
    new: { label: "place", options: ["1", "0"], names: KINDS, start: "1" },
    points: { list: true, start: [] }, // x1, x2, label, x1 …
  };

  #plane = this.#makePlot(
    "Plane of the two inputs with the points, coloured by the output; it is told below.",
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
  #progress = html("p", { class: "note" });
  #hint = html("p", { class: "note" }, HINT);
  #train = makeButton("Train", () => this.#running ? this.#pause() : this.#run(), {
    class: "main",
  });
  #try = makeButton(
    `Try ${SEEDS} seeds`,
    () => this.#trying ? this.#stopTrying() : this.#trySeeds(),
  );

  #network = null;
  #losses = []; // before each epoch that has been trained
  #origin = ""; // what it has been trained from
  #running = null; // the training that runs
  #trying = false;

  #makePlot(label, [xLabel, yLabel], ratio = 0.92) {
    return new Plot({ label, xLabel, yLabel, ratio, redraw: () => this.redraw() });
  }

  build() {
    const go = (epoch) => {
      this.#pause();
      this.set({ epoch });
    };
    const step = makeButton("One epoch", () => go(this.state.epoch + 1));
    const back = makeButton("Start over", () => go(0));
    const take = makeButton("Remove", () => this.#take(), {
      title: "the point touched last",
    });
    const clear = makeButton("Clear", () => this.set({ gate: OWN, points: [] }));
    this.#listen(this.#plane.element);
    for (const plot of [this.#plane, this.#space]) [plot.x, plot.y] = [SIDE, SIDE];
    const edit = html("div", { class: "edit" }, this.makeControl("new"), take, clear);
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
      html("div", { class: "plane" }, this.#plane.element, edit, this.#hint),
      html("div", { class: "space" }, this.#space.element, this.#about),
      html("div", { class: "run" }, buttons, this.#verdict, this.#outputs, this.#news),
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
      changes = {
        ...changes,
        points: (m.gates[this.state.gate] ?? m.gates.XOR).flat(),
      };
    }
    super.set(changes);
    if (!this.#trying) this.#progress.textContent = "";
  }

  get #points() {
    const { gate, points } = this.state;
    if (gate !== OWN) return m.gates[gate].map((point) => [...point]);
    const own = [];
    for (let i = 0; i + 2 < points.length && own.length < MOST; i += 3) {
      own.push([...points.slice(i, i + 2).map(snap), points[i + 2] > 0.5 ? 1 : 0]);
    }
    return own;
  }

  get #isSolved() {
    const { network, points } = this.#follow();
    return points.length > 0 && m.countRight(network, points) === points.length;
  }

  /** Returns the network at the epoch of the state, trained as far as that is needed. */
  #follow() {
    const { gate, width, h, rate, seed, epoch } = this.state;
    const points = this.#points;
    const origin = [gate, width, h, rate, seed, points].join();
    if (!this.#network || origin !== this.#origin || epoch < this.#losses.length) {
      this.#network = m.makeNetwork(width, h, seed);
      this.#losses = [];
      this.#origin = origin;
    }
    while (this.#losses.length < epoch) {
      const { loss, network } = m.takeStep(this.#network, points, rate);
      this.#losses.push(loss);
      this.#network = network;
    }
    return {
      network: this.#network,
      points,
      loss: m.findGradient(this.#network, points).loss,
    };
  }

  /** Trains on, until it is solved or stuck, if it was not, or as long as the curve has room. */
  async #run() {
    if (this.state.epoch >= LONGEST) this.set({ epoch: 0 });
    const run = this.#running = Symbol("training");
    this.#train.textContent = "Pause";
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = calm ? CALM : MOVING;
    const wasDone = this.#isSolved || this.state.epoch >= ENOUGH; // then a reader wants more
    while (this.#running === run && this.isConnected) {
      // `set` asks for the picture first, and so it is drawn before the next step.
      this.set({ epoch: this.state.epoch + pace.epochs });
      const { epoch } = this.state;
      if (!wasDone && (this.#isSolved || epoch >= ENOUGH) || !this.#points.length) {
        this.#pause();
      }
      if (epoch >= LONGEST) this.#pause();
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

  /** Counts the seeds that are stuck or slow, a slice of work at a time. */
  async #trySeeds() {
    const { gate, width, h, rate } = this.state;
    const points = this.#points;
    const stuck = [];
    this.#pause();
    this.#trying = true;
    this.#try.textContent = "Stop";
    let until = performance.now() + SLICE;
    for (let seed = 0; seed < SEEDS; seed++) {
      this.#progress.textContent = `seed ${seed + 1} of ${SEEDS}`;
      let network = m.makeNetwork(width, h, seed);
      for (let epoch = 0; epoch < ENOUGH; epoch++) {
        network = m.takeStep(network, points, rate).network;
        if (performance.now() < until) continue;
        await wait(0);
        if (!this.#trying || !this.isConnected) return;
        until = performance.now() + SLICE;
      }
      if (m.countRight(network, points) < points.length) stuck.push(seed);
    }
    this.#stopTrying();
    const layer = width ? `${width} × ${h}` : "no hidden layer";
    const result = `${stuck.length} of ${SEEDS} stuck or slow`;
    const settings = `${gate}, ${layer}, rate ${format(rate, 1)}: `;
    const line = html("li", {}, settings, html("b", {}, result));
    if (stuck.length) line.append(stuck.length === 1 ? ": seed" : ": seeds");
    for (const seed of stuck) {
      const open = () => {
        this.set({ gate, width, h, rate, seed, epoch: 0 });
        this.scrollIntoView({ block: "start" });
        if (this.#running === null) this.#run();
      };
      line.append(
        " ",
        makeButton(String(seed), open, { "aria-label": `Seed ${seed}` }),
      );
    }
    [...this.#tries.children].find((t) => t.textContent === line.textContent)?.remove();
    this.#tries.prepend(line);
    while (this.#tries.childElementCount > KEPT) this.#tries.lastElementChild.remove();
    this.#news.textContent = settings + result;
  }

  #stopTrying() {
    this.#trying = false;
    this.#try.textContent = `Try ${SEEDS} seeds`;
    this.#progress.textContent = "";
  }

  /** Lets points be dragged, a tap add or switch one, and keys do the same at a cross. */
  #listen(element) {
    let [start, held, isDragged] = [[0, 0], -1, false];
    element.classList.add("tapped");
    element.tabIndex = 0;
    element.setAttribute("role", "application");
    element.setAttribute("aria-roledescription", "plane");
    element.ariaLabel =
      "Points. Arrow keys move a cross, the enter key adds a point there or " +
      "switches its label, the delete key removes it.";
    element.addEventListener("pointerdown", (event) => {
      const [x1, x2] = this.#plane.locate(event);
      start = [event.clientX, event.clientY];
      held = event.button ? -1 : findNear(this.#points, x1, x2, REACH);
      isDragged = false;
      if (held >= 0) capture(element, event);
    });
    element.addEventListener("pointermove", (event) => {
      const { clientX, clientY } = event;
      isDragged ||= Math.hypot(clientX - start[0], clientY - start[1]) > SLIP;
      if (!isDragged || held < 0 || !element.hasPointerCapture(event.pointerId)) return;
      const points = this.#points;
      const [x1, x2] = this.#plane.locate(event).map(snap);
      [points[held][0], points[held][1]] = [x1, x2];
      this.set({ gate: OWN, points: points.flat(), x1, x2 });
    });
    element.addEventListener("click", (event) => {
      const place = this.#plane.locate(event);
      if (isDragged || place.some((x) => x < SIDE[0] || x > SIDE[1])) return;
      const near = this.#points[findNear(this.#points, ...place, REACH)];
      const [x1, x2] = near ?? place.map(snap);
      this.#touch(x1, x2);
    });
    element.addEventListener("keydown", (event) => {
      const { x1, x2 } = this.state;
      const [right, up] = ARROWS[event.key] ?? [];
      if (right !== undefined) this.set({ x1: x1 + right * GRID, x2: x2 + up * GRID });
      else if (event.key === "Enter" || event.key === " ") this.#touch(x1, x2);
      else if (event.key === "Delete" || event.key === "Backspace") this.#take();
      else return;
      event.preventDefault();
    });
    for (const type of ["focus", "blur"]) {
      element.addEventListener(type, () => this.redraw());
    }
  }

  /** Switches the label of the point at a place, or adds one. */
  #touch(x1, x2) {
    const points = this.#points;
    const place = findNear(points, x1, x2, 0.01);
    if (place < 0 && points.length === MOST) {
      this.showNote(`There is room for ${MOST} points.`);
      return;
    }
    if (place < 0) points.push([x1, x2, Number(this.state.new)]);
    else points[place][2] = 1 - points[place][2];
    this.set({ gate: OWN, points: points.flat(), x1, x2 });
  }

  /** Removes the point at the cross, which is where the last one was touched, or the last one. */
  #take() {
    const points = this.#points;
    const place = findNear(points, this.state.x1, this.state.x2, 0.01);
    points.splice(place < 0 ? points.length - 1 : place, 1);
    this.set({ gate: OWN, points: points.flat() });
  }

  draw() {
    const { network, points, loss } = this.#follow();
    this.#drawPlane(network, points);
    this.#drawSpace(network, points);
    this.#drawLoss(loss);
    const { word, words } = this.#judge(network, points);
    const { epoch } = this.state;
    this.#verdict.replaceChildren(
      html("span", { class: "epoch" }, `Epoch ${epoch}, loss ${format(loss, 3)}. `),
      html(
        "span",
        { class: word.toLowerCase() },
        `${word === "Solved" ? "✓ " : ""}${word}`,
      ),
      html("span", { class: "epoch" }, `: ${words}`),
    );
    const outputs = this.#listOutputs(network, points);
    this.#outputs.replaceChildren(
      ...outputs.flatMap((text) => [html("span", {}, text), " "]),
    );
  }

  #judge(network, points) {
    const { epoch } = this.state;
    const right = m.countRight(network, points);
    const all = say(points.length, "point");
    if (!points.length) {
      return { word: "Nothing to learn", words: "there is no point." };
    }
    if (right === points.length) {
      return { word: "Solved", words: `all ${all} on the right side.` };
    }
    const words = `${right} of ${all} on the right side`;
    if (epoch === 0) return { word: "Untrained", words: `${words}.` };
    const before = this.#losses.at(-101);
    const creeps = before !== undefined && this.#losses[epoch - 1] > 0.99 * before;
    if (epoch < ENOUGH) {
      return {
        word: "Learning",
        words: words + (creeps ? ", but the loss hardly falls." : "."),
      };
    }
    return {
      word: "Stuck or slow",
      words: words + (creeps ? "." : ", but the loss still falls."),
    };
  }

  #listOutputs(network, points) {
    if (points.length > 8) return [];
    return points.map(([x1, x2], place) => {
      const output = format(activations.sigmoid(m.computeSum(network, x1, x2)));
      return `${write(x1, x2)} gives ${output}${
        place === points.length - 1 ? "." : ";"
      }`;
    });
  }

  #drawPlane(network, points) {
    const { x1, x2 } = this.state;
    const plot = this.#plane;
    const z = (x, y) => m.computeSum(network, x, y);
    plot.draw(() => {
      const isWrong = (x, y, label) => z(x, y) > 0 !== label > 0;
      const marks = [
        this.#drawLine(plot, z),
        ...this.#drawPoints(plot, points, isWrong),
      ];
      const [x, y] = [plot.toX(x1), plot.toY(x2)];
      const d = `M${x - 14} ${y}h28M${x} ${y - 14}v28`;
      if (plot.element.matches(":focus-visible")) {
        marks.push(svg("path", { class: "cross", d }));
      }
      return marks;
    });
    plot.paint((x, y) => activations.sigmoid(z(x, y)), this.shades(...COLOURS));
  }

  /** Draws the points where the first two hidden neurons see them. */
  #drawSpace(network, points) {
    const { width, h } = network;
    const plot = this.#space;
    plot.element.classList.toggle("empty", width < 2); // but keeps its room
    this.#about.textContent = [
      "Without a hidden layer there are no hidden activations.",
      "One hidden neuron has one activation, and a plane needs two.",
      "Both hidden neurons are shown. On the line the output is 0.5.",
    ][width] ??
      `Only neurons 1 and 2 of ${width} are shown. The output uses the others, too.`;
    if (width < 2) return;
    const seen = points.map((
      [x1, x2, label],
    ) => [...m.computeHidden(network, x1, x2).slice(0, 2), label]);
    const most = Math.max(1, ...seen.flatMap(([a1, a2]) => [a1, a2]));
    plot.x = plot.y = RANGES[h] ?? [-0.15 * most, 1.15 * most];
    const inputs = [0, 0];
    const z = (a1, a2) => {
      [inputs[0], inputs[1]] = [a1, a2];
      return m.sumHidden(network, inputs);
    };
    const isWrong = (_x, _y, _label, i) =>
      m.computeSum(network, ...points[i]) > 0 !== points[i][2] > 0;
    plot.draw(() => [
      ...(width === 2 ? [this.#drawLine(plot, z)] : []),
      ...this.#drawPoints(plot, seen, isWrong),
      ...(this.state.gate === OWN ? [] : this.#nameRows(plot, points, seen)),
    ]);
    const part = width === 2 ? (x, y) => activations.sigmoid(z(x, y)) : null;
    plot.paint(part, this.shades(...COLOURS));
  }

  /** Draws the line on which the output is 0.5. */
  #drawLine({ toX, toY, x, y }, z) {
    const pieces = m.findContour(z, x, y);
    const d = pieces.map((ends) => trace(ends.map(([x, y]) => [toX(x), toY(y)]))).join(
      "",
    );
    return svg("path", { class: "line", d });
  }

  /** Draws squares for label 1, and circles, small enough to be seen on a square, for 0. */
  #drawPoints({ toX, toY }, points, isWrong) {
    const marks = points.map(([x, y, label], i) => {
      const kind = `point ${label ? "one" : "zero"}${
        isWrong(x, y, label, i) ? " wrong" : ""
      }`;
      const size = { x: toX(x) - 9, y: toY(y) - 9, width: 18, height: 18 };
      if (label) return svg("rect", { class: kind, ...size });
      return svg("circle", { class: kind, cx: toX(x), cy: toY(y), r: 7 });
    });
    return marks.toSorted((p, q) =>
      (q.localName === "rect") - (p.localName === "rect")
    );
  }

  /** Writes beside each spot which rows of the gate are there, each in its colour. */
  #nameRows({ toX, toY, x: [low, high] }, points, seen) {
    const spots = [];
    const taken = [];
    seen.forEach(([a1, a2, label], row) => {
      const [x, y] = [toX(a1), toY(a2)];
      taken.push({ left: x - 12, right: x + 12, y });
      const isNear = ({ xs, ys }) =>
        xs.some((at, i) => Math.hypot(x - at, y - ys[i]) < 24);
      let spot = spots.find(isNear);
      if (!spot) spots.push(spot = { xs: [], ys: [], rows: [] });
      spot.xs.push(x);
      spot.ys.push(y);
      spot.rows.push([points[row].slice(0, 2).join(""), label]);
    });
    return spots.flatMap(({ xs, ys, rows }) => {
      const width = 24 * rows.length + 6;
      const middle = xs[0] - width / 2;
      const places = [
        [Math.max(...xs) + 16, ys[0]],
        [Math.min(...xs) - 16 - width, ys[0]],
        [middle, Math.min(...ys) - 26],
        [middle, Math.max(...ys) + 26],
      ].map(([left, y]) => ({ left, right: left + width, y }));
      const place = places.find(({ left, right, y }) =>
        left > toX(low) && right < toX(high) &&
        taken.every((box) =>
          right < box.left || left > box.right || Math.abs(y - box.y) > 22
        )
      ) ?? places[0];
      taken.push(place);
      const parts = rows.map(([name, label]) =>
        svg("tspan", { class: label ? "one" : "zero", dx: 5 }, name)
      );
      return [
        svg("rect", {
          class: "chip",
          x: place.left,
          y: place.y - 11,
          width,
          height: 22,
          rx: 4,
        }),
        svg("text", { x: place.left, y: place.y + 5 }, ...parts),
      ];
    });
  }

  #drawLoss(loss) {
    const { epoch } = this.state;
    const losses = [...this.#losses, loss];
    const plot = this.#curve;
    plot.x = [0, ENDS.find((end) => end >= epoch) ?? LONGEST];
    plot.y = [0, Math.ceil(11 * Math.max(1, ...losses)) / 10];
    plot.draw(() => {
      const { toX, toY } = plot;
      const stride = Math.ceil(losses.length / 300);
      const shown = losses.flatMap((value, place) =>
        place % stride && place !== epoch ? [] : [[toX(place), toY(value)]]
      );
      const [end, height] = [toX(plot.x[1]), toY(Math.LN2)];
      const place = { x: end - 6, y: height - 6, "text-anchor": "end" };
      return [
        svg("path", { class: "limit", d: `M${toX(0)} ${height}H${end}` }),
        svg("text", place, "log 2: 0.5 for every point"),
        svg("path", { class: "curve", d: trace(shown) }),
        svg("circle", { class: "now", cx: toX(epoch), cy: toY(loss), r: 5 }),
      ];
    });
  }

  describe() {
    const { gate, width, h, rate, seed, epoch, x1, x2 } = this.state;
    const { network, points, loss } = this.#follow();
    if (this.#plane.element.matches(":focus-visible")) {
      const label = points[findNear(points, x1, x2, 0.01)]?.[2];
      return `Cross at ${write(x1, x2)}${
        label === undefined ? "" : `, on a point of label ${label}`
      }.`;
    }
    const { word, words } = this.#judge(network, points);
    const layer = width ? `${say(width, "hidden neuron")}, ${h}` : "no hidden layer";
    return `${gate}, ${layer}, rate ${format(rate, 1)}, seed ${seed}. ` +
      `Epoch ${epoch}, loss ${format(loss, 3)}. ${word}: ${words} ` +
      this.#listOutputs(network, points).join(" ");
  }
}

customElements.define("gates-lab", GatesLab);
