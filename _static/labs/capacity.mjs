// The capacity lab: what networks of several widths make of few and of many cells.

import { CHANCE, describe, formatShare, GIVEN, locate } from "./capacity-math.mjs";
import { html, svg } from "./elements.mjs";
import { Lab } from "./lab.mjs";
import { findNearest, format, formatCount } from "./numbers.mjs";
import { Plot, trace } from "./plot.mjs";

/** @import { Pair } from "./plot.mjs" */

// The build writes what a chapter has trained: for each number of cells and each width
// the mean errors and, in rings, where one of the networks says yes; and its cells.
const response = await fetch(new URL("generalisation_capacity.json", import.meta.url));
const [widths, sizes, errors, rings, cells] = await response.json();
const runs = { widths, sizes, errors };

const RADIUS = 1.2; // of the true border
const KINDS = { training: "training error", new: "error on new cells" };
const SIDES = { width: Math.log2, cells: Math.log10 }; // what axes are scaled by

class CapacityLab extends Lab {
  static title = "capacity and data";
  static sheets = ["capacity.css"];
  static parameters = {
    width: { label: "width", values: widths, start: 1 },
    cells: { label: "training cells", values: sizes, start: GIVEN },
    seen: { list: true, start: [] }, // the runs looked at, by their numbers
  };

