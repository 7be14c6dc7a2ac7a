// Gradient descent with momentum and noise on three surfaces, and what becomes of it.

import { format } from "./state.mjs";

// A surface has the letters of its parameters, its height and its slope, the gradient, at a place,
// its minima, the lowest first, and of each of these the curvatures, one for each parameter.
// Settings are the learning rate, momentum beta, the standard deviation of noise, and a seed.
// A descent has places, one more than steps, and of each step the slopes, what noise added to them,
// and the velocities; lost says whether it has left all bounds, and was stopped.

export const MOST = 500; // steps
const HILLTOP = 0.12600040191288885; // of the two valleys
const BOUNDS = 1e6;
const NEAR = 0.01; // of a minimum: there a descent has arrived
const CREEPING = 0.9; // of the distance is left after a step
const PATIENCE = 24; // steps after which what has not come to rest never will
const ROUND = 60; // steps to watch what goes on for ever
const LOWEST = [-1.4729976143329838, 1.346997212420095]; // of the two valleys

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
 * @param ratio The curvature of a bowl along its second parameter, by that along its first.
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
 * Returns a source of numbers with mean 0 and standard deviation 1, the same for a seed.
 *
 * Even ones come from mulberry32 by Tommy Ettinger, which is in the public domain; Box and
 * Muller's formula makes normal ones of them.
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

/** Descends so many steps, or until all bounds are left. */
export function descend({ slope }, start, { rate, beta, noise, seed }, count) {
  const draw = makeNoise(seed);
  let place = start;
  let velocity = start.map(() => 0);
  const descent = {
    places: [start],
    slopes: [],
    added: [],
    velocities: [],
    lost: false,
  };
  while (descent.slopes.length < count && !descent.lost) {
    const slopes = slope(place);
    const added = slopes.map(() => noise ? noise * draw() : 0);
    velocity = velocity.map((v, i) => beta * v + (slopes[i] + added[i]));
    place = place.map((w, i) => w - rate * velocity[i]);
    descent.slopes.push(slopes);
    descent.added.push(added);
    descent.velocities.push(velocity);
    descent.places.push(place);
    descent.lost = !place.every((w) => Math.abs(w) < BOUNDS);
  }
  return descent;
}

/** Returns the largest learning rate with which a descent comes to rest at such a curvature. */
const findLimit = (curvature, beta) => (2 * (1 + beta)) / curvature;

/** Returns the number of the minimum in whose valley a place is. */
const findValley = ({ minima }, [w]) => minima.length > 1 && w > HILLTOP ? 1 : 0;

const countChanges = (numbers) =>
  numbers.filter((n, i) => i && n !== numbers[i - 1]).length;

/** Says what the distances from a minimum do that one parameter has had. */
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
  const covered = `${
    Number((100 * (1 - last / before)).toPrecision(2))
  }% of the distance left`;
  if (last > CREEPING * before) {
    return ["creeps", `${subject} creeps: a step covers ${covered}.`];
  }
  return ["approaches", `${subject} comes closer: the last step covered ${covered}.`];
}

/** Returns after how many steps a descent has come near a minimum for good, if it has. */
function findArrival({ places, velocities }, surface, { rate, beta }) {
  const minimum = surface.minima[findValley(surface, places[places.length - 1])];
  const isFar = (place) => place.some((w, i) => Math.abs(w - minimum[i]) > NEAR);
  const far = places.findLastIndex(isFar);
  // It may only pass: ask the next steps.
  let place = places[places.length - 1];
  let velocity = velocities.at(-1) ?? place.map(() => 0);
  for (let n = 0; n < PATIENCE && !isFar(place); n++) {
    const slopes = surface.slope(place);
    velocity = velocity.map((v, i) => beta * v + slopes[i]);
    place = place.map((w, i) => w - rate * velocity[i]);
  }
  return isFar(place) ? null : far + 1;
}

