// The digit lab: the network that the chapter on MNIST trained reads what is drawn.

import * as m from "./digits-math.mjs";
import { fetchPacked, formatShare, nameDigit } from "./digits-math.mjs";
import { makeLight, whenSeen } from "./digits-show.mjs";
import { html, makeButton, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { capture, paint } from "./plot.mjs";

const AS_MNIST = "as MNIST";
const NONE = "none";
const COUNT = 200; // test images
const FILES = {
  network: ["digits-network.bin.gz", m.unpackNetwork],
  sample: ["digits-sample.bin.gz", m.unpackSample],
};
const FINE = 3; // how far the pen goes before its place is noted
const WRITING = 1600; // milliseconds in which a recorded digit is written
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Returns a picture of so many pixels, with words below it. */
function makePicture(name, width, height) {
  const canvas = html("canvas", { width, height, role: "img", "aria-label": name });
  const words = html("figcaption");
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

  #files = {}; // what has been fetched, or null while it is on its way
  #again = null; // a button, where it could not be
  #reading = null;
  #show = this.#isFront ? { pen: [], reading: null } : null; // as much of the recording as is shown
  #drawings = 0; // begun on an empty square
  #lit = ""; // for what light has run
  #drawn = { pen: [], square: new Float32Array() };
  #cursor = { x: m.SQUARE / 2, y: m.SQUARE / 2, isDown: false, isShown: false };
  #square = html("canvas", {
    class: "square",
    width: m.SQUARE,
    height: m.SQUARE,
    tabindex: 0,
    role: "application",
    "aria-roledescription": "drawing square",
    "aria-label":
      "Draw a digit. Arrow keys move the pen, the space bar puts it down and lifts " +
      "it, the backspace key takes back a stroke.",
  });
  #hint = html("p", { class: "hint", "aria-hidden": "true" }, "Draw a digit here");
  #digit = html("b", { class: "digit", "aria-hidden": "true" });
  #share = html("span", { class: "share", "aria-hidden": "true" });
  #undo = makeButton("Undo", () => this.#takeBack());
  #given = makePicture("given to the network", m.SIDE, m.SIDE);
  #layers = ["hidden layer 1", "hidden layer 2"].map((name) =>
    makePicture(name, 16, 32)
  );
  #light = svg("svg", { class: "light", "aria-hidden": "true" });
  #bars = html("ul", { class: "bars", "aria-label": "Probabilities" });
  #bench = html("div", { class: "bench" });
  #verdict = html("div", { class: "about" });
  #place = html("p", { class: "place" });

  /** On the landing page it is short, and a recording comes first. */
  get #isFront() {
    return "load" in this.dataset;
  }

  build() {
    this.#listen();
    for (let digit = 0; digit < 10; digit++) {
      const bar = html("span", { class: "track" }, html("span"));
      this.#bars.append(
        html("li", {}, html("b", {}, String(digit)), bar, html("span")),
      );
    }
    const clear = this.#makeButton(
      "Clear",
      "",
      () => ({ n: 0, right: 0, down: 0, pen: [] }),
    );
    const press = html("div", { class: "press" }, this.#undo, clear);
    const answer = html("div", { class: "answer" }, this.#digit, this.#share);
    const desk = html("div", { class: "desk" }, this.#square, this.#hint);
    const layers = this.#layers.map(({ element }) => element);
    this.#bench.append(
      desk,
      press,
      ...layers,
      this.#bars,
      answer,
      this.#verdict,
      this.#light,
    );
    new ResizeObserver(() => this.redraw()).observe(this.#bench);
    if (this.#isFront) {
      whenSeen(this.#square, () => this.#play());
      return [this.#bench];
    }
    this.#given.words.textContent = "given to the network";
    const tools = html(
      "div",
      { class: "tools" },
      this.makeControl("prepare"),
      this.#makeShifts(),
    );
    const more = html("div", {}, this.#makeSteps(), this.#place, tools);
    return [this.#bench, html("div", { class: "extra" }, this.#given.element, more)];
  }

  /** Plays the recording, until something has been drawn. */
  async #play() {
    const packed = await fetchPacked("digits-show.bin.gz").catch(console.error);
    if (!packed) this.#show = null;
    if (!this.#show) return this.redraw();
    const recording = m.unpackShow(packed);
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    const write = (now) => {
      if (!this.#show) return;
      const isWhole = isStill || !this.isConnected;
      const part = isWhole ? 1 : Math.min(1, Math.max(0, (now - start) / WRITING));
      const pen = recording.pen.subarray(
        0,
        2 * Math.round(part * recording.pen.length / 2),
      );
      this.#show = { pen, reading: part < 1 ? null : recording };
      this.draw();
      if (part < 1) requestAnimationFrame(write);
    };
    write(start);
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
    const box = html(
      "div",
      { class: "shifts", role: "group", "aria-label": "Shift" },
      "shift",
    );
    box.append(
      this.#makeButton(
        "←",
        "Shift to the left",
        () => ({ right: this.state.right - 1 }),
      ),
      this.#makeButton(
        "→",
        "Shift to the right",
        () => ({ right: this.state.right + 1 }),
      ),
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

  /** Another image than before is shown as it is; what has been recorded makes room. */
  set(changes) {
    const isOther = "n" in changes && Number(changes.n) !== this.state.n;
    const wasEmpty = !this.state.pen.length;
    super.set(isOther ? { right: 0, down: 0, ...changes } : changes);
    if (wasEmpty && this.state.pen.length) this.#drawings += 1;
    this.#show = null;
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
      Object.assign(this.#cursor, { isDown: true, isShown: false });
      this.#draw([this.#locate(event)], true);
    });
    for (const end of ["pointerup", "pointercancel", "blur"]) {
      square.addEventListener(end, () => {
        Object.assign(this.#cursor, { isDown: false, isShown: false });
        this.redraw();
        this.announce();
      });
    }
    square.addEventListener("pointermove", (event) => {
      // What the loader hands on may be of a pointer that has been released.
      if (event.isTrusted && !square.hasPointerCapture(event.pointerId)) return;
      const events = event.getCoalescedEvents?.() ?? [];
      this.#draw((events.length ? events : [event]).map((each) => this.#locate(each)));
    });
    square.addEventListener("keydown", (event) => this.#steer(event));
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
      const move = (at, by) => Math.min(m.SQUARE, Math.max(0, at + step * by));
      [cursor.x, cursor.y] = [move(cursor.x, arrow[0]), move(cursor.y, arrow[1])];
    } else {
      cursor.isDown = !cursor.isDown;
    }
    cursor.isShown = true;
    if (cursor.isDown) this.#draw([[cursor.x, cursor.y]], !arrow, 1);
    this.showNote(cursor.isDown ? "The pen is down." : "The pen is up.");
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

  /** Fetches a file, once; where that fails, a button tries again. */
  async #fetch(key = "network") {
    if (this.#again || key in this.#files) return;
    this.#files[key] = null;
    const [name, unpack] = FILES[key];
    try {
      this.#files[key] = unpack(await fetchPacked(name));
      this.announce();
    } catch (error) {
      console.error(error);
      delete this.#files[key];
      this.#again = makeButton("Try again", () => {
        this.#again = null;
        this.#fetch(key);
        this.redraw();
      });
    }
    this.redraw();
  }

  /** Returns the square with the drawing, to which usually something has been added. */
  #drawPen(pen) {
    const { pen: before, square } = this.#drawn;
    const goesOn = before.length && before.every((place, i) => place === pen[i]);
    const last = before.length - 2;
    this.#drawn = {
      pen,
      square: goesOn ? m.drawLines(pen, square, last) : m.drawLines(pen),
    };
    return this.#drawn.square;
  }

  /** What is on the square and what is given to the network. */
  #makeImage() {
    const { n, prepare: kind, right, down } = this.state;
    const pen = this.#show?.pen ?? this.state.pen;
    const original = n && this.#files.sample
      ? m.takeImage(this.#files.sample.images, n - 1)
      : null;
    const square = m.shift(
      original ? m.enlarge(original) : this.#drawPen(pen),
      right,
      down,
    );
    // A test image has been prepared already.
    const isReady = original && !right && !down;
    const image = isReady
      ? original
      : kind === AS_MNIST
      ? m.prepare(square)
      : m.reduce(square);
    return { square, image: original || pen.length ? image : null };
  }

  draw() {
    const { n, pen } = this.state;
    const { network } = this.#files;
    if (n || pen.length) this.#fetch();
    if (n) this.#fetch("sample");
    const { square, image } = this.#makeImage();
    this.#reading = this.#show
      ? this.#show.reading
      : image && network && m.run(network, image);
    const reading = this.#reading;
    const ink = this.shades("--background", "--text");
    paint(this.#square, ink, (i) => square[i]);
    paint(
      this.#given.canvas,
      this.shades("--surface", "--text"),
      (i) => image?.[i] ?? 0,
    );
    const green = this.shades("--surface", "--diagram-hidden");
    for (const [i, { canvas, words }] of this.#layers.entries()) {
      const values = reading?.hidden[i] ?? new Float32Array(512);
      const highest = Math.max(...values) || 1;
      paint(canvas, green, (place) => values[place] / highest);
      const count = values.filter((a) => a > 0).length;
      words.textContent = reading ? `${count} of 512\nactive` : "512\nneurons";
    }
    this.#hint.textContent = this.#isTrying ? "Draw no digit" : "Draw a digit here";
    this.#hint.hidden = Boolean(this.#show || n || pen.length || this.#cursor.isShown);
    this.#undo.ariaDisabled = !n && pen.length ? null : "true";
    this.#drawCursor();
    this.#drawBars();
    this.#digit.textContent = reading ? String(reading.digit) : "";
    this.#share.textContent = reading
      ? formatShare(reading.probabilities[reading.digit])
      : "";
    const failure = this.#again ? ["It cannot be fetched. ", this.#again] : null;
    this.#verdict.replaceChildren(...failure ?? [this.#judge()]);
    this.#place.textContent = this.#tellPlace();
    this.#shine(square, image);
  }

  /** Lets light run through the network, when the pen is up and there is another reading. */
  #shine(square, image) {
    const reading = this.#cursor.isDown ? null : this.#reading;
    const key = reading ? [this.#bench.clientWidth, ...reading.logits].join() : "";
    if (key === this.#lit) return;
    this.#lit = key;
    this.#bench.classList.toggle("show", Boolean(reading && this.#show));
    if (!reading) return this.#light.replaceChildren();
    const stops = [
      this.#square,
      ...this.#layers.map(({ canvas }) => canvas),
      this.#bars,
    ];
    const onward = reading.onward ?? m.findOnward(this.#files.network, reading);
    const shown = { ...reading, image, square, onward };
    this.#light.replaceChildren(...makeLight(this.#bench, stops, shown));
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

  /** Whether a reader draws what is no digit. */
  get #isTrying() {
    return this.#isFront && this.#drawings > 2;
  }

  /** Returns what can be said of the answer. */
  #judge() {
    const { pen, n } = this.state;
    if (this.#show && !this.#show.reading) return "";
    if (!n && !pen.length) {
      return `Draw ${this.#isTrying ? "something that is no digit" : "a digit"}.`;
    }
    if (!this.#reading) return this.#files.network ? "" : "Fetching the network …";
    if (this.#cursor.isDown) return "";
    if (!this.#isTrying) {
      return this.#isFront ? "Clear the square for another digit." : "";
    }
    if (this.#drawings === 3) {
      return "Now clear the square, and draw something that is no digit.";
    }
    const { digit, probabilities } = this.#reading;
    const share = formatShare(probabilities[digit]).replace(">", "more than");
    return `It is ${share} sure that this is ${nameDigit(digit)}.`;
  }

  #tellPlace() {
    const { n, right, down } = this.state;
    const { sample } = this.#files;
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
    return [...place, ...answer, this.#judge()].join(" ");
  }
}

customElements.define("digits-lab", DigitsLab);
