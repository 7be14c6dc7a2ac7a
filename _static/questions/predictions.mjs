// The outcome of a prediction, a plot or a lab: a plot is covered until the reader has
// committed to an answer, which then stands below it.

import { html, makeButton } from "../labs/elements.mjs";

/** @import { Answer } from "../labs/memory.mjs" */

/** Covers a figure, unless it is seen already, and returns what uncovers it. */
function cover(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  const isLinked = () => location.hash.split("?")[0] === `#${figure.id}`;
  if ((top < innerHeight && bottom > 0) || isLinked()) return () => {};
  const parts = /** @type {HTMLElement[]} */ ([...figure.children]);
  const lift = () => {
    for (const part of parts) part.inert = false;
    figure.classList.remove("covered");
    sheet.remove();
  };
  const words = "Answer the question above first, or ";
  const sheet = html("p", { class: "cover" }, words, makeButton("Show me", lift));
  for (const part of parts) part.inert = true;
  figure.classList.add("covered");
  figure.append(sheet);
  addEventListener("hashchange", () => isLinked() && lift());
  return lift;
}

/** Returns the first figure after a prediction, in the same section. */
function findFigure(box) {
  let part = box.nextElementSibling;
  while (part && !part.matches("section, .question")) {
    const figure = part.matches("figure") ? part : part.querySelector("figure");
    if (figure) return figure;
    part = part.nextElementSibling;
  }
  return null;
}

/**
 * Prepares the figure after a prediction, and returns what shows the outcome.
 * @type {(box: Element, right: string, answers: Answer[]) => (answer: Answer) => void}
 */
export function prepare(box, right, answers) {
  const figure = findFigure(box);
  if (!figure) return () => {};
  const line = html("p", { class: "said" });
  figure.querySelector("figcaption").prepend(line); // now, so that nothing moves later
  const isPlot = figure.id.startsWith("fig-");
  const lift = isPlot && !answers.length ? cover(figure) : () => {};
  /** @param {Answer} answer */
  const show = ({ said, isRight }) => {
    lift();
    line.textContent = `You said: ${said}.${isRight ? "" : ` Right: ${right}.`}`;
  };
  if (answers.length) show(answers.at(-1));
  return show;
}
