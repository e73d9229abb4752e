"""Taking a scenario along and bringing drawings in, through the dialog, the command palette and by dropping a file."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, expect

from simcore.scenario.document import Scenario
from tests.browser.conftest import Visit
from tests.browser.documents import replicated
from tests.browser.screen import Screen
from tests.browser.server import ROOT, Server
from tests.browser.test_korean import english_left

SVG = "{http://www.w3.org/2000/svg}"
COMPOSE = ROOT / "tests" / "simcore" / "importing" / "compose"
#: What is named in Latin letters in every language, in what was imported too.
NAMES = re.compile(
    r"\b(?:PNG|SVG|WebM|HTML|JSON|CSV|Mermaid|docker-compose|flowchart LR|Chrome|Edge|Firefox)\b"
)
DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const event = (type) => new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
  const canvas = document.querySelector('[role=application]');
  canvas.dispatchEvent(event('dragover'));
  canvas.dispatchEvent(event('drop'));
}"""


def dialog_of(screen: Screen) -> Locator:
    return screen.page.get_by_role("dialog", name=screen.t("app.exchange"), exact=True)


def open_export(screen: Screen) -> Locator:
    screen.button("app.exchange").click()
    expect(screen.button("exchange.download")).to_be_enabled()
    return dialog_of(screen)


def choose(screen: Screen, way: str) -> None:
    name = screen.t(f"exchange.formats.{way}.name")
    screen.page.get_by_role("radio", name=re.compile(f"^{re.escape(name)}")).check()


def taken(screen: Screen, way: str, folder: Path) -> Path:
    """Download the scenario in one way; returns the file."""
    choose(screen, way)
    with screen.page.expect_download() as download:
        screen.button("exchange.download").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def paste(screen: Screen, text: str) -> None:
    screen.page.get_by_label(screen.t("exchange.import.paste"), exact=True).fill(text)
    screen.button("exchange.import.read").click()


