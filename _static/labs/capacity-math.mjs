// What networks of several widths make of few and of many training cells: their errors,
// as a chapter's run has recorded them, and what a reader has found out about these.

import { format, formatCount } from "./numbers.mjs";

/** @import { Pair } from "./plot.mjs" */

/**
 * Widths and numbers of cells, each rising, and for each number of cells and each width
 * the share of wrong answers for training cells and for new ones.
 * @typedef {{ widths: number[], sizes: number[], errors: Pair[][] }} Runs
 */

export const GIVEN = 100; // cells, for which the best width is to be found
export const CHANCE = 0.15; // the share of the cells whose label is wrong

/** Returns a share as text. @param {number} share */
export function formatShare(share) {
  return `${format(100 * share, 0)}%`;
}

/** Returns the index of the lowest error on new cells. @param {Pair[]} errors */
export function findLowest(errors) {
  const news = errors.map(([, error]) => error);
  return news.indexOf(Math.min(...news));
}

/**
 * Returns points in pixels.
 * @param {number[]} numbers One coordinate after the other, in hundredths.
 * @param {{ toX: (x: number) => number, toY: (y: number) => number }} plot
 * @returns {Pair[]}
 */
export function locate(numbers, { toX, toY }) {
  const xs = numbers.filter((_, i) => i % 2 === 0);
  return xs.map((x, i) => [toX(x / 100), toY(numbers[2 * i + 1] / 100)]);
}

/**
 * Returns what those runs show that a reader has looked at: the width whose error is
 * the lowest for the given cells, once all widths have been seen with these; and the
 * largest number of cells with which the widest network has been seen below that.
 * @param {Runs} runs
 * @param {(size: number, width: number) => boolean} isSeen By the indices of both.
 */
export function judge({ widths, sizes, errors }, isSeen) {
  const given = sizes.indexOf(GIVEN);
  const seen = widths.map((_, i) => i).filter((i) => isSeen(given, i));
  const best = seen[findLowest(seen.map((i) => errors[given][i]))];
  const isFound = seen.length === widths.length;
  const widest = widths.length - 1;
  const isBelow = (row) => row[widest][1] < errors[given][best][1];
  const reached = isFound
    ? errors.findLastIndex((row, i) => isSeen(i, widest) && isBelow(row))
    : -1;
  return { seen, best, isFound, reached };
}

/**
 * Returns the verdict in words.
 * @param {Runs} runs
 * @param {(size: number, width: number) => boolean} isSeen
 * @param {Pair} shown The indices of the run that is shown.
 */
export function describe(runs, isSeen, [size, width]) {
  const { widths, sizes, errors } = runs;
  const [training, news] = errors[size][width];
  if (sizes[size] > GIVEN && training > 1.5 * CHANCE) {
    return `More cells do not make up for too few neurons: with ` +
      `${formatCount(sizes[size])} cells, width ${widths[width]} is still wrong ` +
      `about ${formatShare(news)} of new ones.`;
  }
  const { seen, best, isFound, reached } = judge(runs, isSeen);
  if (seen.length < 2) {
    return `With ${GIVEN} cells, which width has the lowest error on new cells?`;
  }
  const lowest = formatShare(errors[sizes.indexOf(GIVEN)][best][1]);
  const found = `With ${GIVEN} cells, width ${widths[best]} has the lowest error on ` +
    "new cells";
  if (!isFound) return `${found} so far: ${lowest}. Try all widths.`;
  const widest = widths[widths.length - 1];
  if (reached < 0) return `${found}: ${lowest}. Now bring width ${widest} below it.`;
  return describeReached(runs, reached, lowest);
}

/** Returns what more cells have done for the widest network. */
function describeReached({ widths, sizes, errors }, reached, lowest) {
  const last = sizes.length - 1;
  const [count, most] = [sizes[reached], sizes[last]].map(formatCount);
  const widest = widths.length - 1;
  const [training, news] = errors[reached][widest].map(formatShare);
  if (reached < last) {
    return `✓ ${count} cells bring width ${widths[widest]} to ${news}, below ` +
      `${lowest}. Go on to ${most}: what does the training error do?`;
  }
  return `✓ Width ${
    widths[widest]
  }, ${count} cells: the training error has risen to ${training}, ` +
    `and the error on new cells has fallen to ${news}, near the expert’s ${
      formatShare(CHANCE)
    }. ` +
    "Fewer neurons and more cells both narrow the gap between them.";
}
