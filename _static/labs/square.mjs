// A square of pixels, over which marks are moved by pointer or arrow keys.

import { Plot } from "./plot.mjs";

/** @import { Pair } from "./plot.mjs" */

/** By how many columns and rows each arrow key moves a mark. */
export const STEPS = /** @type {Record<string, Pair>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

/**
 * Returns a plot without axes, whose rows are counted from above.
 * @param {string} label Is read out instead of it.
 * @param {number} side In pixels.
 * @param {() => void} redraw
 */
export function makeSquare(label, side, redraw) {
  const margin = { top: 2, right: 2, bottom: 2, left: 2 };
  const plot = new Plot({ label, labels: ["", ""], margin, ratio: 1, redraw });
  plot.x = [0, side];
  plot.y = [side, 0];
  plot.ticks = { x: [], y: [] };
  plot.element.onmousedown = () => false; // The focus stays where it is.
  return plot;
}
