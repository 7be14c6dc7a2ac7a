// The digit lab: the network of the chapter on MNIST reads what is drawn.

import * as m from "./digits-math.mjs";
import { formatShare, nameDigit, tellAnswer } from "./digits-math.mjs";
import { COLUMNS, makeLight, ROWS, whenSeen } from "./digits-show.mjs";
import { html, makeButton, svg } from "./elements.mjs";
import { fetchPacked } from "./fields.mjs";
import { Lab } from "./lab.mjs";
import { clamp } from "./numbers.mjs";
import { capture, paint } from "./plot.mjs";

const AS_MNIST = "as MNIST";
const NONE = "none";
const COUNT = 200; // test images
const FILES = {
  network: { name: "mnist_network.bin.gz", make: m.makeNetwork },
  sample: { name: "mnist_sample.bin.gz", make: m.makeSample },
};
const FINE = 3; // how far the pen goes from one point of a drawing to the next
const NEURONS = COLUMNS * ROWS; // in a hidden layer
const WRITING = 1600; // milliseconds in which a recorded digit is written
const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const SPOKEN =
  "Draw a digit. Arrow keys move the pen, the space bar puts it down and " +
  "lifts it, the backspace key takes back a stroke.";

const makeFigure = (area, ...parts) =>
  html("figure", { class: area, style: `grid-area: ${area}` }, ...parts);
const label = (...words) => html("figcaption", {}, ...words);
const makeSign = (sign, name, press) =>
  makeButton(sign, press, { title: name, "aria-label": name });
const makeImage = (name, width, height) =>
  html("canvas", { width, height, role: "img", "aria-label": name });

class DigitsLab extends Lab {
  static title = "a network that reads digits";
  static sheets = ["digits.css"];
  static parameters = {
    prepare: { label: "preparation", options: [AS_MNIST, NONE], start: AS_MNIST },
    // 0 is the drawing.
    n: { label: "test image", min: 0, max: COUNT, step: 1, start: 0 },
    right: { label: "to the right", min: -14, max: 14, step: 1, start: 0 },
    down: { label: "down", min: -14, max: 14, step: 1, start: 0 },
    pen: { list: true, start: [] }, // x, y, x, y … LIFT …
  };

