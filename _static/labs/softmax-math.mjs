// What softmax and cross-entropy make of logits.

/** From this probability on, an answer is called sure. */
export const SURE = 0.9;

/** Returns the probabilities of logits, whose largest is subtracted first, as PyTorch does. */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power);
  return powers.map((power) => power / sum);
}

/** Returns what logits cost: minus the logarithm of the probability of the class with the label. */
export function findLoss(logits, label) {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Math.log(sum) + largest - logits[label];
}

/** Returns the slopes of the loss along the logits: probabilities minus what they should be. */
export function findSlopes(logits, label) {
  return softmax(logits).map((part, place) => part - Number(place === label));
}

/**
 * Returns the class that gets the highest probability, or null where several do, and whether the
 * answer is right, and sure.
 */
export function judge(logits, label) {
  const largest = Math.max(...logits);
  const answer = logits.indexOf(largest);
  if (answer !== logits.lastIndexOf(largest)) {
    return { answer: null, isRight: false, isSure: false };
  }
  return { answer, isRight: answer === label, isSure: softmax(logits)[answer] >= SURE };
}
