// What the gate lab computes: a network with two inputs, a hidden layer and one output,
// trained by gradient descent on the mean binary cross-entropy of all points.

import { activations } from "./neuron-math.mjs";
import { makeUniform } from "./random.mjs";

/** @import { Pair } from "./plot.mjs" */

/** @typedef {[x1: number, x2: number, label: number]} LabelledPoint Label 0 or 1. */

/**
 * The weights are in the order of PyTorch's parameters: two for each hidden neuron, the
 * hidden biases, the weights of the output, its bias. With a width of 0 there is only
 * the output.
 * @typedef {{ width: number, h: string, weights: Float64Array }} Network
 */

const LABELS = {
  AND: [0, 0, 0, 1],
  OR: [0, 1, 1, 1],
  NAND: [1, 1, 1, 0],
  XOR: [0, 1, 1, 0],
};

/** The rows of the gates, by name. @type {Record<string, LabelledPoint[]>} */
export const gates = Object.fromEntries(
  Object.entries(LABELS).map(([name, labels]) => [
    name,
    labels.map((label, row) => [row >> 1, row & 1, label]),
  ]),
);

/** The slopes of activation functions, from the activations. */
const slopes = {
  sigmoid: (a) => a * (1 - a),
  tanh: (a) => 1 - a * a,
  ReLU: (a) => (a > 0 ? 1 : 0),
};

/**
 * Returns a network at its start. As in PyTorch's `nn.Linear`, weights and bias of a
 * neuron with n inputs are drawn evenly between −1/√n and 1/√n.
 * @param {number} width How many hidden neurons.
 * @param {string} h Their activation function.
 * @param {number} seed
 * @returns {Network}
 */
export function makeNetwork(width, h, seed) {
  const draw = makeUniform(seed);
  const weights = new Float64Array(width ? 4 * width + 1 : 3);
  for (let i = 0; i < weights.length; i++) {
    const inputs = i < 3 * width || !width ? 2 : width;
    weights[i] = (2 * draw() - 1) / Math.sqrt(inputs);
  }
  return { width, h, weights };
}

/**
 * Returns the activations of the hidden neurons.
 * @param {Network} network
 * @param {number} x1
 * @param {number} x2
 */
export function computeHidden({ width, h, weights }, x1, x2) {
  const activate = activations[h];
  const hidden = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    hidden[i] = activate(
      weights[2 * i] * x1 + weights[2 * i + 1] * x2 + weights[2 * width + i],
    );
  }
  return hidden;
}

/**
 * Returns the pre-activation z of the output, whose activation function is the sigmoid.
 * @param {Network} network
 * @param {ArrayLike<number>} inputs Of the output neuron.
 */
export function sumHidden({ width, weights }, inputs) {
  let z = weights[weights.length - 1];
  for (let i = 0; i < inputs.length; i++) z += weights[3 * width + i] * inputs[i];
  return z;
}

/**
 * Returns the pre-activation z of the output at a point. It is `sumHidden` of
 * `computeHidden`, but without an array, since it is computed for every pixel.
 * @param {Network} network
 * @param {number} x1
 * @param {number} x2
 */
export function computeSum({ width, h, weights }, x1, x2) {
  if (!width) return weights[0] * x1 + weights[1] * x2 + weights[2];
  const activate = activations[h];
  let z = weights[4 * width];
  for (let i = 0; i < width; i++) {
    const sum = weights[2 * i] * x1 + weights[2 * i + 1] * x2 + weights[2 * width + i];
    z += weights[3 * width + i] * activate(sum);
  }
  return z;
}

/**
 * Returns the loss, and its slope in the direction of each weight.
 * @param {Network} network
 * @param {LabelledPoint[]} points
 */
export function findGradient(network, points) {
  const { width, h, weights } = network;
  const last = weights.length - 1;
  const slope = slopes[h];
  const gradient = new Float64Array(weights.length);
  let loss = 0;
  for (const [x1, x2, label] of points) {
    const hidden = width ? computeHidden(network, x1, x2) : [x1, x2];
    const z = sumHidden(network, hidden);
    // The label's probability is the sigmoid of z or −z. Its logarithm must not
    // overflow.
    const surprise = Math.max(0, label ? -z : z) + Math.log1p(Math.exp(-Math.abs(z)));
    loss += surprise / points.length;
    const delta = (activations.sigmoid(z) - label) / points.length;
    gradient[last] += delta;
    for (let i = 0; i < hidden.length; i++) {
      gradient[3 * width + i] += delta * hidden[i];
    }
    for (let i = 0; i < width; i++) {
      const back = delta * weights[3 * width + i] * slope(hidden[i]);
      gradient[2 * i] += back * x1;
      gradient[2 * i + 1] += back * x2;
      gradient[2 * width + i] += back;
    }
  }
  return { loss, gradient };
}

/**
 * Returns the network after an epoch, which is one step, and the loss before it.
 * @param {Network} network
 * @param {LabelledPoint[]} points
 * @param {number} rate
 */
export function takeStep(network, points, rate) {
  const { loss, gradient } = findGradient(network, points);
  const weights = network.weights.map((weight, i) => weight - rate * gradient[i]);
  return { loss, network: { ...network, weights } };
}

/**
 * Returns whether a point is on its right side of the line.
 * @param {Network} network
 * @param {LabelledPoint} point
 */
export function isRight(network, [x1, x2, label]) {
  return computeSum(network, x1, x2) > 0 === label > 0;
}

/**
 * Returns how many points are on their right side of the line.
 * @param {Network} network
 * @param {LabelledPoint[]} points
 */
export function countRight(network, points) {
  return points.filter((point) => isRight(network, point)).length;
}

const FLAT = 1e-12;
const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]]; // of a cell, in a circle

/**
 * Returns pieces of the line on which a function is 0, each from one point to another.
 * It looks for changes of sign between the corners of a grid's cells.
 * @param {(x: number, y: number) => number} valueAt
 * @param {Pair} xRange
 * @param {Pair} yRange
 * @param {number} [cells] Along each side.
 * @returns {[Pair, Pair][]}
 */
export function findContour(valueAt, xRange, yRange, cells = 40) {
  const [xs, ys] = [xRange, yRange].map(([low, high]) =>
    Array.from({ length: cells + 1 }, (_, i) => low + (i / cells) * (high - low))
  );
  const [width, height] = [xs[1] - xs[0], ys[1] - ys[0]];
  const values = ys.map((y) => xs.map((x) => valueAt(x, y)));
  /** @type {[Pair, Pair][]} */
  const pieces = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const around = CORNERS.map(([right, up]) => values[row + up][column + right]);
      const ends = findCrossings(around).map(([right, up]) => [
        xs[column] + right * width,
        ys[row] + up * height,
      ]);
      for (let i = 0; i + 1 < ends.length; i += 2) {
        pieces.push(/** @type {[Pair, Pair]} */ ([ends[i], ends[i + 1]]));
      }
    }
  }
  return pieces;
}

/** Returns where the sign changes along the sides of a cell, which is a unit square. */
function findCrossings(around) {
  // Where it is 0 at all corners, its sign is that of a rounding error.
  if (Math.max(...around) < FLAT || Math.min(...around) > -FLAT) return [];
  const crossings = [];
  for (let i = 0; i < 4; i++) {
    const [p, q] = [around[i], around[(i + 1) % 4]];
    if (p > 0 === q > 0) continue;
    const part = p / (p - q);
    const [[right, up], [toRight, toUp]] = [CORNERS[i], CORNERS[(i + 1) % 4]];
    crossings.push([right + part * (toRight - right), up + part * (toUp - up)]);
  }
  return crossings;
}
