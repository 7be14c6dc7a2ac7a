// What a neuron computes.

export const activations = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  ReLU: (z) => Math.max(0, z),
};

/** The slopes of the curves at their transition; that of the ReLU on the side where it rises. */
export const steepness = { sigmoid: 0.25, tanh: 1, ReLU: 1 };

/** Returns the weighted sum of inputs plus the bias, the pre-activation. */
export function sum(inputs, weights, bias) {
  return inputs.reduce((total, input, place) => total + input * weights[place], bias);
}

/** Returns the input at which a neuron with one weight has its transition, if there is one. */
export function findTransition(weight, bias) {
  return weight ? -bias / weight || 0 : null;
}

/**
 * Returns the ends of the line on which z is 0, within the square from 0 to 1, if it crosses it.
 * @param weights Two of them.
 */
export function findBoundary([first, second], bias) {
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

/**
 * Returns weights and bias of a line that has been turned about a place towards another, and whose
 * change across it is as sharp as before.
 */
export function turn(weights, pivot, towards) {
  const way = [towards[0] - pivot[0], towards[1] - pivot[1]];
  const scale = Math.hypot(...weights) / (Math.hypot(...way) || 1);
  const turned = way.map((part) => part * scale);
  return { weights: turned, bias: -sum(pivot, turned, 0) };
}
