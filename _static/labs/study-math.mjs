// Studies of few mice as the chapter simulates them, and their cross-validation.

import { makeNormal, makeUniform } from "./random.mjs";

/**
 * Cells in rows, each with 1 after its measurements; which of them are from a treated
 * mouse; and the mouse of each.
 * @typedef {{ X: Float64Array[], y: number[], mouse: number[] }} Cells
 */

/**
 * Of the cells of a mouse that are tested in a round: how many are answered right, and
 * how many there are.
 * @typedef {[right: number, count: number]} Box
 */

const MEASUREMENTS = 10;
const FAR = 0.1; // from the truth
const EFFECT = 2; // of the treatment, on the first measurement

/**
 * The mean accuracy on new mice, by the number of mice in a study and by that of the
 * cells of each. It is that of a thousand studies.
 * @type {Record<number, Record<number, number>>}
 */
export const TRUTHS = {
  6: { 20: 0.64, 40: 0.645, 80: 0.648 },
  12: { 20: 0.679, 40: 0.683, 80: 0.684 },
  24: { 20: 0.713, 40: 0.714, 80: 0.715 },
};

/**
 * Returns the cells of some mice, of which every second one was treated. Their marks
 * are drawn first, so that a study with more cells of each mouse has the same mice.
 * @type {(mice: number, cells: number, seed: number) => Cells}
 */
export function makeMice(mice, cells, seed) {
  const draw = makeNormal(seed);
  const own = Array.from({ length: mice * MEASUREMENTS }, draw);
  const mouse = Array.from({ length: mice * cells }, (_, i) => Math.floor(i / cells));
  const X = mouse.map((m) => {
    const row = new Float64Array(MEASUREMENTS + 1).fill(1);
    for (let j = 0; j < MEASUREMENTS; j++) row[j] = own[m * MEASUREMENTS + j] + draw();
    row[0] += EFFECT * (m % 2);
    return row;
  });
  return { X, y: mouse.map((m) => m % 2), mouse };
}

/**
 * Returns the round in which each cell is tested: with its mouse, or at random.
 * @type {(mouse: number[], way: string, rounds: number, seed: number) => number[]}
 */
export function deal(mouse, way, rounds, seed) {
  const mice = mouse[mouse.length - 1] + 1;
  if (way === "mouse") return mouse.map((m) => Math.floor((m * rounds) / mice));
  const draw = makeUniform(seed);
  const tested = mouse.map((_, i) => i % rounds);
  for (let i = tested.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [tested[i], tested[j]] = [tested[j], tested[i]];
  }
  return tested;
}

/** Solves a system of equations, with a positive definite matrix, by elimination. */
function solve(matrix, values) {
  const size = values.length;
  for (let i = 0; i < size; i++) {
    for (let k = i + 1; k < size; k++) {
      const factor = matrix[k][i] / matrix[i][i];
      for (let j = i; j < size; j++) matrix[k][j] -= factor * matrix[i][j];
      values[k] -= factor * values[i];
    }
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let j = i + 1; j < size; j++) values[i] -= matrix[i][j] * values[j];
    values[i] /= matrix[i][i];
  }
  return values;
}

function findScore(weights, row) {
  let score = 0;
  for (let j = 0; j < row.length; j++) score += weights[j] * row[j];
  return score;
}

/** Returns the variance of each column, which is 0 for that of the bias. */
function findVariances(X) {
  return Array.from(X[0], (_, j) => {
    const mean = X.reduce((sum, row) => sum + row[j], 0) / X.length;
    return X.reduce((sum, row) => sum + (row[j] - mean) ** 2, 0) / X.length;
  });
}

/**
 * Returns the weights, and last the bias, of logistic regression after a scaling, by
 * Newton's method. The scaling is in the penalty: each squared weight counts as often
 * as its column varies, and the bias not at all.
 */
function findWeights(X, y) {
  const penalties = findVariances(X);
  const size = penalties.length;
  let weights = Array(size).fill(0);
  for (let step = 0; step < 25; step++) {
    const slope = Float64Array.from(weights, (weight, j) => penalties[j] * weight);
    const curvature = weights.map(() => new Float64Array(size));
    for (const [i, row] of X.entries()) {
      const probability = 1 / (1 + Math.exp(-findScore(weights, row)));
      const doubt = probability * (1 - probability);
      for (let j = 0; j < size; j++) {
        slope[j] += (probability - y[i]) * row[j];
        for (let k = 0; k <= j; k++) curvature[j][k] += doubt * row[j] * row[k];
      }
    }
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < j; k++) curvature[k][j] = curvature[j][k];
      curvature[j][j] += penalties[j];
    }
    const change = solve(curvature, slope);
    weights = weights.map((weight, j) => weight - change[j]);
    if (change.every((part) => Math.abs(part) < 1e-4)) break;
  }
  return weights;
}

/**
 * Returns the boxes of each round, by mouse, and the mean accuracy of the rounds.
 * @type {(cells: Cells, tested: number[], rounds: number) =>
 *   { boxes: Box[][], accuracies: number[], accuracy: number }}
 */
export function crossValidate({ X, y, mouse }, tested, rounds) {
  const mice = mouse[mouse.length - 1] + 1;
  const boxes = Array.from({ length: rounds }, (_, round) => {
    const isTrained = (_, i) => tested[i] !== round;
    const weights = findWeights(X.filter(isTrained), y.filter(isTrained));
    /** @type {Box[]} */
    const row = Array.from({ length: mice }, () => [0, 0]);
    for (const [i, m] of mouse.entries()) {
      if (tested[i] !== round) continue;
      row[m][0] += Number((findScore(weights, X[i]) > 0) === (y[i] === 1));
      row[m][1] += 1;
    }
    return row;
  });
  const add = (row, part) => row.reduce((sum, box) => sum + box[part], 0);
  const accuracies = boxes.map((row) => add(row, 0) / add(row, 1));
  const accuracy = accuracies.reduce((sum, part) => sum + part) / rounds;
  return { boxes, accuracies, accuracy };
}

/**
 * Returns how far the accuracies of studies are from the truth.
 * @type {(accuracies: number[], truth: number) => Record<string, number>}
 */
export function compare(accuracies, truth) {
  const errors = accuracies.map((accuracy) => accuracy - truth);
  const mean = errors.reduce((sum, error) => sum + error) / errors.length;
  const squares = errors.map((error) => (error - mean) ** 2);
  return {
    above: errors.filter((error) => error > 0).length,
    mean,
    sd: Math.sqrt(squares.reduce((sum, square) => sum + square) / (errors.length - 1)),
    far: errors.filter((error) => Math.abs(error) > FAR).length,
  };
}
