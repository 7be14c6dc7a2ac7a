// A plot with axes, of lines and marks over a coloured ground, that can be dragged in.

import { html, svg, svgWords } from "./elements.mjs";
import { clamp, format } from "./numbers.mjs";

/** @typedef {[number, number]} Pair A point, or the ends of an interval. */

/** Returns a function that maps an interval onto another. */
function makeScale([a, b], [c, d]) {
  return (value) => c + ((value - a) / (b - a)) * (d - c);
}

/** Returns by how much a reader has enlarged the text. */
export const findZoom = () =>
  parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** Returns round numbers in an interval, about as many as the count, and their texts. */
function findTicks([low, high], count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const text = format((first + i) * step, decimals);
    return [(first + i) * step, text];
  });
}

/** Returns the path through points, in SVG's language. @param {Pair[]} points */
export function trace(points) {
  const write = (coordinate) => clamp(coordinate, -1e5, 1e5).toFixed(1); // far outside
  return "M" + points.map(([x, y]) => `${write(x)} ${write(y)}`).join("L");
}

/**
 * Paints a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint32Array} shades 256 colours.
 * @param {(pixel: number) => number} findShade From 0 to 1, by the pixel's index.
 */
export function paint(canvas, shades, findShade) {
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = shades[Math.round(255 * clamp(findShade(i), 0, 1))];
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * Sends all events of a pressed pointer to an element, until it is released.
 * @param {Element} element
 * @param {{ pointerId: number }} event
 */
export function capture(element, { pointerId }) {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // It is released already: the loader repeats what it did before the lab was there.
  }
}

const MARGIN = { top: 24, right: 12, bottom: 46, left: 52 };
const CELLS = 64; // of the coloured ground, along each side
let count = 0; // of plots, whose clips need names

export class Plot {
  x = /** @type {Pair} */ ([0, 1]);
  y = /** @type {Pair} */ ([0, 1]);
  /** Values and their texts, if not round numbers. @type {Record<string, any[][]>} */
  ticks = {};
  ratio; // its height by its width
  labels; // of x and of y
  #margin;
  #width = 0;
  #drawn = ""; // what the axes have been drawn for
  #clip = `plot-${++count}`;
  #canvas = html("canvas", { width: CELLS, height: CELLS, hidden: true });
  #axes = svg("g", { class: "axes" });
  #marks = svg("g", { class: "marks" });
  #drawing;

