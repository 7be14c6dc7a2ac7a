// The digit lab: the network that the chapter on MNIST trained reads what is drawn.

import {
  alter,
  drawLines,
  enlarge,
  findLargest,
  findNearest,
  LIFT,
  prepare,
  reduce,
  run,
  SIDE,
  SQUARE,
  takeImage,
  trackBack,
  unpackNetwork,
  unpackSample,
} from "./digits-math.mjs";
import { html } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { capture, paint } from "./plot.mjs";
import { format } from "./state.mjs";

const AS_MNIST = "as MNIST";
const NONE = "none";
const PLAIN = { turn: 0, right: 0, down: 0, thick: 0, ink: "dark" };
const COUNT = 200; // test images
/** @type {[string, string, number][]} */
const STEPS = [["◀", "Previous", -1], ["▶", "Next", 1]];
const FINE = 3; // how far the pen goes before its place is noted
// What is said at most, for which there is always room, so that nothing moves.
const LONGEST = [
  "It reads 8, with probability > 99.9%.",
  "Unlike what it has learned from: the nearest typical digit, an 8, is 10.0 away, " +
  "and 99 of 100 test images have one within 10.0.",
  "That is another digit than the one read.",
  "Softmax cannot say “no digit”: the ten numbers add up to 1 for any drawing.",
];
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Returns what a file holds, unpacked, and tells how much of it has arrived.
 * @param {string} name
 * @param {(part: number) => void} report
 */
async function fetchPacked(name, report = () => {}) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok || !response.body) throw new Error(`${name}: ${response.status}`);
  const total = Number(response.headers.get("Content-Length"));
  const parts = [];
  let size = 0;
  for (const reader = response.body.getReader();;) {
    const { value } = await reader.read();
    if (!value) break;
    parts.push(value);
    size += value.length;
    report(total ? size / total : 0);
  }
  const packed = new Blob(parts);
  const [first, second] = new Uint8Array(await packed.slice(0, 2).arrayBuffer());
  // A server may have let the browser unpack it.
  if (first !== 0x1f || second !== 0x8b) return packed.arrayBuffer();
  const unpacked = packed.stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).arrayBuffer();
}

