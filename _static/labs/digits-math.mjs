// How a drawing becomes an image as MNIST has them, and what the network makes of that.

import { format } from "./numbers.mjs";

export const SIDE = 28; // of an image for the network
export const SQUARE = 112; // of what is drawn on, four times as fine
export const LIFT = -1; // stands in a drawing where the pen is lifted
const BOX = 20; // of the ink within an image
const PEN = 5; // the radius of its point
const FAINT = 0.02; // less is paper

// A network has layers: for each neuron a row of weights, as small whole numbers, with the row's
// scale, and a bias. It knows mean and std of the pixels that it was trained on, from 0 to 1.
// A sample holds test images, with their places, their labels, what the network reads and how sure
// it is, and the counts of its confusion matrix on all test images.
// A recording holds the drawing of a digit, with what the network makes of it.

const SIZES = [SIDE ** 2, 512, 512, 10]; // of the layers, the image first

/** Returns what a file holds, unpacked. */
export async function fetchPacked(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  const packed = await response.blob();
  const [first, second] = new Uint8Array(await packed.slice(0, 2).arrayBuffer());
  // A server may have let the browser unpack it.
  if (first !== 0x1f || second !== 0x8b) return packed.arrayBuffer();
  return new Response(packed.stream().pipeThrough(new DecompressionStream("gzip")))
    .arrayBuffer();
}

/** Returns a function that takes the arrays of a file in turn, the last without a count. */
function open(buffer) {
  let place = 0;
  return (kind, count) => {
    const numbers = new kind(buffer, place, count);
    place += numbers.byteLength;
    return numbers;
  };
}

/** Returns the network that a chapter has packed. */
export function unpackNetwork(buffer) {
  const take = open(buffer);
  const [mean, std] = take(Float32Array, 2);
  const layers = SIZES.slice(1).map((size) => ({
    scales: take(Float32Array, size),
    biases: take(Float32Array, size),
  }));
  for (const [i, layer] of layers.entries()) {
    const count = SIZES[i];
    layer.weights = take(Int8Array, count * SIZES[i + 1]);
    layer.sums = layer.scales.map((_, neuron) =>
      layer.weights.subarray(neuron * count, (neuron + 1) * count).reduce(
        (sum, w) => sum + w,
        0,
      )
    );
  }
  return { mean, std, layers };
}

/** Returns the test images that a chapter has packed. */
export function unpackSample(buffer) {
  const take = open(buffer);
  const count = (buffer.byteLength - 400) / (10 + SIDE ** 2);
  const sure = take(Float32Array, count);
  const counts = Array.from({ length: 10 }, () => Array.from(take(Int32Array, 10)));
  const places = take(Int32Array, count);
  const labels = Array.from(take(Uint8Array, count));
  const read = Array.from(take(Uint8Array, count));
  return { sure, counts, places, labels, read, images: take(Uint8Array) };
}

/** Returns the recording that a chapter has packed. */
export function unpackShow(buffer) {
  const take = open(buffer);
  const layers = SIZES.slice(1).map((size, k) => ({
    z: take(Float32Array, size),
    onward: take(Float32Array, SIZES[k]),
  }));
  const [first, second, logits] = layers.map(({ z }) => z);
  const onward = layers.map((layer) => layer.onward);
  return {
    ...conclude([relu(first), relu(second)], logits),
    onward,
    pen: take(Float32Array),
  };
}

const relu = (values) => values.map((z) => Math.max(0, z));

/** Returns the pre-activations of a layer, most of whose inputs are as the idle ones, say paper. */
function apply({ weights, scales, biases, sums }, inputs, idle = 0) {
  const active = Int32Array.from(
    Array.from(inputs.keys()).filter((i) => inputs[i] !== idle),
  );
  return biases.map((bias, neuron) => {
    const start = neuron * inputs.length;
    let sum = idle * sums[neuron];
    for (let k = 0; k < active.length; k++) {
      sum += weights[start + active[k]] * (inputs[active[k]] - idle);
    }
    return sum * scales[neuron] + bias;
  });
}

/**
 * Returns the activations of the hidden layers, the logits, the probabilities and the digit read.
 * @param image 28 × 28 numbers from 0, paper, to 1, ink.
 */
export function run({ layers, mean, std }, image) {
  let values = image.map((ink) => (ink - mean) / std);
  const paper = Math.fround(-mean / std);
  const hidden = layers.slice(0, -1).map((layer, i) => {
    values = relu(apply(layer, values, i ? 0 : paper));
    return values;
  });
  return conclude(hidden, apply(layers[layers.length - 1], values));
}

function conclude(hidden, logits) {
  const highest = Math.max(...logits);
  const powers = Array.from(logits, (z) => Math.exp(z - highest));
  const total = powers.reduce((sum, power) => sum + power);
  const probabilities = powers.map((power) => power / total);
  return { hidden, logits, probabilities, digit: findLargest(probabilities) };
}