/** Says what becomes of a descent with noise. */
function judgeNoisy({ places }, surface) {
  const steps = places.length - 1;
  if (steps < 20) {
    return { fates: ["shaken"], words: "Noise shakes every step.", end: MOST };
  }
  const late = places.slice(-Math.floor(steps / 2));
  const sides = late.map((place) => findValley(surface, place));
  const crossings = countChanges(sides);
  const span = `over the last ${late.length} steps`;
  if (crossings) {
    const words = `Noise carries it from valley to valley, ${crossings} times ${span}.`;
    return { fates: ["changes"], words, end: MOST };
  }
  const goal = surface.minima[sides[0]];
  const squares = late.map((place) =>
    place.reduce((sum, w, i) => sum + (w - goal[i]) ** 2, 0)
  );
  const spread = Math.sqrt(
    squares.reduce((sum, square) => sum + square, 0) / squares.length,
  );
  const words =
    `Noise does not let it rest: ${span} its typical distance from the minimum was ` +
    `${format(spread)}.`;
  return { fates: ["wanders"], words, end: MOST };
}

/**
 * Says what becomes of a descent: a word for each parameter, or for all, sentences, and after how
 * many steps there is nothing new to see.
 */
export function judge(descent, surface, settings) {
  const { places, lost } = descent;
  const { rate, beta, noise } = settings;
  const { letters, minima } = surface;
  const steps = places.length - 1;
  const say = (fate, words, end = MOST) => ({ fates: [fate], words, end });
  if (!steps) return say("starts", "It is at the start.");
  if (lost) {
    return say(
      "diverges",
      `It diverges: it has left all bounds at step ${steps}.`,
      steps,
    );
  }
  const isFixed = minima.length === 1; // No other minimum can catch it.
  const valley = findValley(surface, places[steps]);
  const minimum = minima[valley];
  const limits = surface.curvatures[valley].map((curvature) =>
    findLimit(curvature, beta)
  );
  const errors = letters.map((_, i) => places.map((place) => place[i] - minimum[i]));
  const isAway = (i) => noise || errors[i].some((error) => error !== 0);
  const over = letters.filter((_, i) => rate > limits[i] + 1e-9 && isAway(i));
  if (isFixed && over.length) {
    const along = letters.length > 1
      ? ` along ${over.map((w) => `$${w}$`).join(" and ")}`
      : "";
    return say("diverges", `It diverges${along}: the steps lead ever further away.`);
  }
  if (noise) return judgeNoisy(descent, surface);
  const arrival = findArrival(descent, surface, settings);
  if (arrival !== null) {
    const which = isFixed ? "minimum" : ["global minimum", "local minimum"][valley];
    const goal = minimum.map((place) => format(place, isFixed ? 0 : 2));
    const at = letters.map((w, i) => `$${w}$\u00a0=\u00a0${goal[i]}`).join(", ");
    const words =
      `It has arrived after ${arrival} step${
        arrival === 1 ? "" : "s"
      }, within ${NEAR} ` +
      `of the ${which} at ${at}.`;
    return say("arrived", words, arrival);
  }
  const recent = places.slice(-PATIENCE);
  const crossings = countChanges(recent.map((place) => findValley(surface, place)));
  if (crossings > 1) return say("jumps", "It jumps from valley to valley.");
  if (!isFixed && over.length && steps > PATIENCE) {
    const [[last], [before], [earlier]] = recent.toReversed();
    const ends = [last, before].sort((a, b) => a - b).map((end) => format(end)).join(
      " and ",
    );
    if (Math.abs(last - earlier) > 1e-3) {
      return say("restless", "It does not come to rest.", ROUND);
    }
    return say("bounces", `It bounces for ever, between ${ends}.`, ROUND);
  }
  const said = letters.map((w, i) => {
    const subject = letters.length > 1 ? `$${w}$` : "It";
    const bounces = isFixed && Math.abs(rate - limits[i]) <= 1e-9 && !beta &&
      errors[i][steps];
    return bounces
      ? ["bounces", `${subject} bounces for ever.`]
      : watch(errors[i], subject, beta);
  });
  const fates = said.map(([fate]) => fate);
  const words = said.map(([, words]) => words).join(" ");
  return { fates, words, end: fates.includes("bounces") ? ROUND : MOST };
}
