// Makes elements, for labs.

/** @typedef {Record<string, string | number | boolean | undefined>} Attributes */

function fill(element, attributes, parts) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...parts);
}

/**
 * Returns an element of HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} parts
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function html(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  fill(element, attributes, parts);
  return element;
}

/**
 * Returns a button.
 * @param {string} label
 * @param {(event: MouseEvent) => void} press Is called when it is pressed.
 * @param {Attributes} [attributes]
 */
export function makeButton(label, press, attributes = {}) {
  const button = html("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", press);
  return button;
}

/**
 * Returns an element of SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} parts
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...parts) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, parts);
  return element;
}

/**
 * Returns a text with its letters in italics. They are between dollars: `weight $w_1$`.
 * @param {string} text
 */
export function words(text) {
  return split(
    text,
    (letter) => html("i", {}, letter),
    (index) => html("sub", {}, index),
  );
}

/**
 * Returns the same for SVG. An index lowers what follows.
 * @param {string} text
 */
export function svgWords(text) {
  return split(
    text,
    (letter) => svg("tspan", { "font-style": "italic" }, letter),
    (index) =>
      svg("tspan", { style: "font-size: var(--sub, 75%)", dy: "0.3em" }, index),
  );
}

/** Returns a paragraph for each text. @param {string[]} texts */
export function makeParagraphs(texts) {
  return texts.map((text) => html("p", {}, ...words(text)));
}

function split(text, makeLetter, makeIndex) {
  return text.split("$").flatMap((part, i) => {
    const [letter, index] = part.split("_");
    const parts = i % 2 ? [makeLetter(letter)] : [part];
    if (i % 2 && index) parts.push(makeIndex(index));
    return parts;
  });
}
