// What a threshold does to people to whom a network has given probabilities of being
// ill.

import { formatCount } from "./numbers.mjs";

/** @import { Pair } from "./plot.mjs" */

/**
 * The four fields of a confusion matrix: healthy people without and with an alarm, ill
 * people without and with one.
 * @typedef {{ cleared: number, alarms: number, missed: number, found: number }} Counts
 */

export const PEOPLE = 10_000;
export const STAKE = 49; // false alarms are as bad as one missed person

/** Returns the logarithm of the odds of a probability. @param {number} probability */
export function toLogOdds(probability) {
  return Math.log(probability / (1 - probability));
}

/**
 * Returns which shares of the healthy and of the ill are above each threshold.
 * @param {[threshold: number, healthy: number, ill: number][]} rows Thresholds rising
 *   from 0, each with how many people are above it.
 * @returns {Pair[]}
 */
export function findShares(rows) {
  const [, healthy, ill] = rows[0];
  return rows.map(([, alarms, found]) => [alarms / healthy, found / ill]);
}

/**
 * Returns the confusion matrix and its measures. Without alarms the precision is null.
 * @param {Pair} shares Of the healthy and of the ill, those called ill.
 * @param {number} prevalence The share of all who are ill.
 */
export function findMeasures([alarmRate, sensitivity], prevalence) {
  const ill = PEOPLE * prevalence;
  const healthy = PEOPLE - ill;
  const [alarms, found] = [healthy * alarmRate, ill * sensitivity];
  const [cleared, missed] = [healthy - alarms, ill - found];
  return {
    counts: { cleared, alarms, missed, found },
    accuracy: (cleared + found) / PEOPLE,
    stamp: healthy / PEOPLE, // the accuracy of calling everybody healthy
    sensitivity,
    precision: alarms + found ? found / (alarms + found) : null,
    alarmRate,
    cost: STAKE * missed + alarms,
  };
}

/**
 * Returns the points of the ROC curve and of the precision–recall curve.
 * @param {Pair[]} shares
 * @param {number} prevalence
 * @returns {{ roc: Pair[], precision: Pair[] }}
 */
export function makeCurves(shares, prevalence) {
  /** @type {Pair[]} */
  const points = shares.map((share) => {
    const { sensitivity, precision } = findMeasures(share, prevalence);
    return [sensitivity, precision];
  });
  return { roc: shares, precision: points.filter(([, y]) => y !== null) };
}

/**
 * Returns positions of some people that represent a group, each of whom is in the
 * middle of an equal share of the group.
 * @param {number[]} edges Positions that rise.
 * @param {number[]} above Which share of the group is above each, from 1 to 0.
 * @param {number} count
 * @returns {number[]}
 */
export function pickPositions(edges, above, count) {
  return Array.from({ length: count }, (_, i) => {
    const level = 1 - (i + 0.5) / count;
    const end = above.findIndex((share) => share <= level);
    const part = (above[end - 1] - level) / (above[end - 1] - above[end]);
    return edges[end - 1] + part * (edges[end] - edges[end - 1]);
  });
}

/**
 * Returns the layer of each of some discs, so that none covers another.
 * @param {number[]} positions In rising order.
 * @param {number} size
 * @returns {number[]}
 */
export function stackDiscs(positions, size) {
  const ends = [];
  return positions.map((position) => {
    const free = ends.findIndex((end) => end + size <= position);
    const layer = free < 0 ? ends.length : free;
    ends[layer] = position;
    return layer;
  });
}

/**
 * Returns whole numbers of people, with unchanged sums for the healthy and for the ill.
 * @param {Counts} counts
 */
export function roundCounts({ cleared, alarms, missed, found }) {
  const [healthy, ill] = [cleared + alarms, missed + found].map(Math.round);
  const whole = { alarms: Math.round(alarms), found: Math.round(found) };
  const rest = { cleared: healthy - whole.alarms, missed: ill - whole.found };
  return { ...whole, ...rest, healthy, ill };
}

/** Returns a share as text. @param {number} share */
export function formatShare(share) {
  return `${(100 * share).toFixed(1)}%`;
}

/** Returns in words whom a threshold helps. @param {{ counts: Counts }} measures */
export function describeAlarms({ counts }) {
  const { alarms, found, ill } = roundCounts(counts);
  const isWhole = (count) => Math.abs(count - Math.round(count)) < 1e-6;
  const about = isWhole(counts.found) && isWhole(counts.alarms) ? "" : "about ";
  const right = `${about}${formatCount(found)} of`;
  const helped = `It finds ${right} ${formatCount(ill)} ill people`;
  const all = alarms + found;
  return all
    ? `${helped}; ${right} ${formatCount(all)} alarms are right.`
    : `${helped}.`;
}
