"""One run watched and edited by several people."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.screen import Screen

#: Two pages read one after the other while the run goes on, at frames of a tenth of a second.
CLOCKS_APART_S_MAX = 1.5


def shared(visit: Visit) -> tuple[Screen, str, str]:
    """Start a run and open its share dialog; returns the screen and the links to watch and to edit."""
    owner = visit()
    owner.open_starter("One web server")
    owner.run()
    owner.button("app.share").click()
    dialog = share_dialog(owner)
    view = dialog.get_by_label(owner.t("share.view"), exact=True).input_value()
    edit = dialog.get_by_label(owner.t("share.edit"), exact=True).input_value()
    assert view != edit
    return owner, view, edit


def share_dialog(screen: Screen) -> Locator:
    """Return the open share dialog."""
    return screen.page.get_by_role("dialog", name=screen.t("share.title"))


def test_a_viewer_sees_the_same_run_and_cannot_touch_it(visit: Visit) -> None:
    owner, view, _ = shared(visit)
    viewer = visit(view)
    viewer.wait_for(lambda: viewer.now_s() > 0, "the viewer sees the run without doing anything")
    assert abs(viewer.now_s() - owner.now_s()) < CLOCKS_APART_S_MAX
    expect(viewer.summary).to_contain_text(viewer.t("live.phase.healthy"))
    expect(viewer.toolbar.get_by_text(viewer.t("live.run.read_only"))).to_be_visible()
    expect(viewer.toolbar.get_by_role("button")).to_have_count(0)
    expect(viewer.palette).to_have_count(0)

    viewer.select("Web server")
    expect(viewer.setting("web_server", "worker_count")).to_be_disabled()
    expect(viewer.inspector.get_by_label(viewer.t("inspector.name"))).to_be_disabled()
    viewer.node("Web server").focus()
    viewer.page.keyboard.press("Delete")
    expect(viewer.toast).to_contain_text(viewer.t("notice.read_only"))
    expect(viewer.node("Web server")).to_be_visible()
    expect(viewer.inspector.get_by_role("button", name=viewer.tr("Crash"), exact=True)).to_have_count(0)
    viewer.page.keyboard.press("Escape")
    viewer.page.keyboard.press("Space")
    before_s = viewer.now_s()
    viewer.wait_for(lambda: viewer.now_s() > before_s, "the viewer cannot pause")

    refused = viewer.page.evaluate(EDIT_BY_SOCKET, view.rsplit("/", 1)[1])
    assert refused["op"] == "rejected"
    assert refused["diagnostics"][0]["code"] == "read_only"
    expect(owner.node("Web server")).to_be_visible()


#: What a viewer who opens the developer tools may try.
EDIT_BY_SOCKET = """(token) => new Promise((resolve) => {
  const socket = new WebSocket(`ws://${location.host}/ws/s/${token}`);
  socket.onopen = () => socket.send(JSON.stringify({ op: 'hello', protocol: 1, language: 'en' }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.op === 'welcome') {
      const changes = [{ type: 'remove_node', node_id: 'web' }];
      socket.send(JSON.stringify({ op: 'edit', id: 'x', revision: message.revision, changes }));
    } else if (message.op === 'error' || message.op === 'edited' || message.op === 'rejected') {
      resolve(message);
      socket.close();
    }
  };
})"""


def test_two_editors_see_each_others_edits_and_faults(visit: Visit) -> None:
    owner, _, edit = shared(visit)
    owner.page.keyboard.press("Escape")
    other = visit(edit)
    other.wait_for(lambda: other.now_s() > 0, "the second editor sees the run")
    expect(owner.toolbar.get_by_text(owner.t("live.run.viewers_other", count=2))).to_be_attached()

    other.select("Users")
    other.set_number("users", "arrival_rate_rps", "100")
    other.drop_from_palette("Database", x=0.8, y=0.8)
    expect(owner.node("Database")).to_be_visible()
    owner.select("Users")
    expect(owner.setting("users", "arrival_rate_rps")).to_have_value("100")
    owner.show_tab("live")
    owner.wait_for(lambda: 70 < owner.figure("throughput_rps") < 130, "the run follows the other's edit")

    other.select("Web server")
    other.inspector.get_by_role("button", name=other.tr("Crash"), exact=True).click()
    expect(owner.summary).to_contain_text(owner.t("live.phase.failing"))

    other.button("live.run.pause").click()
    expect(owner.button("live.run.resume")).to_be_visible()


def test_a_revoked_link_says_so(visit: Visit) -> None:
    owner, view, _ = shared(visit)
    viewer = visit(view, language="ko")
    viewer.wait_for(lambda: viewer.now_s() > 0, "the viewer sees the run")
    viewer.watch.expect("WebSocket connection")
    share_dialog(owner).get_by_role("button", name=owner.t("share.revoke"), exact=True).click()
    expect(viewer.page.get_by_text(viewer.t("live.connection.unknown_link"))).to_be_visible()
    viewer.watch.expect(r"/s/[\w-]+\S* 404|status of 404")
    viewer.reload()
    expect(viewer.page.get_by_role("heading", name=viewer.tr("There is no scenario here"))).to_be_visible()


def test_a_copy_of_ones_own_changes_nothing_for_others(visit: Visit) -> None:
    owner, view, _ = shared(visit)
    viewer = visit(view)
    viewer.button("app.share").click()
    with viewer.page.expect_navigation():
        share_dialog(viewer).get_by_role("button", name=viewer.t("share.fork")).click()
    expect(viewer.button("live.run.play")).to_be_enabled()
    viewer.select("Web server")
    viewer.node("Web server").focus()
    viewer.page.keyboard.press("Delete")
    expect(viewer.node("Web server")).to_have_count(0)
    expect(viewer.page.get_by_text(viewer.t("save.saved"), exact=True)).to_be_visible()
    expect(owner.node("Web server")).to_be_visible()


def test_a_link_opens_as_it_was_made(visit: Visit) -> None:
    """Running, with a panel and as a presentation; whoever only watches starts nothing, and nonsense is left out."""
    owner = visit()
    owner.open_starter("One web server")
    owner.button("app.share").click()
    dialog = share_dialog(owner)
    view, edit = (dialog.get_by_label(owner.t(f"share.{name}"), exact=True) for name in ("view", "edit"))
    plain = view.input_value()
    dialog.get_by_label(owner.t("share.opens_run"), exact=True).check()
    dialog.get_by_label(owner.t("share.opens_present"), exact=True).check()
    dialog.get_by_label(owner.t("share.opens_panel"), exact=True).select_option("events")
    expect(view).to_have_value(f"{plain}?panel=events&layout=present")
    expect(edit).to_have_value(re.compile(r"/s/[\w-]+\?run=1&panel=events&layout=present$"))
    link = edit.input_value()

    viewer = visit(f"{view.input_value()}&run=1", language="ko")
    expect(viewer.toast).to_contain_text(viewer.t("share.flag_watch"))
    expect(viewer.inspector).to_have_count(0)
    events = viewer.page.get_by_role("tab", name=viewer.t("drawer.events"), exact=True)
    expect(events).to_have_attribute("aria-selected", "true")
    assert viewer.now_s() == 0

    editor = visit(link)
    editor.wait_for(lambda: editor.now_s() > 0, "the run starts by itself")
    viewer.wait_for(lambda: viewer.now_s() > 0, "whoever watches sees it")
    expect(editor.palette).to_have_count(0)
    editor.button("present.leave").click()
    expect(editor.palette).to_be_visible()
    editor.button("live.run.pause").click()
    editor.reload()
    expect(editor.button("live.run.resume")).to_be_visible()  # what somebody has paused stays paused

    odd = visit(f"{plain}?run=yes&panel=%3Cb%3E&layout=", language="ko")
    told = odd.t("share.flag_unknown", flags="run=yes, panel=<b>, layout=")
    expect(odd.toast).to_contain_text(told)
    expect(odd.inspector).to_be_visible()
