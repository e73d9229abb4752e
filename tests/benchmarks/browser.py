"""What a large running drawing costs the browser: script per second, input that waits, first paint, size of the scripts.

    python -m tests.benchmarks browser [--seconds 10] [--nodes 200] [--window 2560x1440]

200 components in towns that do not know each other, all in sight with their figures, ten frames a second, and as many
dots as the page ever draws: the frames are made to tell of more traffic on their way to it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import brotli
from playwright.sync_api import CDPSession, Page, ViewportSize, sync_playwright

from tests.benchmarks.large import large_document
from tests.browser.screen import Screen
from tests.browser.server import ROOT, Server
from tests.browser.watch import Watch
from tests.conftest import CHROMIUM, CHROMIUM_OPTIONS

SCRIPT_MS_PER_S_MAX = 80.0
FIRST_PAINT_S_MAX = 1.0
SCRIPT_BYTES_MAX = 250_000
#: An input that is answered later than this was dropped, as far as a person can tell.
INPUT_MS_MAX = 200
PAN_STEP_S = 0.02
#: So large that the whole drawing is shown with all its figures.
WINDOW: ViewportSize = {"width": 2560, "height": 1440}
#: What frames tell of instead of the true rate, and how often each request in them stands for another.
OFFERED_RPS, TIMES = 400_000.0, 4

WATCH_INPUT = f"""
window.lateInputs = 0;
new PerformanceObserver((list) => {{ window.lateInputs += list.getEntries().length; }})
  .observe({{ type: 'event', durationThreshold: {INPUT_MS_MAX} }});
"""
#: In the page itself: whatever stands between it and the socket would be counted as its script.
CROWD = f"""
const parse = JSON.parse;
JSON.parse = (...all) => {{
  const message = parse(...all);
  if (message?.op === 'frame') {{
    message.totals.offered_rps = {OFFERED_RPS};
    message.traces = Array({TIMES}).fill(message.traces).flat();
  }}
  return message;
}};
"""
#: In how many places something is drawn on the layer of the dots, and how often; counted after all is measured.
COUNT_DOTS = """async () => {
  const pen = document.querySelectorAll('.canvas-layer.under canvas')[1].getContext('2d');
  const { moveTo, clearRect } = pen;
  const places = new Set();
  let dots = 0;
  let pictures = 0;
  pen.moveTo = (x, y) => { places.add(`${x} ${y}`); return moveTo.call(pen, x, y); };
  pen.clearRect = (...all) => {
    pictures += 1;
    dots += places.size;
    places.clear();
    return clearRect.apply(pen, all);
  };
  await new Promise((done) => setTimeout(done, 2000));
  return [dots / pictures, pictures / 2];
}"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def first_load_bytes(dist: Path = ROOT / "static" / "dist") -> int:
    """Return the bytes of the scripts that the page loads at once, compressed as they are served."""
    manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
    wanted, found = [chunk for chunk in manifest.values() if chunk.get("isEntry")], set()
    while wanted:
        chunk = wanted.pop()
        if chunk["file"] not in found:
            found.add(chunk["file"])
            wanted += [manifest[name] for name in chunk.get("imports", [])]
    return sum(len(brotli.compress((dist / file).read_bytes())) for file in found)


def spent_s(session: CDPSession) -> tuple[float, float]:
    """Return the seconds that the page's main thread has spent in scripts, and in all."""
    metrics = {it["name"]: float(it["value"]) for it in session.send("Performance.getMetrics")["metrics"]}
    return metrics["ScriptDuration"], metrics["TaskDuration"]


def pan(page: Page, seconds: float) -> None:
    """Drag the canvas to and fro."""
    page.mouse.move(720, 520)
    page.mouse.down(button="middle")
    ends_s, step = time.monotonic() + seconds, 0
    while time.monotonic() < ends_s:
        step += 1
        page.mouse.move(720 + 8 * (step % 20), 520 + 4 * (step % 16))
        page.wait_for_timeout(1000 * PAN_STEP_S)
    page.mouse.up(button="middle")


def measured(
    server: Server, nodes: int, seconds: float, window: ViewportSize
) -> list[tuple[str, float, float | None, str]]:
    """Return what was measured: name, value, the most it may be, unit."""
    document = large_document(nodes, rate_rps=400.0)
    links = server.create(document)
    rows: list[tuple[str, float, float | None, str]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        context = browser.new_context(base_url=server.url, viewport=window)
        page = context.new_page()
        page.add_init_script(WATCH_INPUT)
        page.add_init_script(CROWD)
        session = context.new_cdp_session(page)
        # Processor time of the thread: beside other work the wall clock would count theirs.
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for name, path in (("start page", "/"), ("scenario", links["edit_url"])):
            page.goto(path)
            page.get_by_role("application").wait_for()
            page.wait_for_timeout(1000)
            painted: Any = page.evaluate(FIRST_PAINT)
            rows.append((f"first paint of the {name}", painted / 1000, FIRST_PAINT_S_MAX, "s"))
        screen = Screen(page, Watch(context), "en")
        screen.run()
        screen.button("canvas.fit").click()
        page.wait_for_timeout(5000)
        for name, act in (("", page.wait_for_timeout), (" while panning", None)):
            before, began_s = spent_s(session), time.monotonic()
            if act is None:
                pan(page, seconds)
            else:
                act(1000 * seconds)
            lasted_s = time.monotonic() - began_s
            script, task = (
                1000 * (now - then) / lasted_s for now, then in zip(spent_s(session), before, strict=True)
            )
            rows.append((f"script per second{name}", script, SCRIPT_MS_PER_S_MAX if act else None, "ms"))
            rows.append((f"all work per second{name}", task, None, "ms"))
        dots, pictures = page.evaluate(COUNT_DOTS)
        rows += [("dots", dots, None, ""), ("pictures of them per second", pictures, None, "")]
        rows.append(("inputs answered late", page.evaluate("window.lateInputs"), 0.0, ""))
        browser.close()
    rows.append(("scripts of the first load", first_load_bytes(), SCRIPT_BYTES_MAX, "bytes"))
    print(f"{len(document['nodes'])} nodes, {len(document['edges'])} edges")
    return rows


def window(text: str) -> ViewportSize:
    """Return the size that `2560x1440` stands for. Raises ValueError when it is none."""
    width, height = (int(side) for side in text.split("x"))
    return {"width": width, "height": height}


def main(arguments: Sequence[str]) -> int:
    """Measure and print; exit code 1 when a figure is missed."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks browser", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--window", type=window, default=WINDOW, metavar="WIDTHxHEIGHT")
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp())
    server = Server(folder)
    server.start()
    try:
        rows = measured(server, options.nodes, options.seconds, options.window)
    finally:
        server.stop()
        shutil.rmtree(folder)
    for name, value, most, unit in rows:
        verdict = "" if most is None else f"<= {most:g}: {'pass' if value <= most else 'FAIL'}"
        print(f"{name:40} {value:12,.2f} {unit:6} {verdict}")
    return int(any(most is not None and value > most for _, value, most, _ in rows))