  /**
   * @param {object} options
   * @param {string} options.label Is read out instead of it.
   * @param {string[]} options.labels Of x and y; letters are between dollars.
   * @param {Partial<typeof MARGIN>} [options.margin] Around the axes, in pixels.
   * @param {number} [options.ratio]
   * @param {() => void} options.redraw Is called when its size has changed.
   */
  constructor({ label, labels, margin = {}, ratio = 0.7, redraw }) {
    this.labels = labels;
    this.#margin = { ...MARGIN, ...margin };
    this.ratio = ratio;
    // Until it is measured, it takes up room of the right shape.
    const viewBox = `0 0 100 ${100 * ratio}`;
    this.#drawing = svg("svg", { role: "img", viewBox, "aria-label": label });
    this.#drawing.append(this.#axes, this.#marks);
    this.element = html("div", { class: "plot" }, this.#canvas, this.#drawing);
    new ResizeObserver(() => this.#measure() && redraw()).observe(this.element);
    this.element.addEventListener("touchstart", keepMarks, { passive: false });
  }

  /** Returns whether its size has changed, in pixels that grow with the text. */
  #measure() {
    const { width: whole } = this.element.getBoundingClientRect();
    const width = Math.round(whole / findZoom());
    // It is not laid out yet where it is narrower than any screen.
    if (width < 50 || width === this.#width) return false;
    this.#width = width;
    return true;
  }

  get #box() {
    if (!this.#width) this.#measure();
    const { top, right, bottom, left } = this.#margin;
    const height = Math.round(this.#width * this.ratio);
    return { left, right: this.#width - right, top, bottom: height - bottom };
  }

  /** Maps a value of x to pixels. */
  get toX() {
    return makeScale(this.x, [this.#box.left, this.#box.right]);
  }

  /** Maps a value of y to pixels. */
  get toY() {
    return makeScale(this.y, [this.#box.bottom, this.#box.top]);
  }

  /**
   * Draws the axes, if they have changed, and the marks, unless it is not laid out yet.
   * @param {() => Node[]} makeMarks
   */
  draw(makeMarks) {
    if (!this.#width && !this.#measure()) return;
    const domain = [this.#width, this.x, this.y, this.labels].join();
    if (domain !== this.#drawn) this.#drawAxes();
    this.#drawn = domain;
    this.#marks.replaceChildren(...makeMarks());
  }

  /** Returns marks without what is outside of the axes. @param {...Node} marks */
  clip(...marks) {
    return svg("g", { "clip-path": `url(#${this.#clip})` }, ...marks);
  }

  /** Gives the canvas and the drawing their sizes. */
  #layOut() {
    const { left, right, top, bottom } = this.#box;
    const box = { left, top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(box)) {
      this.#canvas.style.setProperty(name, `${value / 16}rem`);
    }
    const height = bottom + this.#margin.bottom;
    this.#drawing.setAttribute("viewBox", `0 0 ${this.#width} ${height}`);
  }

  #drawAxes() {
    this.#layOut();
    const { left, right, top, bottom } = this.#box;
    const { toX, toY } = this;
    const [width, height] = [right - left, bottom - top];
    const frame = { x: left, y: top, width, height };
    const xTicks = this.ticks.x ?? findTicks(this.x, Math.min(5, width / 32));
    const yTicks = this.ticks.y ?? findTicks(this.y, Math.min(5, height / 28));
    const lines = [
      ...xTicks.map(([value]) => `M${toX(value)} ${bottom}v4`),
      ...yTicks.map(([value]) => `M${left} ${toY(value)}h-4`),
    ];
    const middle = { "text-anchor": "middle" };
    const below = { x: (left + right) / 2, y: bottom + 40, ...middle };
    const turn = `translate(14 ${(top + bottom) / 2}) rotate(-90)`;
    this.#axes.replaceChildren(
      svg("rect", frame),
      svg("clipPath", { id: this.#clip }, svg("rect", frame)),
      svg("path", { d: lines.join("") }),
      ...xTicks.map(([value, text]) =>
        svg("text", { x: toX(value), y: bottom + 18, ...middle }, text)
      ),
      ...yTicks.map(([value, text]) =>
        svg("text", { x: left - 7, y: toY(value) + 5, "text-anchor": "end" }, text)
      ),
      svg("text", below, ...svgWords(this.labels[0])),
      svg("text", { transform: turn, ...middle }, ...svgWords(this.labels[1])),
    );
  }

  /**
   * Colours the ground, or leaves it plain where there is no function.
   * @param {((x: number, y: number) => number) | null} findShade From 0 to 1.
   * @param {Uint32Array} shades
   */
  paint(findShade, shades) {
    this.#canvas.hidden = !findShade;
    if (!findShade || !this.#width) return;
    const toX = makeScale([-0.5, CELLS - 0.5], this.x);
    const toY = makeScale([CELLS - 0.5, -0.5], this.y);
    const findPixel = (i) => findShade(toX(i % CELLS), toY(Math.floor(i / CELLS)));
    paint(this.#canvas, shades, findPixel);
  }

  /**
   * Returns the point where a pointer is.
   * @type {(event: { clientX: number, clientY: number }) => Pair}
   */
  locate({ clientX, clientY }) {
    const { left, top } = this.#drawing.getBoundingClientRect();
    const [box, zoom] = [this.#box, findZoom()];
    return [
      makeScale([box.left, box.right], this.x)((clientX - left) / zoom),
      makeScale([box.bottom, box.top], this.y)((clientY - top) / zoom),
    ];
  }

  /**
   * Calls a function with the point where a pointer is, while that is pressed, and with
   * an object for the whole drag: the point where it began, and the `data-handle` of
   * the mark there, or "".
   * @param {(x: number, y: number, hold: Record<string, any>) => void} move
   */
  onDrag(move) {
    let hold;
    this.#drawing.classList.add("draggable");
    this.#drawing.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      capture(this.#drawing, event);
      const mark = /** @type {Element} */ (event.target).closest("[data-handle]");
      const [x, y] = this.locate(event);
      hold = { handle: mark?.getAttribute("data-handle") ?? "", x, y };
      move(x, y, hold);
    });
    this.#drawing.addEventListener("pointermove", (event) => {
      if (!this.#drawing.hasPointerCapture(event.pointerId)) return;
      const [x, y] = this.locate(event);
      move(x, y, hold);
    });
  }
}

/** Lets a finger drag a mark in all directions: SVG's parts ignore `touch-action`. */
function keepMarks({ target }) {
  const mark = target.closest(".handle, .grip, .tapped .point");
  const keep = (event) => event.preventDefault();
  mark?.addEventListener("touchmove", keep, { passive: false });
}
