"""The command line: run, check and analyze scenarios, print the catalog, compile the engine.

Results go to standard output, remarks to standard error. Exit codes: 0 fine, 1 the scenario has errors, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from simcore.analysis import Analysis, analyze
from simcore.catalog import catalog
from simcore.diagnostics import Diagnostic, has_errors
from simcore.limits import DOCUMENT_BYTES_MAX, RUN_DURATION_S_MAX, SEED_MAX
from simcore.scenario.decode import decode
from simcore.scenario.document import Frozen, Scenario
from simcore.scenario.fields import Place, check, expected
from simcore.scenario.parse import parse
from simcore.version import VERSION

FINE, WRONG_SCENARIO, WRONG_USAGE = 0, 1, 2


class _UsageError(Exception):
    """What is wrong with the command, in plain words."""


class Action(Frozen):
    """One entry of an action log: changes applied at a moment of simulated time."""

    at_s: float = Field(ge=0, le=RUN_DURATION_S_MAX)
    changes: list[Any]
    seed: int | None = Field(default=None, ge=0, le=SEED_MAX)


def main(arguments: Sequence[str]) -> int:
    """Perform one command and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        sys.stdout.flush()
    except _UsageError as error:
        print(f"simcore: {error}", file=sys.stderr)
        return WRONG_USAGE
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        print("simcore: interrupted", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simcore", description="Simulate web architectures.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="simulate a scenario and print what was measured")
    _add_file(run)
    run.add_argument(
        "--duration", type=_seconds, required=True, metavar="S", help="simulated seconds to measure"
    )
    run.add_argument(
        "--warmup", type=_seconds, default=0.0, metavar="S", help="simulated seconds before measuring"
    )
    run.add_argument(
        "--seed", type=_seed, metavar="N", help="of the random draws; the scenario's own by default"
    )
    run.add_argument("--actions", metavar="FILE", help="action log to replay: [{at_s, changes}, ...] as JSON")
    run.set_defaults(command=_run)

    check_ = commands.add_parser(
        "check", help="print what is wrong with a scenario, and what is worth knowing"
    )
    _add_file(check_)
    check_.set_defaults(command=_check)

    analysis = commands.add_parser(
        "analyze", help="print traffic, utilization and weak points without simulating"
    )
    _add_file(analysis)
    analysis.set_defaults(command=_analyze)

    commands.add_parser("catalog", help="print every component and parameter as JSON").set_defaults(
        command=_catalog
    )
    commands.add_parser("warm", help="compile the engine now instead of at the first run").set_defaults(
        command=_warm
    )
    return parser


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="scenario as JSON; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= RUN_DURATION_S_MAX:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a number of seconds from 0 to {RUN_DURATION_S_MAX:,}"
        )
    return value


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= SEED_MAX):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {SEED_MAX:,}")
    return int(text)


