"""The command line: one JSON document out, plain words for every mistake, exit codes 0, 1 and 2."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simcore import cli
from simcore.catalog import catalog
from simcore.library import library
from simcore.limits import DOCUMENT_BYTES_MAX

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(library()[0].document), encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    try:
        code = cli.main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def summary_of(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    code, out, err = run(capsys, "run", *arguments, "--json")
    assert (code, err) == (0, "")
    summary: dict[str, Any] = json.loads(out)
    return summary


def test_run_prints_one_json_document(scenario_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = summary_of(capsys, scenario_file, "--duration", "20", "--seed", "3")
    assert (summary["scenario"], summary["seed"], summary["duration_s"]) == ("One web server", 3, 20)
    totals = summary["totals"]
    assert totals["offered"] == totals["completed"] + totals["failed"] + totals["in_flight"]
    assert totals["throughput_rps"] == pytest.approx(200, rel=0.1)
    assert summary["nodes"].keys() == {"users", "web"}
    assert summary["edges"].keys() == {"users-web"}
    assert summary["classes"].keys() == {"read", "write"}
    assert [item["code"] for item in summary["diagnostics"]] == ["A006"]


def test_the_seed_decides_the_run(scenario_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [summary_of(capsys, scenario_file, "--duration", "5", "--seed", seed) for seed in ("3", "3", "4")]
    assert runs[0] == runs[1]
    assert runs[0]["totals"] != runs[2]["totals"]


def test_the_warm_up_is_not_measured(scenario_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = summary_of(capsys, scenario_file, "--duration", "10", "--warmup", "30")
    assert summary["now_s"] == pytest.approx(40)
    assert summary["totals"]["offered"] == pytest.approx(2000, rel=0.15)


def test_actions_are_replayed_at_their_time(
    scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actions = tmp_path / "actions.json"
    log = [
        {"at_s": 6, "changes": [{"type": "heal", "node_id": "web"}]},
        {"at_s": 5, "changes": [{"type": "fault", "fault": "crash", "node_id": "web"}]},
    ]
    actions.write_text(json.dumps(log), encoding="utf-8")
    broken = summary_of(capsys, scenario_file, "--duration", "10", "--actions", actions)["totals"]
    assert summary_of(capsys, scenario_file, "--duration", "10")["totals"]["failed"] == 0
    # One second of 200 requests/s is refused.
    assert broken["failed"] == pytest.approx(200, abs=60)


def test_run_without_json_is_readable(scenario_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "run", scenario_file, "--duration", "2")
    assert (code, err) == (0, "")
    assert out.startswith("One web server: 2 s, seed 1\n")
    assert "requests offered" in out
    assert "throughput" in out


def test_check_and_analyze_tell_weak_points(scenario_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", scenario_file)
    assert code == 0
    assert out.startswith("warning A006 [web]: Web server is a single point of failure")
    code, out, _ = run(capsys, "analyze", scenario_file)
    assert code == 0
    assert "utilization  64.0 %" in out
    code, out, _ = run(capsys, "analyze", scenario_file, "--json")
    assert json.loads(out)["bottleneck"]["node_id"] == "web"


@pytest.mark.parametrize("command", ["check", "analyze", "run"])
def test_a_wrong_scenario_ends_with_1_and_says_why(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text('{"version": 1, "nodes": [{"id": "a", "kind": "web_sever"}]}', encoding="utf-8")
    more = ("--duration", "1") if command == "run" else ()
    code, out, err = run(capsys, command, path, *more)
    assert code == 1
    assert "error S040 [a kind]: There is no component kind web_sever. Do you mean web_server?" in out + err
    code, out, _ = run(capsys, command, path, *more, "--json")
    assert code == 1
    assert [item["code"] for item in json.loads(out)["diagnostics"]] == ["S040"]


def test_a_huge_file_is_refused_without_reading_it_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(50 * DOCUMENT_BYTES_MAX)
    code, out, _ = run(capsys, "check", path)
    assert code == 1
    assert "too large" in out


def test_standard_input_is_a_dash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{")))
    code, out, _ = run(capsys, "check", "-")
    assert code == 1
    assert "S001" in out


@pytest.mark.parametrize(
    ("log", "code"),
    [("[", "S001"), ("{}", "S023"), ('[{"at_s": -1, "changes": []}]', "S024"), ('[{"at_s": 1}]', "S020"),
     ('[{"at_s": 1, "changes": [{"type": "heal", "node_id": "gone"}]}]', "S082")],
)  # fmt: skip
def test_wrong_actions_are_said(
    log: str, code: str, scenario_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    actions = tmp_path / "actions.json"
    actions.write_text(log, encoding="utf-8")
    status, _, err = run(capsys, "run", scenario_file, "--duration", "2", "--actions", actions)
    assert status == 1
    assert code in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["explode"],
        ["run"],
        ["run", "-"],
        ["run", "missing.json", "--duration", "1"],
        ["check", "."],
        ["run", "x.json", "--duration", "nan"],
        ["run", "x.json", "--duration", "-1"],
        ["run", "x.json", "--duration", "1e30"],
        ["run", "x.json", "--duration", "1", "--seed", "-1"],
        ["run", "x.json", "--duration", "1", "--seed", "4294967296"],
        ["run", "-", "--duration", "1", "--actions", "-"],
    ],
)
def test_wrong_usage_ends_with_2_in_plain_words(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "simcore" in err
    assert "Traceback" not in err


def test_the_catalog_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "catalog")
    assert code == 0
    assert json.loads(out) == catalog()


def test_it_runs_as_a_module_and_survives_a_reader_that_leaves() -> None:
    command = f"{sys.executable} -m simcore catalog | head -c 10"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == '{\n  "kinds'
    assert done.stderr == ""
