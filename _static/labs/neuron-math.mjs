// What a neuron computes.

/** @type {Record<string, (z: number) => number>} */
export const activations = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  ReLU: (z) => Math.max(0, z),
};

/**
 * Returns the weighted sum of inputs plus the bias, the pre-activation.
 * @param {number[]} inputs
 * @param {number[]} weights
 * @param {number} bias
 */
export function sum(inputs, weights, bias) {
  return inputs.reduce((total, input, place) => total + input * weights[place], bias);
}

/**
 * Returns the input at which a neuron with one weight has its transition, if there is one.
 * @param {number} weight
 * @param {number} bias
 */
export function findTransition(weight, bias) {
  return weight ? -bias / weight || 0 : null;
}

/**
 * Returns the ends of the line on which z is 0, within the square from 0 to 1, if it crosses it.
 * @param {number[]} weights Two of them.
 * @param {number} bias
 * @returns {[number, number][]}
 */
export function findBoundary([first, second], bias) {
  /** @type {[number, number][]} */
  const ends = [];
  for (const edge of [0, 1]) {
    if (second) ends.push([edge, -(bias + first * edge) / second]);
    if (first) ends.push([-(bias + second * edge) / first, edge]);
  }
  const inside = ends.filter((end) => end.every((place) => place >= 0 && place <= 1));
  const [start] = inside;
  const end = inside.find(([x, y]) => Math.hypot(x - start[0], y - start[1]) > 1e-9);
  return end ? [start, end] : [];
}
