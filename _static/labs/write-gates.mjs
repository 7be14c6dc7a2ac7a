// Draws what a network that a reader's Python trains answers, in the gate lab's plane.

import { html } from "./elements.mjs";
import { computeSum, countRight, findGradient, gates, isRight } from "./gates-math.mjs";
import { COLOURS, drawLine, drawPoints, SIDE } from "./gates-plane.mjs";
import { activations } from "./neuron-math.mjs";
import { format } from "./numbers.mjs";
import { Plot } from "./plot.mjs";

export const sheets = ["gates.css"];

/** @import { Network } from "./gates-math.mjs" */

const FRAMES = 100; // About as many show a training, however fast it was.
// The lab's order of weights, as places in the reader's: of three neurons, two weights
// and then the bias.
const ORDER = [0, 1, 3, 4, 2, 5, 6, 7, 8];
const LEGEND = "Squares have label 1, circles 0. On the line the output is 0.5; " +
  "a rim marks a row on the wrong side.";
const STRANGE = "Not drawn: show takes the epoch and a list of nine finite numbers.";

/** Returns the network of what has been shown, or null. @returns {Network | null} */
function readNetwork([, theta]) {
  const isKnown = theta?.length === ORDER.length && theta.every(Number.isFinite);
  if (!isKnown) return null;
  const weights = Float64Array.from(ORDER, (place) => theta[place]);
  return { width: 2, h: "sigmoid", weights };
}

/** Returns a sentence on a training. */
function describe(epoch, network) {
  const { loss } = findGradient(network, gates.XOR);
  const right = `${countRight(network, gates.XOR)} of 4 rows`;
  return `Epoch ${epoch}, loss ${format(loss, 3)}: ${right} on the right side.`;
}

/**
 * Makes the drawing of a place to write.
 * @param {import("./lab.mjs").Lab} lab
 * @returns {import("./write.mjs").Drawing}
 */
export function makeDrawing(lab) {
  const plot = new Plot({
    label: "Plane of the two inputs, coloured by the output; it is told below.",
    labels: ["input $x_1$", "input $x_2$"],
    ratio: 0.92,
    redraw: () => lab.redraw(),
  });
  plot.x = plot.y = SIDE;
  const words = html("p", { class: "epoch" });
  const element = html("div", { style: "max-width: 24rem" });
  element.append(plot.element, html("p", { class: "note" }, LEGEND), words);
  let shown = []; // and not drawn yet
  /** @type {Network | null} */
  let network = null;

  function takeNext() {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const count = isCalm ? shown.length : Math.ceil(shown.length / FRAMES);
    const next = shown.splice(0, count).at(-1);
    if (!next) return;
    network = readNetwork(next);
    words.textContent = network ? describe(next[0], network) : STRANGE;
    if (shown.length) lab.redraw();
  }

  function draw() {
    takeNext();
    const current = network;
    const z = current && ((x, y) => computeSum(current, x, y));
    const wrong = gates.XOR.map((row) => current !== null && !isRight(current, row));
    plot.draw(() => {
      const points = drawPoints(plot, gates.XOR, wrong);
      return z ? [drawLine(plot, z), ...points] : points;
    });
    const findShade = z && ((x, y) => activations.sigmoid(z(x, y)));
    plot.paint(findShade, lab.shades(...COLOURS));
  }

  function clear() {
    [shown, network] = [[], null];
    words.textContent = "";
  }

  return { element, clear, draw, show: (values) => shown.push(values) };
}
