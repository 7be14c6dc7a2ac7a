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
 * the lowest for the given cells, once those beside it have been seen, too; and with
 * how many cells the widest network gets below that, once it has been seen to.
 * @param {Runs} runs
 * @param {(size: number, width: number) => boolean} isSeen By the indices of both.
 */
export function judge({ widths, sizes, errors }, isSeen) {
  const given = sizes.indexOf(GIVEN);
  const best = findLowest(errors[given]);
  const widest = widths.length - 1;
  const around = [best - 1, best, best + 1].filter((i) => i >= 0 && i <= widest);
  const isFound = around.every((i) => isSeen(given, i));
  const isBelow = (row) => row[widest][1] < errors[given][best][1];
  const cured = errors.findIndex((row, i) => isSeen(i, widest) && isBelow(row));
  return { given, best, widest, isFound, cured: isFound ? cured : -1 };
}

/**
 * Returns the verdict in words.
 * @type {(runs: Runs, isSeen: (size: number, width: number) => boolean) => string}
 */
export function describe(runs, isSeen) {
  const { widths, sizes, errors } = runs;
  const { given, best, widest, isFound, cured } = judge(runs, isSeen);
  const lowest = formatShare(errors[given][best][1]);
  if (!isFound) {
    const seen = widths.map((_, i) => i).filter((i) => isSeen(given, i));
    if (seen.length < 2) {
      return `With ${GIVEN} cells, which width has the lowest error on new cells?`;
    }
    const i = seen[findLowest(seen.map((i) => errors[given][i]))];
    const error = formatShare(errors[given][i][1]);
    return `With ${GIVEN} cells, width ${widths[i]} has the lowest error on new ` +
      `cells so far: ${error}.`;
  }
  if (cured < 0) {
    return `With ${GIVEN} cells, width ${widths[best]} has the lowest error on new ` +
      `cells: ${lowest}. Now bring width ${widths[widest]} below it.`;
  }
  const error = formatShare(errors[cured][widest][1]);
  return `Done: ${formatCount(sizes[cured])} cells bring width ${widths[widest]} to ` +
    `${error}, below ${lowest}. More cells cure what fewer neurons cure.`;
}