def _read(name: str) -> bytes:
    """Read a file or standard input, just far enough to see that it is too large."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(DOCUMENT_BYTES_MAX + 1)
        with Path(name).open("rb") as file:
            return file.read(DOCUMENT_BYTES_MAX + 1)
    except OSError as error:
        raise _UsageError(f"cannot read {name}: {error.strerror}") from error


def _check(options: argparse.Namespace) -> int:
    result = parse(_read(options.file))
    diagnostics = list(result.diagnostics)
    if result.scenario is not None:
        diagnostics += analyze(result.scenario).diagnostics
    if options.json:
        _print_json({"diagnostics": [item.to_json() for item in diagnostics]})
    else:
        for item in diagnostics:
            print(_line(item))
        if not diagnostics:
            print("Nothing is wrong.")
    return WRONG_SCENARIO if has_errors(diagnostics) else FINE


def _analyze(options: argparse.Namespace) -> int:
    result = parse(_read(options.file))
    if result.scenario is None:
        return _refuse(result.diagnostics, as_json=options.json)
    analysis = analyze(result.scenario)
    if options.json:
        _print_json(analysis.to_json())
    else:
        _print_analysis(result.scenario, analysis)
    return FINE


def _catalog(_options: argparse.Namespace) -> int:
    _print_json(catalog())
    return FINE


def _warm(_options: argparse.Namespace) -> int:
    gc.disable()  # a quarter of compiling is collecting what stays alive
    from simcore.engine.jit import CACHE_FOLDER
    from simcore.simulation import warm

    warm()
    for folder in CACHE_FOLDER.parent.glob("kernels-*"):
        if folder != CACHE_FOLDER:
            shutil.rmtree(folder, ignore_errors=True)
    return FINE


def _run(options: argparse.Namespace) -> int:
    if options.file == "-" == options.actions:
        raise _UsageError("the scenario and the actions cannot both come from standard input")
    result = parse(_read(options.file))
    actions, problems = _read_actions(options.actions) if options.actions else ([], [])
    if result.scenario is None or problems:
        return _refuse((*result.diagnostics, *problems), as_json=options.json)
    from simcore.simulation import Simulation

    simulation = Simulation(result.scenario, seed=options.seed)
    end_s = options.warmup + options.duration
    measuring = options.warmup == 0
    for action in sorted(actions, key=lambda action: action.at_s):
        if action.at_s > end_s:
            break
        if not measuring and action.at_s >= options.warmup:
            measuring = _start_measuring(simulation, options.warmup)
        simulation.advance(action.at_s)
        refused = simulation.redo(action.model_dump())
        if has_errors(refused):
            return _refuse(refused, as_json=options.json)
    if not measuring:
        _start_measuring(simulation, options.warmup)
    simulation.advance(end_s)
    diagnostics = (*result.diagnostics, *analyze(result.scenario).diagnostics)
    summary = {
        "scenario": result.scenario.name,
        "seed": result.scenario.seed if options.seed is None else options.seed,
        "duration_s": options.duration,
        "warmup_s": options.warmup,
        "version": VERSION,
        "diagnostics": [item.to_json() for item in diagnostics],
        **simulation.summary(),
    }
    if options.json:
        _print_json(summary)
    else:
        _print_summary(summary)
    return FINE


def _start_measuring(simulation: Any, warmup_s: float) -> bool:
    simulation.advance(warmup_s)
    simulation.reset_statistics()
    return True


def _read_actions(name: str) -> tuple[list[Action], list[Diagnostic]]:
    data, problem = decode(_read(name))
    if problem is not None:
        return [], [problem]
    if not isinstance(data, list):
        return [], [expected(Place(), "actions", "list_type")]
    problems: list[Diagnostic] = []
    actions = [
        check(Action, item, Place(prefix=f"actions[{index}]."), problems) for index, item in enumerate(data)
    ]
    return [action for action in actions if action is not None], problems


def _refuse(diagnostics: Sequence[Diagnostic], *, as_json: bool) -> int:
    if as_json:
        _print_json({"diagnostics": [item.to_json() for item in diagnostics]})
    for item in diagnostics:
        print(_line(item), file=sys.stderr)
    return WRONG_SCENARIO


def _line(item: Diagnostic) -> str:
    """Write a diagnostic on one line: severity, code, place, sentence, hint."""
    place = " ".join(part for part in (item.node_id or item.edge_id, item.field) if part)
    where = f" [{place}]" if place else ""
    return f"{item.severity.value} {item.code}{where}: {item.text} {item.hint_text}"


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _print_summary(summary: dict[str, Any]) -> None:
    totals = summary["totals"]
    print(f"{summary['scenario'] or 'Scenario'}: {summary['duration_s']:g} s, seed {summary['seed']}")
    print(
        f"  {totals['offered']:,} requests offered, {totals['completed']:,} completed, {totals['failed']:,} failed,"
        f" {totals['in_flight']:,} in flight"
    )
    for cause, count in sorted(totals["failed_by_cause"].items()):
        print(f"    {cause}: {count:,}")
    half_width = totals["throughput_half_width_rps"]
    sure = "too short to say how sure" if half_width is None else f"± {half_width:,.2g}"
    print(f"  throughput {totals['throughput_rps'] or 0:,.1f} requests/s ({sure})")
    levels = ("mean", "p50", "p95", "p99")
    print(
        "  latency " + ", ".join(f"{level} {_milliseconds(totals[f'latency_{level}_s'])}" for level in levels)
    )
    half_width = totals["latency_mean_half_width_s"]
    sure = "too short to say how sure" if half_width is None else f"± {_milliseconds(half_width)}"
    print(f"  mean latency {_milliseconds(totals['latency_mean_s'])} ({sure}; ± are 95 % intervals)")
    if summary["settled_after_s"]:
        print(f"  the first {summary['settled_after_s']:g} s look like a warm-up: --warmup leaves them out")
    width = max((len(node_id) for node_id in summary["nodes"]), default=0)
    for node_id, node in summary["nodes"].items():
        print(
            f"  {node_id:<{width}}  {node['throughput_rps'] or 0:>10,.1f} requests/s"
            f"  utilization {_percent(node.get('utilization_ratio')):>7}"
            f"  p99 {_milliseconds(node['latency_p99_s']):>12}"
            f"  failed {node['failed']:,}"
        )


def _print_analysis(scenario: Scenario, analysis: Analysis) -> None:
    width = max((len(node.id) for node in scenario.nodes), default=0)
    for node_id, load in analysis.load.nodes.items():
        print(
            f"{node_id:<{width}}  {load.offered_rps:>10,.1f} requests/s"
            f"  utilization {_percent(load.utilization_ratio):>7}"
        )
    if analysis.load.max_throughput_rps is not None:
        print(
            f"At most {analysis.load.max_throughput_rps:,.0f} requests/s: {analysis.load.bottleneck} saturates first."
        )
    for item in analysis.diagnostics:
        print(_line(item))


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:,.3g} ms"


def _percent(ratio: float | None) -> str:
    return "–" if ratio is None else f"{100 * ratio:.1f} %"
