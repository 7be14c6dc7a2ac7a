// The answers lab: how often answers are right, by how sure the reader was.

import { forgetAll, keep, recallAll } from "./memory.mjs";
import { areEntries, findCurve, MADE_UP } from "./answers-math.mjs";
import { html, makeButton, makeParagraphs, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { Plot, trace } from "./plot.mjs";

// The build writes the chapter's curve.
const response = await fetch(
  new URL("cross_validation_calibration.json", import.meta.url),
);
const network = await response.json();

const recallEntries = () => recallAll().filter((entry) => areEntries([entry]));
// A question that is answered again says little new.
const recallAnswers = () => recallEntries().map(({ answers }) => answers[0]);
const makeMeaning = (word, start) => (
  { label: `% meant by “${word}”`, min: 50, max: 100, step: 1, start }
);

class AnswersLab extends Lab {
  static title = "your own calibration";
  static sheets = ["answers.css"];
  static parameters = {
    fairly: makeMeaning("fairly", 75),
    certain: makeMeaning("certain", 95),
  };

  #points = [];
  #lines = [];
  #numbers = html("div");
  #plot = new Plot({
    label: "Curves of a reader, whose numbers stand beside it, and of the network.",
    labels: ["confidence", "share of right answers"],
    ratio: 0.85,
    redraw: () => this.redraw(),
  });

  build() {
    this.#plot.x = this.#plot.y = [-0.03, 1.03];
    const update = () => this.isConnected && this.#update();
    document.addEventListener("answered", update);
    addEventListener("storage", update); // from another tab
    const plots = html("div", { class: "plots" }, this.#plot.element);
    const sliders = ["fairly", "certain"].map((name) => this.makeControl(name));
    const side = html("div", {}, ...sliders, this.#numbers);
    const kept = "Answers, and code that you write in the page, are kept in this " +
      "browser only. Others at this computer see them. Some browsers forget them " +
      "after a week without a visit.";
    const buttons = html("div", { class: "buttons quiet" }, ...this.#makeButtons());
    return [html("div", { class: "parts" }, plots, side), html("p", {}, kept), buttons];
  }

  #makeButtons() {
    const file = html("input", { type: "file", accept: ".json", hidden: true });
    file.onchange = async () => {
      this.showNote(await this.#read(file.files[0]));
      file.value = ""; // to read it again
    };
    const really = makeButton("Really forget?", () => {
      forgetAll();
      this.#update();
      forget.focus();
      really.hidden = true;
      const what = "Your answers, the code that you wrote and the place last read";
      this.showNote(`${what} are forgotten.`);
    }, { hidden: true });
    const forget = makeButton("Forget all", () => {
      really.hidden = !really.hidden;
      really.focus();
    });
    const open = makeButton("Read a file", () => file.click());
    const save = makeButton("Take along", () => this.showNote(takeAlong()));
    return [save, open, file, forget, really];
  }

  /** Keeps a file's answers; returns a note. */
  async #read(file) {
    const entries = await file.text().then(JSON.parse).catch(() => null);
    if (!areEntries(entries)) return "This is no file of answers.";
    const before = recallAnswers().length;
    entries.forEach(keep);
    this.#update();
    return `Questions with answers: ${before} before, ${recallAnswers().length} now.`;
  }

  #update() {
    this.compute();
    this.redraw();
  }

  compute() {
    const own = recallAnswers();
    const isOwn = own.length >= 12;
    const answers = isOwn ? own : MADE_UP;
    this.#points = findCurve(answers.map(({ certainty, chance, isRight }) => [
      (this.state[certainty] ?? 100 * chance) / 100,
      isRight,
    ]));
    const certain = answers.filter(({ certainty }) => certainty === "certain");
    const right = certain.filter(({ isRight }) => isRight).length;
    const madeUp = "A made-up reader, until you have answered twelve questions";
    const who = isOwn ? "you were" : "this reader was";
    this.#lines = [
      isOwn
        ? `Your first answers to ${own.length} questions.`
        : `${madeUp} (so far ${own.length}).`,
      `Of those ${who} certain of, ${right} of ${certain.length} ` +
      `${right === 1 ? "was" : "were"} right.`,
      ...this.#points.map(describePoint),
    ];
  }

  draw() {
    this.#numbers.replaceChildren(...makeParagraphs(this.#lines));
    this.#plot.draw(() => this.#drawMarks());
  }

  #drawMarks() {
    const { toX, toY } = this.#plot;
    /** @type {(point: number[]) => [number, number]} */
    const place = ([x, y]) => [toX(x), toY(y)];
    const line = (name, points) =>
      svg("path", { class: name, d: trace(points.map(place)) });
    const [x, y] = place(network[0]);
    return [
      line("diagonal", [[0, 0], [1, 1]]),
      line("network", network),
      svg("text", { x, y: y + 26 }, "digit reader"),
      ...this.#points.flatMap(({ confidence, right, count, ends }) => {
        const [cx, cy] = place([confidence, right / count]);
        const above = { x: cx, y: toY(ends[1]) - 6, "text-anchor": "middle" };
        return [
          line("reader", ends.map((end) => [confidence, end])),
          svg("circle", { class: "reader", cx, cy, r: 5 }),
          svg("text", above, `${count}`),
        ];
      }),
    ];
  }

  describe() {
    return this.#lines.join(" ");
  }
}

function describePoint({ confidence, right, count, ends }) {
  const [sure, low, high] = [confidence, ...ends].map((share) =>
    Math.round(100 * share)
  );
  return `${sure}% sure: ${right} of ${count} right (${low} to ${high}%).`;
}

/** Saves all answers in a file; returns a note. */
function takeAlong() {
  const file = new Blob([JSON.stringify(recallEntries())]);
  const href = URL.createObjectURL(file);
  html("a", { href, download: "answers.json" }).click();
  return "Your answers are saved as answers.json.";
}

customElements.define("answers-lab", AnswersLab);
