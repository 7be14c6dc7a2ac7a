// Gradient descent with momentum and noise on three surfaces, and what becomes of it.

import { format } from "./state.mjs";

/**
 * Something to descend on, in one parameter or two.
 * @typedef {object} Surface
 * @property {string[]} letters The parameters.
 * @property {(place: number[]) => number} height
 * @property {(place: number[]) => number[]} slope The gradient.
 * @property {number[][]} minima The lowest first.
 * @property {number[][]} bends How sharply each minimum bends along each parameter.
 *
 * @typedef {{rate: number, beta: number, noise: number, seed: number}} Settings
 *
 * A descent: where it was, and of each step the slope, what noise added to it, and the velocity.
 * @typedef {object} Descent
 * @property {number[][]} places One more than steps.
 * @property {number[][]} slopes
 * @property {number[][]} added
 * @property {number[][]} velocities
 * @property {boolean} lost Whether it has left all bounds, and was stopped.
 *
 * What becomes of a descent: a word for each parameter, or for all, and sentences.
 * @typedef {{fates: string[], words: string, end: number | null}} Verdict
 */

export const HILLTOP = 0.12600040191288885; // of the two valleys
const BOUNDS = 1e6;
const NEAR = 0.01; // of a minimum: there a descent has arrived
const CREEPING = 0.9; // of the distance is left after a step
const PATIENCE = 24; // steps after which what has not come to rest never will
const SETTLING = 20; // steps before the wandering is measured

/** @type {Surface} */
const parabola = {
  letters: ["x"],
  height: ([x]) => x * x,
  slope: ([x]) => [2 * x],
  minima: [[0]],
  bends: [[2]],
};

const LOWEST = [-1.4729976143329838, 1.346997212420095];
/** @type {Surface} */
const valleys = {
  letters: ["x"],
  height: ([x]) => x ** 4 - 4 * x * x + x,
  slope: ([x]) => [4 * x ** 3 - 8 * x + 1],
  minima: LOWEST.map((x) => [x]),
  bends: LOWEST.map((x) => [12 * x * x - 8]),
};

/**
 * Returns a surface by its name.
 * @param {string} name
 * @param {number} ratio How much more sharply a bowl bends along its second parameter.
 * @returns {Surface}
 */
export function findSurface(name, ratio) {
  if (name === "parabola") return parabola;
  if (name === "valleys") return valleys;
  return {
    letters: ["w_1", "w_2"],
    height: ([first, second]) => (first * first + ratio * second * second) / 2,
    slope: ([first, second]) => [first, ratio * second],
    minima: [[0, 0]],
    bends: [[1, ratio]],
  };
}

/**
 * Returns a source of numbers with mean 0 and standard deviation 1, the same for a seed.
 *
 * Even ones come from mulberry32 by Tommy Ettinger, which is in the public domain; Box and
 * Muller's formula makes normal ones of them.
 * @param {number} seed
 */
