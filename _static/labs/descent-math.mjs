// Gradient descent with momentum and noise on three surfaces, and a verdict on it.

import { format } from "./numbers.mjs";
import { makeNormal } from "./random.mjs";

/**
 * A surface, with its height and its slope, the gradient, at a position: a value of
 * each parameter. Its minima begin with the lowest, and each has a curvature for each
 * parameter.
 * @typedef {object} Surface
 * @property {string[]} letters Of the parameters.
 * @property {(position: number[]) => number} height
 * @property {(position: number[]) => number[]} slope
 * @property {number[][]} minima
 * @property {number[][]} curvatures
 */

/**
 * The learning rate, the momentum, the standard deviation of the noise, and a seed.
 * @typedef {{ rate: number, beta: number, noise: number, seed: number }} Settings
 */

/**
 * The positions, one more than steps; of each step the slopes, the noise that was added
 * to them, and the velocities; and whether it was stopped because it left all bounds.
 * @typedef {object} Descent
 * @property {number[][]} positions
 * @property {number[][]} slopes
 * @property {number[][]} added
 * @property {number[][]} velocities
 * @property {boolean} lost
 */

/**
 * A word for each parameter, or one for all, the verdict in sentences, and the number
 * of steps after which there is nothing new to see.
 * @typedef {{ fates: string[], words: string, end: number }} Verdict
 */

export const MOST = 500; // steps
const HILLTOP = 0.12600040191288885; // between the two valleys
const BOUNDS = 1e6;
const NEAR = 0.01; // of a minimum: there a descent has arrived
const CREEPING = 0.9; // of the distance is left after a step
const PATIENCE = 24; // steps after which a descent that goes on will never come to rest
const ROUND = 60; // steps to watch what goes on for ever
const LOWEST = [-1.4729976143329838, 1.346997212420095]; // of the two valleys

/** @type {Record<string, Surface>} */
const curves = {
  parabola: {
    letters: ["w"],
    height: ([w]) => w * w,
    slope: ([w]) => [2 * w],
    minima: [[0]],
    curvatures: [[2]],
  },
  valleys: {
    letters: ["w"],
    height: ([w]) => w ** 4 - 4 * w * w + w,
    slope: ([w]) => [4 * w ** 3 - 8 * w + 1],
    minima: LOWEST.map((w) => [w]),
    curvatures: LOWEST.map((w) => [12 * w * w - 8]),
  },
};

/**
 * Returns a surface by its name.
 * @param {string} name
 * @param {number} ratio Of a bowl's curvatures, the second by the first.
 * @returns {Surface}
 */
export function findSurface(name, ratio) {
  return curves[name] ?? {
    letters: ["w_1", "w_2"],
    height: ([first, second]) => (first * first + ratio * second * second) / 2,
    slope: ([first, second]) => [first, ratio * second],
    minima: [[0, 0]],
    curvatures: [[1, ratio]],
  };
}

/**
 * Descends for some steps, or until all bounds are left.
 * @param {Surface} surface
 * @param {number[]} start
 * @param {Settings} settings
 * @param {number} count Of steps.
 * @returns {Descent}
 */
export function descend({ slope }, start, { rate, beta, noise, seed }, count) {
  const draw = makeNormal(seed);
  let position = start;
  let velocity = start.map(() => 0);
  const descent = {
    positions: [start],
    slopes: [],
    added: [],
    velocities: [],
    lost: false,
  };
  while (descent.slopes.length < count && !descent.lost) {
    const slopes = slope(position);
    const added = slopes.map(() => noise ? noise * draw() : 0);
    velocity = velocity.map((v, i) => beta * v + (slopes[i] + added[i]));
    position = position.map((w, i) => w - rate * velocity[i]);
    descent.slopes.push(slopes);
    descent.added.push(added);
    descent.velocities.push(velocity);
    descent.positions.push(position);
    descent.lost = !position.every((w) => Math.abs(w) < BOUNDS);
  }
  return descent;
}

/** Returns the largest learning rate with which a descent comes to rest. */
const findLimit = (curvature, beta) => (2 * (1 + beta)) / curvature;

/** Returns the index of the minimum in whose valley a position is. */
const findValley = ({ minima }, position) =>
  minima.length > 1 && position[0] > HILLTOP ? 1 : 0;

const countChanges = (numbers) =>
  numbers.filter((n, i) => i && n !== numbers[i - 1]).length;

/** Returns a verdict that is the same for all parameters. */
const decide = (fate, words, end = MOST) => ({ fates: [fate], words, end });

/** Returns a parameter's fate and a sentence, from its distances from a minimum. */
function watch(errors, subject, beta) {
  const recent = errors.slice(-12);
  const turns = recent.filter((error, i) => i && error * recent[i - 1] < 0).length;
  const [before, last] = errors.slice(-2).map(Math.abs);
  if (last < NEAR && before < 2 * NEAR) return ["arrived", `${subject} has arrived.`];
  if (turns >= 0.7 * (recent.length - 1)) {
    const less = last < before ? ", by less and less" : "";
    return ["zig-zags", `${subject} zig-zags: each step overshoots${less}.`];
  }
  const why = beta ? "momentum carries it" : "a step has led";
  if (turns) return ["swings", `${subject} swings: ${why} past the minimum.`];
  if (last > before) return ["leaves", `${subject} moves away from the minimum.`];
  const percent = Number((100 * (1 - last / before)).toPrecision(2));
  const covered = `${percent}% of the distance left`;
  if (last > CREEPING * before) {
    return ["creeps", `${subject} creeps: a step covers ${covered}.`];
  }
  return ["approaches", `${subject} comes closer: the last step covered ${covered}.`];
}

