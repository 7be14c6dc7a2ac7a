// A window of nine weights that is pushed over an image of a cell with a vesicle.

import { findNearest } from "./numbers.mjs";

/** @import { Pair } from "./plot.mjs" */

export const SIDE = 16; // pixels of the image
export const REACH = SIDE - 2; // places of the window, in each direction
export const PLACES = REACH ** 2;
export const FIRST = /** @type {Pair} */ ([9, 8]); // column and row of the vesicle
export const BRIGHT = 6; // as are the cell's edge and the middle of the vesicle
const PLAIN = 1; // the rest of the cell; outside of it is 0
const VESICLE = [1, 2, 1, 2, BRIGHT, 2, 1, 2, 1];
const FOUND = "at the vesicle";
const EDGE = "at the cell’s edge";

/** Weights that have a name, row by row. @type {Record<string, number[]>} */
export const FILTERS = {
  edge: [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  blur: Array(9).fill(0.5),
  "a solution": [-0.5, 0, -0.5, 0, 1, 0, -0.5, 0, -0.5],
};

const range = (count) => Array.from({ length: count }, (_, i) => i);
/**
 * Returns column and row of one of the squares of a grid.
 * @type {(i: number, width: number) => Pair}
 */
export const toPair = (i, width) => [i % width, Math.floor(i / width)];
const findDistance = (a, b) => Math.max(...a.map((part, i) => Math.abs(part - b[i])));

// The cell is a disc that reaches over two sides of the image.
/** @type {number[]} */
const CELL = range(SIDE ** 2).map((i) => {
  const [column, row] = toPair(i, SIDE);
  const depth = 12.6 - Math.hypot(column - 16, row - 10);
  return depth < -1 ? 0 : depth < 1 ? BRIGHT : PLAIN;
});

// No window that sees the middle of the vesicle sees the cell's edge, too.
const HOMES = range(SIDE ** 2).map((i) => toPair(i, SIDE)).filter((home) => {
  const isNear = (i, distance) => findDistance(toPair(i, SIDE), home) <= distance;
  const isPlain = CELL.every((pixel, i) => pixel === PLAIN || !isNear(i, 2));
  return isPlain && Math.min(...home) > 1 && Math.max(...home) < REACH;
});

/** Returns the place for the vesicle that is nearest to another. @param {Pair} place */
export function findHome([x, y]) {
  const distances = HOMES.map((home) => Math.hypot(home[0] - x, home[1] - y));
  return HOMES[findNearest(distances, 0)];
}

/**
 * Returns the brightness of all pixels, row by row.
 * @param {Pair} vesicle Column and row of its middle.
 */
export function makeImage([x, y]) {
  const image = [...CELL];
  for (const [i, pixel] of VESICLE.entries()) {
    const [right, down] = toPair(i, 3);
    image[(y + down - 1) * SIDE + x + right - 1] = pixel;
  }
  return image;
}

/**
 * Returns the nine numbers under the window, row by row.
 * @type {(image: number[], place: Pair) => number[]}
 */
export function look(image, [x, y]) {
  const pairs = range(9).map((i) => toPair(i, 3));
  return pairs.map(([right, down]) => image[(y + down) * SIDE + x + right]);
}

/**
 * Returns the sum of the nine products at each place of the window, row by row.
 * @type {(image: number[], weights: number[]) => number[]}
 */
export function makeMap(image, weights) {
  return range(PLACES).map((place) => {
    const pixels = look(image, toPair(place, REACH));
    return pixels.reduce((sum, pixel, i) => sum + pixel * weights[i], 0);
  });
}

/**
 * Returns the largest number of a map, and the places where it is.
 * @param {number[]} map
 * @param {(place: Pair) => boolean} [isSeen]
 * @returns {{ most: number, places: Pair[] }}
 */
export function findLargest(map, isSeen = () => true) {
  const seen = map.map((value, i) => /** @type {const} */ ([value, toPair(i, REACH)]))
    .filter(([, place]) => isSeen(place));
  const most = Math.max(...seen.map(([value]) => value));
  return {
    most,
    places: seen.filter(([value]) => value === most).map(([, place]) => place),
  };
}

/** Returns in words what a window sees. */
function name(place, vesicle) {
  const middle = [place[0] + 1, place[1] + 1];
  const pixels = look(CELL, place);
  if (findDistance(middle, vesicle) < 2) return FOUND;
  if (pixels.includes(BRIGHT)) return EDGE;
  if (findDistance(middle, vesicle) < 3) return "beside the vesicle";
  return pixels.includes(PLAIN) ? "where the cell is plain" : "outside of the cell";
}

/** Returns a number as text. @param {number} value */
export function write(value) {
  return String(value || 0).replace("-", "−");
}

/** Returns the largest number of the map, and in words where it is. */
function search(weights, vesicle) {
  const map = makeMap(makeImage(vesicle), weights);
  const { most, places } = findLargest(map);
  const names = [...new Set(places.map((place) => name(place, vesicle)))];
  const where = names.length > 2 ? `at ${places.length} places` : names.join(" and ");
  return { map, most, where };
}

/** Returns what to change if the edge wins, or the outside, whose sums are 0. */
function advise({ map, most, where }, weights, vesicle) {
  const best = findLargest(map, (place) => name(place, vesicle) === FOUND).most;
  if (where === EDGE) {
    return ` The vesicle gives ${write(best)}, the edge ${write(most)}: ` +
      "make bright surroundings count against it.";
  }
  if (most !== 0 || weights.every((weight) => weight >= 0)) return "";
  const outside = best === 0 ? "so does the empty outside" : "the empty outside 0";
  return ` The vesicle gives ${write(best)}, and ${outside}: ` +
    "the negative weights are too strong.";
}

/**
 * Returns what a full map says: in words, and how far vesicle and largest number have
 * moved since these weights found the vesicle, or null if they do not find it.
 * @param {number[]} weights
 * @param {Pair} vesicle
 * @param {Pair} from
 * @returns {{ words: string, shift: Pair | null }}
 */
export function judge(weights, vesicle, from) {
  const found = search(weights, vesicle);
  const text = `The largest number, ${write(found.most)}, is ${found.where}.`;
  if (found.where !== FOUND) {
    return { words: text + advise(found, weights, vesicle), shift: null };
  }
  const shift = /** @type {Pair} */ (vesicle.map((part, i) => part - from[i]));
  const words = shift.some((part) => part)
    ? "✓ The largest number has moved as far as the vesicle, and is " +
      `still ${write(found.most)}.`
    : `${text} Now move the vesicle.`;
  return { words, shift };
}

/** Returns for each row a sum of powers of two: the places that the window has seen. */
export function see(rows, [x, y]) {
  return range(REACH).map((row) => (rows[row] ?? 0) | (row === y ? 1 << x : 0));
}

/** Returns whether the window has been at a place. */
export function isSeen(rows, [x, y]) {
  return ((rows[y] ?? 0) >> x & 1) === 1;
}

/** Rows of which the window has seen all places. */
export const ALL = Array(REACH).fill(2 ** REACH - 1);

/**
 * Returns the places on the way from one to another.
 * @type {(from: Pair, to: Pair) => Pair[]}
 */
export function findWay(from, to) {
  const steps = findDistance(from, to);
  return range(steps).map((i) => {
    const share = (i + 1) / steps;
    return /** @type {Pair} */ (from.map((a, k) =>
      Math.round(a + share * (to[k] - a))
    ));
  });
}
