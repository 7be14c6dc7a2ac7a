// What all labs share: their state, in controls and in the address, and how they tell of it.

import { html, makeButton, words } from "./elements.mjs";
import { mix } from "./plot.mjs";
import {
  countDecimals,
  findNearest,
  fitAll,
  format,
  formatState,
  parseState,
} from "./state.mjs";

const PAUSE = 500; // milliseconds from a change until it is in the address, and told

async function fetchSheet(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new CSSStyleSheet().replace(await response.text());
}

/**
 * The element of a lab. What it stands around is printed, and shown until the lab is there.
 *
 * A lab of its own has `static title`, `static parameters` and perhaps `static sheets`, and the
 * methods `build`, `draw` and `describe`.
 */
export class Lab extends HTMLElement {
  /** What it is called. */
  static title = "";
  /** What its state consists of, by the names in the address. */
  static parameters = {};
  /** Its style sheets beside `lab.css`, in this folder. */
  static sheets = [];

  state = {};
  #controls = [];
  #link = null; // the state that the last link to it has told
  #frame = 0;
  #telling = 0;
  #writing = 0;
  #shades = new Map();
  #news = html("p", { class: "unseen", role: "status" });
  #note = html("p", { class: "note", role: "status" });
  #shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });

  get #kind() {
    return this.constructor;
  }

  connectedCallback() {
    /** Is fulfilled when the lab is there. */
    this.ready = this.#start();
  }

  async #start() {
    const { sheets, title } = this.#kind;
    if (!this.#shadow.childElementCount) this.#shadow.append(html("slot"));
    this.#shadow.adoptedStyleSheets = await Promise.all(
      ["lab.css", ...sheets].map(fetchSheet),
    );
    this.state = this.#read(this.dataset.state ?? "");
    const copy = makeButton("Copy link", () => this.#copy());
    const start = () => this.#link ?? this.dataset.state ?? ""; // a link may have opened another
    const reset = makeButton("Reset", () => this.set(this.#read(start())));
    const buttons = html("div", { class: "buttons" }, copy, reset, this.#note);
    const lab = html("div", {
      class: "lab",
      role: "group",
      "aria-label": `Lab: ${title}`,
    });
    this.#forgetSwipes(lab);
    lab.append(...this.build(), buttons, this.#news);
    const picture = html("div", { class: "picture" }, html("slot"));
    const { top, bottom } = this.getBoundingClientRect();
    const isInView = bottom > 0 && top < innerHeight;
    this.#shadow.replaceChildren(lab, picture);
    const recolour = () => {
      this.#shades.clear();
      this.redraw();
    };
    const theme = new MutationObserver(recolour);
    for (const element of [document.documentElement, document.body]) {
      theme.observe(element, { attributeFilter: ["class", "data-theme"] });
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
    // The address may have been written since, with a state that a reader has just left.
    addEventListener("hashchange", ({ newURL }) => this.#open(new URL(newURL).hash));
    // Before a link leads away.
    addEventListener("click", () => this.#writing && this.#write(), { capture: true });
    this.#open(location.hash);
    for (const update of this.#controls) update();
    this.draw(); // at once, so that nothing moves when the first frame has been shown
    // A lab that is higher than its picture would else push the page away under the reader.
    const [id] = location.hash.slice(1).split("?");
    const isLink = id && id === this.#id && !history.state?.lab;
    if (isLink && isInView) {
      this.closest("figure")?.scrollIntoView({ behavior: "instant" });
    }
  }

  /** Moves the focus to the first control. */
  focus(options) {
    const controls = ":is(input:not([type=radio]), :checked, button, [tabindex])";
    this.#shadow.querySelector(controls)?.focus(options);
  }

  /** Returns the elements that the lab consists of. */
  build() {
    return [];
  }

  /** Shows the state. */
  draw() {}

  /** Returns the state in a sentence or two, which a screen reader reads out. */
  describe() {
    return "";
  }

  /** Changes the state, as far as the parameters allow, and shows it. */
  set(changes) {
    Object.assign(this.state, fitAll(this.#kind.parameters, changes));
    for (const update of this.#controls) update();
    this.redraw();
    this.tell("");
    this.announce();
    clearTimeout(this.#writing);
    this.#writing = setTimeout(() => this.#write(), PAUSE);
  }

  /** Has the state read out, once nothing has changed for a moment. */
  announce() {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#news.textContent = this.describe(), PAUSE);
  }

  /** Draws before the next frame. */
  redraw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.draw());
  }

  /**
   * Returns 256 pixels, from one of the palette's colours to the next, as the theme has them.
   * @param names Custom properties, such as `--text`.
   */
  shades(...names) {
    const key = names.join();
    const known = this.#shades.get(key);
    if (known) return known;
    const colours = names.map((name) => {
      this.#news.style.color = `var(${name})`; // whatever it is written in, it is read as rgb()
      return getComputedStyle(this.#news).color.match(/[\d.]+/g)?.map(Number) ?? [];
    });
    const shades = Uint32Array.from({ length: 256 }, (_, i) => {
      const [red, green, blue] = mix(colours, i / 255).map(Math.round);
      return (255 << 24) | (blue << 16) | (green << 8) | red;
    });
    this.#shades.set(key, shades);
    return shades;
  }

  /** Says beside the buttons what has happened. */
  tell(text) {
    this.#note.textContent = text;
  }

  /** Returns the control of a parameter, which sets it and shows it. */
  makeControl(name) {
    const parameter = this.#kind.parameters[name];
    if ("options" in parameter) return this.#makeChoice(name, parameter);
    if ("list" in parameter) throw new Error(`${name} has no control`);
    return this.#makeSlider(name, parameter);
  }

  #makeSlider(name, { label, values, min = 0, max = values?.length - 1, step = 1 }) {
    const input = html("input", { id: name, type: "range", min, max, step });
    // The slider itself says its value.
    const output = html("output", { for: name, "aria-live": "off" });
    input.addEventListener("input", () => {
      this.set({ [name]: values ? values[Number(input.value)] : input.value });
    });
    this.#controls.push(() => {
      const value = this.state[name];
      input.value = String(values ? findNearest(values, value) : value);
      if (values) input.ariaValueText = String(value);
      output.value = values ? String(value) : format(value, countDecimals(step));
    });
    const title = html("label", { for: name }, ...words(label));
    return html("div", { class: "slider" }, title, input, output);
  }

  #makeChoice(name, { label, options, names = {} }) {
    const inputs = options.map((value) =>
      html("input", { type: "radio", name, value })
    );
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

  #read(text) {
    return parseState(this.#kind.parameters, text);
  }

  get #id() {
    return this.closest("figure")?.id ?? "";
  }

  /** Takes over the state that the end of an address names, if it is this lab's. */
  #open(hash) {
    const [id, state] = hash.slice(1).split("?");
    if (id !== this.#id || state === undefined) return;
    // What a lab has written is no link, and tells which was the last.
    const isWritten = hash === location.hash && history.state?.lab === id;
    this.#link = isWritten ? history.state.link : state || null;
    this.set(this.#read(state));
  }

  #write() {
    clearTimeout(this.#writing);
    this.#writing = 0;
    const state = formatState(this.#kind.parameters, this.state);
    history.replaceState(
      { lab: this.#id, link: this.#link },
      "",
      `#${this.#id}?${state}`,
    );
  }

  /** Undoes what a finger has changed where it turns out to scroll the page. */
  #forgetSwipes(lab) {
    let held = this.state;
    lab.addEventListener("pointerdown", (event) => {
      if (event.isPrimary) held = { ...this.state }; // a second finger comes to enlarge the page
    }, { capture: true });
    lab.addEventListener("pointercancel", ({ target }) => {
      if (target.closest("[type=range], .draggable")) this.set(held);
    });
  }

  async #copy() {
    this.#write();
    try {
      await navigator.clipboard.writeText(location.href);
      this.tell("The link is copied.");
    } catch {
      this.tell("The link is in the address bar.");
    }
  }
}
