// Makes elements, for labs.

/**
 * @typedef {Node | string} Part
 * @typedef {Record<string, string | number | boolean | undefined>} Attributes
 */

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {Part[]} parts
 */
function fill(element, attributes, parts) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...parts);
}

/**
 * Returns an element of HTML.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Part[]} parts
 * @returns {HTMLElementTagNameMap[T]}
 */
export function html(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  fill(element, attributes, parts);
  return element;
}

/**
 * Returns an element of SVG.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} attributes
 * @param {Part[]} parts
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, ...parts) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, parts);
  return element;
}

/**
 * Returns what a text shows in which letters stand between dollar signs: `weight $w_1$`.
 * @param {string} text
 * @returns {Part[]}
 */
export function words(text) {
  return split(text, (letter) => html("i", {}, letter), (index) => html("sub", {}, index));
}

/**
 * Returns the same for SVG, where an index ends a text.
 * @param {string} text
 * @returns {Part[]}
 */
export function svgWords(text) {
  return split(
    text,
    (letter) => svg("tspan", { "font-style": "italic" }, letter),
    (index) => svg("tspan", { "font-size": "75%", dy: "0.3em" }, index),
  );
}

/**
 * @param {string} text
 * @param {(letter: string) => Element} makeLetter
 * @param {(index: string) => Element} makeIndex
 * @returns {Part[]}
 */
function split(text, makeLetter, makeIndex) {
  return text.split("$").flatMap((part, place) => {
    const [letter, index] = part.split("_");
    /** @type {Part[]} */
    const parts = place % 2 ? [makeLetter(letter)] : [part];
    if (place % 2 && index) parts.push(makeIndex(index));
    return parts;
  });
}
