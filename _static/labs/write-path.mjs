// Draws the paths that a reader's code shows: `show(w)` on a steep parabola, and
// `show(name, w1, w2)` in long bowls, one for each name.

import { findSurface } from "./descent-math.mjs";
import { drawDescent, write } from "./descent-picture.mjs";
import { html, words } from "./elements.mjs";
import { findZoom, Plot } from "./plot.mjs";

export const sheets = ["descent.css"];

/** @import { Surface } from "./descent-math.mjs" */
/** @import { Pair } from "./plot.mjs" */

const LABELS = 70; // pixels above and below
const DURATION = 1500; // milliseconds, in which a path appears

/** @type {(Surface & { x: Pair, y: Pair })[]} By how many parameters they have. */
const SURFACES = [
  {
    letters: ["w"],
    height: ([w]) => 5 * w * w,
    slope: ([w]) => [10 * w],
    minima: [[0]],
    curvatures: [[10]],
    x: [-33, 33],
    y: [-450, 5000],
  },
  { ...findSurface("bowl", 20), x: [-9.5, 4.5], y: [-3, 3] },
];

/** Returns a number as text, without zeros at its end. */
const writeShort = (value) => write(value).replace(/\.?0+$/, "");

/** Returns what becomes of a path, in sentences. */
function describe(positions, { letters, height }) {
  if (!positions.length) return "No path yet.";
  const [from, to] = [positions[0], positions[positions.length - 1]];
  const [start, end] = [from, to].map((place) => place.map(writeShort).join(", "));
  const [before, after] = [from, to].map(height);
  const names = letters.map((letter) => `$${letter}$`).join(", ");
  const steps = positions.length - 1;
  if (!steps) return `${names} is at the start, ${start}, and makes no step.`;
  const isLevel = Math.abs(after - before) < 1e-9 * before;
  const change = after > before ? "rises" : "falls";
  const course = isLevel
    ? `is ${writeShort(after)} at both ends`
    : `${change} from ${writeShort(before)} to ${writeShort(after)}`;
  const lead = steps === 1 ? "1 step leads" : `${steps} steps lead`;
  return `${lead} ${names} from ${start} to ${end}. The height ${course}.`;
}

/**
 * Returns the first step that is none of gradient descent, and its rule: each takes away
 * as many times the slope as the first. In bowls, steps may have momentum.
 * @returns {{ step?: number, rule?: string }}
 */
function findFault(positions, { letters, slope }) {
  if (letters.length > 1 || positions.length < 2) return {};
  const ws = positions.flat();
  const rate = (ws[0] - ws[1]) / slope(ws)[0];
  const rule = "a step takes the learning rate times the slope away.";
  if (rate === 0) return { step: 1, rule: `Step 1 stays where it is: ${rule}` };
  if (rate < 0) return { step: 1, rule: `Step 1 goes uphill: ${rule}` };
  const aims = ws.map((w) => w - rate * slope([w])[0]);
  const isWrong = (w, i) => Math.abs(w - aims[i - 1]) > 1e-6 * Math.max(1, Math.abs(w));
  const step = ws.findIndex((w, i) => i && isWrong(w, i));
  if (step < 0 || Number.isNaN(rate)) return {};
  const [from, to, aim] = [ws[step - 1], ws[step], aims[step - 1]].map(writeShort);
  const lead = `Step ${step} leads from ${from} to ${to}, and not to ${aim}`;
  const times = `${writeShort(rate)} times the slope where it begins`;
  return { step, rule: `${lead}, as ${times} would. Step 1 takes as much.` };
}

/** A surface, and a path on it. */
class Picture {
  positions = [];
  #surface;
  #plot;
  #text = html("p");

  constructor(name, count, lab) {
    this.#surface = SURFACES[count - 1];
    const labels = count > 1 ? ["$w_1$", "$w_2$"] : ["$w$", "height $f$"];
    const label = `The path${name && ` of ${name}`}. Its ends are below in words.`;
    const margin = { left: count > 1 ? 52 : 64 }; // room for thousands
    const redraw = () => lab.redraw();
    this.#plot = new Plot({ label, labels, margin, redraw });
    const title = html("strong", {}, name);
    this.element = html("div", {}, title, this.#plot.element, this.#text);
  }

  /** Draws a share of the path. */
  draw(share) {
    const shown = this.positions.slice(0, Math.ceil(share * this.positions.length));
    ({ x: this.#plot.x, y: this.#plot.y } = this.#surface);
    // Its labels, which grow with the text, would leave a small plot without height.
    const { clientWidth } = this.#plot.element;
    if (clientWidth) this.#plot.ratio = 0.4 + LABELS * findZoom() / clientWidth;
    const { step, rule = "" } = findFault(this.positions, this.#surface);
    drawDescent(this.#plot, this.#surface, shown, step);
    const text = `${describe(this.positions, this.#surface)} ${rule}`;
    this.#text.replaceChildren(...words(text));
  }
}

/** Returns a drawing for `write.mjs`. @param {import("./lab.mjs").Lab} lab */
export function makeDrawing(lab) {
  const element = html("div", { class: "paths" });
  /** @type {Map<string, Picture>} */
  const pictures = new Map();
  let began = 0; // when the first point was shown

  const clear = () => {
    for (const picture of pictures.values()) picture.positions = [];
    began = 0;
  };

  const show = (values) => {
    const name = typeof values[0] === "string" ? values[0] : "";
    const position = values.slice(name ? 1 : 0).flat();
    if (!SURFACES[position.length - 1] || !position.every(Number.isFinite)) return;
    const key = `${name} ${position.length}`;
    if (!pictures.has(key)) {
      const picture = new Picture(name, position.length, lab);
      pictures.set(key, picture);
      element.append(picture.element);
    }
    pictures.get(key)?.positions.push(position);
    began ||= performance.now();
  };

  /** Takes away what belongs to an earlier run only. */
  const judge = () => {
    for (const [key, { positions, element }] of began ? pictures : []) {
      if (positions.length) continue;
      element.remove();
      pictures.delete(key);
    }
  };

  const draw = () => {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const share = isStill ? 1 : Math.min(1, (performance.now() - began) / DURATION);
    for (const picture of pictures.values()) picture.draw(share);
    if (share < 1) lab.redraw();
  };

  return { element, clear, show, judge, draw };
}
