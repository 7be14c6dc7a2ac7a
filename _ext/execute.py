"""Run the chapters whose code has changed, several at once, and keep what they print.

`make book` calls it before Sphinx, which then finds all outputs in the cache.
"""

import multiprocessing
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_cache import get_cache
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, ProcessData
from jupyter_cache.executors.utils import single_nb_execution
from jupyter_cache.readers import NbReadError
from traitlets.config import Config

from course.cells import find_line
from course.plots import prepare_kernels

CACHE = "_build/.jupyter_cache"
READER = {"name": "myst_nb_md", "type": "plugin"}
SECONDS = 600  # for one cell, as in _config.yml
MISSING = "\nAdd it to book/requirements.txt with a reason, or do without."


def list_chapters():
    """Return the pages with cells, the longest first."""
    pages = Path("book").glob("[!_]*.md")
    pages = [page for page in pages if b"kernelspec:" in page.read_bytes()]
    pages.sort(key=lambda page: page.stat().st_size, reverse=True)
    return [str(page.resolve()) for page in pages]


def describe(uri, cell, problem):
    """Return where a problem is (file and line), the cell, and what went wrong."""
    place = f"{Path(uri).relative_to(Path.cwd())}:{find_line(uri, cell)}"
    return f"{place}: {problem[0]}\n\n{cell}\n\n{problem[1]}\n"


def check_page(cache, page):
    """End with advice if a page cannot be read."""
    try:
        cache.get_project_notebook(page)
    except NbReadError as error:
        cure = "Put texts with a colon in quotes, and save the file as UTF-8."
        sys.exit(f"{Path(page).relative_to(Path.cwd())}: {error}\n{cure}")


def find_error(record):
    """Return the cell that raised, and its error, from nbclient's traceback."""
    text = re.sub(r"\x1b\[[\d;]*m", "", record.traceback or "")
    parts = re.split(r"^-{18,19}\n", text, flags=re.MULTILINE)  # 19: it timed out
    cell = parts[1].strip() if len(parts) > 2 else ""
    last = re.findall(r"^\w[\w.]*:(?: .*)?$", text, re.MULTILINE) or [text]
    cure = MISSING if last[-1].startswith("ModuleNotFoundError") else ""
    return describe(record.uri, cell, ("this cell raised an error", last[-1] + cure))


def find_warnings(cache, uri):
    """Return each cell of a page whose kept outputs have a warning in them."""
    record = cache.get_cached_project_nb(uri)
    if record is None:  # the file was changed meanwhile
        return []
    return [
        describe(uri, cell.source, ("this cell printed a warning", output.text))
        for cell in cache.get_cache_bundle(record.pk).nb.cells
        for output in cell.get("outputs", ())
        if output.get("name") == "stderr"
    ]


class Worker(ExecutionWorkerLocalMProc):
    """Runs chapters, one after the other, in one of several processes."""

    @staticmethod
    def execute(project_nb, data):
        """Run a chapter; files reach its kernel, since two might get the same port."""
        folder = str(Path(project_nb.uri).parent)
        with TemporaryDirectory() as files:
            manager = {"transport": "ipc", "ip": f"{files}/kernel"}
            config, nb = Config(KernelManager=manager), project_nb.nb
            return single_nb_execution(nb, folder, data.timeout, False, config=config)


def find_key(cache, record):
    """Return under which key the outputs of a page's cells are kept."""
    return cache.create_hashed_notebook(cache.get_project_notebook(record.pk).nb)[1]


def run_chapters(cache, pages):
    """Run the pages that changed, report each, and return those that failed."""
    records = cache.list_unexecuted(filter_uris=pages)
    records.sort(key=lambda record: pages.index(record.uri))
    # Pages with the same cells share one result, and two must not write it at once.
    distinct = {find_key(cache, record): record for record in records}.values()
    jobs = [ProcessData(one.pk, one.uri, cache, SECONDS, False) for one in distinct]
    failed = []
    with multiprocessing.Pool() as pool:
        runs = pool.imap_unordered(Worker(), jobs)
        for count, (status, uri) in enumerate(runs, start=1):
            failed += [uri] if status else []
            result = f"book/{Path(uri).name} {'failed' if status else 'ran'}"
            print(f"{result}; {len(jobs) - count} left", flush=True)
    return failed


def main():
    prepare_kernels()
    cache, pages = get_cache(CACHE), list_chapters()
    for page in pages:
        cache.add_nb_to_project(page, read_data=READER)
        check_page(cache, page)
    # A warning tells of the error of a cell, which is told once, at the end.
    multiprocessing.get_logger().setLevel("ERROR")
    failed = run_chapters(cache, pages)
    faults = [find_error(cache.get_project_record(uri)) for uri in failed]
    done = [page for page in pages if page not in failed]
    faults += [fault for page in done for fault in find_warnings(cache, page)]
    sys.exit("\n".join(faults) or None)


if __name__ == "__main__":
    main()
