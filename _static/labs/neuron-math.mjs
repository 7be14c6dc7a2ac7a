// What a neuron computes.

/** @import { Pair } from "./plot.mjs" */

/** @type {Record<string, (z: number) => number>} */
export const activations = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  ReLU: (z) => Math.max(0, z),
};

/**
 * The slopes of the curves at their transition; that of the ReLU where it rises.
 * @type {Record<string, number>}
 */
export const steepness = { sigmoid: 0.25, tanh: 1, ReLU: 1 };

/**
 * Returns the weighted sum of inputs plus the bias, the pre-activation.
 * @param {number[]} inputs
 * @param {number[]} weights
 * @param {number} bias
 */
export function sum(inputs, weights, bias) {
  return inputs.reduce((total, input, i) => total + input * weights[i], bias);
}

/**
 * Returns the input at which a neuron with one weight has its transition, or null.
 * @param {number} weight
 * @param {number} bias
 */
export function findTransition(weight, bias) {
  return weight ? -bias / weight || 0 : null;
}

/**
 * Returns the ends of the line on which z is 0, within the square from 0 to 1, or
 * nothing where the line does not cross it.
 * @param {number[]} weights Two.
 * @param {number} bias
 * @returns {Pair[]}
 */
export function findBoundary([first, second], bias) {
  /** @type {Pair[]} */
  const ends = [];
  for (const edge of [0, 1]) {
    if (second) ends.push([edge, -(bias + first * edge) / second]);
    if (first) ends.push([-(bias + second * edge) / first, edge]);
  }
  const inside = ends.filter((end) => end.every((x) => x >= 0 && x <= 1));
  const [start] = inside;
  const isOther = ([x, y]) => Math.hypot(x - start[0], y - start[1]) > 1e-9;
  const end = inside.find(isOther);
  return end ? [start, end] : [];
}

/**
 * Turns a line about a point, so that it is perpendicular to the way to another point.
 * The output changes across it as sharply as before.
 * @param {number[]} weights
 * @param {number[]} pivot
 * @param {number[]} towards
 */
export function turn(weights, pivot, towards) {
  const way = [towards[0] - pivot[0], towards[1] - pivot[1]];
  const scale = Math.hypot(...weights) / (Math.hypot(...way) || 1);
  const turned = way.map((coordinate) => coordinate * scale);
  return { weights: turned, bias: -sum(pivot, turned, 0) };
}
