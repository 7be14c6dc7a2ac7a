// Class mode shows a page on a wall, one part at a time. Parts stay where they are in
// the page, so labs and answers keep their state; class.css hides all else.

import { html, makeButton } from "../labs/elements.mjs";
import { clamp } from "../labs/numbers.mjs";

const STEPS = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
const [MOST, LEAST] = [4.4, 3]; // a rem, in per cent of the window's height
const PARTS =
  ":is(.question,figure,blockquote,.exercise,#key-points):not(details *,.exercise *)";
const TASK = "#labs > section > :is(h2, p)"; // above a lab, on their page
const root = document.documentElement;
const screens = findScreens();
let number = findNumber();
let top = 0; // to which the page was scrolled
const address = import.meta.resolve("./class.css");
const link = html("link", { rel: "stylesheet", href: address });
const place = html("span", { role: "status" });
const back = makeButton("‹ Back", () => show(number - 1));
const next = makeButton("Next ›", () => show(number + 1));
const reasons = makeButton("Reasons (r)", toggleReasons);
const names = { class: "class-bar on-wall", "aria-label": "Class mode" };
const end = makeButton("Leave (Esc)", leave);
const bar = html("nav", names, back, place, next, reasons, end);

/** Returns the parts of each screen: neither what is folded, nor other exercises. */
function findScreens() {
  const start = document.querySelector("article section");
  const parts = [...start.querySelectorAll(PARTS)].filter((part) =>
    !part.matches(".exercise") ||
    part.querySelector("em")?.textContent.startsWith("By hand")
  );
  const opening = [...start.querySelectorAll("h1, h1 ~ p:first-of-type")];
  const code = document.querySelector(".class-code");
  const findTask = (part) => part.parentElement.querySelectorAll(TASK);
  return [[...opening, code], ...parts.map((part) => [...findTask(part), part])];
}

/** Returns the number of the screen, or of the section, to which the address leads. */
function findNumber() {
  const section = document.querySelector(":target")?.closest("section");
  const place = screens.findIndex((parts) => section?.contains(parts.at(-1)));
  return parseInt(new URL(location.href).searchParams.get("class")) || place + 1;
}

/** Marks the parts of the present screen, and its number in the address, or neither. */
function mark(isOn) {
  document.querySelector(".on-wall > .reasons")?.removeAttribute("open");
  for (const part of screens[number - 1] ?? []) part.classList.toggle("on-wall", isOn);
  const address = new URL(location.href);
  address.searchParams.delete("class");
  if (isOn) address.searchParams.set("class", String(number));
  history.replaceState(history.state, "", address); // The state is a lab's.
}

/** Makes words as large as the window allows. */
function fit() {
  const isLab = screens[number - 1].at(-1).matches(".lab"); // it may not be drawn yet
  for (let size = isLab ? LEAST : MOST; size >= LEAST; size -= 0.1) {
    root.style.fontSize = `max(1em, min(${size}vh, ${size * 0.75}vw))`;
    if (root.scrollHeight <= innerHeight) return;
  }
}

function show(wanted) {
  mark(false);
  number = clamp(wanted, 1, screens.length);
  mark(true);
  place.textContent = `${number} of ${screens.length}`;
  reasons.hidden = !document.querySelector(".on-wall > .reasons");
  fit();
  scrollTo({ top: 0, behavior: "instant" });
}

function toggleReasons() {
  document.querySelector(".on-wall > .reasons")?.toggleAttribute("open");
  fit();
}

/** Follows a key that no field has taken. */
export function press(event) {
  const { key, target } = event;
  if (!bar.isConnected) return;
  if (key === " " && target.closest("a, button, summary")) return;
  if (key === "r") toggleReasons();
  if (key in STEPS) event.preventDefault();
  if (key in STEPS) show(number + STEPS[key]);
}

/** Turns class mode on, at the screen of the address or where it was left. */
export async function enter() {
  if (bar.isConnected) return;
  document.head.append(link);
  await new Promise((resolve) => link.onload = resolve);
  top = scrollY;
  root.classList.add("in-class");
  document.body.append(bar);
  show(number);
}

/** Returns to the same place in the text. */
export function leave() {
  if (!bar.isConnected) return;
  mark(false);
  for (const part of [bar, link]) part.remove();
  root.classList.remove("in-class");
  root.style.fontSize = "";
  const part = screens[number - 1].at(-1);
  if (top) scrollTo({ top, behavior: "instant" });
  else part.scrollIntoView({ behavior: "instant" }); // It was entered by its address.
}

addEventListener("resize", () => bar.isConnected && fit());
