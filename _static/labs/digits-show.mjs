// Light that runs through the network of digits, from the ink to the answer.

import { findBox, SIDE, SQUARE } from "./digits-math.mjs";
import { svg } from "./elements.mjs";

/** @import { Image, Reading } from "./digits-math.mjs" */
/** @typedef {{ left: number, top: number, width: number, height: number }} Box */

const LIT = 0.1; // of the largest activation of a layer; less sends no light
/** Pixels of a hidden layer's picture, from left to right. */
export const COLUMNS = 16;
/** Pixels of a hidden layer's picture, from top to bottom. */
export const ROWS = 32;

/**
 * Calls a function once, when most of an element is in view.
 * @param {Element} element
 * @param {() => void} act
 */
export function whenSeen(element, act) {
  const observer = new IntersectionObserver((entries) => {
    if (entries[entries.length - 1].intersectionRatio < 0.8) return;
    observer.disconnect();
    act();
  }, { threshold: 0.8 });
  observer.observe(element);
}

const locateNeuron = (i) => [
  (i % COLUMNS + 0.5) / COLUMNS,
  (Math.floor(i / COLUMNS) + 0.5) / ROWS,
];

/**
 * @typedef {{ square: Float32Array, image: Image, onward: ArrayLike<number>[] }} Drawn
 * @typedef {Reading & Drawn} Shown
 */

/**
 * Returns lines, in a list for each step, from what is active to the neuron that it
 * excites most.
 * @param {Shown} shown
 * @param {(step: number, i: number) => Box} findBoxOf Where there are the drawing, two
 * hidden layers and, by their index, digits.
 */
export function findLines({ square, image, hidden, logits, onward }, findBoxOf) {
  const [ink, drawn] = [findBox(image, SIDE), findBox(square, SQUARE)];
  if (!ink || !drawn) return [];
  /** Returns where in the drawing a pixel's ink comes from. */
  const locatePixel = (i) => {
    const right = (i % SIDE + 0.5 - ink.left) * drawn.width / ink.width;
    const down = (Math.floor(i / SIDE) + 0.5 - ink.top) * drawn.height / ink.height;
    return [(drawn.left + right) / SQUARE, (drawn.top + down) / SQUARE];
  };
  const locateDigit = () => [0, 0.5]; // in its row
  const locate = [locatePixel, locateNeuron, locateNeuron, locateDigit];
  const layers = [image, ...hidden, logits].map((values, step) => ({
    values,
    findPoint(i) {
      const { left, top, width, height } = findBoxOf(step, i);
      const [x, y] = locate[step](i);
      return [left + x * width, top + y * height];
    },
  }));
  return onward.map((targets, k) => connect(layers[k], layers[k + 1], targets));
}

/** Returns lines from what is active in a layer to its targets in the next. */
function connect(from, to, targets) {
  const highest = Math.max(...from.values);
  const lines = [];
  for (const [i, target] of Array.from(targets).entries()) {
    const share = from.values[i] / highest;
    if (share < LIT || !(to.values[target] > 0)) continue;
    const [x1, y1] = from.findPoint(i);
    const [x2, y2] = to.findPoint(target);
    lines.push({ x1, y1, x2, y2, opacity: Number(share.toFixed(2)) });
  }
  return lines;
}

/**
 * Returns groups of lines, and a mask that dims them in the square.
 * @param {Element} bench What they are drawn over.
 * @param {Element[]} stops What shows the drawing, two hidden layers, probabilities.
 * @param {Shown} shown
 */
export function makeLight(bench, stops, shown) {
  const corner = bench.getBoundingClientRect();
  const findBoxOf = (step, i) => {
    const stop = step < 3 ? stops[step] : stops[step].children[i];
    const { left, top, width, height } = stop.getBoundingClientRect();
    return { left: left - corner.left, top: top - corner.top, width, height };
  };
  const groups = findLines(shown, findBoxOf).map((lines, step) => {
    const parts = lines.map((line) => svg("line", { ...line, pathLength: 1 }));
    return svg("g", { style: `--step: ${step}` }, ...parts);
  });
  groups[0]?.setAttribute("mask", "url(#square)");
  const { left: x, top: y, width, height } = findBoxOf(0);
  const all = { x: 0, y: 0, width: corner.width, height: corner.height };
  const light = svg("rect", { ...all, fill: "white" });
  const dark = svg("rect", { x, y, width, height, class: "dark" });
  const attributes = { id: "square", maskUnits: "userSpaceOnUse", ...all };
  return [svg("mask", attributes, light, dark), ...groups];
}