  #plane = new Plot({
    label: "Training cells over two markers, and where the network says yes.",
    labels: ["marker 1", "marker 2"],
    margin: { top: 10, right: 12, bottom: 46, left: 44 }, // for a square
    ratio: 1,
    redraw: () => this.redraw(),
  });
  #curves = {
    width: this.#makeCurves("width", "the width"),
    cells: this.#makeCurves("cells", "the number of cells"),
  };
  #errors = { training: html("dd"), new: html("dd") };
  #verdict = html("p", { class: "verdict" });

  #makeCurves(name, label) {
    const spoken = `Both errors over ${label}, as far as you have looked at them.`;
    const plot = new Plot({
      label: spoken,
      labels: ["", ""],
      margin: { top: 10, left: 42 },
      redraw: () => this.redraw(),
    });
    const { values } = CapacityLab.parameters[name];
    const positions = values.map(SIDES[name]);
    const few = values.filter((_, i) => i % 2 === 0);
    const shares = [0, CHANCE, 0.3, 0.45, 0.6];
    plot.x = [positions[0] - 0.3, positions[positions.length - 1] + 0.3];
    plot.y = [-0.02, 0.6];
    plot.ticks = {
      x: few.map((value) => [SIDES[name](value), formatCount(value)]),
      y: shares.map((share) => [share, formatShare(share)]),
    };
    plot.onDrag((x) => this.set({ [name]: values[findNearest(positions, x)] }));
    return plot;
  }

  build() {
    this.#plane.x = this.#plane.y = [-3, 3];
    const ticks = [-2, 0, 2].map((value) => [value, format(value, 0)]);
    this.#plane.ticks = { x: ticks, y: ticks };
    const list = html("dl");
    for (const [kind, name] of Object.entries(KINDS)) {
      const line = svg("svg", { class: kind, viewBox: "0 0 36 12" });
      line.append(svg("path", { class: "curve", d: "M1 6h34" }));
      line.append(svg("path", { class: "dots", d: "M18 6h0" }));
      const term = html("dt", {}, line, name);
      list.append(html("div", {}, term, this.#errors[kind]));
    }
    const curves = html("div", { class: "curves" });
    curves.append(this.#curves.width.element, this.#curves.cells.element);
    const controls = html("div", {}, this.makeControl("width"));
    controls.append(this.makeControl("cells"), list, curves);
    const plots = html("div", { class: "plots" }, this.#plane.element);
    return [html("div", { class: "parts" }, plots, controls), this.#verdict];
  }

  /** @returns {Pair} */
  get #place() {
    const { width, cells } = this.state;
    return [sizes.indexOf(cells), widths.indexOf(width)];
  }

  #isSeen = (size, width) => this.state.seen.includes(size * widths.length + width);

  compute() {
    const [size, width] = this.#place;
    const { seen } = this.state;
    const run = size * widths.length + width;
    if (!seen.includes(run)) this.state.seen = [...seen, run];
  }

  draw() {
    const [size, width] = this.#place;
    const [training, news] = errors[size][width];
    this.#errors.training.textContent = formatShare(training);
    this.#errors.new.textContent = formatShare(news);
    this.#verdict.textContent = describe(runs, this.#isSeen, this.#place);
    this.#drawPlane(size, width);
    this.#curves.width.labels[0] = `width, for ${formatCount(sizes[size])} cells`;
    this.#curves.cells.labels[0] = `cells, for width ${widths[width]}`;
    const overWidths = widths.map((_, i) => this.#isSeen(size, i) && errors[size][i]);
    this.#drawCurves("width", overWidths, width);
    const overSizes = sizes.map((_, i) => this.#isSeen(i, width) && errors[i][width]);
    this.#drawCurves("cells", overSizes, size);
  }

  #drawPlane(size, width) {
    const plot = this.#plane;
    plot.draw(() => {
      const { toX, toY } = plot;
      const areas = rings[size][width].map((ring) => `${trace(locate(ring, plot))}Z`);
      const radius = toX(RADIUS) - toX(0);
      const [no, yes] = cells[size].map((places) => drawDots(locate(places, plot)));
      return [plot.clip(
        svg("path", { class: "area", d: areas.join("") }),
        svg("circle", { class: "border", cx: toX(0), cy: toY(0), r: radius }),
        svg("path", { class: "no dots", d: no }),
        svg("path", { class: "yes dots", d: yes }),
      )];
    });
  }

  /** Draws the errors that have been seen, with lines between neighbours. */
  #drawCurves(name, seen, chosen) {
    const plot = this.#curves[name];
    const { values } = CapacityLab.parameters[name];
    const isWide = plot.toX(plot.x[1]) - plot.toX(plot.x[0]) > 160; // pixels
    plot.ratio = isWide ? 0.62 : 1.1;
    plot.draw(() => {
      const { toX, toY } = plot;
      const [left, right] = plot.x.map(toX);
      const [bottom, top] = plot.y.map(toY);
      const xs = values.map((value) => toX(SIDES[name](value)));
      const marks = Object.keys(KINDS).map((kind, k) => {
        const points = xs.map((x, i) => seen[i] && [x, toY(seen[i][k])]);
        const pairs = points.slice(1).map((end, i) => [points[i], end]);
        const lines = pairs.filter((pair) => pair.every(Boolean)).map(trace);
        const [cx, cy] = [xs[chosen], toY(seen[chosen][k])];
        return svg(
          "g",
          { class: kind },
          svg("path", { class: "curve", d: lines.join("") }),
          svg("path", { class: "dots", d: drawDots(points.filter(Boolean)) }),
          svg("circle", { class: "chosen", cx, cy, r: 8 }),
        );
      });
      const at = `M${xs[chosen]} ${bottom}V${top}`;
      return [
        svg("path", { class: "chance", d: `M${left} ${toY(CHANCE)}H${right}` }),
        svg("path", { class: "now", d: at }),
        ...marks,
        svg("path", { class: "grip", d: at }),
      ];
    });
  }

  describe() {
    const [size, width] = this.#place;
    const [training, news] = errors[size][width].map(formatShare);
    const run = `Width ${widths[width]}, ${formatCount(sizes[size])} cells`;
    const verdict = describe(runs, this.#isSeen, this.#place);
    return `${run}: wrong about ${training} of the training cells and ${news} of ` +
      `new ones. ${verdict}`;
  }
}

/** Returns the path of dots at places in pixels. @param {Pair[]} places */
function drawDots(places) {
  return places.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
}

customElements.define("capacity-lab", CapacityLab);
