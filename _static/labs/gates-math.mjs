// What the gate lab computes: a network with two inputs, a hidden layer and one output, trained
// by gradient descent on the binary cross-entropy, the mean over all points.

import { activations } from "./neuron-math.mjs";

// A point is a place in the plane of the inputs, and what the network should say there, 0 or 1.
// The weights of a network have the order of PyTorch's parameters: those of the hidden neurons, two
// each, their biases, those of the output, its bias. With a width of 0 there is only the output.

const LABELS = {
  AND: [0, 0, 0, 1],
  OR: [0, 1, 1, 1],
  NAND: [1, 1, 1, 0],
  XOR: [0, 1, 1, 0],
};

/** The rows of the gates, by name. */
export const gates = Object.fromEntries(
  Object.entries(LABELS).map(([name, labels]) => [
    name,
    labels.map((label, row) => [row >> 1, row & 1, label]),
  ]),
);

/** The slopes of activation functions, from what the functions give. */
const slopes = {
  sigmoid: (a) => a * (1 - a),
  tanh: (a) => 1 - a * a,
  ReLU: (a) => (a > 0 ? 1 : 0),
};

/**
 * Returns a generator of numbers from 0 up to 1: Mulberry32, of Tommy Ettinger, which steps
 * through 2^32 states and scrambles each.
 */
export function makeGenerator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), bits | 61)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Returns a network at its start. As in PyTorch's `nn.Linear`, weights and bias of a neuron
 * with n inputs are drawn evenly between −1/√n and 1/√n.
 */
export function makeNetwork(width, h, seed) {
  const random = makeGenerator(seed);
  const weights = new Float64Array(width ? 4 * width + 1 : 3);
  for (let place = 0; place < weights.length; place++) {
    const inputs = place < 3 * width || !width ? 2 : width;
    weights[place] = (2 * random() - 1) / Math.sqrt(inputs);
  }
  return { width, h, weights };
}

/** Returns what the hidden neurons give. */
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
 * Returns the pre-activation z of the output; its output is the sigmoid of it.
 * @param inputs Of the output neuron.
 */
export function sumHidden({ width, weights }, inputs) {
  let z = weights[weights.length - 1];
  for (let i = 0; i < inputs.length; i++) z += weights[3 * width + i] * inputs[i];
  return z;
}

/** Returns the pre-activation z of the output at a place. */
export function computeSum({ width, h, weights }, x1, x2) {
  if (!width) return weights[0] * x1 + weights[1] * x2 + weights[2];
  // Like `sumHidden` of `computeHidden`, but without an array: it is asked at every pixel.
  const activate = activations[h];
  let z = weights[4 * width];
  for (let i = 0; i < width; i++) {
    const sum = weights[2 * i] * x1 + weights[2 * i + 1] * x2 + weights[2 * width + i];
    z += weights[3 * width + i] * activate(sum);
  }
  return z;
}

/** Returns the loss, and its slope in the direction of each weight. */
export function findGradient(network, points) {
  const { width, h, weights } = network;
  const last = weights.length - 1;
  const slope = slopes[h];
  const gradient = new Float64Array(weights.length);
  let loss = 0;
  for (const [x1, x2, label] of points) {
    const hidden = width ? computeHidden(network, x1, x2) : [x1, x2];
    const z = sumHidden(network, hidden);
    // The label's probability is the sigmoid of z or −z; the logarithm of it must not overflow.
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

/** Returns the network after an epoch, one step against the gradient, and the loss before it. */
export function takeStep(network, points, rate) {
  const { loss, gradient } = findGradient(network, points);
  const weights = network.weights.map((weight, place) =>
    weight - rate * gradient[place]
  );
  return { loss, network: { ...network, weights } };
}

/** Returns how many points are on their right side of 0.5. */
export function countRight(network, points) {
  return points.filter(([x1, x2, label]) =>
    computeSum(network, x1, x2) > 0 === label > 0
  )
    .length;
}

const FLAT = 1e-12;
const AROUND = [[0, 0], [1, 0], [1, 1], [0, 1]]; // the corners of a cell

/**
 * Returns the pieces of the line on which a function is 0, each from one place to another.
 * @param x From where to where.
 * @param cells Of the grid, along each side.
 */
export function findContour(valueAt, x, y, cells = 40) {
  const places = ([low, high]) =>
    Array.from({ length: cells + 1 }, (_, i) => low + (i / cells) * (high - low));
  const [xs, ys] = [places(x), places(y)];
  const values = ys.map((y) => xs.map((x) => valueAt(x, y)));
  const pieces = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const around = AROUND.map(([right, up]) => values[row + up][column + right]);
      // Where it is 0 all around, its sign is that of a rounding error.
      if (Math.max(...around) < FLAT || Math.min(...around) > -FLAT) continue;
      const ends = [];
      for (let i = 0; i < 4; i++) {
        const [p, q] = [around[i], around[(i + 1) % 4]];
        if (p > 0 === q > 0) continue;
        const part = p / (p - q);
        const [[right, up], [toRight, toUp]] = [AROUND[i], AROUND[(i + 1) % 4]];
        const step = [xs[1] - xs[0], ys[1] - ys[0]];
        ends.push([
          xs[column] + (right + part * (toRight - right)) * step[0],
          ys[row] + (up + part * (toUp - up)) * step[1],
        ]);
      }
      for (let i = 0; i + 1 < ends.length; i += 2) pieces.push([ends[i], ends[i + 1]]);
    }
  }
  return pieces;
}