/** Returns, layer by layer, the active neuron that each input excites most, or -1. */
export function findOnward({ layers }, { hidden, logits }) {
  return [...hidden, logits].map((outputs, k) => {
    const { weights, scales } = layers[k];
    const active = Array.from(outputs.keys()).filter((neuron) => outputs[neuron] > 0);
    return Int16Array.from({ length: SIZES[k] }, (_, i) => {
      let [best, most] = [-1, 0];
      for (const neuron of active) {
        const weight = weights[neuron * SIZES[k] + i] * scales[neuron];
        if (weight > most) [best, most] = [neuron, weight];
      }
      return best;
    });
  });
}

export const nameDigit = (digit) => `${digit === 8 ? "an" : "a"} ${digit}`;

export function formatShare(probability) {
  const percent = 100 * probability;
  if (percent > 99.9) return "> 99.9%";
  return `${percent > 0 && percent < 0.1 ? "< 0.1" : format(percent, 1)}%`;
}

/** Returns the place of the largest number. */
export function findLargest(numbers) {
  let best = 0;
  for (let i = 1; i < numbers.length; i++) if (numbers[i] > numbers[best]) best = i;
  return best;
}

/** Returns an image of some that stand one behind the other. */
export function takeImage(images, place) {
  const bytes = images.subarray(place * SIDE ** 2, (place + 1) * SIDE ** 2);
  return Float32Array.from(bytes, (byte) => byte / 255);
}

/**
 * Returns the square on which lines are drawn, from 0, paper, to 1, ink.
 * @param drawing x, y, x, y … and `LIFT` where the pen is lifted.
 * @param square What has been drawn before the place `from`.
 */
export function drawLines(drawing, square = new Float32Array(SQUARE ** 2), from = 0) {
  for (let i = from; i + 1 < drawing.length;) {
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
  const clip = (place) => Math.min(SQUARE - 1, Math.max(0, place));
  const [left, right] = [
    clip(Math.floor(Math.min(x, endX) - reach)),
    clip(Math.max(x, endX) + reach),
  ];
  const [top, bottom] = [
    clip(Math.floor(Math.min(y, endY) - reach)),
    clip(Math.max(y, endY) + reach),
  ];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [px, py] = [column + 0.5 - x, row + 0.5 - y];
      const part = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      const away = Math.hypot(px - part * dx, py - part * dy);
      const ink = Math.min(1, Math.max(0, PEN + 0.5 - away));
      const place = row * SQUARE + column;
      if (ink > square[place]) square[place] = ink;
    }
  }
}

/** Returns what an image or a square holds between its pixels; outside there is paper. */
function sample(image, side, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  let sum = 0;
  for (const [i, rowPart] of [[row, 1 - y + row], [row + 1, y - row]]) {
    for (const [j, part] of [[column, 1 - x + column], [column + 1, x - column]]) {
      if (i >= 0 && j >= 0 && i < side && j < side) {
        sum += rowPart * part * image[i * side + j];
      }
    }
  }
  return sum;
}

/** Returns an image on the square. */
export function enlarge(image) {
  const scale = SIDE / SQUARE;
  return new Float32Array(SQUARE ** 2).map((_, place) => {
    const [x, y] = [place % SQUARE, Math.floor(place / SQUARE)];
    return sample(image, SIDE, (x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5);
  });
}

/** Returns a square whose ink has been shifted, by so many pixels of an image. */
export function shift(square, right, down) {
  if (!right && !down) return square;
  const scale = SQUARE / SIDE;
  return square.map((_, place) => {
    const [x, y] = [
      place % SQUARE - right * scale,
      Math.floor(place / SQUARE) - down * scale,
    ];
    return x >= 0 && y >= 0 && x < SQUARE && y < SQUARE ? square[y * SQUARE + x] : 0;
  });
}

/** Returns a part of the square with fewer pixels, each the mean of those below it. */
function shrink(square, { left, top, width, height }, columns, rows) {
  const small = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const [y, endY] = [
      Math.floor(row * height / rows),
      Math.ceil((row + 1) * height / rows),
    ];
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

/** Returns the square as an image, as it is. */
export function reduce(square) {
  return shrink(square, { left: 0, top: 0, width: SQUARE, height: SQUARE }, SIDE, SIDE);
}

/** Returns the box of the ink in an image or a square, or null where there is none. */
export function findBox(image, side) {
  let [left, right, top, bottom] = [side, -1, side, -1];
  for (let place = 0; place < image.length; place++) {
    if (image[place] <= FAINT) continue;
    const [x, y] = [place % side, Math.floor(place / side)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return right < 0
    ? null
    : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * Returns the square as MNIST's images were prepared, or null when it has no ink.
 *
 * The ink's box is scaled into 20 × 20, and its centre of mass put into the middle of 28 × 28.
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
  for (const [place, ink] of small.entries()) {
    total += ink;
    sumX += ink * (place % columns);
    sumY += ink * Math.floor(place / columns);
  }
  const locate = (sum, size) =>
    Math.min(SIDE - size, Math.max(0, Math.round(SIDE / 2 - sum / total)));
  const [x, y] = [locate(sumX, columns), locate(sumY, rows)];
  const image = new Float32Array(SIDE ** 2);
  for (const [place, ink] of small.entries()) {
    image[(y + Math.floor(place / columns)) * SIDE + x + place % columns] = ink;
  }
  return image;
}
