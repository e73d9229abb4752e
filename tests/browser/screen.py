"""What a person sees and does on the page, by roles and words."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from typing import Literal

from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.texts import label, t, tr
from tests.browser.watch import Watch

#: Long enough for a busy machine; tests wait for what they need, never for time.
PATIENCE_MS = 20_000
POLL_MS = 50
GOODBYE_MS = 2000
CLICKS_MAX, CLICK_WAIT_MS = 3, 3000
PRESSES_MAX = 120

CONTROLS: tuple[Literal["textbox", "combobox"], ...] = ("textbox", "combobox")
QUANTITY = re.compile(r"(-?[\d.]+)\s*(k|M|%|µs|ms|s|min)?(?:/s)?")
FACTORS = {None: 1.0, "k": 1e3, "M": 1e6, "%": 0.01, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0}


class Screen:
    """One page in one browser context."""

    def __init__(self, page: Page, watch: Watch, language: str) -> None:
        self.page = page
        self.watch = watch
        self.language = language

    def t(self, key: str, **values: object) -> str:
        """Return one of the page's own texts."""
        return t(self.language, key, **values)

    def tr(self, english: str, **values: object) -> str:
        """Return one of the server's texts."""
        return tr(self.language, english, **values)

    def button(self, key: str, **values: object) -> Locator:
        """Return the button with one of the page's own texts."""
        return self.page.get_by_role("button", name=self.t(key, **values), exact=True)

    def button_with(self, key: str) -> Locator:
        """Return the button whose first words are one of the page's own texts."""
        return self.page.get_by_role("button", name=re.compile(f"^{re.escape(self.t(key))}"))

    # The start page and the picker

    def open_starter(self, title: str = "Load balancer, cache, replicated database") -> None:
        """Open a finished scenario by its card, named in English."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(self.tr(title))}")).click()
        expect(self.nodes().first).to_be_visible()

    def start_blank(self) -> None:
        """Begin with an empty canvas; the picker opens."""
        self.button("starter.blank").click()
        expect(self.picker("add")).to_be_focused()

    def picker(self, mode: str) -> Locator:
        """Return the text field of the open picker: `add`, `connect` or `wire`."""
        return self.page.get_by_role("combobox", name=self.t(f"picker.{mode}"), exact=True)

    # Windows

    def open_export(self, what: str) -> None:
        """Open the ways out by a command, named by its first letters in any language, and wait for the picture."""
        self.page.keyboard.press("Control+k")
        self.page.keyboard.type(what)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("img", name=self.t("exchange.preview"))).to_be_visible()

    def change_to_compare(self, component: str, parameter: str = "", value: str = "") -> Locator:
        """Add a change to the open comparison: of one setting or, without, just of a component; returns the dialog."""
        dialog = self.page.get_by_role("dialog", name=self.t("compare.title"), exact=True)

        def choice(key: str) -> Locator:
            return dialog.get_by_role("combobox", name=self.t(key), exact=True)

        dialog.get_by_role("button", name=self.t("compare.add_change"), exact=True).click()
        choice("compare.component").select_option(label=component)
        if parameter:
            choice("compare.setting").select_option(parameter)
            dialog.get_by_role("textbox", name=self.t("compare.value"), exact=True).fill(value)
        return dialog

    def compare(self, dialog: Locator) -> Locator:
        """Run the open comparison as shortly as can be; returns the table of its figures."""
        for key, chosen in (("compare.duration", "10"), ("compare.runs", "3")):
            dialog.get_by_role("combobox", name=self.t(key), exact=True).select_option(chosen)
        dialog.get_by_role("button", name=self.t("compare.start"), exact=True).click()
        table = dialog.get_by_role("table", name=self.t("compare.measures"), exact=True)
        expect(table).to_be_visible()
        return table

    # The canvas

    def nodes(self) -> Locator:
        """Return all components on the canvas."""
        return self.page.get_by_role("application").get_by_role("group").filter(visible=True)

    def node(self, name: str) -> Locator:
        """Return the component with a name."""
        return self.page.get_by_role("group", name=re.compile(f"^{re.escape(name)}, "))

    def select(self, name: str) -> None:
        """Select a component by a click, and wait until its settings are shown; click again if the canvas was moving."""
        settings = self.inspector.get_by_label(self.t("inspector.name"), exact=True)
        for _ in range(CLICKS_MAX):
            self.node(name).click()
            with contextlib.suppress(AssertionError):
                expect(settings).to_have_value(name, timeout=CLICK_WAIT_MS)
                return
        expect(settings).to_have_value(name)

    def drop_from_palette(self, title: str, *, x: float, y: float) -> None:
        """Drag a kind from the palette to a place of the canvas, given as shares of its width and height.

        Drag it once more if the canvas made room for something meanwhile, and the drop missed it.
        """
        item = self.palette.get_by_role("button", name=self.tr(title), exact=True)
        after = self.nodes().count() + 1
        for _ in range(CLICKS_MAX):
            canvas = box_of(self.page.get_by_role("application"))
            self.drag(
                middle(box_of(item)), (canvas["x"] + x * canvas["width"], canvas["y"] + y * canvas["height"])
            )
            with contextlib.suppress(AssertionError):
                expect(self.nodes()).to_have_count(after, timeout=CLICK_WAIT_MS)
                return
        expect(self.nodes()).to_have_count(after)

    def drag_wire(self, source: str, target: str, *, drop: bool = True) -> None:
        """Draw a wire with the mouse from a component's right side to another component."""
        # Hovering waits until the canvas stands still.
        self.node(source).hover()
        start = box_of(self.node(source))
        self.drag(
            (start["x"] + start["width"], start["y"] + start["height"] / 2),
            middle(box_of(self.node(target))),
            drop=drop,
        )

    def drag(self, start: tuple[float, float], end: tuple[float, float], *, drop: bool = True) -> None:
        """Move the pressed mouse from one point to another."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=12)
        if drop:
            mouse.up()

    # Running

    @property
    def palette(self) -> Locator:
        """The list of kinds."""
        return self.page.get_by_role("complementary", name=self.t("region.palette"), exact=True)

    @property
    def inspector(self) -> Locator:
        """The settings of what is selected."""
        return self.page.get_by_role("complementary", name=self.t("region.inspector"), exact=True)

    @property
    def toolbar(self) -> Locator:
        """Play, speed, seed and clock."""
        return self.page.get_by_role("toolbar", name=self.t("live.run.bar"), exact=True)

    @property
    def clock(self) -> Locator:
        """The simulated time."""
        return self.toolbar.locator(".run-bar__clock")

    @property
    def summary(self) -> Locator:
        """The sentence that says what is happening."""
        return self.page.get_by_role("main").locator(".live-summary")

    @property
    def toast(self) -> Locator:
        """The short message at the edge of the page."""
        return self.page.get_by_role("status").filter(has=self.button("dialog.close"))

    def run(self) -> None:
        """Press Run and wait until simulated time passes."""
        self.button("live.run.play").click()
        self.wait_for(lambda: self.now_s() > 0, "time passes")

    def set_speed(self, factor: str) -> None:
        """Choose how fast simulated time passes."""
        speed = self.toolbar.get_by_role("combobox", name=self.t("live.run.speed"), exact=True)
        speed.select_option(factor)

    def switch(self, language: str) -> None:
        """Choose the page's language as a person does."""
        choice = self.page.get_by_role("combobox", name=self.t("app.language"), exact=True)
        choice.select_option(language)
        self.language = language
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def now_s(self) -> float:
        """Return the simulated time shown."""
        now_s = 0.0
        for part in re.findall(r"[\d.]+", self.clock.inner_text()):
            now_s = 60 * now_s + float(part)
        return now_s

    def show_tab(self, tab: str) -> None:
        """Show a tab of the inspector: `settings`, `live` or `about`."""
        self.inspector.get_by_role("tab", name=self.t(f"inspector.tab_{tab}"), exact=True).click()

    def setting(self, kind: str, parameter: str) -> Locator:
        """Return the control of a setting of the selected component."""
        named = label(self.language, kind, parameter)
        controls = [self.inspector.get_by_role(role, name=named, exact=True) for role in CONTROLS]
        return controls[0].or_(controls[1])

    def set_number(self, kind: str, parameter: str, value: str) -> None:
        """Type a number into a setting of the selected component."""
        self.show_tab("settings")
        field = self.setting(kind, parameter)
        self._unfold(field)
        field.fill(value)
        field.press("Tab")

    def choose(self, kind: str, parameter: str, value: str) -> None:
        """Choose a value for a setting of the selected component."""
        self.show_tab("settings")
        field = self.setting(kind, parameter)
        self._unfold(field)
        field.select_option(value)

    def _unfold(self, field: Locator) -> None:
        """Open the group that a setting is folded away in."""
        if not field.is_visible():
            self.page.locator("details:not([open])").filter(has=field).locator("summary").click()

    def figure(self, channel: str) -> float:
        """Return a live figure of the selected component in SI units; NaN while there is none."""
        now = self.inspector.get_by_role("region", name=self.t("live.node.title"), exact=True)
        label = re.compile(f"^{re.escape(self.t(f'live.channel.{channel}'))}$")
        value = now.get_by_role("term").filter(has_text=label).locator("xpath=following-sibling::dd")
        return quantity(value.inner_text()) if value.count() else float("nan")

    def show_drawer(self, tab: str) -> Locator:
        """Show charts, events, problems or the outline below the canvas; returns the panel."""
        drawer = self.page.get_by_role("region", name=self.t("drawer.label"), exact=True)
        button = drawer.get_by_role("tab", name=re.compile(f"^{self.t(f'drawer.{tab}')}"))
        if button.get_attribute("aria-selected") != "true":
            button.click()
        return drawer.get_by_role("tabpanel")

    def event(self, english: str, **values: object) -> Locator:
        """Return the entries of the event log with a text of the server; `...` stands for any number."""
        text = re.escape(self.tr(english, **values)).replace(re.escape("..."), r"[\d.,]+")
        log = self.page.get_by_role("list", name=self.t("live.events.title"), exact=True)
        return log.get_by_text(re.compile(f"^{text}$"))

    # Waiting

    def wait_for(self, condition: Callable[[], bool], what: str, *, timeout_ms: int = PATIENCE_MS) -> None:
        """Wait until a condition holds; it is described by what for the failure."""
        deadline = time.monotonic() + timeout_ms / 1000
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout_ms / 1000:.0f} s: {what}")
            self.page.wait_for_timeout(POLL_MS)

    def focused(self) -> str:
        """Return the tag of what has the focus, with its attributes, and its first words."""
        found: str = self.page.evaluate(
            "(({ outerHTML, innerText, value }) => "
            "`${outerHTML.slice(0, outerHTML.indexOf('>') + 1)} ${value ?? ''} ${(innerText ?? '').slice(0, 80)}`)"
            "(document.activeElement)"
        )
        return " ".join(found.split())

    def press_until(self, key: str, condition: Callable[[], bool]) -> None:
        """Press a key until a condition holds, at most as often as a patient person would."""
        for _ in range(PRESSES_MAX):
            if condition():
                return
            self.page.keyboard.press(key)
        assert condition(), f"after {PRESSES_MAX} times {key} the focus is on {self.focused()}"

    def go(self, path: str) -> None:
        """Go to another page once this one has all it asked for: the browser calls off what is still on its way."""
        self.page.wait_for_load_state("networkidle")
        self.page.goto(path)

    def reload(self) -> None:
        """Load the page again once it has all it asked for."""
        self.page.wait_for_load_state("networkidle")
        self.page.reload()

    def close(self) -> None:
        """Pause the run, so that the server need not go on for nobody, and close the page."""
        if self.page.is_closed():
            return
        pause = self.button("live.run.pause")
        # A run may end by itself meanwhile.
        with contextlib.suppress(Error):
            if pause.count() and pause.is_enabled(timeout=GOODBYE_MS):
                # Not by the mouse: a dialog may be open.
                pause.evaluate("(button) => button.click()", timeout=GOODBYE_MS)
                self.button("live.run.resume").wait_for(timeout=GOODBYE_MS)
        self.page.close()


def quantity(text: str) -> float:
    """Return a figure as shown, such as `1.2 k/s`, in SI units; NaN for a dash."""
    found = QUANTITY.search(text.replace("\u202f", " ").replace("\xa0", " "))
    return float(found[1]) * FACTORS[found[2]] if found else float("nan")


def box_of(locator: Locator) -> dict[str, float]:
    """Return where something is on the screen."""
    box = locator.bounding_box()
    assert box is not None, f"{locator} is not on the screen"
    return {name: float(value) for name, value in dict(box).items()}  # type: ignore[arg-type]


def middle(box: dict[str, float]) -> tuple[float, float]:
    """Return the middle of a box."""
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
