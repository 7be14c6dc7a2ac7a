// Makes elements, for labs.

function fill(element, attributes, parts) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...parts);
}

/** Returns an element of HTML. */
export function html(tag, attributes = {}, ...parts) {
  const element = document.createElement(tag);
  fill(element, attributes, parts);
  return element;
}

/** Returns a button. */
export function makeButton(label, press, attributes = {}) {
  const button = html("button", { type: "button", ...attributes }, label);
  button.addEventListener("click", press);
  return button;
}

/** Returns an element of SVG. */
export function svg(tag, attributes = {}, ...parts) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, parts);
  return element;
}

/** Returns what a text shows in which letters stand between dollar signs: `weight $w_1$`. */
export function words(text) {
  return split(
    text,
    (letter) => html("i", {}, letter),
    (index) => html("sub", {}, index),
  );
}

/** Returns the same for SVG, where an index ends a text. */
export function svgWords(text) {
  return split(
    text,
    (letter) => svg("tspan", { "font-style": "italic" }, letter),
    (index) => svg("tspan", { "font-size": "75%", dy: "0.3em" }, index),
  );
}

function split(text, makeLetter, makeIndex) {
  return text.split("$").flatMap((part, place) => {
    const [letter, index] = part.split("_");
    const parts = place % 2 ? [makeLetter(letter)] : [part];
    if (place % 2 && index) parts.push(makeIndex(index));
    return parts;
  });
}