  /** What has been fetched, or null while it is on its way. */
  #files = /** @type {Record<string, any>} */ ({});
  #again = null; // a button, after a file could not be fetched
  #reading = null;
  /** As much of the recording as is shown. @type {any} */
  #show = this.#isFront ? { pen: [], reading: null } : null;
  #drawings = 0; // begun on an empty square
  #lit = ""; // the reading for which light has run
  /** What a picture of the reading needs. @type {import("./digits-show.mjs").Shown} */
  #shown;
  /** Keeps the page's picture over the lab, from which the recording begins. */
  #before = html("slot", { class: "before" });
  #cursor = { x: m.SQUARE / 2, y: m.SQUARE / 2, isDown: false, isShown: false };
  #square = html("canvas", {
    class: "square",
    width: m.SQUARE,
    height: m.SQUARE,
    tabindex: 0,
    role: "application",
    "aria-roledescription": "drawing square",
    "aria-label": SPOKEN,
  });
  #hint = html("p", { class: "hint", "aria-hidden": "true" }, "Draw a digit here");
  #digit = html("b", { class: "digit", "aria-hidden": "true" });
  #share = html("span", { class: "share", "aria-hidden": "true" });
  #undo = makeButton("Undo", () => this.#takeBack());
  #clear = makeButton("Clear", () => {
    this.set({ n: 0, right: 0, down: 0, pen: [] });
  });
  #copy = makeButton("Copy picture", () => this.#copyPicture());
  #given = makeImage("given to the network", m.SIDE, m.SIDE);
  #layers = [1, 2].map((n) => makeImage(`hidden layer ${n}`, COLUMNS, ROWS));
  #counts = this.#layers.map(() => html("span")); // of active neurons
  #light = svg("svg", { class: "light", "aria-hidden": "true" });
  #bars = html("ul", { class: "bars", "aria-label": "Probabilities" });
  #bench = html("div", { class: "bench" });
  #verdict = html("div", { class: "about" });
  #caption = html("p", { class: "caption" });

  /** On the landing page it is short, and a recording comes first. */
  get #isFront() {
    return "load" in this.dataset;
  }

  build() {
    this.#listen();
    for (let digit = 0; digit < 10; digit++) {
      const bar = html("span", { class: "track" }, html("span"));
      const name = html("b", {}, String(digit));
      this.#bars.append(html("li", {}, name, bar, html("span")));
    }
    const press = html("div", { class: "press" }, this.#undo, this.#clear, this.#copy);
    const answer = html("div", { class: "answer" }, this.#digit, this.#share);
    const [first, second] = this.#layers.map((layer, i) => [
      layer,
      label(`${NEURONS} neurons`, html("br"), this.#counts[i]),
    ]);
    this.#bench.append(
      makeFigure("desk", this.#square, this.#hint, label(`${m.SIDE ** 2} pixels`)),
      press,
      makeFigure("first", ...first),
      makeFigure("second", ...second),
      makeFigure("digits", this.#bars, label("10 digits")),
      answer,
      this.#verdict,
      this.#light,
    );
    new ResizeObserver(() => this.redraw()).observe(this.#bench);
    if (this.#isFront) {
      this.#bench.append(this.#before);
      addEventListener("beforeprint", () => this.#before.remove(), { once: true });
      whenSeen(this.#square, () => this.#play());
      return [this.#bench];
    }
    const tools = html("div", { class: "tools" });
    tools.append(this.makeControl("prepare"), this.#makeShifts());
    const more = html("div", {}, this.#makeSteps(), this.#caption, tools);
    const given = html("figure", {}, this.#given, label("given to the network"));
    return [this.#bench, html("div", { class: "extra" }, given, more)];
  }

  /** Plays the recording, until something has been drawn. */
  async #play() {
    const loading = fetchPacked("mnist_show.bin.gz").then(m.makeRecording);
    const recording = await loading.catch(console.error);
    if (!recording) {
      this.#show = null;
      this.#before.remove();
    }
    if (!recording || !this.#show) return this.redraw();
    this.#before.classList.add("fading");
    const points = recording.pen.length / 2;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    const write = (now) => {
      if (!this.#show) return;
      const isWhole = isStill || !this.isConnected;
      const part = isWhole ? 1 : clamp((now - start) / WRITING, 0, 1);
      const pen = recording.pen.subarray(0, 2 * Math.round(part * points));
      this.#show = { pen, reading: part < 1 ? null : recording };
      this.draw();
      if (part < 1) requestAnimationFrame(write);
      else this.#before.remove();
    };
    write(start);
  }

  /** Returns a button that changes a number of the state. */
  #makeShift(sign, name, parameter, by) {
    return makeSign(
      sign,
      name,
      () => this.set({ [parameter]: this.state[parameter] + by }),
    );
  }

  #makeShifts() {
    const attributes = { class: "shifts", role: "group", "aria-label": "Shift" };
    const box = html("div", attributes, "shift");
    box.append(
      this.#makeShift("←", "Shift to the left", "right", -1),
      this.#makeShift("→", "Shift to the right", "right", 1),
      this.#makeShift("↑", "Shift up", "down", -1),
      this.#makeShift("↓", "Shift down", "down", 1),
    );
    return box;
  }

  #makeSteps() {
    const step = (by) => this.set({ n: (this.state.n + by + COUNT + 1) % (COUNT + 1) });
    const previous = makeSign("◀", "Previous test image", () => step(-1));
    const next = makeSign("▶", "Next test image", () => step(1));
    return html("div", { class: "steps" }, previous, next, this.makeControl("n"));
  }

  /** Undoes a shift when another image is chosen, and ends the recording. */
  set(changes) {
    const isOther = "n" in changes && Number(changes.n) !== this.state.n;
    const wasEmpty = !this.state.pen.length;
    super.set(isOther ? { right: 0, down: 0, ...changes } : changes);
    if (wasEmpty && this.state.pen.length) this.#drawings += 1;
    this.#show = null;
    this.#before.remove();
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
      // The loader may repeat events of a pointer that has been released.
      if (event.isTrusted && !square.hasPointerCapture(event.pointerId)) return;
      const events = event.getCoalescedEvents?.() ?? [];
      const points = events.length ? events : [event];
      this.#draw(points.map((point) => this.#locate(point)));
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
      const move = (at, by) => clamp(at + step * by, 0, m.SQUARE);
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
   * @param {number[][]} points
   * @param {boolean} isNew Whether a line begins.
   * @param {number} fine How far apart points are at least.
   */
  #draw(points, isNew = false, fine = FINE) {
    if (this.state.n) this.set({ n: 0, pen: [] });
    const pen = [...this.state.pen];
    const scale = m.SQUARE / m.SIDE;
    const shift = [this.state.right * scale, this.state.down * scale];
    if (isNew && pen.length) pen.push(m.LIFT);
    for (const [i, point] of points.entries()) {
      const [x, y] = point.map((coordinate, axis) =>
        Math.round(clamp(coordinate - shift[axis], 0, m.SQUARE))
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

  /** Fetches a file, once. Where that fails, a button tries again. */
  async #fetch(key = "network") {
    if (this.#again || key in this.#files) return;
    this.#files[key] = null;
    const { name, make } = FILES[key];
    try {
      this.#files[key] = make(await fetchPacked(name));
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

  /** Returns what is on the square and what is given to the network. */
  #makeImage() {
    const { n, prepare: kind, right, down } = this.state;
    const { sample } = this.#files;
    const pen = this.#show?.pen ?? this.state.pen;
    const original = n && sample ? m.takeImage(sample.images, n - 1) : null;
    const drawn = original ? m.enlarge(original) : m.drawLines(pen);
    const square = m.shift(drawn, right, down);
    if (!original && !pen.length) return { square, image: null };
    if (original && !right && !down) return { square, image: original };
    const image = kind === AS_MNIST ? m.prepare(square) : m.reduce(square);
    return { square, image };
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
    paint(this.#square, this.shades("--background", "--text"), (i) => square[i]);
    const grey = this.shades("--surface", "--text");
    paint(this.#given, grey, (i) => image?.[i] ?? 0);
    const first = this.#show ? "Your turn: draw over it" : "Draw a digit here";
    this.#hint.textContent = this.#isTrying ? "Draw what is no digit" : first;
    const isWriting = this.#show && !reading;
    this.#hint.hidden = Boolean(isWriting || n || pen.length || this.#cursor.isShown);
    this.#undo.ariaDisabled = !n && pen.length ? null : "true";
    this.#copy.ariaDisabled = reading ? null : "true";
    const isNext = this.#isTrying && this.#drawings === 1 && pen.length > 0;
    this.#clear.textContent = isNext ? "Now no digit" : "Clear";
    this.#clear.classList.toggle("main", isNext);
    this.#copy.hidden = isNext; // so that nothing moves
    this.#drawCursor();
    this.#drawLayers();
    this.#drawBars();
    this.#digit.textContent = reading ? String(reading.digit) : "";
    const share = reading?.probabilities[reading.digit];
    this.#share.textContent = reading ? formatShare(share) : "";
    const parts = this.#again
      ? ["It cannot be fetched. ", this.#again]
      : this.#describeAnswer();
    const text = parts.map((part) => part.textContent ?? part).join("");
    // A link that is being pressed has to stay.
    if (this.#verdict.textContent !== text) this.#verdict.replaceChildren(...parts);
    this.#caption.textContent = this.#describeImage();
    this.#shine(square, image);
  }

  /** Lets light run through the network for each new reading, when the pen is up. */
  #shine(square, image) {
    const reading = this.#cursor.isDown ? null : this.#reading;
    const key = reading ? [this.#bench.clientWidth, ...reading.logits].join() : "";
    if (key === this.#lit) return;
    this.#lit = key;
    this.#bench.classList.toggle("show", Boolean(reading && this.#show));
    if (!reading) return this.#light.replaceChildren();
    const stops = [this.#square, ...this.#layers, this.#bars];
    const onward = reading.onward ?? m.findOnward(this.#files.network, reading);
    this.#shown = { ...reading, image, square, onward };
    this.#light.replaceChildren(...makeLight(this.#bench, stops, this.#shown));
  }

  /** Copies a picture of the reading, or saves it where that is refused. */
  async #copyPicture() {
    if (!this.#reading) return;
    const shown = this.#shown;
    const picture = import("./digits-picture.mjs").then((module) =>
      module.makePicture(shown, this.#bench)
    );
    try {
      // At once, while the browser knows that a button has been pressed.
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      this.showNote("Picture copied.");
    } catch {
      const href = URL.createObjectURL(await picture);
      html("a", { href, download: "digit.png" }).click();
      this.showNote("Picture saved as digit.png.");
    }
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

  #drawLayers() {
    const green = this.shades("--surface", "--diagram-hidden");
    for (const [i, canvas] of this.#layers.entries()) {
      const values = this.#reading?.hidden[i] ?? new Float32Array(NEURONS);
      const highest = Math.max(...values) || 1;
      paint(canvas, green, (neuron) => values[neuron] / highest);
      const count = values.filter((a) => a > 0).length;
      this.#counts[i].textContent = this.#reading ? `${count} active` : "";
    }
  }

  #drawBars() {
    const { probabilities, digit } = this.#reading ?? {};
    for (const [i, item] of this.#bars.querySelectorAll("li").entries()) {
      const share = probabilities?.[i] ?? 0;
      item.lastElementChild?.replaceChildren(probabilities ? formatShare(share) : "");
      item.classList.toggle("read", i === digit);
      item.classList.toggle("faint", share < 0.001);
      item.style.setProperty("--share", String(share));
    }
  }

  /** Whether readers are asked to draw what is no digit. */
  get #isTrying() {
    return this.#isFront && this.#drawings > 0;
  }

  /** Returns what there is to say of the answer, or what to do next. */
  #describeAnswer() {
    const { pen, n } = this.state;
    if (this.#show && !this.#show.reading) return [];
    if (!n && !pen.length) {
      return [`Draw ${this.#isTrying ? "something that is no digit" : "a digit"}.`];
    }
    if (!this.#reading) return this.#files.network ? [] : ["Fetching the network …"];
    if (this.#cursor.isDown || !this.#isFront) return [];
    if (this.#drawings === 1) {
      return ["What does it say of something that is no digit?"];
    }
    const none = html("em", {}, "none of these");
    const answers = [" It has to name a digit: it cannot say ", none, "."];
    return [tellAnswer(this.#reading), ...answers, ...this.#referToChapter()];
  }

  /** Refers to the chapter of the figure that the caption links to. */
  #referToChapter() {
    const link = this.closest("figure")?.querySelector("figcaption .legend a");
    if (!(link instanceof HTMLAnchorElement)) return [];
    const [number] = link.textContent.match(/\d+/) ?? [];
    return [" ", html("a", { href: link.href }, `Chapter ${number}`), " shows why."];
  }

  #describeImage() {
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
    const image = this.state.n ? [this.#describeImage()] : [];
    return [...image, ...answer, this.#verdict.textContent].join(" ");
  }
}

customElements.define("digits-lab", DigitsLab);
