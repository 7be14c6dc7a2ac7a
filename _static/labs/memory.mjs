// Keeps answers in the browser, each question's in an entry of its own, and says when a
// question is due again. Where nothing can be kept, answers are forgotten.

/**
 * @typedef {object} Answer
 * @property {number} day In days since 1970, where the reader is.
 * @property {boolean} isRight
 * @property {string} certainty `guess`, `fairly` or `certain`
 * @property {number} chance To be right by guessing.
 * @property {string} [said] What was predicted.
 */

/**
 * @typedef {object} Entry All answers to a question
 * @property {string} label
 * @property {string} edition Another one when the question has been edited.
 * @property {Answer[]} answers One a day, in their order.
 */

const GAPS = [1, 7, 21]; // days until a question is asked again
const SITE = new URL("../..", import.meta.url);
const PREFIX = `answers ${SITE.pathname} `;
export const WRITTEN = `written ${SITE.pathname} `; // the reader's code

/** Returns the number of the present day. */
export function getToday() {
  const now = new Date();
  return Math.floor((now.getTime() / 60_000 - now.getTimezoneOffset()) / 1440);
}

/** Whether something, such as a part of a file, is an answer. */
function isAnswer(something) {
  const { day, isRight, certainty, chance, said = "" } = Object(something);
  return Number.isInteger(day) && typeof isRight === "boolean" &&
    ["guess", "fairly", "certain"].includes(certainty) &&
    chance >= 0 && chance < 1 && typeof said === "string" && said.length < 200;
}

/**
 * Returns answers in the order of their days, of which each counts once: the first
 * answer of a day is given before the reader has seen the reasons. One of a day to come,
 * when the clock was ahead, counts as of yesterday, unless there is one.
 * @type {(answers: any) => Answer[]}
 */
function clean(answers) {
  const all = Array.isArray(answers) ? answers.filter(isAnswer) : [];
  const today = getToday();
  const early = all.filter(({ day }) => day > today);
  const moved = early.map((answer) => ({ ...answer, day: today - 1 }));
  const days = new Map();
  for (const answer of [...all.filter(({ day }) => day <= today), ...moved]) {
    if (!days.has(answer.day)) days.set(answer.day, answer);
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

/** Does something with the storage, unless it is forbidden, full or damaged. */
export function attempt(action) {
  try {
    return action(localStorage);
  } catch (error) {
    console.warn(error); // What cannot be kept is forgotten, and the page goes on.
  }
}

const read = (key) => attempt((storage) => JSON.parse(storage.getItem(key)));

function write(key, value) {
  attempt((storage) => storage.setItem(key, JSON.stringify(value)));
}

/** Returns the keys of what is kept that begin with a prefix. @returns {string[]} */
function listKeys(prefix) {
  const keys = attempt((storage) => Object.keys(storage)) ?? [];
  return keys.filter((key) => key.startsWith(prefix));
}

/** Returns the answers to a question. @returns {Answer[]} */
export function recall(label, edition) {
  const key = `${PREFIX}${label} ${edition}`;
  const kept = read(key);
  const answers = clean(kept);
  // That a clock was ahead is noticed once, and not each day anew.
  if (kept?.at?.(-1)?.day > getToday()) write(key, answers);
  return answers;
}

/** Returns all questions that have been answered. @returns {Entry[]} */
export function recallAll() {
  const parts = listKeys(PREFIX).map((key) => key.slice(PREFIX.length).split(" "));
  return parts
    .map(([label, edition]) => ({ label, edition, answers: recall(label, edition) }))
    .filter(({ answers }) => answers.length);
}

/**
 * Keeps answers beside those that are there, perhaps from another tab.
 * @param {Entry} entry
 */
export function keep({ label, edition, answers }) {
  const all = clean([...recall(label, edition), ...answers]);
  write(`${PREFIX}${label} ${edition}`, all);
}

/** Takes back the answer that was given today. */
export function undo(label, edition) {
  const earlier = recall(label, edition).filter(({ day }) => day !== getToday());
  write(`${PREFIX}${label} ${edition}`, earlier);
}

/** Forgets all answers, the place last read, and code written in the page. */
export function forgetAll() {
  for (const key of [...listKeys(PREFIX), ...listKeys(WRITTEN)]) {
    attempt((storage) => storage.removeItem(key));
  }
}

/**
 * The place that was last read, a section
 * @typedef {{address: string, chapter: number}} Place
 */

/** @param {Place} place */
export function keepPlace(place) {
  write(`${PREFIX}place`, place);
}

/** Returns the place, if what is kept is one, and of this site. @returns {Place?} */
export function recallPlace() {
  const { address, chapter } = Object(read(`${PREFIX}place`));
  if (typeof address !== "string" || !Number.isInteger(chapter)) return null;
  const isHere = attempt(() => new URL(address, SITE).href.startsWith(SITE.href));
  return isHere ? { address, chapter } : null;
}

/**
 * Returns the day on which a question is due. A wrong or guessed answer begins anew; a
 * right one that is early changes nothing; after the last gap nothing is due.
 * @param {Answer[]} answers
 */
export function findDue([first, ...others]) {
  let step = 0;
  let due = first.day + GAPS[0];
  for (const { day, isRight, certainty } of others) {
    const isKnown = isRight && certainty !== "guess";
    if (isKnown && day < due) continue;
    step = isKnown ? step + 1 : 0;
    due = day + (GAPS[step] ?? Infinity);
  }
  return due;
}
