// How a drawing becomes an image like MNIST's, and what the network makes of that.

import { clamp, format, softmax } from "./numbers.mjs";

/** The side of an image for the network, in pixels. */
export const SIDE = 28;
/** The side of the square that is drawn on, four times as fine. */
export const SQUARE = 112;
/** What a drawing has where the pen is lifted. */
export const LIFT = -1;
const BOX = 20; // the side of the ink's box within an image
const PEN = 5; // the radius of its point
const FAINT = 0.02; // less is paper

/** @typedef {number[] | Float32Array} Image From 0, paper, to 1, ink, row by row. */
/** @typedef {number[] | Float32Array} Drawing x, y, x, y …, `LIFT` between strokes. */

/**
 * The weights are small whole numbers: a row for each neuron, times its scale.
 * @typedef {{ weights: Int8Array, scales: Float32Array, biases: Float32Array }} Layer
 */

/** @typedef {{ layers: Layer[] }} Network */

/**
 * What the network makes of an image.
 * @typedef {object} Reading
 * @property {Float32Array[]} hidden The activations of the hidden layers.
 * @property {Float32Array} logits
 * @property {number[]} probabilities
 * @property {number} digit
 */

/**
 * Returns the network in a file's fields.
 * @param {Record<string, any>} fields
 * @returns {Network}
 */
export function makeNetwork(fields) {
  const layers = [];
  for (let n = 1; `weights${n}` in fields; n++) {
    const [weights, scales] = [fields[`weights${n}`], fields[`scales${n}`]];
    layers.push({ weights, scales, biases: fields[`biases${n}`] });
  }
  // The first layer standardises the pixels, too, so that paper, a zero, adds nothing.
  const [{ weights, scales, biases }] = layers;
  const [mean, std, inputs] = [fields.mean[0], fields.std[0], SIDE ** 2];
  const sums = biases.map((_, neuron) =>
    weights.slice(neuron * inputs, (neuron + 1) * inputs).reduce((sum, w) => sum + w, 0)
  );
  layers[0] = {
    weights,
    scales: scales.map((scale) => scale / std),
    biases: biases.map((bias, k) => bias - mean / std * scales[k] * sums[k]),
  };
  return { layers };
}

/**
 * Returns what is in a file's fields: test images; their indices in the test set, their
 * labels, what the network reads and how sure it is; and the confusion matrix of all.
 * @param {Record<string, any>} fields
 */
export function makeSample({ images, indices, labels, read, sure, counts }) {
  const digits = [...Array(10).keys()];
  return {
    images,
    indices,
    labels: Array.from(labels),
    read: Array.from(read),
    sure,
    counts: digits.map((digit) => [...counts.slice(10 * digit, 10 * digit + 10)]),
  };
}

/**
 * Returns the recording in a file's fields: the drawing of a digit, what the network
 * makes of it, and what `findOnward` finds.
 * @param {Record<string, any>} fields
 * @returns {Reading & { pen: Float32Array, onward: Int32Array[] }}
 */
export function makeRecording(fields) {
  const { z1, z2, z3, onward1, onward2, onward3, pen } = fields;
  const reading = conclude([relu(z1), relu(z2)], z3);
  return { ...reading, onward: [onward1, onward2, onward3], pen };
}

const relu = (values) => values.map((z) => Math.max(0, z));

/** Returns the pre-activations of a layer. */
function applyLayer({ weights, scales, biases }, inputs) {
  const active = Int32Array.from(Array.from(inputs.keys()).filter((i) => inputs[i]));
  return biases.map((bias, neuron) => {
    const start = neuron * inputs.length;
    let sum = 0;
    for (let k = 0; k < active.length; k++) {
      sum += weights[start + active[k]] * inputs[active[k]];
    }
    return sum * scales[neuron] + bias;
  });
}

/**
 * Returns what the network makes of an image.
 * @param {Network} network
 * @param {Image} image
 */
export function run({ layers }, image) {
  let values = Float32Array.from(image);
  const hidden = layers.slice(0, -1).map((layer) => {
    values = relu(applyLayer(layer, values));
    return values;
  });
  return conclude(hidden, applyLayer(layers[layers.length - 1], values));
}

/** @returns {Reading} */
function conclude(hidden, logits) {
  const probabilities = softmax(logits);
  const digit = probabilities.indexOf(Math.max(...probabilities));
  return { hidden, logits, probabilities, digit };
}

/**
 * Returns, for each layer, the active neuron that each input excites most, or -1.
 * @param {Network} network
 * @param {Reading} reading
 * @returns {Int16Array[]}
 */
export function findOnward({ layers }, { hidden, logits }) {
  return [...hidden, logits].map((outputs, k) => {
    const { weights, scales } = layers[k];
    const inputs = weights.length / outputs.length;
    const active = Array.from(outputs.keys()).filter((neuron) => outputs[neuron] > 0);
    return Int16Array.from({ length: inputs }, (_, i) => {
      let [best, most] = [-1, 0];
      for (const neuron of active) {
        const weight = weights[neuron * inputs + i] * scales[neuron];
        if (weight > most) [best, most] = [neuron, weight];
      }
      return best;
    });
  });
}

/** Returns a digit with its article: an 8. @param {number} digit */
export function nameDigit(digit) {
  return `${digit === 8 ? "an" : "a"} ${digit}`;
}

/** Returns a probability in percent, as text. @param {number} probability */
export function formatShare(probability) {
  const percent = 100 * probability;
  if (percent > 99.9) return "> 99.9%";
  return `${percent > 0 && percent < 0.1 ? "< 0.1" : format(percent, 1)}%`;
}

