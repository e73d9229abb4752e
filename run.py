#!/usr/bin/env python3
"""Set up, serve and check Architecture Playground. Needs Python 3.11 or newer and nothing else.

python3 run.py [--host H] [--port P]    set up what is missing or changed, then serve
python3 run.py setup                    set up only, development tools included
python3 run.py test [pytest arguments]  every test and type check; with arguments, only pytest with them
python3 run.py check                    linters, formatters, types and import layers
python3 run.py bench [arguments]        the benchmarks
python3 run.py validate [case …]        the engine against theory and measurements; writes docs/validation
python3 run.py swarm [arguments]        random systems under every certificate
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import io
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
VAR = Path(os.environ.get("PLAYGROUND_VAR_DIR", ROOT / "var"))
FRONTEND = ROOT / "frontend"
REQUIREMENTS = ROOT / "requirements.txt"
OLDEST_PYTHON = (3, 11)
PORT_TRIES = 50
SERVER = "playground.asgi:application"
TYPE_CHECKS = ["mypy", "npm run --silent typecheck"]
#: A file stays in one process and the files in their order: browser tests come last, see tests/conftest.py.
SIDE_BY_SIDE = "--numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder"
COMMANDS: dict[str, list[str]] = {
    "setup": [],
    "check": ["ruff check", "ruff format --check", "lint-imports", "npm run --silent lint", *TYPE_CHECKS],
    # pytest comes last: its summary is what a person looks for at the end of the output.
    "test": [*TYPE_CHECKS, "npm run --silent test", f"python -m pytest {SIDE_BY_SIDE}"],
    "bench": ["python -m tests.benchmarks"],
    "validate": ["python -m tests.validation"],
    "swarm": ["python -m tests.swarm"],
}
OUTPUT_LINES_SHOWN = 25
SKIPPED_FOLDERS = {"__pycache__", "node_modules"}

OFFLINE = (
    r"Retrying \(|Temporary failure in name resolution|getaddrinfo|No matching distribution found"
    r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH"
)


class SetupError(Exception):
    """Something a person has to put right: what it is, in English and Korean."""

    def __init__(self, english: str, korean: str) -> None:
        super().__init__(f"{english}\n{korean}")


@dataclass(frozen=True)
class Step:
    """A piece of set-up, skipped while the hash of its inputs is unchanged and its output exists."""

    name: str
    doing: tuple[str, str]
    commands: tuple[tuple[str, ...], ...]
    output: Path
    inputs: tuple[Path, ...] = ()
    salt: str = ""
    folder: Path = ROOT
    stamps: Path = VENV / ".stamps"

    def fingerprint(self) -> str:
        """Return the hash of the salt and of every input file's path and content."""
        digest = hashlib.sha256(self.salt.encode())
        for path in (file for root in self.inputs for file in files_under(root)):
            digest.update(f"{path}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def run_if_needed(self) -> bool:
        """Run the commands unless they were run on these very inputs; return whether they were."""
        fingerprint, stamp = self.fingerprint(), self.stamps / self.name
        if self.output.exists() and stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
            return False
        say(*(f"{text} …" for text in self.doing))
        # A step that is interrupted must not look done.
        stamp.unlink(missing_ok=True)
        for command in self.commands:
            run_quietly(command, folder=self.folder)
        self.stamps.mkdir(parents=True, exist_ok=True)
        stamp.write_text(fingerprint, encoding="ascii")
        return True


def say(english: str, korean: str) -> None:
    """Print one line in the language of the terminal."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    # One write, so that lines of steps that run side by side stay whole.
    sys.stdout.write(f"{korean if language.startswith('ko') else english}\n")
    sys.stdout.flush()


def tool(name: str) -> str:
    """Return the path of a program inside the virtual environment."""
    return str(BIN / (f"{name}.exe" if os.name == "nt" else name))


def child_environment() -> dict[str, str]:
    """Return the environment for child processes: the virtual environment's Python and Node come first."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    outside = {"PYTHONHOME": "", "PYTHONPATH": ""}
    return {**os.environ, **outside, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def files_under(path: Path) -> Iterator[Path]:
    """Yield a file, or the files of a folder in a fixed order; nothing when the path is absent."""
    if path.is_file():
        yield path
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(set(subfolders) - SKIPPED_FOLDERS)
        yield from (Path(folder, name) for name in sorted(names))


def run_quietly(command: Sequence[str], *, folder: Path = ROOT) -> None:
    """Run a command, showing its output only when it fails.

    Raises SetupError with the likely cause in plain words.
    """
    done = subprocess.run(
        command, cwd=folder, env=child_environment(), check=False, encoding="utf-8", errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )  # fmt: skip
    if done.returncode == 0:
        return
    print("\n".join(done.stdout.splitlines()[-OUTPUT_LINES_SHOWN:]), file=sys.stderr)
    if re.search(OFFLINE, done.stdout):
        raise SetupError(
            "Packages could not be downloaded. Check the network connection and run the same command again.",
            "패키지를 내려받지 못했습니다. 네트워크 연결을 확인한 뒤 같은 명령을 다시 실행해 주세요.",
        )
    shown = " ".join([Path(command[0]).name, *command[1:4]])
    raise SetupError(f"This command failed: {shown} …", f"다음 명령이 실패했습니다: {shown} …")


def requirement_parts(text: str) -> dict[str, list[str]]:
    """Return the pinned requirements, without comments, under each heading `# --- Heading ---` of the file."""
    _, *pieces = re.split(r"^# --- (.+) ---$", text, flags=re.MULTILINE)
    lines = [[line.partition("#")[0].strip() for line in body.splitlines()] for body in pieces[1::2]]
    return {name: [line for line in body if line] for name, body in zip(pieces[::2], lines, strict=True)}


def venv_step() -> Step:
    """Return the step that makes the virtual environment."""
    return Step(
        name="venv",
        doing=("Making the virtual environment", "가상 환경을 만드는 중"),
        commands=((sys.executable, "-m", "venv", "--clear", str(VENV)),),
        output=Path(tool("python")),
        # Scripts inside a virtual environment hold its absolute path, so it is made anew when the project moves.
        salt=f"{VENV} {sys.version_info[:2]}",
    )


def install_step(name: str, requirements: Sequence[str], *, output: str) -> Step:
    """Return the step that installs exactly these requirements, one of which brings the named program."""
    options = "--disable-pip-version-check --no-input --retries 2 --quiet --no-deps --no-compile"
    return Step(
        name=name,
        doing=("Installing Python packages", "파이썬 패키지를 설치하는 중"),
        # Compiling every installed module takes longer than installing it, and most are never imported.
        commands=((tool("python"), "-m", "pip", "install", *options.split(), *requirements),),
        output=Path(tool(output)),
        salt="\n".join(requirements),
    )


def npm_step() -> Step:
    """Return the step that installs the locked browser packages with the virtual environment's Node."""
    return Step(
        name="npm",
        doing=("Installing browser packages", "브라우저 패키지를 설치하는 중"),
        commands=((tool("npm"), "ci"),),
        output=FRONTEND / "node_modules" / ".package-lock.json",
        inputs=(FRONTEND / "package.json", FRONTEND / "package-lock.json", FRONTEND / ".npmrc"),
        folder=FRONTEND,
    )


def build_step() -> Step:
    """Return the step that builds the page and puts compressed copies beside its files."""
    built, compress = ROOT / "static" / "dist", (tool("python"), "-m", "whitenoise.compress")
    return Step(
        name="build",
        doing=("Building the page", "페이지를 빌드하는 중"),
        commands=((tool("npm"), "run", "build"), (*compress, "--quiet", str(built))),
        output=built / "manifest.json",
        inputs=(FRONTEND / "src", *sorted({*FRONTEND.glob("*.json"), *FRONTEND.glob("*.ts")})),
        folder=FRONTEND,
    )


def server_steps() -> list[Step]:
    """Return the steps that prepare what the server reads: translations and the database."""
    python = tool("python")
    catalogs = sorted((ROOT / "locale").rglob("*.po"))
    compile_all = "import polib, sys; [polib.pofile(p).save_as_mofile(p[:-2] + 'mo') for p in sys.argv[1:]]"
    return [
        Step(
            name="messages",
            doing=("Compiling translations", "번역을 컴파일하는 중"),
            commands=((python, "-c", compile_all, *map(str, catalogs)),),
            output=catalogs[-1].with_suffix(".mo") if catalogs else ROOT,
            inputs=tuple(catalogs),
        ),
        Step(
            name="migrate",
            doing=("Preparing the database", "데이터베이스를 준비하는 중"),
            commands=((python, "manage.py", "migrate", "--no-input"),),
            output=VAR / "db.sqlite3",
            inputs=(ROOT / "playground" / "migrations", ROOT / "playground" / "settings.py", REQUIREMENTS),
            stamps=VAR / "stamps",
        ),
    ]


def kernels_step() -> Step:
    """Return the step that compiles the simulator's kernels, so that the first run does not wait for it."""
    return Step(
        name="kernels",
        doing=("Compiling the simulation engine", "시뮬레이션 엔진을 컴파일하는 중"),
        commands=((tool("python"), "-m", "simcore", "warm"),),
        output=ROOT / "simcore" / "engine" / "__pycache__",
        inputs=(ROOT / "simcore", REQUIREMENTS),
        salt=platform.processor(),
    )


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Hold the set-up lock, so that two terminals do not install into one folder at once."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "setup.lock").open("w") as file:
        if os.name != "nt":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def set_up(*, development: bool) -> None:
    """Bring .venv, node_modules, the build, the database and the kernels up to date."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv",
            "파이썬의 venv 모듈이 없습니다. 데비안·우분투에서는 apt install python3-venv 명령으로 설치합니다.",
        )
    started_s = time.perf_counter()
    parts = requirement_parts(REQUIREMENTS.read_text(encoding="utf-8"))
    with only_one_at_a_time(), ThreadPoolExecutor(max_workers=1) as pool:
        venv_step().run_if_needed()
        install_step("simulator", parts["To simulate"], output="numba").run_if_needed()
        # Compiling takes about as long as everything else together, so the two run side by side.
        kernels = pool.submit(kernels_step().run_if_needed)
        install_step("server", parts["To serve"], output="daphne").run_if_needed()
        for step in (npm_step(), build_step(), *server_steps()):
            step.run_if_needed()
        if development:
            install_step("tools", parts["To develop"], output="pytest").run_if_needed()
        kernels.result()
    took = f"{time.perf_counter() - started_s:.1f}"
    say(f"Set up in {took} s.", f"준비를 {took}초 만에 마쳤습니다.")


def free_port(host: str, wanted: int) -> int:
    """Return the first port from the wanted one upwards that can be served on; say so if it is another."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, wanted + PORT_TRIES):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name != "nt":  # there the option would let two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError, OverflowError):
                probe.bind((host, port))
                if port != wanted:
                    say(
                        f"Port {wanted} is taken, using {port}.",
                        f"{wanted}번 포트 사용 중, {port}번을 씁니다.",
                    )
                return port
    raise SetupError(
        f"Cannot serve on {host}, ports {wanted} to {wanted + PORT_TRIES - 1}. Choose others with --host and --port.",
        f"{host}의 {wanted}~{wanted + PORT_TRIES - 1}번 포트를 열 수 없습니다. --host와 --port로 바꿔 주세요.",
    )


def own_names(host: str) -> list[str]:
    """Return the names under which browsers reach a server bound to host, the best to show first."""
    local = ["127.0.0.1", "localhost", "[::1]"]
    if host in {"127.0.0.1", "localhost", "::1"}:
        return local
    names = [] if host in {"0.0.0.0", "::"} else [f"[{host}]" if ":" in host else host]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing; it only asks which address would be used.
        probe.connect(("192.0.2.1", 9))
        names.append(probe.getsockname()[0])
    return [*names, socket.gethostname(), *local]


def serve(arguments: Sequence[str]) -> int:
    """Set up, then serve until interrupted."""
    raw = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=raw)
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    parser.add_argument("--port", default=8000, type=int, help="first port to try (default: %(default)s)")
    options = parser.parse_args(arguments)
    set_up(development=False)
    port, names = free_port(options.host, options.port), own_names(options.host)
    environment = {"PLAYGROUND_ALLOWED_HOSTS": ",".join(names), **child_environment()}
    command = [tool("python"), "-m", "daphne", "-b", options.host, "-p", str(port), "-v", "0", SERVER]
    # In a session of its own, Ctrl-C does not reach the server directly, so it is told to stop exactly once.
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    stopping: list[int] = []

    def stop(number: int, _: object) -> None:
        if not stopping:
            server.terminate()
        stopping.append(number)

    for name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal)):
        signal.signal(getattr(signal, name), stop)
    near_host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)
    while server.poll() is None and not stopping:
        with contextlib.suppress(OSError), socket.create_connection((near_host, port), timeout=1):
            url = f"http://{names[0]}:{port}"
            say(f"Open {url} (Ctrl-C stops it)", f"{url} 을 여세요. (종료: Ctrl-C)")
            break
        time.sleep(0.05)
    code = server.wait()
    return 0 if stopping else code


def run_all(commands: Sequence[str], arguments: Sequence[str]) -> int:
    """Run every command, whatever the others return, then name those that failed.

    Arguments are meant for the last command, which then runs alone.
    """
    failed = []
    for line in commands[-1:] if arguments else commands:
        print(f"$ {line} {' '.join(arguments)}", flush=True)
        program, *rest = [*line.split(), *arguments]
        folder = FRONTEND if program == "npm" else ROOT
        if subprocess.run(
            [tool(program), *rest], cwd=folder, env=child_environment(), check=False
        ).returncode:
            failed.append(line)
    if failed:
        say(f"Failed: {', '.join(failed)}", f"실패: {', '.join(failed)}")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    if sys.version_info < OLDEST_PYTHON:
        oldest, found = ".".join(map(str, OLDEST_PYTHON)), platform.python_version()
        raise SetupError(
            f"Python {oldest} or newer is needed; this is {found}.",
            f"파이썬 {oldest} 이상이 필요합니다. 지금은 {found}입니다.",
        )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if not arguments or arguments[0] not in COMMANDS:
        return serve(arguments)
    set_up(development=True)
    return run_all(COMMANDS[arguments[0]], arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