def filled(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without the fields that say nothing: the page has them, the server leaves them out."""
    unsaid = (None, "", Scenario().availability_target_ratio)
    return {name: value for name, value in document.items() if value not in unsaid}


def names_in(picture: Path) -> set[str]:
    return {"".join(text.itertext()) for text in ET.parse(picture).getroot().iter(f"{SVG}text")}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_everything_can_be_taken_along(visit: Visit, tmp_path: Path, language: str) -> None:
    screen = visit(language=language)
    screen.open_starter()
    screen.run()
    screen.wait_for(lambda: screen.now_s() > 2, "some time has passed")
    open_export(screen)
    expect(screen.page.get_by_role("img", name=screen.t("exchange.preview"))).to_be_visible()
    if language == "ko":
        assert [text for text in english_left(screen) if not NAMES.search(text)] == []
    shown = {screen.tr("Web server 1"), screen.tr("Cache"), screen.tr("Primary database")}
    picture = taken(screen, "svg", tmp_path)
    assert shown <= names_in(picture)
    assert len(list(ET.parse(picture).getroot().iter(f"{SVG}use"))) == 10
    png = taken(screen, "png", tmp_path).read_bytes()
    assert png.startswith(b"\x89PNG")
    width = int.from_bytes(png[16:20])
    assert width == 2 * int(float(ET.parse(picture).getroot().attrib["width"]))
    document = json.loads(taken(screen, "json", tmp_path).read_text(encoding="utf-8"))
    assert len(document["nodes"]) == 10
    assert taken(screen, "mermaid", tmp_path).read_text(encoding="utf-8").startswith("flowchart LR")
    figures = taken(screen, "csv", tmp_path)
    assert figures.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(figures.read_text(encoding="utf-8-sig").splitlines()))
    assert len({len(row) for row in rows}) == 1
    assert len(rows) >= 3
    assert any(screen.tr("Web server 1") in heading for heading in rows[0])
    report = taken(screen, "report", tmp_path).read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in report
    assert screen.t("exchange.report.run") in report
    assert "<script" not in report


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_compose_file_is_brought_in(visit: Visit, language: str) -> None:
    screen = visit(language=language)
    screen.button("app.import").click()
    paste(screen, (COMPOSE / "voting.yml").read_text(encoding="utf-8"))
    dialog = dialog_of(screen)
    expect(dialog.get_by_role("status")).to_contain_text(screen.t("exchange.import.found_compose"))
    remark = "{source} → {target} was turned round: here, {to_title} leads to {from_title}."
    titles = {"from_title": screen.tr("Worker"), "to_title": screen.tr("Message queue")}
    expect(dialog.get_by_text(screen.tr(remark, source="worker", target="redis", **titles))).to_be_visible()
    if language == "ko":
        remains = [text for text in english_left(screen) if not NAMES.search(text)]
        assert [text for text in remains if not re.fullmatch(r"[\s\w:.{}\[\]/,\"'#=-]+", text)] == []
    screen.button("exchange.import.open").click()
    expect(screen.nodes()).to_have_count(6)
    expect(screen.node(screen.tr("Users"))).to_be_visible()
    screen.run()


def test_a_flowchart_goes_out_and_comes_back(visit: Visit, server: Server, tmp_path: Path) -> None:
    links = server.create(replicated())
    screen = visit(links["view_url"])
    open_export(screen)
    text = taken(screen, "mermaid", tmp_path).read_text(encoding="utf-8")
    before = json.loads(taken(screen, "json", tmp_path).read_text(encoding="utf-8"))
    screen.page.get_by_role("radio", name=screen.t("exchange.side.import"), exact=True).check()
    paste(screen, text)
    expect(screen.button("exchange.import.add")).to_have_count(0)  # this link may only watch
    screen.button("exchange.import.open").click()
    screen.page.wait_for_url(lambda url: not url.endswith(links["view_url"]))
    expect(screen.nodes()).to_have_count(len(before["nodes"]))
    token = screen.page.url.rsplit("/", 1)[-1]
    after = server.get(f"/api/scenarios/{token}")["document"]
    assert filled(after) == filled(before)


def test_a_dropped_file_is_added_to_the_drawing_and_taken_back(visit: Visit) -> None:
    screen = visit()
    screen.open_starter("One web server")
    count = screen.nodes().count()
    screen.page.evaluate(
        DROP, ["shop.mmd", "flowchart LR\n users --> nginx --> db[(MySQL)]\n users --> cache"]
    )
    dialog = dialog_of(screen)
    expect(dialog.get_by_text("users → cache was left out")).to_be_visible()
    screen.button("exchange.import.add").click()
    expect(dialog).to_have_count(0)
    expect(screen.nodes()).to_have_count(count + 4)
    screen.button("app.undo").click()
    expect(screen.nodes()).to_have_count(count)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_cannot_be_read_is_said(visit: Visit, language: str) -> None:
    screen = visit(language=language)
    screen.open_starter("One web server")
    screen.page.keyboard.press("Control+k")
    screen.page.keyboard.type("yaml")
    screen.page.keyboard.press("Enter")
    paste(screen, "services: [")
    refused = dialog_of(screen).get_by_role("alert")
    wrong = screen.tr("This is not YAML; look at line {line}, column {column}.", line=1, column=12)
    expect(refused).to_contain_text(wrong)
    expect(screen.button("exchange.import.open")).to_have_count(0)


def test_a_run_is_filmed(visit: Visit, tmp_path: Path) -> None:
    screen = visit()
    screen.open_starter("One web server")
    screen.run()
    open_export(screen)
    choose(screen, "film")
    screen.button("exchange.film.begin").click()
    expect(screen.page.get_by_role("progressbar")).to_be_visible()
    screen.button("exchange.film.cancel").click()
    expect(screen.button("exchange.film.begin")).to_be_enabled()
    film = filmed(screen, tmp_path, "webm")
    assert film.startswith(b"\x1aE\xdf\xa3")  # Matroska, of which WebM is a part


#: As in browsers that record no WebM.
ONLY_MP4 = """const able = MediaRecorder.isTypeSupported;
MediaRecorder.isTypeSupported = (type) => !type.includes('webm') && able.call(MediaRecorder, type);"""


def test_a_film_is_named_after_what_the_browser_made_of_it(visit: Visit, tmp_path: Path) -> None:
    screen = visit(before=ONLY_MP4)
    if not screen.page.evaluate("MediaRecorder.isTypeSupported('video/mp4')"):
        pytest.skip("this browser records WebM only")
    screen.open_starter("One web server")
    screen.run()
    open_export(screen)
    choose(screen, "film")
    assert filmed(screen, tmp_path, "mp4")[4:8] == b"ftyp"


def filmed(screen: Screen, folder: Path, ending: str) -> bytes:
    """Film for as short as can be; returns the file, whose name has this ending."""
    screen.page.get_by_role("combobox", name=screen.t("exchange.film.length")).select_option("5")
    with screen.page.expect_download() as download:
        screen.button("exchange.film.begin").click()
    path = folder / download.value.suggested_filename
    assert path.suffix == f".{ending}"
    download.value.save_as(path)
    film = path.read_bytes()
    assert len(film) > 20_000
    return film
