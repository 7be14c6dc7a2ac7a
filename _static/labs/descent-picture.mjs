// Draws a descent in a plot: the path, over a curve or contour lines.

import { svg } from "./elements.mjs";
import { format, formatPower } from "./numbers.mjs";
import { trace } from "./plot.mjs";

/** @import { Surface } from "./descent-math.mjs" */
/** @import { Pair, Plot } from "./plot.mjs" */

const DOTTED = 120; // points; a longer path is a line, which is drawn sooner

/** Returns a number as text, a very large one as a power of ten. */
export const write = (value) =>
  Math.abs(value) < 1e5 ? format(value) : formatPower(value);

/**
 * Returns the marks of a path, whose points are in pixels.
 * @param {Plot} plot
 * @param {Pair[]} points
 */
export function markPath(plot, points) {
  const d = trace(points);
  const [cx, cy] = points[points.length - 1];
  const marks = [svg("path", { class: "path", d })];
  if (points.length <= DOTTED) {
    marks.push(svg("path", { class: "dots", d: `${d.replaceAll("L", "h0M")}h0` }));
  }
  const [left, right] = plot.x.map(plot.toX);
  const [bottom, top] = plot.y.map(plot.toY);
  const path = plot.clip(...marks);
  if (cx < left || cx > right || cy < top || cy > bottom) return [path];
  return [path, svg("circle", { class: "last", cx, cy, r: 5 })];
}

/**
 * Draws a surface with the path on it. A bowl has equal units along both axes, so that
 * steps cross the lines at right angles.
 * @param {Plot} plot
 * @param {Surface} surface
 * @param {number[][]} positions May be none.
 * @param {number} [wrong] The number of a position that gets a rim.
 */
export function drawDescent(plot, surface, positions, wrong = -1) {
  const { letters, height, minima } = surface;
  const isBowl = letters.length > 1;
  if (isBowl) {
    const unit = plot.toX(1) - plot.toX(0);
    const half = (plot.toY(plot.y[0]) - plot.toY(plot.y[1])) / 2 / unit;
    plot.y = [-half, half];
  }
  plot.draw(() => {
    /** @type {(position: number[]) => Pair} */
    const locate = (position) => [
      plot.toX(position[0]),
      plot.toY(isBowl ? position[1] : height(position)),
    ];
    const points = positions.map(locate);
    const [x, y] = locate(minima[0]);
    const ground = isBowl
      ? drawEllipses(plot, surface, x, y)
      : [drawCurve(plot, locate)];
    const star = { class: "star", x, y: y + (isBowl ? 6 : 17) };
    const marks = [
      plot.clip(...ground),
      svg("text", { ...star, "text-anchor": "middle" }, "★"),
    ];
    if (!points.length) return marks;
    const [[cx, cy]] = points;
    const start = svg("circle", { class: "handle", cx, cy, r: 9 });
    const [rimX, rimY] = points[wrong] ?? [];
    const rim = { class: "rim", cx: rimX, cy: rimY, r: 10 };
    const rims = points[wrong] ? [plot.clip(svg("circle", rim))] : [];
    return [...marks, start, ...markPath(plot, points), ...rims];
  });
}

/** Returns contour lines of a bowl, whose minimum is at x and y in pixels. */
function drawEllipses({ toX, x: ends, y: [, high] }, { curvatures }, x, y) {
  const unit = toX(1) - toX(0);
  const root = Math.sqrt(curvatures[0][1]);
  const most = Math.max(...ends.map(Math.abs)) + 2 + high * root;
  const ellipses = [];
  for (let radius = 1.5; radius < most; radius *= 1.3) {
    const size = { rx: radius * unit, ry: (radius * unit) / root };
    ellipses.push(svg("ellipse", { class: "line", cx: x, cy: y, ...size }));
  }
  return ellipses;
}

function drawCurve({ x: [low, high] }, locate) {
  const ws = Array.from({ length: 201 }, (_, i) => low + (i / 200) * (high - low));
  return svg("path", { class: "ground", d: trace(ws.map((w) => locate([w]))) });
}
