// The state of a lab, as its controls and an address hold it.

// A parameter has a label and a start, and is one of these: a number from `min` to `max` in steps of
// `step`, one of the numbers in `values`, which a slider sets as well, one of the words in `options`,
// or, with `list`, numbers without a control, such as the places of points.

export function countDecimals(step) {
  return String(step).split(".")[1]?.length ?? 0;
}

/** Returns a number as text, with the sign for minus that texts have. */
export function format(value, decimals = 2) {
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** Returns where in a list the number is that is nearest to a value. */
export function findNearest(values, value) {
  const distances = values.map((other) => Math.abs(other - value));
  return distances.indexOf(Math.min(...distances));
}

/** Returns what a parameter can be that comes next to a wish, or undefined where there is none. */
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
  const inside = Math.min(max, Math.max(min, value));
  return Number(
    (min + Math.round((inside - min) / step) * step).toFixed(countDecimals(step)),
  );
}

/** Returns those wishes that name a parameter, as they can be fulfilled. */
export function fitAll(parameters, wishes) {
  const fitted = Object.keys(parameters)
    .filter((name) => name in wishes)
    .map((name) => [name, fit(parameters[name], wishes[name])]);
  return Object.fromEntries(fitted.filter(([, value]) => value !== undefined));
}

/** Returns the state that a text such as `w=2&b=-1` tells; the rest is as at the start. */
export function parseState(parameters, text) {
  const start = Object.entries(parameters).map((
    [name, parameter],
  ) => [name, parameter.start]);
  const wishes = Object.fromEntries(new URLSearchParams(text));
  return { ...Object.fromEntries(start), ...fitAll(parameters, wishes) };
}

/** Returns what of a state differs from the start, as `parseState` reads it. */
export function formatState(parameters, state) {
  return Object.entries(parameters)
    .filter(([name, { start }]) => String(state[name]) !== String(start))
    .map(([name]) =>
      `${name}=${encodeURIComponent(state[name]).replaceAll("%2C", ",")}`
    )
    .join("&");
}
