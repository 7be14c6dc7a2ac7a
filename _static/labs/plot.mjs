// A plot with axes, of lines and marks over a coloured ground, that can be dragged in.

import { html, svg, svgWords } from "./elements.mjs";
import { format } from "./state.mjs";

/** Returns a function that takes an interval to another. */
export function makeScale([a, b], [c, d]) {
  return (value) => c + ((value - a) / (b - a)) * (d - c);
}

/** Returns about so many round numbers in an interval. */
export function findTicks([low, high], count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from(
    { length: last - first + 1 },
    (_, place) => Number(((first + place) * step).toFixed(decimals)),
  );
}

/**
 * Returns the path through points.
 * @param points Each an x and a y.
 */
export function trace(points) {
  const write = (place) => Math.max(-1e5, Math.min(1e5, place)).toFixed(1); // far outside is enough
  return "M" + points.map(([x, y]) => `${write(x)} ${write(y)}`).join("L");
}

/** Returns the colour at a part of the way through colours in even steps. */
export function mix(colours, part) {
  const place = Math.min(1, Math.max(0, part)) * (colours.length - 1);
  const start = Math.min(Math.floor(place), colours.length - 2);
  return colours[start].map((low, i) =>
    low + (place - start) * (colours[start + 1][i] - low)
  );
}

/**
 * Paints a canvas.
 * @param shades 256 pixels.
 * @param part Returns which shade a pixel has, from 0 to 1.
 */
export function paint(canvas, shades, part) {
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let place = 0; place < pixels.length; place++) {
    pixels[place] = shades[Math.round(255 * Math.min(1, Math.max(0, part(place))))];
  }
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** Has an element hear of a pointer until that is released, unless it has been already. */
export function capture(element, { pointerId }) {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // The loader hands on what a pointer did while the lab was fetched.
  }
}

const MARGIN = { top: 24, right: 12, bottom: 46, left: 52 };
const CELLS = 64; // of the coloured ground, along each side
let count = 0; // of plots, whose clips need names

export class Plot {
  x = [0, 1];
  y = [0, 1];
  ticks = {}; // of x or y, pairs of a value and what is written there, if not round numbers
  ratio; // its height by its width
  #labels;
  #margin;
  #width = 0;
  #drawn = ""; // what the axes have been drawn for
  #clip = `plot-${++count}`;
  #canvas = html("canvas", { width: CELLS, height: CELLS, hidden: true });
  #axes = svg("g", { class: "axes" });
  #marks = svg("g", { class: "marks" });
  #drawing;

