// Numbers: how they are rounded and written, and arithmetic that several labs need.

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * Returns a number, or the end of the interval that it is beyond.
 * @type {(value: number, low: number, high: number) => number}
 */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** Returns how many decimals a step such as 0.05 has. @param {number} step */
export function countDecimals(step) {
  return String(step).split(".")[1]?.length ?? 0;
}

/**
 * Returns a number as text, with a minus sign instead of a hyphen, and never as −0.
 * @type {(value: number, decimals?: number) => string}
 */
export function format(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/**
 * Returns a number as text, as a product with a power of ten: 1.2 · 10⁵.
 * @type {(value: number, times?: string) => string}
 */
export function formatPower(value, times = " · ") {
  const [digits, exponent] = value.toExponential(1).split("e");
  const raise = (sign) => sign === "-" ? "⁻" : SUPERSCRIPT[Number(sign)];
  const power = [...String(Number(exponent))].map(raise).join("");
  return `${digits.replace("-", "−")}${times}10${power}`;
}

/** Returns a count as text, with commas: 10,000. @param {number} count */
export function formatCount(count) {
  return Math.round(count).toLocaleString("en");
}

/** Returns a number's text, a negative one's in brackets. @param {string} text */
export function bracket(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

/**
 * Returns the index of the number that is nearest to a value.
 * @type {(values: number[], value: number) => number}
 */
export function findNearest(values, value) {
  const distances = values.map((other) => Math.abs(other - value));
  return distances.indexOf(Math.min(...distances));
}

/**
 * Returns the probabilities of logits. As in PyTorch, the largest logit is subtracted
 * first, so that no exponential overflows.
 * @type {(logits: ArrayLike<number>) => number[]}
 */
export function softmax(logits) {
  const values = Array.from(logits);
  const largest = Math.max(...values);
  const powers = values.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power);
  return powers.map((power) => power / sum);
}