export function makeNoise(seed) {
  let state = seed | 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/**
 * Descends so many steps, or until all bounds are left.
 * @param {Surface} surface
 * @param {number[]} start
 * @param {Settings} settings
 * @param {number} count
 * @returns {Descent}
 */
export function descend({ slope }, start, { rate, beta, noise, seed }, count) {
  const draw = makeNoise(seed);
  let place = start;
  let velocity = start.map(() => 0);
  /** @type {Descent} */
  const descent = { places: [start], slopes: [], added: [], velocities: [], lost: false };
  while (descent.slopes.length < count && !descent.lost) {
    const slopes = slope(place);
    const added = slopes.map(() => noise ? noise * draw() : 0);
    velocity = velocity.map((v, i) => beta * v + (slopes[i] + added[i]));
    place = place.map((x, i) => x - rate * velocity[i]);
    descent.slopes.push(slopes);
    descent.added.push(added);
    descent.velocities.push(velocity);
    descent.places.push(place);
    descent.lost = !place.every((x) => Math.abs(x) < BOUNDS);
  }
  return descent;
}

/**
 * Returns the number of the minimum in whose valley a place is.
 * @param {Surface} surface
 * @param {number[]} place
 */
export function findValley({ minima }, [x]) {
  return minima.length > 1 && x > HILLTOP ? 1 : 0;
}

/**
 * Returns the largest learning rate with which a descent comes to rest where it bends so much.
 * @param {number} bend
 * @param {number} beta
 */
export function findLimit(bend, beta) {
  return (2 * (1 + beta)) / bend;
}

/** @param {number[][]} places */
function measureSpread(places) {
  const squares = places.map((place) => place.reduce((sum, x) => sum + x * x, 0));
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

/** @param {number} part */
function percent(part) {
  return `${Number((100 * part).toPrecision(2))}%`;
}

/**
 * Says what the distances from a minimum do that one parameter has had, the last ones.
 * @param {number[]} errors
 * @param {string} subject
 * @param {number} beta
 * @returns {[string, string]}
 */
function watch(errors, subject, beta) {
  const recent = errors.slice(-12);
  const turns = recent.filter((error, i) => i && error * recent[i - 1] < 0).length;
  const [before, last] = errors.slice(-2);
  const left = Math.abs(last / before);
  if (turns >= 0.7 * (recent.length - 1)) {
    const where = left < 1 ? `, yet lands at ${format(left)} of the distance` : "";
    return ["zig-zags", `${subject} zig-zags: each step overshoots${where}.`];
  }
  if (turns) {
    const why = beta ? "momentum carries it" : "a step has led";
    return ["swings", `${subject} swings: ${why} past the minimum.`];
  }
  if (left > 1) return ["leaves", `${subject} moves away from the minimum.`];
  const covered = `the last step covered ${percent(1 - left)} of the distance left`;
  if (left > CREEPING) return ["creeps", `${subject} creeps: ${covered}.`];
  return ["approaches", `${subject} comes closer: ${covered}.`];
}

/**
 * Returns after how many steps a descent has come near a minimum for good, if it has.
 * @param {Descent} descent
 * @param {Surface} surface
 * @param {Settings} settings
 */
function findArrival({ places, velocities }, surface, settings) {
  const minimum = surface.minima[findValley(surface, places[places.length - 1])];
  const isFar = (/** @type {number[]} */ place) =>
    place.some((x, i) => Math.abs(x - minimum[i]) > NEAR);
  const far = places.findLastIndex(isFar);
  if (far === places.length - 1) return null;
  // It may only pass: ask the next steps.
  let place = places[places.length - 1];
  let velocity = velocities.at(-1) ?? place.map(() => 0);
  for (let n = 0; n < PATIENCE; n++) {
    const slopes = surface.slope(place);
    velocity = velocity.map((v, i) => settings.beta * v + slopes[i]);
    place = place.map((x, i) => x - settings.rate * velocity[i]);
    if (isFar(place)) return null;
  }
  return far + 1;
}

/**
 * Says what becomes of a descent with noise.
 * @param {Descent} descent
 * @param {Surface} surface
 * @param {Settings} settings
 * @returns {Verdict}
 */
function judgeNoisy({ places }, surface, settings) {
  const steps = places.length - 1;
  if (steps < SETTLING) {
    return { fates: ["shaken"], words: "Noise shakes every step.", end: null };
  }
  const late = places.slice(-Math.floor(steps / 2));
  const sides = late.map((place) => findValley(surface, place));
  const crossings = sides.filter((side, i) => i && side !== sides[i - 1]).length;
  const span = `over the last ${late.length} steps`;
  if (crossings) {
    const deeper = sides.filter((side) => !side).length / sides.length;
    const words = `Noise carries it from valley to valley: ${span} ${crossings} times, ` +
      `with ${percent(deeper)} of them in the deeper one.`;
    return { fates: ["changes"], words, end: null };
  }
  const minimum = surface.minima[sides[0]];
  const errors = late.map((place) => place.map((x, i) => x - minimum[i]));
  const spread = measureSpread(errors);
  // Would it still be on its way, were there no noise?
  const quiet = descend(surface, places[0], { ...settings, noise: 0 }, steps).places;
  const [before, now] = [quiet[steps - late.length], quiet[steps]].map((place) => {
    const goal = surface.minima[findValley(surface, place)];
    return measureSpread([place.map((x, i) => x - goal[i])]);
  });
  if (before > spread / 2 && now < 0.99 * before) {
    return { fates: ["approaches"], words: "It comes closer, shaken by noise.", end: null };
  }
  const words = `It wanders, since noise does not let it rest: ${span} at a typical ` +
    `distance of ${format(spread)} from the minimum.`;
  return { fates: ["wanders"], words, end: null };
}

/**
 * Says what becomes of a descent, and after how many steps nothing new will come.
 * @param {Descent} descent
 * @param {Surface} surface
 * @param {Settings} settings
 * @returns {Verdict}
 */
export function judge(descent, surface, settings) {
  const { places, lost } = descent;
  const { rate, beta, noise } = settings;
  const { letters, minima } = surface;
  const steps = places.length - 1;
  const place = places[steps];
  if (lost) {
    const words = `It diverges: after ${steps} steps it has left all bounds.`;
    return { fates: ["diverges"], words, end: steps };
  }
  const isFixed = minima.length === 1; // No other minimum can catch it.
  const valley = findValley(surface, place);
  const minimum = minima[valley];
  const limits = surface.bends[valley].map((bend) => findLimit(bend, beta));
  const errors = letters.map((_, i) => places.map((place) => place[i] - minimum[i]));
  const isAway = (/** @type {number} */ i) => errors[i].some((error) => error !== 0);
  const over = letters.filter((_, i) => rate > limits[i] + 1e-9 && (noise || isAway(i)));
  if (steps && isFixed && over.length) {
    const along = letters.length > 1 ? ` along ${over.map((w) => `$${w}$`).join(" and ")}` : "";
    const words = `It diverges${along}: the steps lead ever further away.`;
    return { fates: ["diverges"], words, end: null };
  }
  if (steps && noise) return judgeNoisy(descent, surface, settings);
  const arrival = findArrival(descent, surface, settings);
  if (arrival !== null) {
    const which = isFixed ? "minimum" : ["lowest point", "local minimum"][valley];
    const at = letters.map((w, i) => `$${w}$ = ${format(minimum[i], isFixed ? 0 : 2)}`);
    const rest = valley ? " The lowest point of all is in the other valley." : "";
    const when = arrival
      ? `It has arrived after ${arrival} step${arrival > 1 ? "s" : ""}`
      : "It stands there already";
    const words = `${when}: within ${NEAR} of the ${which} at ${at.join(", ")}.${rest}`;
    return { fates: ["arrived"], words, end: arrival };
  }
  if (!steps) return { fates: ["starts"], words: "It is at the start.", end: null };
  const last = places.slice(-PATIENCE).map(([x]) => x);
  const sides = last.map((x) => findValley(surface, [x]));
  const crossings = sides.filter((side, i) => i && side !== sides[i - 1]).length;
  if (crossings > 1) {
    const words = "It jumps from valley to valley.";
    return { fates: ["jumps"], words, end: null };
  }
  if (!isFixed && over.length && steps > PATIENCE) {
    const [x, before, earlier] = last.toReversed();
    const ends = [x, before].sort((a, b) => a - b).map((end) => format(end)).join(" and ");
    if (Math.abs(x - earlier) < 1e-3) {
      const words = `It bounces for ever, between ${ends}.`;
      return { fates: ["bounces"], words, end: null };
    }
    const words = "It jumps about in this valley and does not come to rest.";
    return { fates: ["restless"], words, end: null };
  }
  /** @type {[string, string][]} */
  const said = letters.map((w, i) => {
    const subject = letters.length > 1 ? `$${w}$` : "It";
    const [before, now] = errors[i].slice(-2).map(Math.abs);
    if (now < NEAR && before < 2 * NEAR) return ["arrived", `${subject} has arrived.`];
    if (isFixed && Math.abs(rate - limits[i]) <= 1e-9 && !beta) {
      return ["bounces", `${subject} bounces for ever, from side to side.`];
    }
    return watch(errors[i], subject, beta);
  });
  const crossed = crossings ? " It has leapt over the hilltop." : "";
  return {
    fates: said.map(([fate]) => fate),
    words: said.map(([, words]) => words).join(" ") + crossed,
    end: null,
  };
}
