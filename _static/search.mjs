// Lists what Sphinx finds while one types: terms with their definitions, pages with a sentence.

const SENTENCE_END = /\n|(?<=[.?!]) (?=[A-Z])/;
const root = document.documentElement.dataset.content_root;
const page = document.querySelector(".bd-search-container"); // the one that only searches
const box = page ?? document.getElementById("pst-search-dialog");
const field = box.querySelector("input");
const results = page
  ? document.getElementById("search-results")
  : document.createElement("div");
let found = [];
let timer;

function load(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src: root + name, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function prepare() {
  results.id = "search-results";
  results.className = "empty";
  // So that Escape closes the dialog, which Sphinx's own keys would prevent.
  results.onkeydown = (event) => event.stopPropagation();
  box.append(results);
  field.form.addEventListener("submit", () => (field.name = "q"));
  field.name = ""; // or else Sphinx would empty it
  try {
    await load("_static/language_data.js");
    await load("_static/sphinx_highlight.js");
    await load("_static/searchtools.js");
  } finally {
    field.name = "q";
  }
  await load("searchindex.js");
}

function findSentence(place, stems) {
  // A stem ends otherwise than its word: "accuraci".
  const words = [...stems].map((stem) => new RegExp(`\\b${stem.replace(/[ei]$/, "")}`, "i"));
  let best = place.querySelector("p")?.innerHTML.split(SENTENCE_END)[0] ?? "";
  for (const kind of ["p, :is(li, td):not(:has(p))", "pre"]) {
    let most = 0;
    for (const block of place.querySelectorAll(kind)) {
      for (const sentence of block.innerHTML.split(SENTENCE_END)) {
        const text = sentence.replace(/<[^>]*>/g, "");
        const count = words.filter((word) => word.test(text)).length;
        if (count > most) [best, most] = [sentence, count];
      }
    }
    if (most) break;
  }
  return best;
}

function summarise(html, stems, anchor) {
  const summary = document.createElement("p");
  const found = new DOMParser().parseFromString(html, "text/html");
  for (const link of found.querySelectorAll("a")) {
    link.replaceWith(...(link.matches(".headerlink") ? [] : link.childNodes));
  }
  found.querySelector(".objectives")?.remove(); // which says in advance what the page says
  const place = found.getElementById(anchor?.slice(1)) ?? found.querySelector("article");
  summary.className = "context";
  summary.innerHTML = place.matches("dt")
    ? `<strong>${place.innerHTML}</strong>: ${place.nextElementSibling.firstElementChild.innerHTML}`
    : findSentence(place, stems);
  return summary;
}

function search() {
  const words = field.value.trim();
  results.replaceChildren();
  results.classList.toggle("empty", !words);
  if (page) history.replaceState(null, "", `?q=${encodeURIComponent(words)}`);
  if (!words) return;
  Search.performSearch(words);
  Search.status.role = "status";
}

if (!page) await prepare();
Search.makeSearchSummary = summarise;
const perform = Search._performSearch;
Search._performSearch = (...query) => {
  const all = perform(...query);
  const withTerms = new Set(
    all.filter((item) => item[2].startsWith("#term-")).map(([name]) => name),
  );
  return (found = all.filter(([name, , anchor]) => anchor || !withTerms.has(name)));
};
// Sphinx links from the top of the site.
new MutationObserver(() => {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = results.querySelectorAll("li > a");
  for (const link of links) {
    const address = link.getAttribute("href");
    if (!address.startsWith(root)) link.href = root + address;
  }
}).observe(results, { childList: true, subtree: true });
field.addEventListener("input", () => {
  found.length = 0; // what is not listed yet
  clearTimeout(timer);
  timer = setTimeout(search, 200);
});
if (!page && field.value) search();
