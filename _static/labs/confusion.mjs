// The confusion lab: each count of a confusion matrix shows the images behind it.

import * as m from "./digits-math.mjs";
import { html } from "./elements.mjs";
import { fetchPacked } from "./fields.mjs";
import { Lab } from "./lab.mjs";
import { formatCount } from "./numbers.mjs";
import { paint } from "./plot.mjs";

const DIGITS = [...Array(10).keys()];
const ARROWS = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};
// If it cannot be fetched, there is no lab, and the chapter's own figure stays.
const sample = m.makeSample(await fetchPacked("mnist_sample.bin.gz"));

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
      "aria-label": `${truth} read as ${read}: ${count}`,
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

  /** Returns the indices of the sample's images that are in the chosen cell. */
  #findImages() {
    const { truth, read } = this.state;
    return [...sample.labels.keys()]
      .filter((i) => sample.labels[i] === truth && sample.read[i] === read);
  }

  /** Returns two lines: what the cell counts, and which of its images are shown. */
  #describeCell() {
    const { truth, read } = this.state;
    const count = sample.counts[truth][read];
    const total = sample.counts[truth].reduce((sum, each) => sum + each);
    const share = `${formatCount(count)} of ${formatCount(total)} images`;
    const title = `${truth} read as ${read}: ${share}`;
    const shown = this.#findImages().length;
    if (!shown) return [title, ""];
    const part = `The ${truth === read ? "first" : "surest"} ${shown} of them, with`;
    const beginning = shown < count ? part : "With";
    const probability = `the network’s probability of ${m.nameDigit(read)}`;
    const order = shown === count && shown > 1 ? ", the surest first" : "";
    return [title, `${beginning} ${probability}${order}:`];
  }

  draw() {
    const { truth, read } = this.state;
    for (const cell of this.#cells.flat()) {
      const isChosen = cell === this.#cells[truth][read];
      cell.ariaSelected = String(isChosen);
      if (isChosen) cell.tabIndex = 0;
      else cell.removeAttribute("tabindex");
    }
    [this.#title.textContent, this.#order.textContent] = this.#describeCell();
    const shown = this.#findImages().map((index) => this.#showImage(index));
    this.#images.replaceChildren(...shown);
  }

  #showImage(index) {
    const name = `test image ${sample.indices[index]}`;
    const size = { width: m.SIDE, height: m.SIDE };
    const canvas = html("canvas", { ...size, role: "img", "aria-label": name });
    const image = m.takeImage(sample.images, index);
    paint(canvas, this.shades("--background", "--text"), (i) => image[i]);
    return html("li", {}, canvas, m.formatShare(sample.sure[index]));
  }

  describe() {
    const shares = this.#findImages().map((i) => m.formatShare(sample.sure[i]));
    return `${this.#describeCell().join(". ")} ${shares.join(", ")}`;
  }
}

customElements.define("confusion-lab", ConfusionLab);