/** @param {number} digit */
function nameDigit(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/** @param {number} probability */
function formatShare(probability) {
  const percent = 100 * probability;
  if (percent > 99.9 && percent < 100) return "> 99.9%";
  return `${percent > 0 && percent < 0.1 ? "< 0.1" : format(percent, 1)}%`;
}

/**
 * Returns a picture of so many pixels, with a name below it.
 * @param {string} name
 * @param {number} width
 * @param {number} height
 */
function makePicture(name, width, height) {
  const canvas = html("canvas", { width, height, role: "img", "aria-label": name });
  const words = html("figcaption", {}, name);
  return { canvas, words, element: html("figure", {}, canvas, words) };
}

class DigitsLab extends Lab {
  static title = "a network that reads digits";
  static sheets = ["digits.css"];
  static parameters = {
    prepare: { label: "preparation", options: [AS_MNIST, NONE], start: AS_MNIST },
    n: { label: "test image", min: 0, max: COUNT, step: 1, start: 0 }, // 0 is the drawing
    turn: { label: "turn", min: -180, max: 180, step: 15, start: 0 },
    right: { label: "to the right", min: -14, max: 14, step: 1, start: 0 },
    down: { label: "down", min: -14, max: 14, step: 1, start: 0 },
    thick: { label: "thickness", min: -4, max: 6, step: 1, start: 0 },
    ink: { label: "ink", options: ["dark", "light"], start: "dark" },
    pen: { list: /** @type {const} */ (true), start: [] }, // x, y, x, y … LIFT …
  };

  /** @type {import("./digits-math.mjs").Network?} */
  #network = null;
  /** @type {import("./digits-math.mjs").Sample?} */
  #sample = null;
  #isFetching = false;
  /** @type {ReturnType<DigitsLab["read"]>} */
  #reading = null;
  #cursor = { x: SQUARE / 2, y: SQUARE / 2, isDown: false, isShown: false };
  #square = html("canvas", {
    class: "square",
    width: SQUARE,
    height: SQUARE,
    tabindex: 0,
    role: "application",
    "aria-roledescription": "drawing square",
    "aria-label":
      "Draw a digit. Arrow keys move the pen, the space bar puts it down and lifts it.",
  });
  #hint = html("p", { class: "hint", "aria-hidden": "true" }, "Draw a digit here");
  #given = makePicture("given to the network", SIDE, SIDE);
  #typical = makePicture("nearest typical digit", SIDE, SIDE);
  #layers = ["hidden layer 1", "hidden layer 2"].map((name) => makePicture(name, 32, 16));
  #bars = html("ul", { class: "bars", "aria-label": "Probabilities" });
  #verdict = html("div", { class: "verdict" });
  #place = html("p", { class: "place" });
  #matrix = html("table", { class: "matrix" });
  #kindWords = html("p", { class: "kind", role: "status" });
  #kind = html("div", { class: "kind" });
  #up = html("button", { type: "button", hidden: true }, "Up to the image");

  build() {
    this.#listen();
    for (let digit = 0; digit < 10; digit++) {
      const bar = html("span", { class: "track" }, html("span"));
      this.#bars.append(html("li", {}, html("b", {}, String(digit)), bar, html("span")));
    }
    const desk = html("div", { class: "desk" }, this.#square, this.#hint);
    const pictures = html("div", { class: "pictures" });
    pictures.append(this.#given.element, this.#typical.element);
    const layers = html("div", { class: "layers" });
    layers.append(...this.#layers.map(({ element }) => element));
    const matrix = html(
      "details",
      {},
      html("summary", {}, "All 10,000 test images as a table"),
    );
    matrix.append(
      html(
        "p",
        {},
        "A row for each digit, a column for each reading. " +
          "A framed number shows those of its images that are here.",
      ),
      this.#matrix,
      this.#kindWords,
      this.#kind,
      this.#up,
    );
    this.#up.addEventListener("click", () => {
      this.#square.scrollIntoView({ block: "nearest" });
      this.#square.focus({ preventScroll: true });
    });
    const bench = html("div", { class: "bench" }, desk, pictures, this.#bars);
    const longest = html("div", { "aria-hidden": "true" });
    longest.append(...LONGEST.map((line) => html("p", {}, line)));
    const room = html("div", { class: "room" }, longest, this.#verdict);
    const shown = [bench, this.#makeSteps(), this.#place, room, this.#makeTools()];
    const more = [this.makeControl("prepare"), layers, matrix];
    // Where it waits to be touched, on the landing page, it has to be short.
    if (this.dataset.load !== "touch") return [...shown, ...more];
    return [...shown, html("details", {}, html("summary", {}, "Look inside"), ...more)];
  }

  #makeTools() {
    /** @type {[string, string, () => Record<string, any>][]} */
    const tools = [
      ["Clear", "Clear", () => ({ ...PLAIN, n: 0, pen: [] })],
      ["↺", "Turn to the left", () => ({ turn: this.#turn(-15) })],
      ["↻", "Turn to the right", () => ({ turn: this.#turn(15) })],
      ["←", "Shift to the left", () => ({ right: this.state.right - 1 })],
      ["→", "Shift to the right", () => ({ right: this.state.right + 1 })],
      ["↑", "Shift up", () => ({ down: this.state.down - 1 })],
      ["↓", "Shift down", () => ({ down: this.state.down + 1 })],
      ["Thicker", "Thicker", () => ({ thick: this.state.thick + 1 })],
      ["Thinner", "Thinner", () => ({ thick: this.state.thick - 1 })],
      ["Invert", "Invert", () => ({ ink: this.state.ink === "dark" ? "light" : "dark" })],
    ];
    const box = html("div", {
      class: "tools",
      role: "group",
      "aria-label": "Change the image",
    });
    for (const [sign, name, act] of tools) {
      const button = html("button", { type: "button", title: name, "aria-label": name }, sign);
      button.addEventListener("click", () => this.set(act()));
      box.append(button);
    }
    return box;
  }

  /** @param {number} degrees */
  #turn(degrees) {
    const turn = this.state.turn + degrees;
    return turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
  }

  #makeSteps() {
    const box = html("div", { class: "steps" });
    for (const [sign, name, step] of STEPS) {
      const label = `${name} test image`;
      const button = html(
        "button",
        { type: "button", "aria-label": label, title: label },
        sign,
      );
      button.addEventListener("click", () => {
        this.set({ n: (this.state.n + step + COUNT + 1) % (COUNT + 1) });
      });
      box.append(button);
    }
    box.append(this.makeControl("n"));
    return box;
  }

  /**
   * Another image than before is shown as it is.
   * @param {Record<string, any>} changes
   */
  set(changes) {
    const isOther = "n" in changes && Number(changes.n) !== this.state.n;
    super.set(isOther ? { ...PLAIN, ...changes } : changes);
  }

  #listen() {
    const square = this.#square;
    this.addEventListener("pointerdown", () => this.#fetch());
    this.addEventListener("focusin", () => this.#fetch());
    square.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      square.focus({ preventScroll: true });
      capture(square, event);
      this.#cursor.isShown = false;
      this.#draw([this.#locate(event)], true);
    });
    square.addEventListener("pointermove", (event) => {
      if (!square.hasPointerCapture(event.pointerId)) return;
      const events = event.getCoalescedEvents?.() ?? [];
      this.#draw((events.length ? events : [event]).map((each) => this.#locate(each)));
    });
    square.addEventListener("keydown", (event) => this.#steer(event));
    square.addEventListener("blur", () => {
      Object.assign(this.#cursor, { isDown: false, isShown: false });
      this.redraw();
    });
    this.#matrix.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** @param {PointerEvent} event */
  #locate({ clientX, clientY }) {
    const { left, top, width } = this.#square.getBoundingClientRect();
    const scale = SQUARE / width;
    return [(clientX - left) * scale, (clientY - top) * scale];
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    const cursor = this.#cursor;
    const arrow = ARROWS[event.key];
    if (!arrow && event.key !== " ") return;
    event.preventDefault();
    if (arrow) {
      const step = event.shiftKey ? 1 : 4;
      const move = (/** @type {number} */ at, /** @type {number} */ by) =>
        Math.min(SQUARE, Math.max(0, at + step * by));
      [cursor.x, cursor.y] = [move(cursor.x, arrow[0]), move(cursor.y, arrow[1])];
    } else {
      cursor.isDown = !cursor.isDown;
    }
    cursor.isShown = true;
    if (cursor.isDown) this.#draw([[cursor.x, cursor.y]], !arrow, 1);
    this.tell(cursor.isDown ? "The pen is down." : "The pen is up.");
    this.redraw();
  }

  /**
   * Goes on with the drawing, or begins a new one where a test image is shown.
   * @param {number[][]} points
   * @param {boolean} isNew Whether a line begins.
   * @param {number} fine
   */
  #draw(points, isNew = false, fine = FINE) {
    if (this.state.n) this.set({ n: 0, pen: [] });
    const pen = [...this.state.pen];
    if (isNew && pen.length) pen.push(LIFT);
    for (const [i, point] of points.entries()) {
      const [x, y] = trackBack(this.#change, point[0], point[1])
        .map((place) => Math.round(Math.min(SQUARE, Math.max(0, place))));
      const [lastX, lastY] = pen.slice(-2);
      if ((isNew && !i) || Math.hypot(x - lastX, y - lastY) >= fine) pen.push(x, y);
    }
    if (pen.length !== this.state.pen.length) this.set({ pen });
  }

  async #fetch() {
    if (this.#network || this.#isFetching) return;
    this.#isFetching = true;
    const bar = html("progress", { max: 1, value: 0, "aria-label": "Network" });
    const words = html("p", {}, "Fetching the network, half a megabyte … ", bar);
    this.#verdict.replaceChildren(words);
    try {
      const [network, sample] = await Promise.all([
        fetchPacked("digits.bin.gz", (part) => bar.value = part),
        fetchPacked("digits-sample.bin.gz"),
      ]);
      this.#sample = unpackSample(sample);
      this.#network = unpackNetwork(network);
      this.#fillMatrix(this.#sample);
      this.redraw();
      this.announce();
    } catch (error) {
      const again = html("button", { type: "button" }, "Try again");
      again.addEventListener("click", () => this.#fetch());
      this.#verdict.replaceChildren("The network cannot be fetched. ", again);
      console.error(error);
    } finally {
      this.#isFetching = false;
    }
  }

  get #change() {
    const { ink, ...rest } = this.state;
    return /** @type {import("./digits-math.mjs").Change} */ ({
      ...rest,
      inverted: ink === "light",
    });
  }

  get #isChanged() {
    const { turn, right, down, thick, ink } = this.state;
    return turn || right || down || thick || ink !== PLAIN.ink;
  }

  /** What is on the square and what is given to the network. */
  #makeImage() {
    const { n, pen, prepare: kind } = this.state;
    const original = n && this.#sample ? takeImage(this.#sample.images, n - 1) : null;
    const plain = original ? enlarge(original) : drawLines(pen);
    const square = alter(plain, this.#change);
    const isEmpty = !original && !pen.length;
    // A test image has been prepared already.
    const image = original && !this.#isChanged
      ? original
      : kind === AS_MNIST
      ? prepare(square)
      : reduce(square);
    return { square, image: isEmpty ? null : image, original };
  }

  /** @param {Float32Array} image */
  read(image) {
    if (!this.#network) return null;
    const { hidden, probabilities } = run(this.#network, image);
    const { nearest, distance } = findNearest(this.#network, image);
    const digit = findLargest(probabilities);
    return { hidden, probabilities, nearest, distance, digit };
  }

  draw() {
    const { n, pen } = this.state;
    if ((n || pen.length) && !this.#network) this.#fetch();
    const { square, image } = this.#makeImage();
    const reading = image && this.read(image);
    this.#reading = reading;
    const ink = this.shades("--background", "--text");
    this.#paint(this.#square, square, ink);
    this.#paint(this.#given.canvas, image, ink);
    const shown = reading && this.#network;
    this.#paint(
      this.#typical.canvas,
      shown ? takeImage(shown.typical, reading.nearest, 15) : null,
      ink,
    );
    const green = this.shades("--background", "--diagram-hidden");
    for (const [i, { canvas, words }] of this.#layers.entries()) {
      const values = reading?.hidden[i] ?? null;
      const highest = values ? Math.max(...values) || 1 : 1;
      this.#paint(canvas, values && values.map((a) => a / highest), green);
      const count = values ? `: ${values.filter((a) => a > 0).length} of 512 active` : "";
      words.textContent = `hidden layer ${i + 1}${count}`;
    }
    this.#hint.hidden = Boolean(n || pen.length || this.#cursor.isShown);
    this.#drawCursor();
    this.#drawBars();
    if (this.#network) {
      this.#verdict.replaceChildren(...this.#judge().map((line) => html("p", {}, line)));
    }
    this.#place.textContent = this.#tellPlace();
    for (const button of this.#kind.children) {
      button.ariaCurrent = button.ariaLabel === `Test image ${n}` ? "true" : null;
    }
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Float32Array?} values From 0 to 1, or null for an empty picture.
   * @param {Uint32Array} shades
   */
  #paint(canvas, values, shades) {
    paint(canvas, shades, (i) => values ? values[i] : 0);
  }

  #drawCursor() {
    const { x, y, isDown, isShown } = this.#cursor;
    const context = this.#square.getContext("2d");
    if (!isShown || !context) return;
    context.strokeStyle = getComputedStyle(this).getPropertyValue("--secondary");
    context.lineWidth = isDown ? 3 : 1.5;
    context.beginPath();
    context.arc(x, y, 5, 0, 7);
    context.stroke();
  }

  #drawBars() {
    const { probabilities, digit } = this.#reading ?? {};
    for (const [i, item] of [...this.#bars.children].entries()) {
      const [, track, number] = item.children;
      const share = probabilities?.[i] ?? 0;
      /** @type {HTMLElement} */ (track.firstElementChild).style.width = `${100 * share}%`;
      number.textContent = probabilities ? formatShare(share) : "";
      item.classList.toggle("read", i === digit);
    }
  }

  /** Returns what the network says, and how far one can rely on it, a sentence or two a line. */
  #judge() {
    const reading = this.#reading;
    const network = this.#network;
    if (!reading || !network) return ["Draw a digit, or step through the test images."];
    const { digit, probabilities, nearest, distance } = reading;
    const { near, far, digits } = network;
    const lines = [`It reads ${digit}, with probability ${formatShare(probabilities[digit])}.`];
    const away = `nearest typical digit, ${nameDigit(digits[nearest])}, is ${
      format(distance, 1)
    } away`;
    const usual = `99 of 100 test images have one within ${format(far, 1)}`;
    lines.push(
      distance > far
        ? `Unlike what it has learned from: the ${away}, and ${usual}.`
        : `The ${away}; half of the test images have one within ${format(near, 1)}, ` +
          `99 of 100 within ${format(far, 1)}.`,
    );
    if (digits[nearest] !== digit) lines.push("That is another digit than the one read.");
    lines.push("Softmax cannot say “no digit”: the ten numbers add up to 1 for any drawing.");
    return lines;
  }

  #tellPlace() {
    const { n } = this.state;
    const sample = this.#sample;
    if (!n || !sample) return `${COUNT} test images, the surest mistakes first.`;
    const [label, read] = [sample.labels[n - 1], sample.read[n - 1]];
    const end = label === read ? "read correctly" : `misread as ${read}`;
    const before = this.#isChanged ? " before it was changed" : "";
    return `Test image ${n} of ${COUNT}: ${nameDigit(label)}, ${end}${before}.`;
  }

  /** @param {import("./digits-math.mjs").Sample} sample */
  #fillMatrix({ confusion, labels, read }) {
    const head = html("tr", {}, html("td"));
    for (let digit = 0; digit < 10; digit++) {
      head.append(html("th", { scope: "col" }, `${digit}`));
    }
    const rows = confusion.map((counts, label) => {
      const row = html("tr", {}, html("th", { scope: "row" }, `${label}`));
      for (const [digit, count] of counts.entries()) {
        const n = 1 + labels.findIndex((each, i) => each === label && read[i] === digit);
        const cell = html("td", {}, n ? "" : `${count}`);
        if (n) {
          const name = `${label} read as ${digit}: ${count}`;
          const button = html(
            "button",
            { type: "button", tabindex: -1, "aria-label": name },
            `${count}`,
          );
          button.addEventListener("click", () => this.#showKind(label, digit, count));
          cell.append(button);
        }
        row.append(cell);
      }
      return row;
    });
    this.#matrix.replaceChildren(head, ...rows);
    this.#matrix.querySelector("button")?.setAttribute("tabindex", "0");
  }

  /**
   * Shows the test images of a kind below the table, and the first of them above.
   * @param {number} label
   * @param {number} digit
   * @param {number} count How many there are of all 10,000.
   */
  #showKind(label, digit, count) {
    const { labels, read, images } =
      /** @type {import("./digits-math.mjs").Sample} */ (this.#sample);
    const all = labels.flatMap((each, i) => each === label && read[i] === digit ? [i + 1] : []);
    const ink = this.shades("--background", "--text");
    const kind = label === digit ? "read correctly" : `read as ${digit}`;
    const here = all.length < count ? `, ${all.length} of them here` : "";
    this.#kindWords.textContent = `${label} ${kind}: ${count} images${here}.`;
    this.#up.hidden = false;
    this.#kind.replaceChildren(...all.map((n) => {
      const canvas = html("canvas", { width: SIDE, height: SIDE });
      this.#paint(canvas, takeImage(images, n - 1), ink);
      const name = `Test image ${n}`;
      const button = html("button", { type: "button", "aria-label": name }, canvas);
      button.addEventListener("click", () => this.set({ n }));
      return button;
    }));
    this.set({ n: all[0] });
  }

  /**
   * Moves the focus from cell to cell of the table.
   * @param {KeyboardEvent} event
   */
  #walk(event) {
    const arrow = ARROWS[event.key];
    const cell = /** @type {Element} */ (event.target).closest("td");
    if (!arrow || !cell) return;
    event.preventDefault();
    const rows = [...this.#matrix.rows];
    let [x, y] = [
      cell.cellIndex,
      rows.indexOf(/** @type {HTMLTableRowElement} */ (cell.parentElement)),
    ];
    for (;;) {
      [x, y] = [x + arrow[0], y + arrow[1]];
      const next = rows[y]?.cells[x];
      if (!next) return;
      const button = next.querySelector("button");
      if (!button) continue;
      for (const each of this.#matrix.querySelectorAll("button")) each.tabIndex = -1;
      button.tabIndex = 0;
      return button.focus();
    }
  }

  describe() {
    const place = this.state.n ? `${this.#tellPlace()} ` : "";
    return place + this.#judge().slice(0, this.#reading ? 2 : 1).join(" ");
  }
}

customElements.define("digits-lab", DigitsLab);
