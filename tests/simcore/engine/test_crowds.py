"""People in several regions with several sorts of devices: what each request meets, and where it is counted."""

from __future__ import annotations

from typing import Any

import pytest

from simcore import analyze, parse
from simcore.components._crowds import DEVICES
from simcore.regions import delay_s
from tests.scenarios import Json, draw, request_class, start

_MIX = "seoul 60, tokyo 20, virginia 20"


def _people(**own: Any) -> tuple[str, Json]:
    return "users", {"arrival_rate_rps": 400.0, "user_count": 1000, "access_delay_cv": 0.0, **own}


def _at_once(region: str) -> tuple[str, Json]:
    return "web_server", {
        "region": region, "service_time_mean_s": 0.0, "worker_count": 1000, "service_time_distribution": "constant"
    }  # fmt: skip


def _run(document: Json, until_s: float = 10.0) -> Any:
    simulation = start(document)
    simulation.advance(until_s)
    assert simulation.check_state() == []
    return simulation


def test_each_request_travels_from_its_own_region() -> None:
    simulation = _run(draw({"users": _people(region_mix=_MIX), "web": _at_once("seoul")}, "users>web"))
    summary = simulation.summary()
    offered = {name: region["offered"] for name, region in summary["regions"].items()}
    total = sum(offered.values())
    assert summary["totals"]["offered"] == summary["nodes"]["users"]["offered"] == total
    assert offered["seoul"] / total == pytest.approx(0.6, abs=0.03)
    assert offered["tokyo"] / total == pytest.approx(0.2, abs=0.03)
    for name, region in summary["regions"].items():
        assert region["latency_p50_s"] == pytest.approx(2 * delay_s(name, "seoul"), rel=0.01, abs=1e-6)


def test_the_drawn_component_and_its_connections_show_all_of_them() -> None:
    simulation = start(draw({"users": _people(region_mix=_MIX), "web": _at_once("seoul")}, "users>web"))
    simulation.frame()
    simulation.advance(5.0)
    frame, layout = simulation.frame(), simulation.layout()
    assert layout["nodes"] == ["users", "web"]
    assert layout["edges"] == ["users-web"]
    assert layout["regions"] == ["seoul", "tokyo", "virginia"]
    at = layout["nodes"].index("users")
    assert frame["nodes"]["arrival_rps"][at] == pytest.approx(sum(frame["regions"]["offered_rps"]))
    assert frame["edges"]["rate_rps"][0] == pytest.approx(frame["nodes"]["arrival_rps"][at], rel=0.05)
    assert frame["nodes"]["in_flight"][at] == frame["totals"]["in_flight"]
    far = 2 * delay_s("virginia", "seoul")
    assert frame["nodes"]["latency_p99_s"][at] == pytest.approx(far, rel=0.01)
    spans = [span for trace in frame["traces"] for span in trace["spans"]]
    assert {span[2] for span in spans} == {0, 1}  # a node that is drawn, whichever part it was
    assert {span[3] for span in spans} == {-1, 0}


def test_devices_have_their_own_delay_and_rate() -> None:
    weight_bytes = 100_000
    answers = [{**request_class("read"), "payload_bytes": weight_bytes}]
    nodes = {"users": _people(device_mix="fiber 1, phone_3g 1"), "web": _at_once("anywhere")}
    simulation = _run(draw(nodes, "users>web", classes=answers), 60.0)
    totals = simulation.summary()["totals"]
    slow, fast = (
        2 * device.delay_s + 8 * weight_bytes / device.download_bps
        for device in (DEVICES["phone_3g"], DEVICES["fiber"])
    )
    assert totals["latency_mean_s"] == pytest.approx((slow + fast) / 2, rel=0.03)
    assert totals["latency_p99_s"] == pytest.approx(slow, rel=0.01)


def test_what_is_written_goes_at_the_upload_rate() -> None:
    writes = [{**request_class("write"), "payload_bytes": 50_000}]
    nodes = {
        "users": _people(access_upload_bps=1e6, access_download_bps=1e3),
        "web": _at_once("anywhere"),
        "db": ("database", {"write_time_mean_s": 0.0, "connection_count": 1000}),
    }
    totals = _run(draw(nodes, "users>web web>db", classes=writes)).summary()["totals"]
    assert totals["latency_mean_s"] == pytest.approx(0.4, rel=0.01)


