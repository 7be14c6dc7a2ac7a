// Class mode shows a page on a wall, one part at a time. Parts stay where they are in
// the page, so labs and answers keep their state; class.css hides all else.

import { html, makeButton } from "../labs/elements.mjs";

const STEPS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
const [MOST, LEAST] = [4.4, 3]; // a rem, in per cent of the window's height
const PARTS =
  ":is(.question,figure,blockquote,.exercise,#key-points):not(details *,.exercise *)";
const WHOLE = "#key-points, #labs > section"; // shown with all that is in them
const root = document.documentElement;
const screens = findScreens();
let number = findNumber();
let top = 0; // to which the page was scrolled
const address = import.meta.resolve("./class.css");
const link = html("link", { rel: "stylesheet", href: address });
const place = html("h1", { "aria-live": "polite" });
const back = makeButton("‹ Back", () => show(number - 1));
const next = makeButton("Next ›", () => show(number + 1));
const end = makeButton("Leave (Esc)", leave);
const bar = html("nav", { class: "class-bar on-wall" }, back, place, next, end);

/** Returns the parts of each screen: neither what is folded, nor other exercises. */
function findScreens() {
  const opening = document.querySelectorAll("h1, h1 ~ p:first-of-type, .class-code");
  const parts = [...document.querySelectorAll(PARTS)].filter((part) =>
    !part.matches(".exercise") || part.textContent.includes("By hand")
  );
  const findAll = (part) => part.closest(WHOLE)?.children ?? [part];
  return [[...opening], ...parts.map((part) => [...findAll(part)])];
}

const findReasons = () => document.querySelector(".on-wall > .reasons");

/** Returns the number of the screen, or of the section, to which the address leads. */
function findNumber() {
  const section = document.querySelector(":target")?.closest("section");
  const place = screens.findIndex(([part]) => section?.contains(part));
  return parseInt(new URLSearchParams(location.search).get("class")) || place + 1;
}

/** Makes words as large as the window allows; a lab may be drawn later. */
function fit() {
  const most = document.querySelector(".on-wall.lab") ? LEAST : MOST;
  for (let size = most; size >= LEAST; size -= 0.1) {
    root.style.fontSize = `max(1em, min(${size}vh, ${size * 0.75}vw))`;
    if (root.scrollHeight <= innerHeight) return;
  }
}

/** Shows a screen. What a prediction has covered has waited for it. */
function show(wanted) {
  number = Math.min(Math.max(wanted, 1), screens.length);
  for (const part of screens.flat()) {
    part.classList.toggle("on-wall", screens[number - 1].includes(part));
  }
  findReasons()?.removeAttribute("open");
  document.querySelector(".on-wall > .cover")?.querySelector("button").click();
  place.textContent = `${number} of ${screens.length}`;
  // The history's state is a lab's.
  history.replaceState(history.state, "", `?class=${number}${location.hash}`);
  fit();
  scrollTo({ top: 0, behavior: "instant" });
}

/** Follows a key, unless a field or a lab takes it. */
function press(event) {
  const { key, ctrlKey, altKey, metaKey } = event;
  if (!bar.isConnected || ctrlKey || altKey || metaKey) return;
  if (key === "Escape") return leave();
  const [target] = event.composedPath(); // in labs, too
  if (event.defaultPrevented || target.closest("input, textarea, select")) return;
  if (key === "r") findReasons()?.toggleAttribute("open");
  if (!(key in STEPS) || (key === " " && target.closest("a, button, summary"))) return;
  event.preventDefault();
  show(number + STEPS[key]);
}

/** Turns class mode on, at the screen of the address or where it was left. */
export async function enter() {
  if (bar.isConnected) return;
  top = scrollY;
  document.head.append(link);
  await new Promise((resolve) => link.onload = resolve);
  document.body.append(bar);
  show(number);
}

/** Returns to the same place in the text. */
function leave() {
  for (const part of [bar, link]) part.remove();
  root.style.fontSize = "";
  history.replaceState(history.state, "", location.pathname + location.hash);
  if (top) scrollTo({ top, behavior: "instant" });
  else screens[number - 1][0].scrollIntoView({ behavior: "instant" });
}

addEventListener("keydown", press);
addEventListener("resize", () => bar.isConnected && fit());
addEventListener("toggle", () => bar.isConnected && fit(), true);
