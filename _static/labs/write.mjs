// An editor of the code to begin with: it runs Python in the page and checks it.

import { Editor } from "./editor.mjs";
import { html, makeButton } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { attempt, WRITTEN } from "./memory.mjs";
import { findAdvice } from "./write-errors.mjs";

/**
 * @typedef {object} Result What comes of a check
 * @property {string} title
 * @property {string} text
 * @property {boolean} passes
 * @property {string} [part] What heads it and those that follow.
 * @property {string} [advice] What helps if this check is the first that fails.
 */

/**
 * What a module `write-….mjs` makes: it exports the function `makeDrawing(lab)`, and
 * perhaps `sheets`, the names of style sheets in this folder.
 * @typedef {object} Drawing
 * @property {HTMLElement} element
 * @property {() => void} clear Is called before code runs.
 * @property {(values: any[]) => void} show Gets what the code gave to its `show`.
 * @property {(results: Result[]) => void} [judge] Gets what came of the checks.
 * @property {() => void} [draw] Is called for the next frame after both, and when the
 *   colours have changed; `lab.redraw()` asks for it.
 */

const UNLOADED = "Python could not be loaded. Is there a connection?";
const SECONDS = 5; // after which code is stopped
const LONGEST = 200_000; // letters that are kept

/** Returns a sentence on the results of checks. @param {Result[]} results */
function sumUp(results) {
  const passed = results.filter(({ passes }) => passes).length;
  if (passed === results.length) return "✓ All checks pass.";
  return `${passed} of ${results.length} checks pass.`;
}

/** @param {Result} result */
function makeItems({ text, passes, part }) {
  const item = html("li", {}, `${passes ? "✓" : "✗"} ${text}`);
  return part ? [html("li", { class: "part" }, part), item] : [item];
}

class WriteLab extends Lab {
  static title = "Python to write";
  static sheets = ["write.css"];

  #editor;
  #run = makeButton("Run", () => this.#press(), { class: "main" });
  #printed = html("pre", { role: "log", "aria-label": "Printed" });
  #verdict = html("p", { class: "verdict", role: "status" });
  #advice = html("p", { class: "advice", "aria-live": "polite" });
  #checks = html("ul", { class: "checks", "aria-live": "polite" });
  /** @type {Drawing | null} */
  #drawing = null;
  #worker = null; // that is loading or ready
  #timer = 0; // not 0 while code runs
  #isBusy = false;
  #hasTried = false;
  #before = ""; // what was written before it was reset
  #reset = makeButton("Reset", () => this.#replace());
  #lines = []; // printed and not shown yet