  /**
   * @param options.label What is read out instead of it.
   * @param options.xLabel With letters between dollar signs.
   * @param options.margin Around the axes, in pixels, where it is not the usual one.
   * @param options.redraw Is called when its size has changed.
   */
  constructor({ label, xLabel, yLabel, margin, ratio = 0.7, redraw }) {
    this.#labels = { xLabel, yLabel };
    this.#margin = { ...MARGIN, ...margin };
    this.ratio = ratio;
    const viewBox = `0 0 100 ${100 * ratio}`; // the room that it needs, until it is measured
    this.#drawing = svg("svg", { role: "img", viewBox, "aria-label": label });
    this.#drawing.append(this.#axes, this.#marks);
    this.element = html("div", { class: "plot" }, this.#canvas, this.#drawing);
    new ResizeObserver(() => this.#measure() && redraw()).observe(this.element);
    // A finger drags a mark in all directions: what is inside of SVG knows no `touch-action`.
    this.element.addEventListener("touchstart", ({ target }) => {
      const mark = target.closest(".handle, .grip, .tapped .point");
      const keep = (event) => event.preventDefault();
      mark?.addEventListener("touchmove", keep, { passive: false });
    }, { passive: false });
  }

  /** Returns whether its size has changed. */
  #measure() {
    const width = Math.round(this.element.getBoundingClientRect().width);
    if (width < 100 || width === this.#width) return false; // narrower, it is not laid out yet
    this.#width = width;
    return true;
  }

  get #box() {
    if (!this.#width) this.#measure();
    const { top, right, bottom, left } = this.#margin;
    const height = Math.round(this.#width * this.ratio);
    return { left, right: this.#width - right, top, bottom: height - bottom };
  }

  /** Where a value of x is, in pixels. */
  get toX() {
    return makeScale(this.x, [this.#box.left, this.#box.right]);
  }

  /** Where a value of y is, in pixels. */
  get toY() {
    return makeScale(this.y, [this.#box.bottom, this.#box.top]);
  }

  /** Draws axes, where they have changed, and marks, unless there is no room yet. */
  draw(makeMarks) {
    if (!this.#width && !this.#measure()) return;
    const domain = [this.#width, this.x, this.y].join();
    if (domain !== this.#drawn) this.#axes.replaceChildren(...this.#makeAxes());
    this.#drawn = domain;
    this.#marks.replaceChildren(...makeMarks());
  }

  /** Returns marks of which nothing is drawn outside of the axes. */
  clip(...marks) {
    return svg("g", { "clip-path": `url(#${this.#clip})` }, ...marks);
  }

  #makeAxes() {
    const { left, right, top, bottom } = this.#box;
    const { toX, toY } = this;
    const { xLabel, yLabel } = this.#labels;
    const place = { left, top, width: right - left, height: bottom - top };
    for (const [name, value] of Object.entries(place)) {
      this.#canvas.style.setProperty(name, `${value}px`);
    }
    const { width, height } = place;
    this.#drawing.setAttribute(
      "viewBox",
      `0 0 ${this.#width} ${bottom + this.#margin.bottom}`,
    );
    const frame = { x: left, y: top, width, height };
    const write = (values) =>
      values.map((
        value,
      ) => [value, format(value, values.every(Number.isInteger) ? 0 : 1)]);
    const xTicks = this.ticks.x ?? write(findTicks(this.x, 5));
    const yTicks = this.ticks.y ?? write(findTicks(this.y, Math.min(5, height / 28)));
    const middle = { "text-anchor": "middle" };
    const turn = `translate(14 ${(top + bottom) / 2}) rotate(-90)`;
    return [
      svg("rect", frame),
      svg("clipPath", { id: this.#clip }, svg("rect", frame)),
      svg("path", {
        d: xTicks.map(([value]) => `M${toX(value)} ${bottom}v4`).join("") +
          yTicks.map(([value]) => `M${left} ${toY(value)}h-4`).join(""),
      }),
      ...xTicks.map(([value, text]) =>
        svg("text", { x: toX(value), y: bottom + 18, ...middle }, text)
      ),
      ...yTicks.map(([value, text]) =>
        svg("text", { x: left - 7, y: toY(value) + 5, "text-anchor": "end" }, text)
      ),
      svg(
        "text",
        { x: (left + right) / 2, y: bottom + 40, ...middle },
        ...svgWords(xLabel),
      ),
      svg("text", { transform: turn, ...middle }, ...svgWords(yLabel)),
    ];
  }

  /**
   * Colours the ground by a function, or leaves it plain.
   * @param part Returns which shade, from 0 to 1.
   */
  paint(part, shades) {
    this.#canvas.hidden = !part;
    if (!part || !this.#width) return;
    const toX = makeScale([-0.5, CELLS - 0.5], this.x);
    const toY = makeScale([CELLS - 0.5, -0.5], this.y);
    paint(
      this.#canvas,
      shades,
      (i) => part(toX(i % CELLS), toY(Math.floor(i / CELLS))),
    );
  }

  /** Returns the place that is pointed at. */
  locate({ clientX, clientY }) {
    const { left, top } = this.#drawing.getBoundingClientRect();
    const box = this.#box;
    return [
      makeScale([box.left, box.right], this.x)(clientX - left),
      makeScale([box.bottom, box.top], this.y)(clientY - top),
    ];
  }

  /**
   * Calls a function with the place that is pointed at, while it is pressed, and with what is held:
   * where it was pressed, the `data-handle` of the mark there, or "", and what the function adds.
   */
  onDrag(move) {
    let hold;
    this.#drawing.classList.add("draggable");
    this.#drawing.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      capture(this.#drawing, event);
      const mark = event.target.closest("[data-handle]");
      const [x, y] = this.locate(event);
      hold = { handle: mark?.getAttribute("data-handle") ?? "", x, y };
      move(x, y, hold);
    });
    this.#drawing.addEventListener("pointermove", (event) => {
      if (this.#drawing.hasPointerCapture(event.pointerId)) {
        move(...this.locate(event), hold);
      }
    });
  }
}
