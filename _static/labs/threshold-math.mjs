// What a threshold makes of people to whom a network has given probabilities of being ill.

export const PEOPLE = 10_000;
export const STAKE = 49; // false alarms are as bad as one missed person

/** Returns the logarithm of the odds of a probability. */
export function toLogOdds(probability) {
  return Math.log(probability / (1 - probability));
}

/**
 * Returns which shares of the healthy and of the ill are above each threshold.
 * @param rows Thresholds that rise from 0, each with how many of the healthy and of the ill.
 */
export function findShares(rows) {
  const [, healthy, ill] = rows[0];
  return rows.map(([, alarmed, found]) => [alarmed / healthy, found / ill]);
}

/**
 * Returns what becomes of people, and how good that is; without alarms the precision is null.
 * @param shares Of the healthy and of the ill, how many are called ill.
 * @param prevalence The share of all who are ill.
 */
export function judge([alarmRate, sensitivity], prevalence) {
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

/** Returns the points of the ROC curve and of the precision–recall curve. */
export function makeCurves(shares, prevalence) {
  const points = shares.map((share) => [share[1], judge(share, prevalence).precision]);
  return {
    roc: shares,
    precision: points.filter(([, precision]) => precision !== null),
  };
}

/**
 * Returns places that stand for a group: of so many, each is in the middle of its part.
 * @param edges Places that rise.
 * @param above Which share of the group is above each, from 1 to 0.
 */
export function pick(edges, above, count) {
  return Array.from({ length: count }, (_, i) => {
    const level = 1 - (i + 0.5) / count;
    const end = above.findIndex((share) => share <= level);
    const part = (above[end - 1] - level) / (above[end - 1] - above[end]);
    return edges[end - 1] + part * (edges[end] - edges[end - 1]);
  });
}

/** Returns the layer of each of some discs, which rise in place, so that none covers another. */
export function stack(places, size) {
  const ends = [];
  return places.map((place) => {
    const free = ends.findIndex((end) => end + size <= place);
    const layer = free < 0 ? ends.length : free;
    ends[layer] = place;
    return layer;
  });
}

/** Returns whole numbers of people, of the same sum for the healthy and for the ill. */
export function round({ cleared, alarms, missed, found }) {
  const [healthy, ill] = [cleared + alarms, missed + found].map(Math.round);
  const whole = { alarms: Math.round(alarms), found: Math.round(found) };
  return {
    ...whole,
    cleared: healthy - whole.alarms,
    missed: ill - whole.found,
    healthy,
    ill,
  };
}

/** Returns a number of people as text. */
export function write(count) {
  return Math.round(count).toLocaleString("en");
}

/** Returns a share as text. */
export function writeShare(share) {
  return `${(100 * share).toFixed(1)}%`;
}

/** Returns in words whom a threshold helps. */
export function tell({ counts }) {
  const { alarms, found, ill } = round(counts);
  const isWhole = [counts.found, counts.alarms].every((n) =>
    Math.abs(n - Math.round(n)) < 1e-6
  );
  const about = isWhole ? "" : "about ";
  const helped = `It finds ${about}${write(found)} of ${write(ill)} ill people`;
  if (!(alarms + found)) return `${helped}.`;
  return `${helped}; ${about}${write(found)} of ${
    write(alarms + found)
  } alarms are right.`;
}