  get #start() {
    return this.querySelector("pre").textContent.trimEnd() + "\n";
  }

  get #exercise() {
    return this.closest("[id]");
  }

  get #key() {
    return `${WRITTEN}${this.#exercise.id} ${this.dataset.edition}`;
  }

  build() {
    const title = this.#exercise.querySelector(".admonition-title").textContent;
    this.#editor = new Editor({
      label: `Python code, ${title}`,
      hint: "hint",
      run: () => this.#begin(),
      change: () => this.#change(),
    });
    const kept = attempt((storage) => storage.getItem(this.#key));
    this.#editor.text = kept || this.#start;
    this.#hasTried = Boolean(kept);
    const hint = html("p", { id: "hint", class: "hint" });
    hint.append("Tab indents, Shift+Tab the other way; Escape, then Tab leaves. ");
    hint.append("Ctrl+Enter runs.");
    const run = html("div", { class: "buttons" }, this.#run, this.#verdict);
    const place = html("div", { class: "drawing" });
    this.#load(place);
    const results = html("div", { class: "results" }, this.#printed, this.#checks);
    addEventListener("pagehide", () => this.#stop(""));
    return [this.#editor.element, hint, run, this.#advice, place, results];
  }

  makeButtons() {
    return [
      this.#reset,
      makeButton("Copy", () => this.#copy()),
      makeButton("Show a solution", () => this.#showSolution()),
    ];
  }

  /** Loads the module that draws, if there is one. */
  async #load(place) {
    const { draw } = this.dataset;
    if (!draw) return;
    const { makeDrawing, sheets = [] } = await import(`./write-${draw}.mjs`);
    this.#drawing = makeDrawing(this);
    for (const sheet of sheets) {
      const { href } = new URL(sheet, import.meta.url);
      place.append(html("link", { rel: "stylesheet", href }));
    }
    place.append(this.#drawing.element);
    this.redraw();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop("");
  }

  draw() {
    this.#drawing?.draw?.();
    if (!this.#lines.length) return;
    this.#printed.append(this.#lines.join(""));
    this.#printed.tabIndex = 0; // so that keys can scroll it
    this.#lines = [];
  }

  #change() {
    if (!this.#isBusy) this.#tell(""); // It was said of another text.
    this.#keep();
  }

  /** Keeps what is written; what the place began with is not kept. */
  #keep() {
    const { text } = this.#editor;
    const isOwn = text !== this.#start && text.length < LONGEST;
    attempt((storage) =>
      isOwn ? storage.setItem(this.#key, text) : storage.removeItem(this.#key)
    );
  }

  #press() {
    if (this.#isBusy) this.#end("You stopped it.");
    else this.#begin();
  }

  /** Starts a worker with a Python of its own, so that nothing is left of a run. */
  #prepare() {
    const address = new URL("write-worker.mjs", import.meta.url);
    const worker = new Worker(address, { type: "module" });
    worker.onmessage = ({ data }) => worker === this.#worker && this.#receive(data);
    worker.onerror = () => {
      if (this.#isBusy) this.#stop(UNLOADED);
      this.#worker = null;
    };
    return worker;
  }

  #begin() {
    if (this.#isBusy) return;
    this.#isBusy = this.#hasTried = true;
    this.#run.textContent = "Stop";
    this.#clear();
    this.#tell("Loading Python …");
    this.#worker ??= this.#prepare();
    this.#worker.postMessage({ code: this.#editor.text, place: this.dataset.checks });
  }

  /** Removes what came of the last run. */
  #clear() {
    this.#editor.mark(0);
    this.#lines = [];
    this.#printed.replaceChildren();
    this.#printed.tabIndex = -1;
    this.#checks.replaceChildren();
    this.#advice.textContent = "";
    this.#drawing?.clear();
  }

  #tell(text) {
    this.#verdict.textContent = text;
  }

  /** Ends a run, says why, and makes ready for the next. */
  #end(text) {
    this.#stop(text);
    this.#worker = this.#prepare();
  }

  /** Ends a run without a next. */
  #stop(text) {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
    this.#isBusy = false;
    this.#run.textContent = "Run";
    this.#tell(text);
    this.redraw();
  }

  /** Receives a message of the worker. @param {any} message */
  #receive({ isRunning, line, shown, isFull, isUnloaded, failure, done }) {
    if (isRunning) {
      this.#tell("Running …");
      const words = `Stopped after ${SECONDS} seconds: is there a loop without end?`;
      this.#timer = setTimeout(() => this.#end(words), 1000 * SECONDS);
    }
    if (line !== undefined) this.#lines.push(`${line}\n`);
    for (const values of shown ?? []) this.#drawing?.show(values);
    if (isFull) this.#end("Stopped: it printed a thousand lines, or very long ones.");
    if (isUnloaded) this.#end(UNLOADED);
    if (failure) this.#end(`Stopped: ${failure}`);
    if (done) this.#finish(done);
    this.redraw();
  }

  #finish({ results, error, line }) {
    const place = line ? `Line ${line}: ` : "";
    this.#end(error ? `✗ ${place}${error}` : sumUp(results));
    const failed = results.find(({ passes }) => !passes);
    const text = error ?? failed?.text ?? "";
    this.#advice.textContent = failed?.advice ?? findAdvice(text) ?? "";
    const [, found] = text.match(/\(line (\d+)\)$/) ?? [];
    this.#editor.mark(line ?? Number(found ?? 0));
    this.#checks.replaceChildren(...results.flatMap(makeItems));
    this.#drawing?.judge?.(results);
  }

  /** Resets the code, or brings back what was there. */
  #replace() {
    const { text } = this.#editor;
    this.#stop("");
    this.#clear();
    this.#editor.replace(this.#before || this.#start);
    this.#before = this.#before ? "" : text;
    this.#reset.textContent = this.#before ? "Undo the reset" : "Reset";
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.#editor.text);
      this.showNote("Your code is copied.");
    } catch {
      this.#editor.select();
      this.showNote("Your code is selected: copy it with Ctrl+C.");
    }
  }

  #showSolution() {
    if (!this.#hasTried) return this.showNote("Run your own code first.");
    const box = document.getElementById(`sol-${this.#exercise.id}`);
    box.setAttribute("open", "");
    const summary = box.querySelector("summary");
    summary.focus({ preventScroll: true });
    summary.scrollIntoView({ block: "start" });
    this.showNote("");
  }
}

customElements.define("write-lab", WriteLab);
