// A network with two inputs, two hidden neurons and one output, and its gradients.

import { formatPower } from "./numbers.mjs";

/**
 * Numbers by their names: the inputs x1 and x2, the weights and the bias of the upper,
 * the lower and the output neuron, u1 to ob, and the label y.
 * @typedef {Record<string, number>} Numbers
 */

/** The nine numbers that training changes. */
export const PARAMETERS = ["u1", "u2", "ub", "l1", "l2", "lb", "o1", "o2", "ob"];

/**
 * Returns the activation of each neuron, and the loss, the squared error. Hidden
 * neurons use ReLU; the names of their pre-activations begin with z.
 * @param {Numbers} numbers
 * @returns {Numbers}
 */
export function forward({ x1, x2, u1, u2, ub, l1, l2, lb, o1, o2, ob, y }) {
  const zUpper = x1 * u1 + x2 * u2 + ub;
  const zLower = x1 * l1 + x2 * l2 + lb;
  const upper = Math.max(0, zUpper);
  const lower = Math.max(0, zLower);
  const out = upper * o1 + lower * o2 + ob;
  return { zUpper, zLower, upper, lower, out, loss: (out - y) ** 2 };
}

/** Returns the slope of ReLU. At the kink it is 0, as in PyTorch. @param {number} z */
export function slope(z) {
  return z > 0 ? 1 : 0;
}

/**
 * Returns the gradient of the loss with respect to each input and parameter, the
 * output, and the pre-activations of the hidden neurons, which go by the neurons'
 * names.
 * @param {Numbers} numbers
 * @param {Numbers} [known] Gradients of neurons, from which it goes on.
 * @returns {Numbers}
 */
export function backward(numbers, known = {}) {
  const { x1, x2, u1, u2, l1, l2, o1, o2, y } = numbers;
  const values = forward(numbers);
  const out = known.out ?? 2 * (values.out - y);
  const upper = known.upper ?? out * o1 * slope(values.zUpper);
  const lower = known.lower ?? out * o2 * slope(values.zLower);
  return {
    out,
    o1: out * values.upper,
    o2: out * values.lower,
    ob: out,
    upper,
    u1: upper * x1,
    u2: upper * x2,
    ub: upper,
    lower,
    l1: lower * x1,
    l2: lower * x2,
    lb: lower,
    x1: upper * u1 + lower * l1,
    x2: upper * u2 + lower * l2,
  };
}

/**
 * Returns the numbers after a step of gradient descent.
 * @param {Numbers} numbers
 * @param {number} rate
 * @returns {Numbers}
 */
export function update(numbers, rate) {
  const gradients = backward(numbers);
  const move = (name) => [name, numbers[name] - rate * gradients[name]];
  return { ...numbers, ...Object.fromEntries(PARAMETERS.map(move)) };
}

/**
 * Changes one number a little, and returns the loss and by how much it changes, divided
 * by the change of the number.
 * @param {Numbers} numbers
 * @param {string} name
 * @param {number} by
 */
export function nudge(numbers, name, by) {
  const { loss } = forward({ ...numbers, [name]: numbers[name] + by });
  return { loss, quotient: (loss - forward(numbers).loss) / by };
}

/**
 * Returns a number as text, short enough for a circle in the drawing.
 * @param {number} value
 */
export function shorten(value) {
  const size = Math.abs(value);
  if (size >= 1e5 || (size && size < 5e-4)) return formatPower(value, "·");
  const decimals = size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
  return String(Number(value.toFixed(decimals)) || 0).replace("-", "−");
}