/** Returns after how many steps a descent has come near a minimum for good, or null. */
function findArrival({ positions, velocities }, surface, { rate, beta }) {
  let position = positions[positions.length - 1];
  const minimum = surface.minima[findValley(surface, position)];
  const isFar = (position) => position.some((w, i) => Math.abs(w - minimum[i]) > NEAR);
  const far = positions.findLastIndex(isFar);
  // It may only pass, as the next steps would show.
  let velocity = velocities.at(-1) ?? position.map(() => 0);
  for (let n = 0; n < PATIENCE && !isFar(position); n++) {
    const slopes = surface.slope(position);
    velocity = velocity.map((v, i) => beta * v + slopes[i]);
    position = position.map((w, i) => w - rate * velocity[i]);
  }
  return isFar(position) ? null : far + 1;
}

function judgeNoisy({ positions }, surface) {
  const steps = positions.length - 1;
  if (steps < 20) return decide("shaken", "Noise shakes every step.");
  const late = positions.slice(-Math.floor(steps / 2));
  const sides = late.map((position) => findValley(surface, position));
  const crossings = countChanges(sides);
  const span = `over the last ${late.length} steps`;
  if (crossings) {
    const often = `${crossings} times ${span}`;
    return decide("changes", `Noise carries it from valley to valley, ${often}.`);
  }
  const goal = surface.minima[sides[0]];
  const squares = late.map((position) =>
    position.reduce((sum, w, i) => sum + (w - goal[i]) ** 2, 0)
  );
  const total = squares.reduce((sum, square) => sum + square, 0);
  const distance = format(Math.sqrt(total / squares.length));
  const words = `Noise does not let it rest: ${span} its typical distance from the ` +
    `minimum was ${distance}.`;
  return decide("wanders", words);
}

function judgeArrived(steps, { letters, minima }, valley) {
  const isOnly = minima.length === 1;
  const which = isOnly ? "minimum" : ["global minimum", "local minimum"][valley];
  const at = letters.map((w, i) => {
    const value = format(minima[valley][i], isOnly ? 0 : 2);
    return `$${w}$\u00a0=\u00a0${value}`;
  });
  const after = `${steps} step${steps === 1 ? "" : "s"}`;
  const words = `It has arrived after ${after}, within ${NEAR} of the ${which} at ` +
    `${at.join(", ")}.`;
  return decide("arrived", words, steps);
}

/** Returns the verdict on a descent that the other valley can catch, or null. */
function judgeRestless(positions, surface, isTooFast) {
  const recent = positions.slice(-PATIENCE);
  const sides = recent.map((position) => findValley(surface, position));
  if (countChanges(sides) > 1) {
    return decide("jumps", "It jumps from valley to valley.");
  }
  if (!isTooFast || positions.length - 1 <= PATIENCE) return null;
  const [[last], [before], [earlier]] = recent.toReversed();
  if (Math.abs(last - earlier) > 1e-3) {
    return decide("restless", "It does not come to rest.", ROUND);
  }
  const ends = [last, before].sort((a, b) => a - b).map((end) => format(end));
  return decide(
    "bounces",
    `It bounces for ever, between ${ends.join(" and ")}.`,
    ROUND,
  );
}

/**
 * Returns the verdict on a descent.
 * @param {Descent} descent
 * @param {Surface} surface
 * @param {Settings} settings
 * @returns {Verdict}
 */
export function judge(descent, surface, settings) {
  const { positions, lost } = descent;
  const { rate, beta, noise } = settings;
  const { letters, minima, curvatures } = surface;
  const steps = positions.length - 1;
  if (!steps) return decide("starts", "It is at the start.");
  if (lost) {
    const words = `It diverges: it has left all bounds at step ${steps}.`;
    return decide("diverges", words, steps);
  }
  const isOnly = minima.length === 1; // so that no other minimum can catch it
  const valley = findValley(surface, positions[steps]);
  const limits = curvatures[valley].map((curvature) => findLimit(curvature, beta));
  const errors = letters.map((_, i) =>
    positions.map((position) => position[i] - minima[valley][i])
  );
  const isAway = (i) => noise || errors[i].some((error) => error !== 0);
  const tooFast = letters.filter((_, i) => rate > limits[i] + 1e-9 && isAway(i));
  if (isOnly && tooFast.length) {
    const which = tooFast.map((w) => `$${w}$`).join(" and ");
    const along = letters.length > 1 ? ` along ${which}` : "";
    const words = `It diverges${along}: the steps lead ever further away.`;
    return decide("diverges", words);
  }
  if (noise) return judgeNoisy(descent, surface);
  const arrival = findArrival(descent, surface, settings);
  if (arrival !== null) return judgeArrived(arrival, surface, valley);
  const restless = isOnly
    ? null
    : judgeRestless(positions, surface, tooFast.length > 0);
  return restless ?? judgeEach(errors, limits, surface, settings);
}

/** Returns the verdict on each parameter by itself. */
function judgeEach(errors, limits, { letters, minima }, { rate, beta }) {
  const judged = letters.map((w, i) => {
    const subject = letters.length > 1 ? `$${w}$` : "It";
    const isAtLimit = minima.length === 1 && Math.abs(rate - limits[i]) <= 1e-9 &&
      !beta;
    const bounces = isAtLimit && errors[i].at(-1);
    return bounces
      ? ["bounces", `${subject} bounces for ever.`]
      : watch(errors[i], subject, beta);
  });
  const fates = judged.map(([fate]) => fate);
  const words = judged.map(([, sentence]) => sentence).join(" ");
  return { fates, words, end: fates.includes("bounces") ? ROUND : MOST };
}
