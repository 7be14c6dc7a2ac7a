// Seven studies of mice: what was done in each, what leaks, and what would prevent it.

/** What may leak, by its name in `STUDIES`. */
export const LEAKS = {
  mouse: "the same mouse on both sides",
  twins: "the same sample twice",
  features: "features chosen on all rows",
  day: "the day",
  label: "the label in a feature",
  test: "tuned on the test set",
  nothing: "nothing leaks",
};

/** Why an answer is wrong, where the study does not say it. */
const WRONG = {
  mouse: "no mouse is in training and test at once",
  twins: "each sample is there once",
  features: "the labels did not choose the features",
  day: "as far as told, no day has one label only",
  label: "no feature comes of the label",
  test: "no model was chosen by its score in the test",
  nothing: "new mice bring far less",
};

/** The names of the leaks, in the order of the buttons. */
export const NAMES = Object.keys(LEAKS);

/**
 * A study: its leak, what was done, a table with names and rows, why the score is
 * higher than the truth, and the starter's settings, between backticks.
 * @typedef {object} Study
 * @property {string} leak
 * @property {string} [also] An answer that is right, too, and less exact.
 * @property {Record<string, string>} [wrong] Why answers are wrong.
 * @property {string} text
 * @property {string[]} names
 * @property {string[]} rows The parts of a row are between bars.
 * @property {string} why
 * @property {string} settings
 */

/** In the order in which the chapter's code simulates them. @type {Study[]} */
export const STUDIES = [
  {
    leak: "mouse",
    text: "12 mice have ten images each on plate A, and ten on plate B. " +
      "A forest learns which mice were treated. " +
      "Plate A is for training and plate B for the test, so no plate is on both sides.",
    names: ["image", "mouse", "spread", "label", "side"],
    rows: [
      "m01-03|m01|8.1|control|training",
      "m01-14|m01|8.3|control|test",
      "m02-05|m02|6.2|treated|training",
      "m02-18|m02|6.0|treated|test",
    ],
    why: "Every mouse is on both plates. The forest recognises the mouse " +
      "and knows its treatment, which fails on new mice.",
    settings: '`GROUP = "mouse"`: whole mice are held back. ' +
      "Ask what will be new when the model is used: here the mouse, and not the plate.",
  },
  {
    leak: "day",
    text: "24 mice have 20 images each. " +
      "Treated mice were imaged on Monday, and controls on Tuesday. " +
      "Whole mice take turns in the test of a linear model. " +
      "New mice will be imaged in spring.",
    names: ["mouse", "day", "brightness", "label", "round"],
    rows: [
      "m01|Tuesday|710|control|1",
      "m02|Monday|1,480|treated|1",
      "m03|Tuesday|650|control|2",
      "m04|Monday|1,530|treated|2",
    ],
    why: "Monday's lamp was brighter, and the model reads the lamp. " +
      "In spring, all mice have the same lamp.",
    settings: '`NUISANCE = ["day"]`: the starter tries the day alone, and doubts the ' +
      "score. But no setting separates the day from the treatment: " +
      "image both kinds of mice on each day.",
    wrong: { label: "brightness comes from the lamp, and the lamp from the day" },
  },
  {
    leak: "features",
    text: "In 40 mice, 1,000 genes were measured. The ten that differ most " +
      "between treated mice and controls become the features. " +
      "Then whole mice take turns in the test of a linear model.",
    names: ["mouse", "gene 17", "gene 204", "label", "round"],
    rows: [
      "m01|−0.8|1.1|control|1",
      "m02|0.9|−0.4|treated|1",
      "m03|−0.2|0.7|control|2",
      "m04|1.3|−1.2|treated|2",
    ],
    why: "The choice had seen the labels of the mice in every test. " +
      "Among 1,000 genes that tell nothing, some always fit the mice at hand.",
    settings: "name all genes in `FEATURES`. " +
      "The starter chooses none, and cannot see what you chose them by.",
  },
  {
    leak: "nothing",
    wrong: { mouse: "m01 is on both plates, but all of its images are in round 1" },
    text: "24 mice have 20 images each, on two plates with both treatments. " +
      "Whole mice take turns in the test of a linear model, fixed beforehand. " +
      "Mean and standard deviation for the scaling are those of the training mice.",
    names: ["image", "mouse", "plate", "label", "round"],
    rows: [
      "m01-03|m01|A|control|1",
      "m01-14|m01|B|control|1",
      "m02-05|m02|A|treated|1",
      "m03-09|m03|A|control|2",
    ],
    why: "This treatment changes much, so the score is high and true. " +
      "What was done decides, not how high the score is.",
    settings: '`GROUP = "mouse"` and `NUISANCE = ["plate"]` do the same.',
  },
  {
    leak: "twins",
    also: "mouse",
    text: "40 mice were measured, and have a row each. " +
      "A student's file brought 20 more rows, with her own numbers for the mice. " +
      "A forest is cross-validated, and no number is in training and test at once.",
    names: ["mouse", "spread", "dna", "label", "round"],
    rows: [
      "m03|8.412|911.2|control|2",
      "m08|6.077|702.9|treated|4",
      "k17|8.412|911.2|control|5",
      "k21|6.077|702.9|treated|1",
    ],
    why: "The student's 20 mice are in the first file, too. " +
      "A copy in training gives away the label of the other in the test.",
    settings:
      "exact copies need no setting. With three `FEATURES` or more, the starter " +
      "doubts rows with the same numbers: delete one of each. " +
      "It misses samples measured anew; give both one name in the column of `GROUP`.",
  },
  {
    leak: "label",
    text: "Which of 60 mice have a tumour? Each has a row with weight, temperature, " +
      "painkiller and three more. " +
      "Whole mice take turns in the test of a linear model. " +
      "New mice are judged before a vet has seen them.",
    names: ["mouse", "weight", "painkiller", "label", "round"],
    rows: [
      "m01|24.1 g|0 mg|healthy|1",
      "m02|23.8 g|2.1 mg|tumour|1",
      "m03|25.0 g|0 mg|healthy|2",
      "m04|22.9 g|1.4 mg|tumour|2",
    ],
    why: "Painkillers were given because of the tumour. " +
      "New mice have had none yet, so nearly all are called healthy.",
    settings: "`FEATURES` without `painkiller`: only what is known before the label. " +
      "The starter doubts a column that alone predicts nearly all.",
  },
  {
    leak: "test",
    text: "20 mice are for training, and 20 others for the test. " +
      "40 forests with other depths and seeds learn from the training mice. " +
      "The paper reports the one that is right for most test mice.",
    names: ["forest", "depth", "seed", "right of 20"],
    rows: ["1|1|0|9", "2|2|1|12", "3|3|2|15, reported", "4|4|3|11"],
    why: "Of 40 forests, some are lucky with any 20 mice. " +
      "Choosing by the test mice is learning from them.",
    settings: "the one model in the test is fixed beforehand. " +
      "The starter does not know how often you ran it: " +
      "fix `SEED`, `SIZE` and the others first, and run it once.",
  },
];