/** Returns a sentence on the answer. @param {Reading} reading */
export function tellAnswer({ digit, probabilities }) {
  const share = formatShare(probabilities[digit]).replace(">", "more than");
  return `It is ${share} sure that this is ${nameDigit(digit)}.`;
}

/**
 * Returns one of several images that follow each other.
 * @param {Uint8Array} images
 * @param {number} index
 */
export function takeImage(images, index) {
  const bytes = images.subarray(index * SIDE ** 2, (index + 1) * SIDE ** 2);
  return Float32Array.from(bytes, (byte) => byte / 255);
}

/** Returns a square with a drawing. @param {Drawing} drawing */
export function drawLines(drawing) {
  const square = new Float32Array(SQUARE ** 2);
  for (let i = 0; i + 1 < drawing.length;) {
    const [x, y, nextX, nextY] = drawing.slice(i, i + 4);
    i += x === LIFT ? 1 : 2;
    if (x === LIFT) continue;
    const goesOn = nextX !== undefined && nextX !== LIFT && nextY !== undefined;
    drawLine(square, x, y, goesOn ? nextX : x, goesOn ? nextY : y);
  }
  return square;
}

function drawLine(square, x, y, endX, endY) {
  const [dx, dy] = [endX - x, endY - y];
  const length = dx * dx + dy * dy;
  const reach = PEN + 1;
  const keepInside = (coordinate) => clamp(coordinate, 0, SQUARE - 1);
  const left = keepInside(Math.floor(Math.min(x, endX) - reach));
  const right = keepInside(Math.max(x, endX) + reach);
  const top = keepInside(Math.floor(Math.min(y, endY) - reach));
  const bottom = keepInside(Math.max(y, endY) + reach);
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [px, py] = [column + 0.5 - x, row + 0.5 - y];
      const part = length ? clamp((px * dx + py * dy) / length, 0, 1) : 0;
      const distance = Math.hypot(px - part * dx, py - part * dy);
      const ink = clamp(PEN + 0.5 - distance, 0, 1);
      const pixel = row * SQUARE + column;
      if (ink > square[pixel]) square[pixel] = ink;
    }
  }
}

/** Returns a square with the pixels of an image. @param {Image} image */
export function enlarge(image) {
  const scale = SQUARE / SIDE;
  return new Float32Array(SQUARE ** 2).map((_, i) => {
    const row = Math.floor(i / SQUARE / scale);
    return image[row * SIDE + Math.floor(i % SQUARE / scale)];
  });
}

/**
 * Returns a square with its ink shifted, by so many pixels of an image.
 * @param {Float32Array} square
 * @param {number} right
 * @param {number} down
 */
export function shift(square, right, down) {
  if (!right && !down) return square;
  const scale = SQUARE / SIDE;
  return square.map((_, i) => {
    const x = i % SQUARE - right * scale;
    const y = Math.floor(i / SQUARE) - down * scale;
    const isInside = x >= 0 && y >= 0 && x < SQUARE && y < SQUARE;
    return isInside ? square[y * SQUARE + x] : 0;
  });
}

/** Returns a box of the square with fewer pixels, each the mean of those below it. */
function shrink(square, { left, top, width, height }, columns, rows) {
  const small = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const y = Math.floor(row * height / rows);
    const endY = Math.ceil((row + 1) * height / rows);
    for (let column = 0; column < columns; column++) {
      const x = Math.floor(column * width / columns);
      const endX = Math.ceil((column + 1) * width / columns);
      let sum = 0;
      for (let i = y; i < endY; i++) {
        for (let j = x; j < endX; j++) sum += square[(top + i) * SQUARE + left + j];
      }
      small[row * columns + column] = sum / ((endX - x) * (endY - y));
    }
  }
  return small;
}

/**
 * Returns the square as an image, without any preparation.
 * @param {Float32Array} square
 */
export function reduce(square) {
  const all = { left: 0, top: 0, width: SQUARE, height: SQUARE };
  return shrink(square, all, SIDE, SIDE);
}

/**
 * Returns the box of the ink in an image or a square, or null where there is none.
 * @param {Image} image
 * @param {number} side
 */
export function findBox(image, side) {
  let [left, right, top, bottom] = [side, -1, side, -1];
  for (let i = 0; i < image.length; i++) {
    if (image[i] <= FAINT) continue;
    const [x, y] = [i % side, Math.floor(i / side)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  if (right < 0) return null;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Returns the square as MNIST's images were prepared, or null when it has no ink: the
 * ink's box is scaled into 20 × 20, and its centre of mass put into the middle of 28 ×
 * 28.
 * @param {Float32Array} square
 */
export function prepare(square) {
  const box = findBox(square, SQUARE);
  if (!box) return null;
  const { width, height } = box;
  const scale = BOX / Math.max(width, height);
  const columns = Math.max(1, Math.round(scale * width));
  const rows = Math.max(1, Math.round(scale * height));
  const small = shrink(square, box, columns, rows);
  let [total, sumX, sumY] = [0, 0, 0];
  for (const [i, ink] of small.entries()) {
    total += ink;
    sumX += ink * (i % columns);
    sumY += ink * Math.floor(i / columns);
  }
  const locate = (sum, size) =>
    clamp(Math.round(SIDE / 2 - sum / total), 0, SIDE - size);
  const [x, y] = [locate(sumX, columns), locate(sumY, rows)];
  const image = new Float32Array(SIDE ** 2);
  for (const [i, ink] of small.entries()) {
    image[(y + Math.floor(i / columns)) * SIDE + x + i % columns] = ink;
  }
  return image;
}