def test_name_servers_answer_by_the_region_of_the_request() -> None:
    nodes = {
        "users": _people(region_mix="seoul 1, virginia 1"),
        "names": ("dns", {"routing_policy": "latency", "lookup_time_mean_s": 0.0}),
        "asia": _at_once("seoul"),
        "america": _at_once("virginia"),
    }
    document = draw(nodes, "users>names names>asia names>america")
    summary = _run(document).summary()
    for region, service in (("seoul", "asia"), ("virginia", "america")):
        served = summary["nodes"][service]["offered"]
        assert served == pytest.approx(summary["regions"][region]["offered"], abs=5)
        assert summary["regions"][region]["latency_p99_s"] < 0.01


def test_people_keep_to_one_region_and_waiting_people_do_too() -> None:
    people = _people(
        region_mix="seoul 1, tokyo 1", workload_model="closed", user_count=40, think_time_mean_s=1.0
    )
    simulation = _run(draw({"users": people, "web": _at_once("seoul")}, "users>web"), 60.0)
    summary = simulation.summary()
    offered = {name: region["offered"] for name, region in summary["regions"].items()}
    assert offered["seoul"] == pytest.approx(60 * 20, rel=0.1)
    assert offered["tokyo"] == pytest.approx(60 * 20 / (1.0 + 2 * delay_s("tokyo", "seoul")), rel=0.1)


def test_people_may_move_while_it_runs() -> None:
    simulation = _run(draw({"users": _people(region="seoul"), "web": _at_once("seoul")}, "users>web"), 5.0)
    for mix in ("seoul 1, tokyo 1", "tokyo 1, virginia 3", ""):
        change = {"type": "set_parameter", "node_id": "users", "name": "region_mix", "value": mix}
        assert simulation.apply([change]) == ()
        simulation.advance(simulation.now_s + 5.0)
        assert simulation.check_state() == []
    summary = simulation.summary()
    offered = {name: region["offered"] for name, region in summary["regions"].items()}
    assert sum(offered.values()) == summary["totals"]["offered"]
    expected = {"seoul": 2000 + 1000 + 2000, "tokyo": 1000 + 500, "virginia": 1500}
    for region, count in expected.items():
        assert offered[region] == pytest.approx(count, rel=0.1)


def test_the_arrivals_stay_the_same_wherever_people_are() -> None:
    classes = [request_class("read", key_count=50)]
    totals = []
    for own in ({}, {"region_mix": _MIX, "device_mix": "cable 1, phone_4g 2"}):
        simulation = start(
            draw({"users": _people(**own), "web": _at_once("seoul")}, "users>web", classes=classes)
        )
        simulation.advance(3.0)
        totals.append(simulation.summary()["totals"]["offered"])
    assert totals[0] == totals[1]


def test_what_is_reckoned_beforehand_is_what_a_run_shows() -> None:
    people = _people(region_mix=_MIX, device_mix="cable 1, phone_slow_4g 1")
    answers = [{**request_class("read"), "payload_bytes": 20_000}]
    document = draw({"users": people, "web": _at_once("seoul")}, "users>web", classes=answers)
    simulation = _run(document, 60.0)
    reckoned = analyze(simulation.scenario).prediction.latency.mean_s
    assert simulation.summary()["totals"]["latency_mean_s"] == pytest.approx(reckoned, rel=0.03)


def test_a_region_around_people_wins_over_where_they_say_they_are() -> None:
    document = draw({"users": _people(region_mix=_MIX), "web": _at_once("seoul")}, "users>web")
    document |= {
        "version": 3,
        "groups": [
            {"id": "g", "kind": "region", "name": "", "x": 0, "y": 0, "parameters": {"region": "london"}}
        ],
    }
    document["nodes"][0]["group_id"] = "g"
    simulation = _run(document, 3.0)
    assert list(simulation.summary()["regions"]) == ["london"]
    assert "A044" in [item.code for item in analyze(simulation.scenario).diagnostics]


@pytest.mark.parametrize("mix", ["atlantis 1", "seoul", "seoul 1, seoul 2", "seoul 0", "seoul -1", "seoul x"])
def test_what_is_no_list_of_weights_is_refused_with_words(mix: str) -> None:
    parsed = parse(draw({"users": _people(region_mix=mix), "web": _at_once("seoul")}, "users>web"))
    assert parsed.scenario is None
    assert "seoul 60, tokyo 40" in parsed.diagnostics[0].text + parsed.diagnostics[0].hint_text
