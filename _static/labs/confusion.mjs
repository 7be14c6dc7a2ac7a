// The confusion lab: whoever presses a count of the confusion matrix sees the images behind it.

import * as m from "./digits-math.mjs";
import { html } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { paint } from "./plot.mjs";

const DIGITS = [...Array(10).keys()];
const ARROWS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};
// Where it cannot be fetched there is no lab, and the figure that the chapter computes stays.
const sample = m.unpackSample(await m.fetchPacked("digits-sample.bin.gz"));

const formatCount = (count) => count.toLocaleString("en-GB");

class ConfusionLab extends Lab {
  static title = "the images behind a confusion matrix";
  static sheets = ["confusion.css"];
  static parameters = {
    truth: { label: "true digit", min: 0, max: 9, step: 1, start: 9 },
    read: { label: "digit read", min: 0, max: 9, step: 1, start: 4 },
  };

  #cells = DIGITS.map((truth) => DIGITS.map((read) => this.#makeCell(truth, read)));
  #title = html("p", { class: "title" });
  #order = html("p");
  #images = html("ul");

  build() {
    const label =
      "Confusion matrix: rows for the true digits, columns for the digits read";
    const table = html("table", { role: "grid", "aria-label": label });
    const heads = DIGITS.map((digit) => html("th", { scope: "col" }, String(digit)));
    table.append(html("tr", {}, html("td"), ...heads));
    for (const truth of DIGITS) {
      const head = html("th", { scope: "row" }, String(truth));
      table.append(html("tr", {}, head, ...this.#cells[truth]));
    }
    table.addEventListener("keydown", (event) => this.#steer(event));
    const [rows, columns] = Object.entries(ConfusionLab.parameters)
      .map(([name, parameter]) =>
        html("p", { class: name, "aria-hidden": "true" }, parameter.label)
      );
    const matrix = html("div", { class: "plots" }, columns, rows, table);
    const shown = html(
      "div",
      { class: "shown" },
      this.#title,
      this.#order,
      this.#images,
    );
    return [html("div", { class: "parts" }, matrix, shown)];
  }

  #makeCell(truth, read) {
    const count = sample.counts[truth][read];
    const isRight = truth === read;
    const errors = sample.counts.flatMap((row, i) => row.filter((_, j) => j !== i));
    const cell = html("td", {
      class: isRight ? "right" : count ? "" : "none",
      style: isRight ? undefined : `--share: ${count / Math.max(...errors)}`,
      "aria-label": `${truth} read as ${read}: ${formatCount(count)}`,
    }, String(count));
    cell.addEventListener("click", () => this.#choose(truth, read));
    return cell;
  }

  #choose(truth, read) {
    this.set({ truth, read });
    this.draw(); // at once, since only the chosen cell can have the focus
    this.focus();
  }

  #steer(event) {
    const step = ARROWS[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#choose(this.state.truth + step[0], this.state.read + step[1]);
  }

  /** Returns which images of the sample are in the chosen cell. */
  #find() {
    const { truth, read } = this.state;
    return [...sample.labels.keys()]
      .filter((i) => sample.labels[i] === truth && sample.read[i] === read);
  }

  /** Returns what the cell counts, and which of its images are shown. */
  #tell() {
    const { truth, read } = this.state;
    const count = sample.counts[truth][read];
    const total = sample.counts[truth].reduce((sum, each) => sum + each);
    const title = `${truth} read as ${read}: ${formatCount(count)} of ${
      formatCount(total)
    } images`;
    const shown = this.#find().length;
    if (!shown) return [title, ""];
    const part = `The ${truth === read ? "first" : "surest"} ${shown} of them, with`;
    const order = shown === count && shown > 1 ? ", the surest first" : "";
    const beginning = shown < count ? part : "With";
    return [
      title,
      `${beginning} the network’s probability of ${m.nameDigit(read)}${order}:`,
    ];
  }

  draw() {
    const { truth, read } = this.state;
    for (const cell of this.#cells.flat()) {
      const isChosen = cell === this.#cells[truth][read];
      cell.ariaSelected = String(isChosen);
      if (isChosen) cell.tabIndex = 0;
      else cell.removeAttribute("tabindex");
    }
    [this.#title.textContent, this.#order.textContent] = this.#tell();
    const ink = this.shades("--background", "--text");
    this.#images.replaceChildren(
      ...this.#find().map((place) => {
        const name = `test image ${sample.places[place]}`;
        const canvas = html("canvas", {
          width: m.SIDE,
          height: m.SIDE,
          role: "img",
          "aria-label": name,
        });
        const image = m.takeImage(sample.images, place);
        paint(canvas, ink, (i) => image[i]);
        return html("li", {}, canvas, m.formatShare(sample.sure[place]));
      }),
    );
  }

  describe() {
    const shares = this.#find().map((place) => m.formatShare(sample.sure[place]));
    return `${this.#tell().join(". ")} ${shares.join(", ")}`;
  }
}

customElements.define("confusion-lab", ConfusionLab);
