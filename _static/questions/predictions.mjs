// The outcome of a prediction, a plot or a lab: a plot is covered until the reader has
// committed to an answer, which then stands below it.

import { html, makeButton } from "../labs/elements.mjs";

/** @import { Answer } from "../labs/memory.mjs" */

/** Covers a figure, unless it is seen already, and returns what uncovers it. */
function cover(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  const isLinked = () => location.hash === `#${figure.id}`;
  if ((top < innerHeight && bottom > 0) || isLinked()) return () => {};
  const lift = () => {
    figure.classList.remove("covered");
    sheet.remove();
  };
  const words = "Answer the question above first, or ";
  const sheet = html("p", { class: "cover" }, words, makeButton("Show me", lift));
  figure.classList.add("covered");
  figure.append(sheet);
  addEventListener("hashchange", () => isLinked() && lift());
  return lift;
}

/**
 * Prepares the figure after a prediction, and returns what shows the outcome.
 * @type {(box: Element, right: string, answers: Answer[]) => (answer: Answer) => void}
 */
export function prepare(box, right, answers) {
  // The first after it, in the same section
  const after = `#${box.id} ~ figure, #${box.id} ~ :not(section) figure`;
  const figure = document.querySelector(after);
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
