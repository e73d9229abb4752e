"""run.py: skips what is done, does what changed, serves where it can, and says plainly what is wrong."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.sources import ROOT

ON_WINDOWS = os.name == "nt"
START_TIMEOUT_S = 60.0


def load_script() -> ModuleType:
    """Import run.py, which is no part of any package."""
    spec = importlib.util.spec_from_file_location("run_script", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


run = load_script()


@pytest.fixture
def step(tmp_path: Path) -> run.Step:  # type: ignore[name-defined]
    """Return a step that appends a line to its output for every time it is run."""
    source, output = tmp_path / "source", tmp_path / "output"
    source.mkdir()
    (source / "a.txt").write_text("one", encoding="utf-8")
    append = f"open({str(output)!r}, 'a').write('run\\n')"
    return run.Step(
        name="example",
        doing=("Doing", "하는 중"),
        commands=((sys.executable, "-c", append),),
        output=output,
        inputs=(source,),
        folder=tmp_path,
        stamps=tmp_path / "stamps",
    )


def test_a_step_runs_once_while_nothing_changes(step: run.Step) -> None:  # type: ignore[name-defined]
    assert step.run_if_needed()
    assert not step.run_if_needed()
    assert step.output.read_text() == "run\n"


def test_a_step_runs_again_when_an_input_changes_appears_or_goes(step: run.Step) -> None:  # type: ignore[name-defined]
    source = step.inputs[0]
    step.run_if_needed()
    (source / "a.txt").write_text("two", encoding="utf-8")
    assert step.run_if_needed()
    (source / "b.txt").write_text("new", encoding="utf-8")
    assert step.run_if_needed()
    (source / "b.txt").unlink()
    assert step.run_if_needed()
    assert not step.run_if_needed()


def test_a_step_runs_again_when_its_salt_changes_or_its_output_is_gone(step: run.Step) -> None:  # type: ignore[name-defined]
    step.run_if_needed()
    assert replace(step, salt="another").run_if_needed()
    step = replace(step, salt="another")
    assert not step.run_if_needed()
    step.output.unlink()
    assert step.run_if_needed()


def test_caches_inside_an_input_do_not_count(step: run.Step) -> None:  # type: ignore[name-defined]
    step.run_if_needed()
    cache = step.inputs[0] / "__pycache__"
    cache.mkdir()
    (cache / "a.pyc").write_bytes(b"x")
    assert not step.run_if_needed()


def test_a_step_that_failed_is_tried_again(step: run.Step, capfd: pytest.CaptureFixture[str]) -> None:  # type: ignore[name-defined]
    step.run_if_needed()
    (step.inputs[0] / "a.txt").write_text("two", encoding="utf-8")
    failing = replace(step, commands=((sys.executable, "-c", "raise SystemExit('what went wrong')"),))
    with pytest.raises(run.SetupError, match="This command failed"):
        failing.run_if_needed()
    assert "what went wrong" in capfd.readouterr().err
    assert step.run_if_needed()


@pytest.mark.parametrize(
    "line",
    [
        "WARNING: Retrying (Retry(total=1, connect=None)) after connection broken",
        "npm error code ENOTFOUND",
        "ERROR: No matching distribution found for Django==5.2.19",
    ],
)
def test_no_network_is_named_in_both_languages(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(run.SetupError) as caught:
        run.run_quietly([sys.executable, "-c", f"raise SystemExit({line!r})"])
    assert "network" in str(caught.value)
    assert "네트워크" in str(caught.value)
    assert line in capfd.readouterr().err


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(run.SetupError, match=r"Python 99\.0 or newer is needed") as caught:
        run.main(["setup"])
    assert "파이썬 99.0 이상이 필요합니다" in str(caught.value)


def test_a_missing_venv_module_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        run.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object()
    )
    with pytest.raises(run.SetupError, match="apt install python3-venv"):
        run.set_up(development=False)


def test_requirements_are_read_by_part() -> None:
    text = "# what\n\n# --- One ---\nA==1 # because\n# Needed\nB[c]==2\n\n# --- Two ---\nD==3\n"
    assert run.requirement_parts(text) == {"One": ["A==1", "B[c]==2"], "Two": ["D==3"]}


def test_the_requirements_file_has_the_parts() -> None:
    parts = run.requirement_parts((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    assert list(parts) == ["To simulate", "To serve", "To develop"]
    assert not any(line.startswith("pytest") for line in parts["To simulate"] + parts["To serve"])


def test_children_find_the_project_s_node_first() -> None:
    environment = run.child_environment()
    assert environment["PATH"].split(os.pathsep)[0] == str(run.BIN)
    assert not environment["PYTHONPATH"]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Yield a port that something listens on."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_passed_over_and_said(taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    port = run.free_port("127.0.0.1", taken_port)
    assert port > taken_port
    assert str(taken_port) in capsys.readouterr().out


def test_an_address_of_another_machine_is_refused_in_plain_words() -> None:
    with pytest.raises(run.SetupError, match=r"Cannot serve on 192\.0\.2\.1"):
        run.free_port("192.0.2.1", 38000)


def test_serving_on_all_addresses_allows_this_machine_s_names_only() -> None:
    names = run.own_names("0.0.0.0")
    assert {"localhost", "127.0.0.1", socket.gethostname()} <= set(names)
    assert "*" not in names


@pytest.mark.slow
@pytest.mark.skipif(ON_WINDOWS, reason="POSIX signals")
@pytest.mark.skipif(run.VENV.is_symlink(), reason="set-up would empty the environment that the link leads to")
def test_it_serves_until_interrupted(taken_port: int) -> None:
    """The real thing: set-up is done already, so this is the second start."""
    started_s = time.monotonic()
    command = [sys.executable, str(ROOT / "run.py"), "--port", str(taken_port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            said, url = [], ""
            for line in process.stdout:
                said.append(line)
                url = next((word for word in line.split() if word.startswith("http://")), "")
                if url:
                    break
            assert url, f"it never said where it serves: {''.join(said)}"
            assert str(taken_port) not in url
            assert time.monotonic() - started_s < START_TIMEOUT_S
            with urllib.request.urlopen(f"{url}/static/dist/manifest.json", timeout=10) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
    assert process.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url, timeout=1)
