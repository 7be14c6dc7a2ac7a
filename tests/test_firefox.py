"""One page of each kind in Firefox, where it is installed, by WebDriver BiDi."""

import itertools
import json
import re
import shutil
import subprocess
import time

import pytest
import websocket

from conftest import KINDS, read

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
pytestmark = pytest.mark.skipif(not FIREFOX, reason="Firefox is not installed")


class Tab:
    """Firefox's tab, by WebDriver BiDi."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            address, timeout=60, suppress_origin=True
        )
        self.numbers = itertools.count()
        self.send("session.new", capabilities={})
        tree = self.send("browsingContext.getTree")
        self.context = tree["contexts"][0]["context"]

    def send(self, method, **params):
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            pass
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address):
        page = {"context": self.context, "url": address, "wait": "complete"}
        self.send("browsingContext.navigate", **page)

    def evaluate(self, expression):
        code = f"(async () => JSON.stringify(await ({expression})))()"
        target = {"context": self.context}
        answer = self.send(
            "script.evaluate", expression=code, target=target, awaitPromise=True
        )
        return json.loads(answer["result"]["value"])


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("firefox")
    log = folder / "log"
    command = [FIREFOX, "--headless", "--remote-debugging-port=0", "--profile", folder]
    firefox = subprocess.Popen(command, stderr=log.open("w"))
    try:
        while not (listens := re.search(r"listening on (ws://\S+)\n", log.read_text())):
            assert firefox.poll() is None, log.read_text()
            time.sleep(0.2)
        yield Tab(f"{listens[1]}/session")
    finally:
        firefox.terminate()


@pytest.mark.parametrize("name", [*KINDS, "book/evaluation.html"])
def test_page_fits_and_its_labs_start(tab, address, name):
    view = {"width": 390, "height": 800}
    tab.send("browsingContext.setViewport", context=tab.context, viewport=view)
    tab.open(address + name)
    width, room = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= room
    started = """(async () => {
        const labs = [...document.querySelectorAll("figure.lab > *")].filter(
            (element) => element.localName.endsWith("-lab"));
        for (const element of labs) {
            element.scrollIntoView();
            await customElements.whenDefined(element.localName);
        }
        return labs.length; })()"""
    assert tab.evaluate(started) == len(read(name).select("figure.lab"))


def test_python_runs_in_the_page(tab, address):
    tab.open(f"{address}book/neuron.html")
    said = """(async () => {
        const element = document.querySelector("write-lab");
        element.scrollIntoView();
        await customElements.whenDefined("write-lab");
        await element.ready;
        const find = (selector) => element.shadowRoot.querySelector(selector);
        find("textarea").value = "print(6 * 7)\\nx = y";
        find("button.main").click();
        const isDone = () => find(".verdict").textContent.includes("NameError") &&
            find("[role=log]").textContent; // which is drawn in the next frame
        while (!isDone()) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        find("textarea").focus();
        document.execCommand("selectAll");
        find("textarea").dispatchEvent(new KeyboardEvent("keydown", { key: "Tab" }));
        return [find("[role=log]").textContent, find("textarea").value]; })()"""
    assert tab.evaluate(said) == ["42\n", "    print(6 * 7)\n    x = y"]
