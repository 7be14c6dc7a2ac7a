// The leaks lab: seven studies, of which the reader says what lifts the score.

import { html, makeButton } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import {
  explain,
  judge,
  LEAKS,
  NAMES,
  STUDIES,
  sumUp,
  tidy,
} from "./leaks-studies.mjs";
import { format } from "./numbers.mjs";

// The build writes the accuracies that the chapter's code has simulated: for each study
// the reported one, and that on new mice.
const response = await fetch(new URL("your_own_data_leaks.json", import.meta.url));
const leaks = await response.json();

const END = STUDIES.length + 1; // the page after the last study
const percent = (share) => `${format(100 * share, 0)}%`;

/** Returns a table's row of cells. */
const makeRow = (tag, cells) =>
  html("tr", {}, ...cells.map((cell) => html(tag, {}, ...[cell].flat())));

/** Returns a text with code between backticks. */
const makeText = (text) =>
  text.split("`").map((part, i) => i % 2 ? html("code", {}, part) : part);

class LeaksLab extends Lab {
  static title = "what leaks?";
  static sheets = ["leaks.css"];
  static parameters = {
    study: { min: 1, max: END, step: 1, start: 1 },
    said: { list: true, start: [] }, // answers by their numbers, in the studies' order
  };

  #verdicts = STUDIES.map(() => html("p", { class: "verdict" }));
  #sides = STUDIES.map((study, i) => this.#makeSides(study, i));
  #pages = STUDIES.map((study, i) => this.#makePage(study, i));
  #sum = html("p", { class: "verdict" });
  #table = html("table");

  build() {
    const end = html("div", { class: "end" }, this.#sum, this.#table);
    this.#pages.push(end);
    return [html("div", { class: "stack" }, ...this.#pages)];
  }

  #makePage({ text, names, rows }, i) {
    const table = html("table", {}, makeRow("th", names));
    table.append(...rows.map((row) => makeRow("td", row.split("|"))));
    const title = html("p", { class: "title" }, `Study ${i + 1} of ${STUDIES.length}`);
    const reported = html("p", {}, "Mean accuracy reported by 20 such studies: ");
    reported.append(html("strong", {}, percent(leaks[i][0])), ".");
    const study = html("div", {}, title, html("p", {}, text), table, reported);
    const sides = html("div", { class: "stack" }, ...this.#sides[i]);
    return html("div", { class: "parts" }, study, sides);
  }

  /** Returns what is beside a study: first the answers, and then the verdict. */
  #makeSides({ why, settings }, i) {
    const buttons = NAMES.map((name, answer) =>
      makeButton(LEAKS[name], () => this.#answer(answer))
    );
    const answers = html("div", { class: "answers", role: "group" });
    answers.ariaLabel = "What lifts the score?";
    answers.append(html("p", {}, "What lifts the score?"), ...buttons);
    const bars = html("div", { class: "bars" });
    for (const [k, name] of ["reported", "on new mice"].entries()) {
      const bar = html("span", { class: `bar ${k ? "new" : "reported"}` });
      bar.style.setProperty("--part", leaks[i][k]);
      const line = html("span", { class: "line" }, bar);
      bars.append(html("span", {}, name), line, html("b", {}, percent(leaks[i][k])));
    }
    bars.append(html("span", { class: "guess" }, "the line is at 50%: guessing"));
    const starter = html("p", {}, "In the starter: ", ...makeText(settings));
    const isLast = i === STUDIES.length - 1;
    const label = isLast ? "All seven" : "Next study";
    const next = makeButton(label, () => this.#go(i + 2), { class: "main" });
    const buttonsBelow = html("div", { class: "buttons" }, next);
    const verdict = html("div", {}, this.#verdicts[i], bars);
    verdict.append(html("p", {}, why), starter, buttonsBelow);
    return [answers, verdict];
  }

  #answer(answer) {
    const { study, said } = this.state;
    this.set({ said: [...said.slice(0, study - 1), answer] });
    this.draw(); // at once, since the focus cannot go to what is hidden
    this.#focus();
  }

  #go(study) {
    this.set({ study });
    this.draw();
    this.#focus();
  }

  /** Moves the focus from a button that has gone to what comes next. */
  #focus() {
    const { study } = this.state;
    const page = this.#pages[study - 1];
    const side = this.#sides[study - 1]?.find((it) => !it.classList.contains("off"));
    const next = side?.querySelector("button") ?? page.querySelector("[tabindex]");
    /** @type {HTMLElement} */ (next)?.focus({ preventScroll: true });
  }

  compute() {
    const said = tidy(this.state.said);
    this.state.said = said;
    this.state.study = Math.min(this.state.study, said.length + 1);
  }

  draw() {
    const { study, said } = this.state;
    for (const [i, page] of this.#pages.entries()) {
      page.classList.toggle("off", i !== study - 1);
    }
    const isRight = judge(said);
    for (const [i, [answers, verdict]] of this.#sides.entries()) {
      const isShown = i === study - 1;
      answers.classList.toggle("off", !isShown || i < said.length);
      verdict.classList.toggle("off", !isShown || i >= said.length);
      this.#verdicts[i].textContent = i < said.length ? explain(said[i], i) : "";
    }
    if (said.length < STUDIES.length) return;
    this.#sum.textContent = sumUp(said, leaks);
    this.#sum.tabIndex = -1;
    this.#table.replaceChildren(
      makeRow("th", ["study, what lifts it", "reported", "new mice", "you"]),
      ...STUDIES.map(({ leak }, i) => {
        const you = isRight[i] ? "✓ right" : "✗ wrong";
        const name = `(${i + 1}) ${LEAKS[leak]}`;
        return makeRow("td", [name, ...leaks[i].map(percent), you]);
      }),
    );
  }

  describe() {
    const { study, said } = this.state;
    if (study === END) return sumUp(said, leaks);
    const { text, why } = STUDIES[study - 1];
    const [reported, news] = leaks[study - 1].map(percent);
    const start = `Study ${study}. `;
    if (said.length < study) {
      return `${start}${text} Reported ${reported}. What lifts it?`;
    }
    const verdict = explain(said[study - 1], study - 1);
    return `${start}${verdict} Reported ${reported}, on new mice ${news}. ${why}`;
  }
}

customElements.define("leaks-lab", LeaksLab);
