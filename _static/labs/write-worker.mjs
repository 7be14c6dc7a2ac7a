// Runs a reader's Python, once, in a worker without access to the page or the network.

// Before what is not printed for the reader, and cannot print, since it is random.
const MARK = `\x1e${crypto.getRandomValues(new Uint32Array(4)).join("")} `;
const PAUSE = 50; // milliseconds between two batches of what is drawn
const MEMORY = 256 * 2 ** 20;

// What is left before it runs out: more would only fill the page.
const room = { lines: 1000, letters: 100_000, drawn: 2_000_000 };

const RUN = `
import io
import json
import sys


def show(*values):
    print(MARK + "show " + json.dumps(values))


def find_error(error):
    trace = io.StringIO()
    sys.print_exception(error, trace)
    *places, last = trace.getvalue().strip().split("\\n")
    lines = [place.split(", ")[1] for place in places if '"your code"' in place]
    return last, int(lines[-1].split()[1]) if lines else 0


def describe(error):
    last, line = find_error(error)
    return f"{last} (line {line})" if line else last


def run(code, place):
    names = {"__name__": "__main__", "show": show}
    report = {"results": []}
    try:
        exec(compile(code, "your code", "exec"), names)
        print(MARK + "check ")
        report["results"] = check_code(names=names, describe=describe, **place)
    except BaseException as error:
        report["error"], report["line"] = find_error(error)
    for result in report["results"]:
        result.pop("given", None)
    print(MARK + "done " + json.dumps(report))


run(code, json.loads(place))
`;

const fetchText = async (name) => {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return await response.text();
};

/** Keeps a loop without end from filling the memory: Python gets an error instead. */
function limitMemory() {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength > MEMORY / 2) throw new RangeError("memory");
    return grow.call(this, pages);
  };
}

/** Takes from Python what leads out: the module `js`, and functions made of texts. */
function shut() {
  const { proxy_js_ref: known } = /** @type {any} */ (globalThis);
  known[0] = Object.create(null); // what Python knows as js
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const kind of kinds) {
    Object.defineProperty(Object.getPrototypeOf(kind), "constructor", { value: null });
  }
}

let isChecking = false; // What is printed then has been printed before.
let shown = [];
let last = 0; // when a batch was sent

function flush() {
  if (shown.length) postMessage({ shown });
  shown = [];
  last = performance.now();
}

/** Python's numbers without end are none of JSON's. */
const parse = (text) =>
  JSON.parse(
    text.replace(/(?<=[[ ])(-?)inf(?=[,\]}])/g, "$11e999")
      .replace(/(?<=[[ ])-?nan(?=[,\]}])/g, "null"),
  );

const messages = {
  show(text) {
    room.drawn -= text.length;
    if (isChecking || room.drawn < 0) return;
    shown.push(parse(text));
    if (performance.now() - last > PAUSE) flush();
  },
  check() {
    isChecking = true;
  },
  done(text) {
    flush();
    postMessage({ done: parse(text) });
  },
};

function print(text) {
  if (isChecking) return;
  room.lines -= 1;
  room.letters -= text.length;
  if (Math.min(room.lines, room.letters) >= 0) return postMessage({ line: text });
  flush();
  postMessage({ isFull: true });
}

/** Receives a line that Python prints. */
function receive(line) {
  const [text, ...rest] = line.split(MARK);
  if (text || !rest.length) print(text);
  for (const message of rest) {
    const [kind] = message.split(" ", 1);
    try {
      messages[kind]?.(message.slice(kind.length + 1));
    } catch {
      // What is no JSON cannot be drawn, such as a function.
    }
  }
}

/** Loads Python. Its path is no word, or checks of types would read it, too. */
async function load() {
  const path = new URL("../micropython/micropython.mjs", import.meta.url).href;
  const [{ loadMicroPython }, checks] = await Promise.all([
    import(path),
    fetchText("checks.py"),
  ]);
  limitMemory();
  const python = await loadMicroPython({ stdout: receive });
  python.runPython(checks);
  python.globals.set("MARK", MARK);
  shut();
  return python;
}

const loading = load();

addEventListener("message", async ({ data: { code, place } }) => {
  const python = await loading.catch(() => null);
  if (!python) return postMessage({ isUnloaded: true });
  try {
    python.globals.set("code", code);
    python.globals.set("place", place);
    postMessage({ isRunning: true });
    python.runPython(RUN);
  } catch (error) {
    postMessage({ failure: String(error) });
  }
});
