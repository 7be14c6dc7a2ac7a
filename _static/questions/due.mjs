// Which questions of the site have been answered, and which are due again.

import { findDue, getToday, recall } from "../labs/memory.mjs";

/**
 * @typedef {object} Asked A question of the site
 * @property {string} page Its address, from the site's first page.
 * @property {string} title Such as `Question 3.1`
 * @property {string} link
 * @property {boolean} isAnswered
 * @property {boolean} isMistake
 * @property {boolean} isDue
 */

/** Returns all questions of the site, mistakes first. @returns {Promise<Asked[]>} */
export async function fetchQuestions() {
  const response = await fetch(new URL("index.json", import.meta.url));
  const questions = Object.entries(await response.json());
  // Editions are in no order, so chapters are mixed.
  questions.sort(([, [first]], [, [second]]) => first < second ? -1 : 1);
  const asked = questions.map(([label, [edition, page, title]]) => {
    const answers = recall(label, edition);
    const isAnswered = answers.length > 0;
    const isMistake = isAnswered && !answers.at(-1).isRight;
    const isDue = isAnswered && findDue(answers) <= getToday();
    const link = new URL(`../../${page}?due#${label}`, import.meta.url).href;
    return { page, title, link, isAnswered, isMistake, isDue };
  });
  return asked.sort((a, b) => Number(b.isMistake) - Number(a.isMistake));
}
