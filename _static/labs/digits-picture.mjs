// A picture of a reading, to be copied or saved.

import { formatShare, SQUARE, tellAnswer } from "./digits-math.mjs";
import { COLUMNS, findLines } from "./digits-show.mjs";
import { html } from "./elements.mjs";

const [WIDTH, HEIGHT, EDGE] = [1200, 630, 60];
const ROW = 34; // the height of a digit among ten
const BOXES = [
  { left: EDGE, top: EDGE, width: 370, height: 370 }, // the drawing
  { left: 490, top: EDGE, width: 170, height: 10 * ROW },
  { left: 710, top: EDGE, width: 170, height: 10 * ROW },
  { left: 930, top: EDGE, width: 0, height: ROW }, // a digit
];
const COLOURS = ["--diagram-input", "--diagram-hidden", "--diagram-output"];

const findBoxOf = (step, i) =>
  step < 3 ? BOXES[step] : { ...BOXES[3], top: EDGE + ROW * i };

/** Returns a canvas with a pixel for each value from 0, clear, to 1, a colour. */
function makeGrid(values, width, colour) {
  const canvas = html("canvas", { width, height: values.length / width });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, canvas.height);
  for (let i = 0; i < values.length; i++) image.data[4 * i + 3] = 255 * values[i];
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = colour;
  context.fillRect(0, 0, width, canvas.height);
  return canvas;
}

/** Draws what leads from the ink to the answer, and the ink above it. */
function drawReading(context, shown, find) {
  const fill = (colour, { left, top, width, height }, values, columns) => {
    context.fillStyle = find(colour);
    if (!values) return context.fillRect(left, top, width, height);
    context.drawImage(
      makeGrid(values, columns, find(colour)),
      left,
      top,
      width,
      height,
    );
  };
  context.imageSmoothingEnabled = false;
  for (const [i, values] of shown.hidden.entries()) {
    const highest = Math.max(...values) || 1;
    fill("--surface", BOXES[i + 1]);
    fill(COLOURS[1], BOXES[i + 1], values.map((a) => a / highest), COLUMNS);
  }
  for (const [step, lines] of findLines(shown, findBoxOf).entries()) {
    context.strokeStyle = find(COLOURS[step]);
    for (const { x1, y1, x2, y2, opacity } of lines) {
      context.globalAlpha = 0.4 * opacity;
      context.stroke(new Path2D(`M${x1} ${y1}L${x2} ${y2}`));
    }
  }
  context.globalAlpha = 0.75;
  fill("--background", BOXES[0]);
  Object.assign(context, { globalAlpha: 1, imageSmoothingEnabled: true });
  fill("--text", BOXES[0], shown.square, SQUARE);
  context.strokeStyle = find("--muted");
  context.strokeRect(EDGE, EDGE, BOXES[0].width, BOXES[0].height);
}

/**
 * Returns a picture as PNG: drawing, lines, answer and the page's address.
 * @param {import("./digits-show.mjs").Shown} shown
 * @param {Element} parent Has the page's colours and font.
 * @returns {Promise<Blob>}
 */
export function makePicture(shown, parent) {
  const canvas = html("canvas", { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d");
  const probe = html("span", { class: "probe", style: "color-scheme: light" });
  parent.append(probe);
  const style = getComputedStyle(probe);
  const find = (name) => {
    probe.style.color = `var(${name})`;
    return style.color;
  };
  const write = (text, size, x, y, colour = "--text", align = "center") => {
    context.font = `${size > 30 ? 600 : 400} ${size}px ${style.fontFamily}`;
    context.fillStyle = find(colour);
    context.textAlign = /** @type {CanvasTextAlign} */ (align);
    context.fillText(text, x, y, WIDTH - 2 * EDGE);
  };
  const { probabilities, digit } = shown;
  Object.assign(context, { fillStyle: find("--background"), lineWidth: 2 });
  context.fillRect(0, 0, WIDTH, HEIGHT);
  drawReading(context, shown, find);
  for (const [i, share] of probabilities.entries()) {
    write(String(i), 24, BOXES[3].left + 10, EDGE + ROW * (i + 0.75));
    context.fillStyle = find(COLOURS[2]);
    context.fillRect(BOXES[3].left + 24, EDGE + ROW * (i + 0.3), 70 * share, 16);
  }
  write(String(digit), 230, 1085, 290, COLOURS[2]);
  write(formatShare(probabilities[digit]), 32, 1085, 350);
  write(tellAnswer(shown), 40, EDGE, 515, "--text", "left");
  write(location.href.split("#")[0], 26, EDGE, 570, "--primary", "left");
  probe.remove();
  return new Promise((resolve) => canvas.toBlob(resolve));
}
