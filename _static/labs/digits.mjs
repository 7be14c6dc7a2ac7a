// The digit lab: the network that the chapter on MNIST trained reads what is drawn.

import * as m from "./digits-math.mjs";
import { formatShare, nameDigit } from "./digits-math.mjs";
import { html, makeButton } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { capture, paint } from "./plot.mjs";
import { format } from "./state.mjs";

const AS_MNIST = "as MNIST";
const NONE = "none";
const COUNT = 200; // test images
const FINE = 3; // how far the pen goes before its place is noted
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Returns a picture of so many pixels, with a name below it. */
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
    right: { label: "to the right", min: -14, max: 14, step: 1, start: 0 },
    down: { label: "down", min: -14, max: 14, step: 1, start: 0 },
    pen: { list: true, start: [] }, // x, y, x, y … LIFT …
  };

  #network = null;
  #sample = null;
  #fetching = null;
  #reading = null;
  #drawn = { pen: [], square: new Float32Array() };
  #cursor = { x: m.SQUARE / 2, y: m.SQUARE / 2, isDown: false, isShown: false };
  #square = html("canvas", {
    class: "square",
    width: m.SQUARE,
    height: m.SQUARE,
    tabindex: 0,
    role: "application",
    "aria-roledescription": "drawing square",
    "aria-label": "Draw a digit. Arrow keys move the pen, the space bar puts it down and lifts it, " +
      "the backspace key takes back a stroke.",
  });
  #hint = html("p", { class: "hint", "aria-hidden": "true" }, "Draw a digit here");
  #digit = html("b", { class: "digit", "aria-hidden": "true" });
  #share = html("span", { class: "share", "aria-hidden": "true" });
  #undo = makeButton("Undo", () => this.#takeBack());
  #given = makePicture("given to the network", m.SIDE, m.SIDE);
  #typical = makePicture("nearest typical digit", m.SIDE, m.SIDE);
  #layers = ["hidden layer 1", "hidden layer 2"].map((name) => makePicture(name, 32, 16));
  #bars = html("ul", { class: "bars", "aria-label": "Probabilities" });
  #verdict = html("div", { class: "about" });
  #place = html("p", { class: "place" });

  /** Where it waits to be touched, on the landing page, it is short. */
  get #isShort() {
    return this.dataset.load === "touch";
  }

  build() {
    this.#listen();
    if (this.#isShort) this.#fetch();
    for (let digit = 0; digit < 10; digit++) {
      const bar = html("span", { class: "track" }, html("span"));
      this.#bars.append(html("li", {}, html("b", {}, String(digit)), bar, html("span")));
    }
    const clear = this.#makeButton("Clear", "", () => ({ n: 0, right: 0, down: 0, pen: [] }));
    const side = html("div", { class: "side" }, this.#digit, this.#share, this.#undo, clear);
    const desk = html("div", { class: "desk" }, this.#square, this.#hint);
    const bench = html("div", { class: "bench" }, desk, side, this.#bars);
    const pictures = html("div", { class: "pictures" });
    for (const { element } of [this.#given, this.#typical, ...this.#layers]) pictures.append(element);
    const more = [pictures, this.#makeSteps(), this.#place];
    more.push(html("div", { class: "tools" }, this.makeControl("prepare"), this.#makeShifts()));
    if (!this.#isShort) return [bench, this.#verdict, ...more];
    const inside = html("details", {}, html("summary", {}, "Look inside"), ...more);
    return [bench, this.#verdict, inside];
  }

  /**
   * @param name What it is called, if not by its sign.
   * @param act Returns what it changes.
   */
  #makeButton(sign, name, act) {
    const names = name ? { title: name, "aria-label": name } : {};
    return makeButton(sign, () => this.set(act()), names);
  }

  #makeShifts() {
    const box = html("div", { class: "shifts", role: "group", "aria-label": "Shift" }, "shift");
    box.append(
      this.#makeButton("←", "Shift to the left", () => ({ right: this.state.right - 1 })),
      this.#makeButton("→", "Shift to the right", () => ({ right: this.state.right + 1 })),
      this.#makeButton("↑", "Shift up", () => ({ down: this.state.down - 1 })),
      this.#makeButton("↓", "Shift down", () => ({ down: this.state.down + 1 })),
    );
    return box;
  }

  #makeSteps() {
    const go = (by) => ({ n: (this.state.n + by + COUNT + 1) % (COUNT + 1) });
    const previous = this.#makeButton("◀", "Previous test image", () => go(-1));
    const next = this.#makeButton("▶", "Next test image", () => go(1));
    return html("div", { class: "steps" }, previous, next, this.makeControl("n"));
  }

  /** Another image than before is shown as it is. */
  set(changes) {
    const isOther = "n" in changes && Number(changes.n) !== this.state.n;
    super.set(isOther ? { right: 0, down: 0, ...changes } : changes);
  }

  #listen() {
    const square = this.#square;
    this.addEventListener("pointerdown", () => this.#fetch());
    this.addEventListener("focusin", () => this.#fetch());
    square.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      square.focus({ preventScroll: true, focusVisible: false });
      capture(square, event);
      this.#cursor.isShown = false;
      this.#draw([this.#locate(event)], true);
    });
    square.addEventListener("pointermove", (event) => {
      // What the loader hands on may be of a pointer that has been released.
      if (event.isTrusted && !square.hasPointerCapture(event.pointerId)) return;
      const events = event.getCoalescedEvents?.() ?? [];
      this.#draw((events.length ? events : [event]).map((each) => this.#locate(each)));
    });
    square.addEventListener("keydown", (event) => this.#steer(event));
    square.addEventListener("blur", () => {
      Object.assign(this.#cursor, { isDown: false, isShown: false });
      this.redraw();
    });
  }

  #locate({ clientX, clientY }) {
    const { left, top, width } = this.#square.getBoundingClientRect();
    const scale = m.SQUARE / width;
    return [(clientX - left) * scale, (clientY - top) * scale];
  }

  #steer(event) {
    const cursor = this.#cursor;
    const { key, shiftKey } = event;
    const arrow = ARROWS[key];
    if (!arrow && key !== " " && key !== "Backspace") return;
    event.preventDefault();
    if (key === "Backspace") return this.#takeBack();
    if (arrow) {
      const step = shiftKey ? 1 : 4;
      const move = (at, by) =>
        Math.min(m.SQUARE, Math.max(0, at + step * by));
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
   * @param isNew Whether a line begins.
   */
  #draw(points, isNew = false, fine = FINE) {
    if (this.state.n) this.set({ n: 0, pen: [] });
    const pen = [...this.state.pen];
    const scale = m.SQUARE / m.SIDE;
    const shift = [this.state.right * scale, this.state.down * scale];
    if (isNew && pen.length) pen.push(m.LIFT);
    for (const [i, point] of points.entries()) {
      const [x, y] = point.map((place, axis) =>
        Math.round(Math.min(m.SQUARE, Math.max(0, place - shift[axis])))
      );
      const [lastX, lastY] = pen.slice(-2);
      if ((isNew && !i) || Math.hypot(x - lastX, y - lastY) >= fine) pen.push(x, y);
    }
    if (pen.length !== this.state.pen.length) this.set({ pen });
  }

  /** Takes the last stroke away. */
  #takeBack() {
    const { pen } = this.state;
    this.set({ n: 0, pen: pen.slice(0, Math.max(0, pen.lastIndexOf(m.LIFT))) });
  }

  /** Fetches the network, once; where that fails, a button tries again. */
  #fetch() {
    this.#fetching ??= Promise.all(["digits.bin.gz", "digits-sample.bin.gz"].map(m.fetchPacked))
      .then(([network, sample]) => {
        this.#sample = m.unpackSample(sample);
        this.#network = m.unpackNetwork(network);
        this.redraw();
        this.announce();
      })
      .catch((error) => {
        const again = makeButton("Try again", () => {
          this.#fetching = null;
          this.#fetch();
          this.redraw();
        });
        this.#verdict.replaceChildren("The network cannot be fetched. ", again);
        console.error(error);
      });
  }

  /** Returns the square with the drawing, to which usually something has been added. */
  #drawPen(pen) {
    const { pen: before, square } = this.#drawn;
    const goesOn = before.length && before.every((place, i) => place === pen[i]);
    const last = before.length - 2;
    this.#drawn = { pen, square: goesOn ? m.drawLines(pen, square, last) : m.drawLines(pen) };
    return this.#drawn.square;
  }

  /** What is on the square and what is given to the network. */
  #makeImage() {
    const { n, pen, prepare: kind, right, down } = this.state;
    const original = n && this.#sample ? m.takeImage(this.#sample.images, n - 1) : null;
    const square = m.shift(original ? m.enlarge(original) : this.#drawPen(pen), right, down);
    // A test image has been prepared already.
    const isReady = original && !right && !down;
    const image = isReady ? original : kind === AS_MNIST ? m.prepare(square) : m.reduce(square);
    return { square, image: original || pen.length ? image : null };
  }

  read(image) {
    if (!this.#network) return null;
    const { hidden, probabilities } = m.run(this.#network, image);
    const digit = m.findLargest(probabilities);
    return { hidden, probabilities, ...m.findNearest(this.#network, image), digit };
  }

  draw() {
    const { n, pen } = this.state;
    if (n || pen.length) this.#fetch();
    const { square, image } = this.#makeImage();
    const reading = image && this.read(image);
    this.#reading = reading;
    const ink = this.shades("--background", "--text");
    const typical = reading && this.#network &&
      m.takeImage(this.#network.typical, reading.nearest, 15);
    paint(this.#square, ink, (i) => square[i]);
    paint(this.#given.canvas, ink, (i) => image?.[i] ?? 0);
    paint(this.#typical.canvas, ink, (i) => typical?.[i] ?? 0);
    const green = this.shades("--background", "--diagram-hidden");
    for (const [i, { canvas, words }] of this.#layers.entries()) {
      const values = reading?.hidden[i] ?? [];
      const highest = Math.max(...values) || 1;
      paint(canvas, green, (place) => values.length ? values[place] / highest : 0);
      const count = values.length ? `: ${values.filter((a) => a > 0).length} of 512 active` : "";
      words.textContent = `hidden layer ${i + 1}${count}`;
    }
    this.#hint.hidden = Boolean(n || pen.length || this.#cursor.isShown);
    this.#undo.ariaDisabled = !n && pen.length ? null : "true";
    this.#drawCursor();
    this.#drawBars();
    this.#digit.textContent = reading ? String(reading.digit) : "";
    this.#share.textContent = reading ? formatShare(reading.probabilities[reading.digit]) : "";
    const lines = this.#judge();
    if (lines.length) this.#verdict.replaceChildren(...lines.map((line) => html("p", {}, line)));
    this.#place.textContent = this.#tellPlace();
  }

  #drawCursor() {
    const { x, y, isDown, isShown } = this.#cursor;
    const context = this.#square.getContext("2d");
    if (!isShown || !context) return;
    context.strokeStyle = getComputedStyle(this.#square).accentColor;
    context.lineWidth = isDown ? 3 : 1.5;
    context.beginPath();
    context.arc(x, y, 5, 0, 7);
    context.stroke();
  }

  #drawBars() {
    const { probabilities, digit } = this.#reading ?? {};
    for (const [i, item] of [...this.#bars.children].entries()) {
      const share = probabilities?.[i] ?? 0;
      item.lastElementChild?.replaceChildren(probabilities ? formatShare(share) : "");
      item.classList.toggle("read", i === digit);
      item.classList.toggle("faint", share < 0.001);
      item.style.setProperty("--share", String(share));
    }
  }

  /** Returns what can be said of the answer, a line each; nothing while the network is fetched. */
  #judge() {
    const reading = this.#reading;
    const { pen, n } = this.state;
    if (!this.#network && (n || pen.length)) return this.#fetching ? ["Fetching the network …"] : [];
    if (!reading || !this.#network) return ["Draw a digit."];
    if (this.#isShort) return ["Now draw something that is no digit."];
    const { nearest, distance, digit } = reading;
    const { near, far, digits } = this.#network;
    const other = digits[nearest] === digit ? "" : ", another than the one read";
    return [
      `The nearest typical digit, ${nameDigit(digits[nearest])}${other}, is ${format(distance, 1)} ` +
      `away${distance > far ? ", unlike anything learned" : ""}: of 100 test images, 50 have one ` +
      `within ${format(near, 1)} and 99 within ${format(far, 1)}.`,
    ];
  }

  #tellPlace() {
    const { n, right, down } = this.state;
    const sample = this.#sample;
    if (!n || !sample) return `${COUNT} test images, the surest mistakes first.`;
    const [label, read] = [sample.labels[n - 1], sample.read[n - 1]];
    const end = label === read ? "read correctly" : `misread as ${read}`;
    const before = right || down ? " before it was shifted" : "";
    return `Test image ${n} of ${COUNT}: ${nameDigit(label)}, ${end}${before}.`;
  }

  describe() {
    const { digit = 0, probabilities } = this.#reading ?? {};
    const share = probabilities && formatShare(probabilities[digit]);
    const answer = share ? [`It reads ${digit}, with probability ${share}.`] : [];
    const place = this.state.n ? [this.#tellPlace()] : [];
    return [...place, ...answer, ...this.#judge()].join(" ");
  }
}

customElements.define("digits-lab", DigitsLab);
