// Light that runs through the network of digits, from the ink to the answer.

import { findBox, SIDE, SQUARE } from "./digits-math.mjs";
import { svg } from "./elements.mjs";

const LIT = 0.1; // of the largest activation of a layer; less sends no light

/** Calls a function once, when most of an element is in view. */
export function whenSeen(element, act) {
  const observer = new IntersectionObserver((entries) => {
    if (entries[entries.length - 1].intersectionRatio < 0.8) return;
    observer.disconnect();
    act();
  }, { threshold: 0.8 });
  observer.observe(element);
}

/**
 * Returns lines, in a group for each step, from what is active to the neuron that it excites most.
 * @param bench What they are drawn over.
 * @param stops The elements that show the drawing, two hidden layers, and the probabilities.
 */
export function makeLight(bench, stops, { square, image, hidden, logits, onward }) {
  const corner = bench.getBoundingClientRect();
  const [ink, drawn] = [findBox(image, SIDE), findBox(square, SQUARE)];
  if (!ink || !drawn) return [];
  const locate = [
    // Where in the drawing a pixel's ink comes from
    (i) => [
      (drawn.left + (i % SIDE + 0.5 - ink.left) * drawn.width / ink.width) / SQUARE,
      (drawn.top + (Math.floor(i / SIDE) + 0.5 - ink.top) * drawn.height / ink.height) /
      SQUARE,
    ],
    (i) => [(i % 16 + 0.5) / 16, (Math.floor(i / 16) + 0.5) / 32],
    (i) => [(i % 16 + 0.5) / 16, (Math.floor(i / 16) + 0.5) / 32],
    () => [0, 0.5], // of a digit's row
  ];
  const place = (step, i) => {
    const stop = step < 3 ? stops[step] : stops[step].children[i];
    const { left, top, width, height } = stop.getBoundingClientRect();
    const [x, y] = locate[step](i);
    return [left - corner.left + x * width, top - corner.top + y * height];
  };
  const levels = [image, ...hidden, logits];
  return onward.map((targets, step) => {
    const highest = Math.max(...levels[step]);
    const group = svg("g", { style: `--step: ${step}` });
    for (const [i, target] of targets.entries()) {
      const part = levels[step][i] / highest;
      if (part < LIT || !(levels[step + 1][target] > 0)) continue;
      const [[x1, y1], [x2, y2]] = [place(step, i), place(step + 1, target)];
      group.append(
        svg("line", { x1, y1, x2, y2, pathLength: 1, opacity: part.toFixed(2) }),
      );
    }
    return group;
  });
}
