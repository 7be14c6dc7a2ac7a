// What all labs share: their state, in controls and the address, and what is read out.

import { html, makeButton, words } from "./elements.mjs";
import { clamp, countDecimals, findNearest, format, formatCount } from "./numbers.mjs";
import { fitAll, formatState, parseState } from "./state.mjs";

/** @import { Parameters, State } from "./state.mjs" */

const PAUSE = 500; // milliseconds from a change until it is read out and in the address

async function fetchSheet(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}

/** Returns the colour at a share of the way through evenly spaced colours. */
function mix(colours, share) {
  const position = clamp(share, 0, 1) * (colours.length - 1);
  const i = Math.min(Math.floor(position), colours.length - 2);
  const next = colours[i + 1];
  return colours[i].map((value, k) => value + (position - i) * (next[k] - value));
}

/**
 * The element of a lab. Its children in the page are its picture, which is printed, and
 * shown until the lab is there.
 *
 * A lab has `static title`, `static parameters` and perhaps `static sheets`, and the
 * methods `build`, `draw`, `describe` and, for long computations, `compute`.
 */
export class Lab extends HTMLElement {
  /** Its name, which is read out. */
  static title = "";
  /** The parts of its state, by their names in the address. @type {Parameters} */
  static parameters = {};
  /** Its style sheets beside `lab.css`, in this folder. @type {string[]} */
  static sheets = [];

  /** @type {State} */
  state = {};
  /** Resolves when the lab is there. @type {Promise<void> | null} */
  ready = null;
  #controls = []; // functions that update them
  #folds = []; // with the names of what is in them
  #link; // the state in the last link that led here
  #connection = new AbortController(); // ends when the lab leaves the page
  #frame = 0;
  #announcing = 0;
  #writing = 0; // not 0 until the last change is in the address
  #shades = new Map();
  #news = html("p", { class: "unseen", role: "status" });
  #note = html("p", { class: "note", role: "status" });
  #shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });

