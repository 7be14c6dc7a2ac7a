// What a network with two inputs, two hidden neurons and one output computes, and its gradients.

// The numbers are the inputs x1 and x2, the weights and the bias of the upper, the lower and the
// output neuron, u1 to ob, and the label y. Training changes the nine between:
export const PARAMETERS = ["u1", "u2", "ub", "l1", "l2", "lb", "o1", "o2", "ob"];

/**
 * Returns what each neuron holds, and the loss, the squared error. Hidden neurons use ReLU, of
 * whose pre-activations the names begin with z.
 */
export function forward({ x1, x2, u1, u2, ub, l1, l2, lb, o1, o2, ob, y }) {
  const zUpper = x1 * u1 + x2 * u2 + ub;
  const zLower = x1 * l1 + x2 * l2 + lb;
  const upper = Math.max(0, zUpper);
  const lower = Math.max(0, zLower);
  const out = upper * o1 + lower * o2 + ob;
  return { zUpper, zLower, upper, lower, out, loss: (out - y) ** 2 };
}

/** Returns the slope of ReLU, which is taken as 0 at the kink, as PyTorch does. */
export const slope = (z) => z > 0 ? 1 : 0;

/**
 * Returns the gradient of the loss with respect to each input and parameter, the output, and the
 * pre-activations of the hidden neurons, which have the neurons' names.
 */
export function backward(numbers) {
  const { x1, x2, u1, u2, l1, l2, o1, o2, y } = numbers;
  const held = forward(numbers);
  const out = 2 * (held.out - y);
  const upper = out * o1 * slope(held.zUpper);
  const lower = out * o2 * slope(held.zLower);
  return {
    out,
    o1: out * held.upper,
    o2: out * held.lower,
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
 * @param rate The learning rate.
 */
export function update(numbers, rate) {
  const gradients = backward(numbers);
  const moved = PARAMETERS.map((
    name,
  ) => [name, numbers[name] - rate * gradients[name]]);
  return { ...numbers, ...Object.fromEntries(moved) };
}

/** Returns the loss when a number is changed, and the change of the loss by that of the number. */
export function nudge(numbers, name, by) {
  const { loss } = forward({ ...numbers, [name]: numbers[name] + by });
  return { loss, quotient: (loss - forward(numbers).loss) / by };
}

/** Returns a number as a drawing can hold it, in a few signs. */
export function shorten(value) {
  const size = Math.abs(value);
  const minus = (text) => text.replace("-", "−");
  if (size >= 1e5 || (size && size < 5e-4)) {
    const [digits, power] = value.toExponential(1).split("e");
    const raise = (sign) => sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)];
    return minus(`${digits}·10${[...String(Number(power))].map(raise).join("")}`);
  }
  const decimals = size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0;
  return minus(String(Number(value.toFixed(decimals)) || 0));
}
