// A network of one input and one hidden layer of ReLU neurons, whose ramps add up.

import { format } from "./numbers.mjs";

/** @import { Pair } from "./plot.mjs" */

/** @typedef {{ start: number, weight: number }} Ramp */

export const MOST = 8; // hidden neurons
export const GOAL = 0.002; // the mean squared error below which a network is close
const FEWEST = 5; // neurons that can reach the goal
const CLEAR = 0.15; // how far the network is clearly off
/** @type {Pair} */
export const RANGE = [0, 10]; // minutes
const SAMPLES = Array.from({ length: 201 }, (_, i) => i / 20);

// The mean squared errors of 1, 2, … neurons after a fit by least squares, with starts
// at tenths of a minute: tests/test_labs_ramps.py finds them.
export const BEST = [0.1271, 0.0143, 0.0069, 0.0022, 0.0005, 0.0003, 0.0002, 0.0001];

/** Returns the signal of the chapter's chromatogram. @param {number} x */
export function findSignal(x) {
  return Math.exp(-((x - 3) ** 2)) + 0.5 * Math.exp(-((x - 6) ** 2) / 2);
}

/**
 * Returns the output of the network.
 * @type {(ramps: Ramp[], x: number) => number}
 */
export function findOutput(ramps, x) {
  return ramps.reduce(
    (sum, { start, weight }) => sum + weight * Math.max(0, x - start),
    0,
  );
}

/** Returns the mean squared error of the network. @param {Ramp[]} ramps */
export function findError(ramps) {
  const squares = SAMPLES.map((x) => (findOutput(ramps, x) - findSignal(x)) ** 2);
  return squares.reduce((sum, square) => sum + square) / SAMPLES.length;
}

/** Returns how far off the network is at each time. @param {Ramp[]} ramps */
function findGaps(ramps) {
  return SAMPLES.map((x) => Math.abs(findOutput(ramps, x) - findSignal(x)));
}

/** Returns the time at which the network is farthest off. @param {Ramp[]} ramps */
export function findWorst(ramps) {
  const gaps = findGaps(ramps);
  return SAMPLES[gaps.indexOf(Math.max(...gaps))];
}

/** Returns in words where the network is off: while neurons are missing, where first. */
function locate(ramps) {
  const first = findGaps(ramps).findIndex((gap) => gap > CLEAR);
  const isFirst = ramps.length < FEWEST && first >= 0;
  const place = isFirst ? SAMPLES[first] : findWorst(ramps);
  return `${isFirst ? "first clearly" : "farthest"} off near ${format(place, 1)} min`;
}

/** Returns points of the chromatogram. @returns {Pair[]} */
export function traceSignal() {
  return SAMPLES.map((x) => [x, findSignal(x)]);
}

/**
 * Returns the points between which the output of the network is straight.
 * @param {Ramp[]} ramps
 * @returns {Pair[]}
 */
export function traceOutput(ramps) {
  const xs = [...RANGE, ...ramps.map(({ start }) => start)].sort((a, b) => a - b);
  return xs.map((x) => [x, findOutput(ramps, x)]);
}

/** Returns in words how close the network is. @param {Ramp[]} ramps */
export function judge(ramps) {
  const count = ramps.length;
  const neurons = count > 1 ? `${count} neurons` : "1 neuron";
  const error = format(findError(ramps), 4);
  const best = BEST[count - 1];
  const reached = `with ${neurons}: mean squared error ${error}`;
  const found = `The best that a computer finds with ${count} is ${best}`;
  if (Number(error) < GOAL) {
    const fewer = count > FEWEST
      ? ". Can fewer do it?"
      : `, with ${count - 1} only ${BEST[count - 2]}.`;
    return `✓ Close, ${reached}. ${found}${fewer}`;
  }
  const start = Number(error) < 2 * GOAL ? "Nearly there" : "Not close yet";
  const isSpent = best > GOAL && Number(error) < 2 * best;
  return `${start}, ${reached}, ${locate(ramps)}.${isSpent ? ` ${found}.` : ""}`;
}
