// Random draws, the same each time for the same seed.

/**
 * Returns a function that draws evenly from 0 up to 1: mulberry32 by Tommy Ettinger, in
 * the public domain. It steps through 2^32 states and scrambles each.
 * @param {number} seed
 */
export function makeUniform(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), bits | 61)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Returns a function that draws from the normal distribution with mean 0 and standard
 * deviation 1, by the formula of Box and Muller.
 * @param {number} seed
 */
export function makeNormal(seed) {
  const draw = makeUniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
