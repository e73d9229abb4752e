"""Habits of drawing that people bring along from other editors."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from simcore import catalog
from tests.browser.conftest import Visit
from tests.browser.texts import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_common_is_offered_first(visit: Visit, language: str) -> None:
    """While nothing is typed: what was used lately, what scenarios are made of most often, and all others."""
    screen = visit(language=language)
    screen.start_blank()
    page = screen.page
    groups = page.get_by_role("listbox", name=screen.t("picker.add")).get_by_role("group")
    described = catalog()
    titles = {kind["kind"]: screen.tr(kind["title"]) for kind in described["kinds"]}
    common = groups.nth(0)
    expect(common).to_have_accessible_name(screen.t("picker.group_common"))
    expect(common.get_by_role("option")).to_contain_text([titles[kind] for kind in described["common_kinds"]])
    expect(groups).to_have_count(2)
    expect(groups.get_by_role("option")).to_have_count(len(titles))

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = titles[described["common_kinds"][1]]
    expect(screen.node(second)).to_be_visible()
    page.keyboard.press("a")
    expect(screen.picker("add")).to_be_focused()
    lately = page.get_by_role("group", name=screen.t("picker.group_recent"), exact=True)
    expect(lately.get_by_role("option")).to_contain_text([second])
    expect(groups).to_have_count(3)
    page.keyboard.press("Escape")