/**
 * Returns the answers that are given, without what is no answer.
 * @type {(said: number[]) => number[]}
 */
export function tidy(said) {
  const isAnswer = (answer) => answer in NAMES;
  return said.filter(isAnswer).slice(0, STUDIES.length);
}

/**
 * Returns whether each answer is right.
 * @type {(said: number[]) => boolean[]}
 */
export function judge(said) {
  return said.map((answer, i) =>
    [STUDIES[i].leak, STUDIES[i].also].includes(NAMES[answer])
  );
}

/**
 * Returns what a study's answer is worth.
 * @type {(answer: number, i: number) => string}
 */
export function explain(answer, i) {
  const { leak, also, wrong } = STUDIES[i];
  const name = NAMES[answer];
  if (name === leak) return `Right: ${LEAKS[leak]}.`;
  if (name === also) return `Right: ${LEAKS[name]}. More exactly: ${LEAKS[leak]}.`;
  return `Not “${LEAKS[name]}”: ${wrong?.[name] ?? WRONG[name]}. ` +
    `The answer: ${LEAKS[leak]}.`;
}

/**
 * Returns what the answers come to, once all are given.
 * @type {(said: number[], leaks: number[][]) => string}
 */
export function sumUp(said, leaks) {
  const isRight = judge(said);
  const missed = STUDIES.flatMap(({ leak }, i) =>
    isRight[i] ? [] : [`study ${i + 1}, ${LEAKS[leak]}`]
  );
  const right = STUDIES.length - missed.length;
  const leaky = leaks.filter((_, i) => STUDIES[i].leak !== "nothing");
  const shares = leaky.map(([, news]) => Math.round(100 * news));
  const range = `${Math.min(...shares)}% to ${Math.max(...shares)}%`;
  return `You are right about ${right} of ${STUDIES.length}. ` +
    (missed.length ? `Missed: ${missed.join("; ")}. ` : "") +
    `In the other six, new mice bring only ${range}. ` +
    "Yet most of these held whole mice back.";
}
