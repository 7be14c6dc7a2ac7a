// What a plane of the gate lab shows: labelled points, and the line between outputs.

import { svg } from "./elements.mjs";
import { findContour } from "./gates-math.mjs";
import { trace } from "./plot.mjs";

/** @import { Pair, Plot } from "./plot.mjs" */
/** @import { LabelledPoint } from "./gates-math.mjs" */

/** The ends of both axes. @type {Pair} */
export const SIDE = [-0.4, 1.6];
/** Of outputs, from 0 to 1. */
export const COLOURS = ["--diagram-input", "--background", "--diagram-output"];

/**
 * Draws the line on which the output is 0.5.
 * @param {Plot} plot
 * @param {(x: number, y: number) => number} z The logit of the output.
 */
export function drawLine({ toX, toY, x, y }, z) {
  const pieces = findContour(z, x, y);
  const paths = pieces.map((ends) => trace(ends.map(([x, y]) => [toX(x), toY(y)])));
  return svg("path", { class: "line", d: paths.join("") });
}

/**
 * Draws squares for label 1 and, above them, smaller circles for 0.
 * @param {Plot} plot
 * @param {LabelledPoint[]} points
 * @param {boolean[]} wrong Whether each is on its wrong side of the line.
 */
export function drawPoints({ toX, toY }, points, wrong) {
  const [squares, circles] = [[], []];
  for (const [i, [x, y, label]] of points.entries()) {
    const kind = `${label ? "one" : "zero"}${wrong[i] ? " wrong" : ""}`;
    const [cx, cy] = [toX(x), toY(y)];
    const size = { x: cx - 9, y: cy - 9, width: 18, height: 18 };
    if (label) squares.push(svg("rect", { class: `point ${kind}`, ...size }));
    else circles.push(svg("circle", { class: `point ${kind}`, cx, cy, r: 7 }));
  }
  return [...squares, ...circles];
}
