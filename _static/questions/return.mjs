// Tells readers who come back which questions are due, and where they were.

import { html } from "../labs/elements.mjs";
import { fetchQuestions } from "./due.mjs";
import { recallAll, recallPlace } from "../labs/memory.mjs";

/** @type {HTMLElement | null} */
const usual = document.querySelector(".returning p");
const line = html("p");
usual?.after(line);

/** Returns a link to the first of the questions that are due. */
function linkDue(due) {
  const words = due.length > 1
    ? `${due.length} questions are due`
    : "1 question is due";
  return html("a", { href: due[0].link, class: "due" }, words);
}

/** Shows on a chapter's card how many of its questions are answered and due. */
function mark(card, questions) {
  const { pathname } = /** @type {HTMLAnchorElement} */ (card.querySelector("a"));
  const own = questions.filter(({ page }) => pathname.endsWith(page));
  const answered = own.filter(({ isAnswered }) => isAnswered).length;
  const due = own.filter(({ isDue }) => isDue).length;
  const words = `${answered} of ${own.length} answered${due ? `, ${due} due` : ""}`;
  card.querySelector(".answered")?.remove();
  if (answered) card.append(html("p", { class: "answered" }, words));
}

async function show() {
  const questions = recallAll().length ? await fetchQuestions() : [];
  const due = questions.filter(({ isDue }) => isDue);
  const place = recallPlace();
  const parts = due.length ? [linkDue(due), " again, mistakes first. "] : [];
  if (place) {
    const words = `Go on in chapter ${place.chapter}`;
    parts.push(html("a", { href: place.address }, words), ".");
  }
  line.replaceChildren(...parts);
  if (usual) usual.style.visibility = parts.length ? "hidden" : "";
  for (const card of document.querySelectorAll("ul.chapters > li")) {
    mark(card, questions);
  }
}

show();
addEventListener("pageshow", ({ persisted }) => persisted && show());
addEventListener("storage", show);
