// Weights on 14 x 14 blocks of pixels, and which ones and sevens they tell apart.

/** @import { Pair } from "./plot.mjs" */

/**
 * Digits of a kind: the share that the learned weights get right, whether each digit is
 * a seven, and for each digit the indices of its blocks with ink.
 * @typedef {{ learned: number, labels: number[], inks: number[][] }} Digits
 */

export const SIDE = 14;
export const AIM = 0.9;
const SIGNS = [0, 1, -1]; // by their digit in the base of three
const BLOCKS = [...Array(SIDE * SIDE).keys()];

/** Returns column and row of a block. @param {number} i @returns {Pair} */
export const toPair = (i) => [i % SIDE, Math.floor(i / SIDE)];

/**
 * Returns the weights of numbers for each row, whose digits to the base of three are
 * its signs.
 * @type {(rows: number[]) => number[]}
 */
export function readWeights(rows) {
  return BLOCKS.map((i) => {
    const [column, row] = toPair(i);
    const digit = Math.floor(Math.abs(rows[row] ?? 0) / 3 ** column) % 3;
    return SIGNS[digit];
  });
}

/**
 * Returns the numbers from which `readWeights` makes these weights.
 * @type {(weights: number[]) => number[]}
 */
export function writeWeights(weights) {
  const rows = Array(SIDE).fill(0);
  for (const [i, weight] of weights.entries()) {
    const [column, row] = toPair(i);
    rows[row] += SIGNS.indexOf(weight) * 3 ** column;
  }
  return rows;
}

/**
 * Returns weights with a sign on the blocks under a brush of 2 x 2 blocks on its way.
 * @param {number[]} weights
 * @param {Pair[]} way Upper left blocks under the brush.
 * @param {number} sign
 */
export function brush(weights, way, sign) {
  const painted = [...weights];
  for (const [column, row] of way) {
    const i = row * SIDE + column;
    for (const block of [i, i + 1, i + SIDE, i + SIDE + 1]) painted[block] = sign;
  }
  return painted;
}

/**
 * Returns the places on the way from one place to another, without the first.
 * @type {(start: Pair, end: Pair) => Pair[]}
 */
export function findWay([x, y], [endX, endY]) {
  const count = Math.max(Math.abs(endX - x), Math.abs(endY - y));
  return Array.from({ length: count }, (_, i) => {
    const part = (i + 1) / count;
    return [Math.round(x + part * (endX - x)), Math.round(y + part * (endY - y))];
  });
}

/**
 * Returns the digits of what the build has written: the learned weights' share of right
 * answers, the labels, and for each digit a number for each row, whose bits are blocks.
 * @param {[number, number[], number[][]]} data
 * @returns {Digits}
 */
export function readDigits([learned, labels, images]) {
  const hasInk = (rows, i) => rows[Math.floor(i / SIDE)] >> (i % SIDE) & 1;
  const inks = images.map((rows) => BLOCKS.filter((i) => hasInk(rows, i)));
  return { learned, labels, inks };
}

/**
 * Returns the weighted sum of a digit.
 * @type {(weights: number[], ink: number[]) => number}
 */
function findSevenness(weights, ink) {
  return ink.reduce((sum, i) => sum + weights[i], 0);
}

/**
 * Returns the first threshold that most digits are on the right side of.
 * @param {number[]} weights
 * @param {Digits} digits
 */
export function learnThreshold(weights, { labels, inks }) {
  const counts = new Map(); // of ones and of sevens, by their sevenness
  for (const [n, ink] of inks.entries()) {
    const value = findSevenness(weights, ink);
    if (!counts.has(value)) counts.set(value, [0, 0]);
    counts.get(value)[labels[n]]++;
  }
  let right = labels.filter((label) => label === 1).length; // All are called sevens.
  let [most, threshold] = [-1, 0];
  for (const value of [...counts.keys()].sort((a, b) => a - b)) {
    const [ones, sevens] = counts.get(value);
    right += ones - sevens;
    if (right > most) [most, threshold] = [right, value];
  }
  return threshold;
}

/**
 * Returns whether each digit is on the right side of a threshold.
 * @type {(weights: number[], threshold: number, digits: Digits) => boolean[]}
 */
export function check(weights, threshold, { labels, inks }) {
  return inks.map((ink, n) => {
    const isSeven = findSevenness(weights, ink) > threshold;
    return isSeven === (labels[n] === 1);
  });
}

/** Returns the share of the answers that are right. @param {boolean[]} answers */
export function findShare(answers) {
  return answers.filter((isRight) => isRight).length / answers.length;
}

/** Returns a share as text. @param {number} share */
export const formatShare = (share) => `${(100 * share).toFixed(0)}%`;

/**
 * Returns in words how far the task is done, by the shares that are read: of digits as
 * they are, of moved ones, also by the learned weights, and before the last stroke.
 * @type {(plain: number, moved: number, learned: number, before?: number) => string}
 */
export function judge(plain, moved, learned, before = 0) {
  const after = plain < before ? `, after ${formatShare(before)},` : "";
  const share = formatShare(plain) + after;
  const read = `your weights read ${share} of the digits as they are`;
  if (plain <= AIM) return `So far, ${read}. More than ${formatShare(AIM)} is the aim.`;
  const then = `Done: ${read}, and ${formatShare(moved)} of the moved ones`;
  if (moved > plain - 0.1) return `${then}: they are made for moved digits, too.`;
  const gap = moved - learned;
  const than = gap > 0.03 ? "but more than" : gap < -0.03 ? "and less than" : "much as";
  return `${then}: far less, ${than} the learned weights. ` +
    "Press “moved”, then “Next mistake”: where does the ink fall?";
}

/**
 * Returns the edges between blocks with ink and others: column and row where each
 * begins, and whether it goes down.
 * @type {(ink: number[]) => [number, number, boolean][]}
 */
export function findOutline(ink) {
  const isInk = (x, y) => x >= 0 && x < SIDE && ink.includes(y * SIDE + x);
  return ink.flatMap((i) => {
    const [x, y] = toPair(i);
    /** @type {[number, number, boolean][]} */
    const edges = [];
    if (!isInk(x, y - 1)) edges.push([x, y, false]);
    if (!isInk(x, y + 1)) edges.push([x, y + 1, false]);
    if (!isInk(x - 1, y)) edges.push([x, y, true]);
    if (!isInk(x + 1, y)) edges.push([x + 1, y, true]);
    return edges;
  });
}
