// The convolution lab: a window is pushed over an image, and its sums make a map.

import {
  ALL,
  BRIGHT,
  FILTERS,
  findHome,
  findLargest,
  findWay,
  FIRST,
  isSeen,
  judge,
  look,
  makeImage,
  makeMap,
  PLACES,
  REACH,
  see,
  SIDE,
  toPair,
  write,
} from "./convolution-math.mjs";
import { html, makeButton, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { bracket, clamp } from "./numbers.mjs";
import { makeSquare, STEPS } from "./square.mjs";

/** @import { Pair } from "./plot.mjs" */

const START = /** @type {Pair} */ ([3, 5]); // column and row of the window
const SPEED = 3; // places a frame
const WEIGHTS = FILTERS.edge.map((_, i) => `w${i + 1}`);

function makeWeight(start, i) {
  const [column, row] = toPair(i, 3);
  const height = ["top", "middle", "bottom"][row];
  const place = `${height} ${["left", "middle", "right"][column]}`;
  return { label: `weight, ${place}`, min: -1, max: 1, step: 0.25, start };
}

const at = (start, max) => ({ min: 0, max, step: 1, start });

/** Returns in words where the middle of a window is. */
const locate = ([x, y]) => `column ${x + 2}, row ${y + 2}`;

class ConvolutionLab extends Lab {
  static title = "convolution";
  static sheets = ["square.css", "convolution.css"];
  static parameters = {
    ...Object.fromEntries(
      FILTERS.edge.map((weight, i) => [WEIGHTS[i], makeWeight(weight, i)]),
    ),
    x: at(START[0], REACH - 1),
    y: at(START[1], REACH - 1),
    vx: at(FIRST[0], SIDE - 1),
    vy: at(FIRST[1], SIDE - 1),
    seen: { list: true, start: see([], START) }, // places where the window has been
    fx: at(FIRST[0], SIDE - 1), // where these weights found the vesicle
    fy: at(FIRST[1], SIDE - 1),
  };

  #image = makeSquare(
    "Image of a part of a cell, with its edge and a vesicle.",
    SIDE,
    () => this.redraw(),
  );
  #map = makeSquare(
    "Map of the sums; what it says stands below in words.",
    SIDE,
    () => this.redraw(),
  );
  #window = this.#makeHandle("window", REACH, ["x", "y"]);
  #vesicle = this.#makeHandle("vesicle", SIDE, ["vx", "vy"]);
  #cells = /** @type {Record<string, HTMLElement>[]} */ ([]);
  #sum = html("p", { class: "sum" });
  #largest = html("p");
  #verdict = html("p", { class: "verdict" });
  #all = makeButton("Push over all", () => this.#pushAll());
  #filters = Object.entries(FILTERS).map(([name, weights]) => {
    const wishes = Object.fromEntries(weights.map((w, i) => [WEIGHTS[i], w]));
    const press = ({ target }) => target.ariaDisabled || this.set(wishes);
    return makeButton(name, press);
  });
  #running = null;
  #pixels = [];
  #sums = [];

  /** Returns an invisible slider over a mark, which arrow keys move in all ways. */
  #makeHandle(label, width, names) {
    const max = width ** 2 - 1;
    const named = { "aria-label": label, class: "place" };
    const input = html("input", { type: "range", min: 0, max, ...named });
    const move = (place) => this.set({ [names[0]]: place[0], [names[1]]: place[1] });
    input.addEventListener("input", () => move(toPair(Number(input.value), width)));
    input.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      move(names.map((name, i) => this.state[name] + step[i]));
    });
    return input;
  }

  build() {
    this.#image.onDrag((x, y, hold) => {
      const isVesicle = hold.handle === "vesicle";
      (isVesicle ? this.#vesicle : this.#window).focus({ preventScroll: true });
      if (isVesicle) this.set({ vx: Math.floor(x), vy: Math.floor(y) });
      else this.#push(x, y, hold);
    });
    this.#map.onDrag((x, y, hold) => this.#push(x, y, hold));
    this.#image.element.append(this.#window, this.#vesicle);
    const grid = html("div", { class: "weights", role: "group" });
    grid.ariaLabel = "Numbers under the window, weights and products";
    for (const name of WEIGHTS) grid.append(this.#makeCell(name));
    const part = (name, ...parts) => {
      const title = html("p", { class: "title" }, name);
      return html("div", { class: name }, title, ...parts);
    };
    const parts = html("div", { class: "convolution" });
    parts.append(
      part("image", this.#image.element),
      part("window", grid, this.#sum),
      part("map", this.#map.element, this.#largest),
    );
    const buttons = html("div", { class: "buttons" }, this.#all, ...this.#filters);
    return [parts, buttons, this.#verdict];
  }

  /** Returns a weight's slider, with the pixel under it and their product. */
  #makeCell(name) {
    const control = this.makeControl(name);
    control.querySelector("label").className = "unseen";
    const [pixel, product] = [html("span"), html("span", { class: "product" })];
    this.#cells.push({ control, pixel, product });
    return html("div", {}, pixel, control, product);
  }

  set(changes) {
    this.#running = null;
    // Until the task is done, other weights have to find the vesicle before it moves.
    const isDone = this.#result.shift?.some(Boolean);
    const isNew = !isDone && WEIGHTS.some((name) => name in changes);
    const from = isNew ? { fx: this.state.vx, fy: this.state.vy } : {};
    super.set({ ...from, ...changes });
    // The window goes to the vesicle that is found, to show its products.
    const { shift, places: [[x, y]] } = this.#result;
    if (shift && !("x" in changes)) super.set({ x, y });
  }

  disconnectedCallback() {
    this.#running = null;
    super.disconnectedCallback();
  }

  get #weights() {
    return WEIGHTS.map((name) => this.state[name]);
  }

  /** Moves the middle of the window to a point, over all places on its way. */
  #push(x, y, hold) {
    const [column, row] = [x, y].map((part) =>
      clamp(Math.floor(part) - 1, 0, REACH - 1)
    );
    const way = hold.last ? findWay(hold.last, [column, row]) : [];
    const seen = way.reduce(see, this.state.seen);
    hold.last = [column, row];
    this.set({ x: column, y: row, seen });
  }

  /** Moves the window over all places, row by row, and then to the largest number. */
  #pushAll() {
    const end = () => {
      const [x, y] = findLargest(this.#sums).places[0];
      this.set({ x, y, seen: ALL });
    };
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isStill || this.#running) return end();
    const run = this.#running = Symbol("run");
    let count = 0;
    const advance = () => {
      if (this.#running !== run) return;
      if (count >= PLACES) return end();
      for (const last = count + SPEED; count < last; count++) {
        const place = toPair(count, REACH);
        this.state.seen = see(this.state.seen, place);
        [this.state.x, this.state.y] = place;
      }
      this.compute();
      this.draw();
      requestAnimationFrame(advance);
    };
    advance();
  }

  compute() {
    const { state } = this;
    [state.vx, state.vy] = findHome([state.vx, state.vy]);
    [state.fx, state.fy] = findHome([state.fx, state.fy]);
    state.seen = see(state.seen, [state.x, state.y]);
    this.#pixels = makeImage([state.vx, state.vy]);
    this.#sums = makeMap(this.#pixels, this.#weights);
    const from = /** @type {Pair} */ ([state.fx, state.fy]);
    if (this.#count < PLACES || !judge(this.#weights, from, from).shift) {
      [state.fx, state.fy] = [state.vx, state.vy];
    }
    this.#window.value = String(state.y * REACH + state.x);
    this.#vesicle.value = String(state.vy * SIDE + state.vx);
  }

  /** How many numbers the map has so far. */
  get #count() {
    const { seen } = this.state;
    return this.#sums.filter((_, i) => isSeen(seen, toPair(i, REACH))).length;
  }

  get #result() {
    const { seen, vx, vy, fx, fy } = this.state;
    const largest = findLargest(this.#sums, (place) => isSeen(seen, place));
    if (this.#count === PLACES) {
      const verdict = judge(this.#weights, [vx, vy], [fx, fy]);
      return { ...largest, title: "largest", ...verdict };
    }
    const words = `The map has ${this.#count} of its ${PLACES} numbers. ` +
      "Push the window on.";
    return { ...largest, title: "largest so far", words, shift: null };
  }

  draw() {
    const { x, y, vx, vy } = this.state;
    const result = this.#result;
    this.#drawImage();
    this.#drawMap(result);
    this.#place(this.#window, [x, y]);
    this.#place(this.#vesicle, [vx - 1, vy - 1]);
    const pixels = look(this.#pixels, [x, y]);
    for (const [i, weight] of this.#weights.entries()) {
      const { control, pixel, product } = this.#cells[i];
      control.querySelector("output").value = bracket(write(weight));
      control.querySelector("input").ariaValueText = write(weight);
      pixel.textContent = `${pixels[i]} ·`;
      product.textContent = `= ${write(pixels[i] * weight)}`;
    }
    this.#sum.textContent = `sum of the nine: ${write(this.#sums[y * REACH + x])}`;
    this.#largest.textContent = `${result.title}: ${write(result.most)}`;
    this.#verdict.textContent = result.words;
    const isFull = this.#count === PLACES;
    this.#all.classList.toggle("main", !isFull);
    this.#filters[this.#filters.length - 1].ariaDisabled = isFull ? null : "true";
  }

  /** Puts the slider of a mark over its nine pixels. */
  #place(input, [x, y]) {
    const plot = this.#image;
    const unit = plot.toX(1) - plot.toX(0);
    const box = { left: plot.toX(x), top: plot.toY(y), width: 3 * unit };
    for (const [name, length] of Object.entries({ ...box, height: box.width })) {
      input.style.setProperty(name, `${length / 16}rem`);
    }
    input.ariaValueText = locate([x, y]);
  }

  /** Returns the outline of a square of some pixels. */
  #frame(name, [x, y], size) {
    const { toX, toY } = this.#image; // The map has the same size.
    const box = { x: toX(x), y: toY(y), width: toX(size) - toX(0) };
    return svg("rect", { class: name, ...box, height: box.width });
  }

  /** Returns a circle around the middle of a pixel. */
  #circle(name, [x, y], radius, attributes = {}) {
    const { toX, toY } = this.#image;
    const box = { cx: toX(x + 0.5), cy: toY(y + 0.5), r: radius * (toX(1) - toX(0)) };
    return svg("circle", { class: name, ...box, ...attributes });
  }

  /** Returns an arrow from a pixel's middle, as long as a shift, if there is one. */
  #arrow([x, y], [right, down]) {
    if (!right && !down) return [];
    const { toX, toY } = this.#image;
    const [a, b, c, d] = [x, y, x + right, y + down].map((part, i) =>
      (i % 2 ? toY : toX)(part + 0.5)
    );
    const turn = Math.atan2(d - b, c - a) * 180 / Math.PI;
    const tip = `translate(${c} ${d}) rotate(${turn})`;
    return [
      svg("path", { class: "shift", d: `M${a} ${b}L${c} ${d}` }),
      svg("path", { class: "shift", d: "M-7 -5L0 0L-7 5", transform: tip }),
    ];
  }

  #drawImage() {
    const { x, y, vx, vy, fx, fy } = this.state;
    const shift = /** @type {Pair} */ ([vx - fx, vy - fy]);
    this.#image.draw(() => [
      ...this.#arrow([fx, fy], shift),
      this.#frame("frame grip", [x, y], 3),
      this.#circle("vesicle handle", [vx, vy], 1.4, { "data-handle": "vesicle" }),
    ]);
    const shades = this.shades("--background", "--diagram-input");
    const find = (x, y) => this.#pixels[Math.floor(y) * SIDE + Math.floor(x)] / BRIGHT;
    this.#image.paint(find, shades);
  }

  #drawMap({ places, shift }) {
    const { x, y, seen } = this.state;
    const inMap = ([column, row]) => /** @type {Pair} */ ([column + 1, row + 1]);
    const { toX, toY } = this.#map;
    const unit = toX(1) - toX(0);
    const fresh = this.#sums.map((_, i) => {
      const [column, row] = toPair(i, REACH);
      if (isSeen(seen, [column, row])) return "";
      return `M${toX(column + 1)} ${toY(row + 1)}h${unit}v${unit}h${-unit}z`;
    });
    const rings = places.length > PLACES / 4 ? [] : places;
    const radius = places.length > 3 ? 0.4 : 0.9;
    const [column, row] = inMap(places[0]);
    this.#map.draw(() => [
      svg("path", { class: "fresh", d: fresh.join("") }),
      this.#frame("border", [1, 1], REACH),
      ...shift ? this.#arrow([column - shift[0], row - shift[1]], shift) : [],
      this.#frame("frame", inMap([x, y]), 1),
      ...rings.map((place) => this.#circle("ring", inMap(place), radius)),
    ]);
    this.#paintMap();
  }

  /** Paints the map, blue below 0 and orange above, within a plain margin. */
  #paintMap() {
    const size = 2 * Math.max(...this.#sums.map(Math.abs)) || 1;
    const find = (x, y) => {
      const [column, row] = [Math.floor(x) - 1, Math.floor(y) - 1];
      const isInside = Math.min(column, row) >= 0 && Math.max(column, row) < REACH;
      return isInside ? 0.5 + this.#sums[row * REACH + column] / size : 0.5;
    };
    const names = ["--diagram-input", "--background", "--diagram-output"];
    this.#map.paint(find, this.shades(...names));
  }

  describe() {
    const { x, y } = this.state;
    const { title, most, places, words } = this.#result;
    return `Window at ${locate([x, y])}: sum ${write(this.#sums[y * REACH + x])}. ` +
      `The ${title} is ${write(most)}, at ${locate(places[0])}. ${words}`;
  }
}

customElements.define("convolution-lab", ConvolutionLab);
