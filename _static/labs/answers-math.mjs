// How often answers are right, by how sure the reader was.

/** @import { Answer, Entry } from "./memory.mjs" */

const Z = 1.959964; // for 95%

/** The answers of a reader who is too sure. @type {Answer[]} */
export const MADE_UP = [
  answer("guess", 3, 8),
  answer("fairly", 10, 16),
  answer("certain", 14, 18),
].flat();

function answer(certainty, right, count) {
  const answers = Array(count).fill({ day: 0, certainty, chance: 0.25 });
  return answers.map((each, i) => ({ ...each, isRight: i < right }));
}

/**
 * Returns the ends of Wilson's interval for a share (J. Am. Stat. Assoc. 22, 1927).
 * @type {(right: number, count: number) => number[]}
 */
export function findInterval(right, count) {
  const width = Z * Math.sqrt(right * (1 - right / count) + Z ** 2 / 4);
  return [-width, width].map((part) => (right + Z ** 2 / 2 + part) / (count + Z ** 2));
}

/**
 * Returns the points of the curve as scikit-learn's `calibration_curve` does: bins
 * contain their upper ends, and empty ones are left out.
 * @param {[confidence: number, isRight: boolean][]} answers
 */
export function findCurve(answers) {
  const bins = Array.from(Array(10), () => []);
  for (const answer of answers) {
    // As in NumPy, 3 · 0.1 is not quite 0.3.
    bins.find((_, i) => answer[0] <= (i + 1) * 0.1).push(answer);
  }
  return bins.filter((bin) => bin.length).map((bin) => {
    const count = bin.length;
    const right = bin.filter(([, isRight]) => isRight).length;
    const confidence = bin.reduce((sum, [each]) => sum + each, 0) / count;
    return { confidence, right, count, ends: findInterval(right, count) };
  });
}

/** Whether something has the form of entries. @returns {something is Entry[]} */
export function areEntries(something) {
  return Array.isArray(something) && something.every((entry) => {
    const { label, edition, answers } = Object(entry);
    const isName = (name) => /^[\w-]+$/.exec(name)?.[0] === name;
    return isName(label) && isName(edition) && Array.isArray(answers);
  });
}