  get #kind() {
    return /** @type {typeof Lab} */ (this.constructor);
  }

  get #id() {
    return this.closest("figure")?.id ?? "";
  }

  async connectedCallback() {
    const { signal } = this.#connection = new AbortController();
    const isMoved = this.ready !== null;
    this.ready ??= this.#start();
    await this.ready;
    if (signal.aborted) return;
    this.#listen(signal);
    if (isMoved) this.#recolour(); // The theme may have changed in the meantime.
  }

  disconnectedCallback() {
    this.#connection.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#announcing);
    clearTimeout(this.#writing);
  }

  /** Replaces the picture by the lab. */
  async #start() {
    if (!this.#shadow.childElementCount) this.#shadow.append(html("slot"));
    const names = ["lab.css", ...this.#kind.sheets];
    this.#shadow.adoptedStyleSheets = await Promise.all(names.map(fetchSheet));
    this.state = this.#read();
    const { top, bottom } = this.getBoundingClientRect();
    const isInView = bottom > 0 && top < innerHeight;
    this.#render();
    this.#open(location.hash);
    this.compute();
    for (const update of this.#controls) update();
    this.draw(); // at once, so that nothing moves after the first frame
    // A lab that is higher than its picture would push the page away under the reader.
    const isLinked = this.#id && location.hash.slice(1).split("?")[0] === this.#id;
    if (isInView && isLinked && !history.state?.lab) {
      this.closest("figure")?.scrollIntoView({ behavior: "instant" });
    }
  }

  #render() {
    const parts = [...this.makeButtons(), this.#note];
    const buttons = html("div", { class: "buttons quiet" }, ...parts);
    const named = { role: "group", "aria-label": `Lab: ${this.#kind.title}` };
    const lab = html("div", { class: "lab", ...named });
    this.#forgetSwipes(lab);
    lab.append(...this.build(), buttons, this.#news);
    this.#shadow.replaceChildren(lab, html("div", { class: "picture" }, html("slot")));
  }

  /** Listens to the page until the lab leaves it. */
  #listen(signal) {
    const recolour = () => this.#recolour();
    const theme = new MutationObserver(recolour);
    for (const element of [document.documentElement, document.body]) {
      theme.observe(element, { attributeFilter: ["class", "data-theme"] });
    }
    signal.addEventListener("abort", () => theme.disconnect());
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", recolour, { signal });
    const open = ({ newURL }) => this.#open(new URL(newURL).hash);
    addEventListener("hashchange", open, { signal });
    // A click may lead away from the page, and back to its address.
    const write = () => this.#writing && this.#write();
    addEventListener("click", write, { capture: true, signal });
  }

  #recolour() {
    this.#shades.clear();
    this.redraw();
  }

  /** Moves the focus to the first control. @param {FocusOptions} [options] */
  focus(options) {
    const controls = ":is(input:not([type=radio]), :checked, button, [tabindex])";
    const first = /** @type {HTMLElement} */ (this.#shadow.querySelector(controls));
    first?.focus(options);
  }

  /** Returns the buttons below the lab. @returns {Node[]} */
  makeButtons() {
    const reset = makeButton("Reset", () => this.set(this.#read(this.#link)));
    return [reset, makeButton("Copy link", () => this.#copy())];
  }

  /** Returns the elements that the lab consists of. @returns {Node[]} */
  build() {
    return [];
  }

  /** Computes, once after each change of the state, what `draw` and `describe` need. */
  compute() {}

  /** Shows the state. */
  draw() {}

  /** Returns the state in a sentence or two, which are read out. */
  describe() {
    return "";
  }

  /**
   * Changes the state, as far as the parameters allow, and shows it.
   * @param {State} changes
   */
  set(changes) {
    Object.assign(this.state, fitAll(this.#kind.parameters, changes));
    this.compute();
    for (const update of this.#controls) update();
    this.redraw();
    this.showNote("");
    this.announce();
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#write(), PAUSE);
  }

  /** Has the state read out, once nothing has changed for a moment. */
  announce() {
    clearTimeout(this.#announcing);
    const describe = () => this.#news.textContent = this.describe();
    this.#announcing = setTimeout(describe, PAUSE);
  }

  /** Draws before the next frame. */
  redraw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.draw());
  }

  /**
   * Returns 256 colours for a canvas, from one of the theme's colours to the next.
   * @param {...string} names Custom properties, such as `--text`.
   * @returns {Uint32Array}
   */
  shades(...names) {
    const key = names.join();
    const known = this.#shades.get(key);
    if (known) return known;
    const colours = names.map((name) => {
      // However a colour is defined, its computed value is rgb(…).
      this.#news.style.cssText = `color: var(${name}); forced-color-adjust: none`;
      const { color } = getComputedStyle(this.#news);
      return color.match(/[\d.]+/g)?.map(Number) ?? [];
    });
    const shades = Uint32Array.from({ length: 256 }, (_, i) => {
      const [red, green, blue] = mix(colours, i / 255).map(Math.round);
      return (255 << 24) | (blue << 16) | (green << 8) | red;
    });
    this.#shades.set(key, shades);
    return shades;
  }

  /** Shows a sentence beside the buttons. @param {string} text */
  showNote(text) {
    this.#note.textContent = text;
  }

  /**
   * Returns the control that sets a parameter and shows its value.
   * @param {string} name
   */
  makeControl(name) {
    const parameter = this.#kind.parameters[name];
    if ("options" in parameter) return this.#makeChoice(name, parameter);
    if ("list" in parameter) throw new Error(`${name} has no control`);
    return this.#makeSlider(name, parameter);
  }

  #makeSlider(
    name,
    { label = "", values = null, min = 0, max = values?.length - 1, step = 1 },
  ) {
    const input = html("input", { id: name, type: "range", min, max, step });
    // It is not live, since the slider itself reads out its value.
    const output = html("output", { for: name, "aria-live": "off" });
    input.addEventListener("input", () => {
      this.set({ [name]: values ? values[Number(input.value)] : input.value });
    });
    this.#controls.push(() => {
      const value = this.state[name];
      input.value = String(values ? findNearest(values, value) : value);
      if (values) input.ariaValueText = value < 1000 ? `${value}` : formatCount(value);
      output.value = input.ariaValueText ?? format(value, countDecimals(step));
    });
    const title = html("label", { for: name }, ...words(label));
    return html("div", { class: "slider" }, title, input, output);
  }

  #makeChoice(name, { label = "", options = [], names = {} }) {
    const makeInput = (value) => html("input", { type: "radio", name, value });
    const inputs = options.map(makeInput);
    for (const input of inputs) {
      input.addEventListener("change", () => this.set({ [name]: input.value }));
    }
    this.#controls.push(() => {
      for (const input of inputs) input.checked = input.value === this.state[name];
    });
    const labels = inputs.map((input) =>
      html("label", {}, input, html("span", {}, names[input.value] ?? input.value))
    );
    const legend = html("legend", {}, ...words(label));
    return html("fieldset", { class: "choice" }, legend, ...labels);
  }

  /**
   * Returns what is not needed first, folded until a link changes a named parameter.
   * @type {(names: string[], ...parts: Node[]) => HTMLElement}
   */
  fold(names, ...parts) {
    const more = html("details", {}, html("summary", {}, "More"), ...parts);
    this.#folds.push([more, names]);
    return more;
  }

  #read(text = this.dataset.state ?? "") {
    return parseState(this.#kind.parameters, text);
  }

  /** Takes over the state in the hash of an address, if it is this lab's. */
  #open(hash) {
    const [id, state] = hash.slice(1).split("?");
    if (id !== this.#id || state === undefined) return;
    // An address that the lab has written is no link, and its entry keeps the last one.
    const isWritten = hash === location.hash && history.state?.lab === id;
    this.#link = isWritten ? history.state.link : state || undefined;
    this.set(this.#read(state));
    const start = this.#read();
    const isChanged = (name) => String(this.state[name]) !== String(start[name]);
    for (const [more, names] of this.#folds) more.open ||= names.some(isChanged);
  }

  #write() {
    clearTimeout(this.#writing);
    this.#writing = 0;
    const state = formatState(this.#kind.parameters, this.state);
    const entry = { lab: this.#id, link: this.#link };
    history.replaceState(entry, "", `#${this.#id}?${state}`);
  }

  /** Undoes what a finger has changed if it turns out to scroll the page. */
  #forgetSwipes(lab) {
    let before = this.state;
    lab.addEventListener("pointerdown", (event) => {
      if (event.isPrimary) before = { ...this.state }; // A second enlarges the page.
    }, { capture: true });
    lab.addEventListener("pointercancel", ({ target }) => {
      if (target.closest("[type=range], .draggable")) this.set(before);
    });
  }

  async #copy() {
    this.#write();
    try {
      await navigator.clipboard.writeText(location.href);
      this.showNote("The link is copied.");
    } catch {
      this.showNote("The link is in the address bar.");
    }
  }
}
