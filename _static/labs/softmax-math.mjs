// Softmax, cross-entropy and its slopes for one example.

import { softmax } from "./numbers.mjs";

/** From this probability on, an answer is called sure. */
export const SURE = 0.9;

/**
 * Returns the cross-entropy: minus the logarithm of the label's probability.
 * @param {number[]} logits
 * @param {number} label
 */
export function findLoss(logits, label) {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Math.log(sum) + largest - logits[label];
}

/**
 * Returns the slopes of the loss along the logits: the probabilities minus 1 for the
 * label and 0 for the other classes.
 * @param {number[]} logits
 * @param {number} label
 */
export function findSlopes(logits, label) {
  return softmax(logits).map((probability, i) => probability - Number(i === label));
}

/**
 * Returns the class with the highest probability, or null where several have it, and
 * whether that answer is right and sure.
 * @param {number[]} logits
 * @param {number} label
 */
export function findAnswer(logits, label) {
  const largest = Math.max(...logits);
  const answer = logits.indexOf(largest);
  if (answer !== logits.lastIndexOf(largest)) {
    return { answer: null, isRight: false, isSure: false };
  }
  const isSure = softmax(logits)[answer] >= SURE;
  return { answer, isRight: answer === label, isSure };
}
