// The state of a lab, as its controls and an address hold it.

import { clamp, countDecimals, findNearest } from "./numbers.mjs";

/**
 * A part of the state: a number from `min` to `max` in steps of `step`, a number of
 * `values`, a word of `options`, or, with `list`, numbers without a control, such as
 * the coordinates of points.
 * @typedef {object} Parameter
 * @property {any} start
 * @property {string} [label] Letters are between dollars.
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {number[]} [values] In rising order.
 * @property {string[]} [options]
 * @property {Record<string, string>} [names] Of options that are called otherwise.
 * @property {boolean} [list]
 */

/** @typedef {Record<string, Parameter>} Parameters */
/** @typedef {Record<string, any>} State */

/**
 * Returns a parameter's value nearest to a wish, or undefined if there is none.
 * @type {(parameter: Parameter, wish: any) => any}
 */
export function fit(parameter, wish) {
  if ("options" in parameter) {
    return parameter.options.find((option) => option === wish);
  }
  if ("list" in parameter) {
    const parts = typeof wish === "string" ? wish.split(",").filter(Boolean) : wish;
    const numbers = parts.map(Number);
    return numbers.every(Number.isFinite) ? numbers : undefined;
  }
  const value = typeof wish === "string" && !wish.trim() ? NaN : Number(wish);
  if (!Number.isFinite(value)) return undefined;
  if ("values" in parameter) {
    return parameter.values[findNearest(parameter.values, value)];
  }
  const { min, max, step } = parameter;
  const steps = Math.round((clamp(value, min, max) - min) / step);
  return Number((min + steps * step).toFixed(countDecimals(step)));
}

/**
 * Returns the wishes that name a parameter and have a value for it, as these values.
 * @type {(parameters: Parameters, wishes: State) => State}
 */
export function fitAll(parameters, wishes) {
  const fitted = Object.keys(parameters)
    .filter((name) => name in wishes)
    .map((name) => [name, fit(parameters[name], wishes[name])]);
  return Object.fromEntries(fitted.filter(([, value]) => value !== undefined));
}

/**
 * Returns the state of a text such as `w=2&b=-1`; what this does not name is at its
 * start.
 * @type {(parameters: Parameters, text: string) => State}
 */
export function parseState(parameters, text) {
  const start = Object.entries(parameters).map(([name, { start }]) => [name, start]);
  const wishes = Object.fromEntries(new URLSearchParams(text));
  return { ...Object.fromEntries(start), ...fitAll(parameters, wishes) };
}

/**
 * Returns the text that `parseState` reads: what differs from the start.
 * @type {(parameters: Parameters, state: State) => string}
 */
export function formatState(parameters, state) {
  const write = (value) => encodeURIComponent(value).replaceAll("%2C", ",");
  return Object.entries(parameters)
    .filter(([name, { start }]) => String(state[name]) !== String(start))
    .map(([name]) => `${name}=${write(state[name])}`)
    .join("&");
}
