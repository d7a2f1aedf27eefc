#!/usr/bin/env python3
"""The one door: missing system packages, `.venv` from requirements.lock, starter models, then the job.

Standard library only, the same on Linux, macOS and Windows. Whatever is there already is kept.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parent
VENV, LOCK, LOG = ROOT / ".venv", ROOT / ".venv.lock", ROOT / ".venv.log"
BIN, EXE, LIB = (VENV / "Scripts", ".exe", "Lib") if os.name == "nt" else (VENV / "bin", "", "lib/python3*")
STAMP, RECORDS = VENV / "countenance.json", f"{LIB}/site-packages/*.dist-info/RECORD"
PYTHON, PROGRAM = str(BIN / f"python{EXE}"), str(BIN / f"countenance{EXE}")
ALL_TESTS = ["-n", "logical", "--dist", "loadfile"]  # on every processor; what shares files' fixtures stays together

JOBS = {  # what it does, and the command where one is enough
    "demo": ("make a clip from a free portrait and check it three times", [PROGRAM, "demo"]),
    "test": ("run the tests; more words go to pytest, e.g. test tests/consent -x", []),
    "check": ("format, lint, types, imports, translations, tests", []),
    "bench": ("run all benchmarks, or the named ones, e.g. bench clip --rounds 3", []),
    "app": ("open the window", [str(BIN / f"countenance-window{EXE}")]),
    "screenshots": ("render the screens into out/screenshots", [PYTHON, "-m", "gui.screenshots"]),
    "translations": ("bring the catalogues up to date", [PYTHON, "-m", "countenance.locale.update"]),
    "help": ("this list", []),
}

# Shared libraries that the wheels expect from the system (as ldd shows), each with its Debian package.
PICTURES = "libGL.so.1=libgl1 libglib-2.0.so.0=libglib2.0-0 libSM.so.6=libsm6 libXext.so.6=libxext6"
WINDOW = """libEGL.so.1=libegl1 libX11-xcb.so.1=libx11-xcb1 libXrandr.so.2=libxrandr2 libdbus-1.so.3=libdbus-1-3
libfontconfig.so.1=libfontconfig1 libfreetype.so.6=libfreetype6 libpulse.so.0=libpulse0
libwayland-cursor.so.0=libwayland-cursor0 libwayland-egl.so.1=libwayland-egl1 libxcb-cursor.so.0=libxcb-cursor0
libxcb-icccm.so.4=libxcb-icccm4 libxcb-image.so.0=libxcb-image0 libxcb-keysyms.so.1=libxcb-keysyms1
libxcb-randr.so.0=libxcb-randr0 libxcb-render-util.so.0=libxcb-render-util0 libxcb-shape.so.0=libxcb-shape0
libxcb-xkb.so.1=libxcb-xkb1 libxkbcommon-x11.so.0=libxkbcommon-x11-0"""


def main(words: list[str]) -> int:
    """Do the job named by the first word; return its exit code."""
    job, rest = (words[0], words[1:]) if words else ("help", [])
    if job in ("help", "-h", "--help"):
        print("python3 run.py JOB [more words for the job]\n")
        print("\n".join(f"  {name:<13} {what}" for name, (what, _) in JOBS.items()))
        return 0
    if job not in JOBS:
        print(f"There is no job “{job}”. `python3 run.py help` lists them.", file=sys.stderr)
        return 2
    with only_one():
        prepare_system(job)
        prepare_environment()
        if job != "translations":
            step("starter models", [PROGRAM, "models", "install", "starter"], "The starter models are not ready.")
    if job == "test":
        return run([PYTHON, "-m", "pytest", *(rest or ALL_TESTS)])
    if job == "check":
        return check(rest)
    if job == "bench":
        names = rest[: next((at for at, word in enumerate(rest) if word.startswith("-")), len(rest))]
        programs = names or sorted(path.stem for path in ROOT.glob("benchmarks/[a-z]*.py"))
        return max([run([PYTHON, "-m", f"benchmarks.{name}", *rest[len(names) :]]) for name in programs], default=0)
    return run(JOBS[job][1] + rest)


def check(rest: list[str]) -> int:
    """Run every check, one line each and the words of those that fail; return 0 only if all hold."""
    steps = {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "types": [PYTHON, "-m", "mypy"],
        "imports": [str(BIN / f"lint-imports{EXE}")],
        "translations": [PYTHON, "-m", "pytest", "-q", "tests/house/test_translations.py"],
        "tests": [PYTHON, "-m", "pytest", *(rest or ["--cov", *ALL_TESTS])],
    }
    failed = []
    for name, command in steps.items():
        print(f"{name:<13} ", end="", flush=True)
        begun = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
        text = (done.stdout + done.stderr).decode("utf-8", "replace").rstrip()
        print("FAILED" if done.returncode else "ok", f"({time.monotonic() - begun:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(text, flush=True)
        elif name == "tests":
            print(text.splitlines()[-1])
    print(f"These checks do not hold: {', '.join(failed)}." if failed else "All checks hold.")
    return 1 if failed else 0


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the lock of the environment; the system drops it even when this process is killed."""
    with LOCK.open("a+b") as file:
        if not try_lock(file):
            file.seek(0)
            holder = file.read(20).decode("ascii", "replace") or "?"
            say(f"another run (process {holder}) is preparing the environment; waiting for it")
            while not try_lock(file):
                time.sleep(0.2)
        file.truncate(0)
        file.write(str(os.getpid()).encode())
        file.flush()
        os.set_inheritable(file.fileno(), True)  # a step that outlives a killed run.py keeps others waiting
        yield  # closing the file lets go of the lock


def try_lock(file: BinaryIO) -> bool:
    """Return whether the lock is ours now."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 20)  # beyond the process number, which others want to read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def prepare_system(job: str) -> None:
    """Install what the job needs from the system, or say which command does, and stop."""
    if not sys.platform.startswith("linux"):
        return
    wanted = PICTURES if job == "demo" else f"{PICTURES} {WINDOW}"
    missing = [package for library, package in (pair.split("=") for pair in wanted.split()) if not loads(library)]
    fonts = Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"
    chinese = (font for folder in fonts for name in ("*CJK*", "*wqy*", "*[Hh]an[Ss]*") for font in folder.rglob(name))
    if job in ("test", "check", "screenshots") and next(chinese, None) is None:
        missing.append("fonts-noto-cjk")  # else Chinese shows as boxes
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        missing.append("python3-venv")
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get"):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        step("package lists", ["apt-get", "update"], "The package lists could not be read.")
        step("system packages", install, "The system packages could not be installed.")
    else:
        command = f"sudo apt-get update && sudo {' '.join(install)}"
        sys.exit(f"Some system packages are missing. Install them (names as in Debian), then try again:\n  {command}")


def loads(library: str) -> bool:
    """Return whether the system has a shared library."""
    with contextlib.suppress(OSError):
        return bool(ctypes.CDLL(library))
    return False


def prepare_environment() -> None:
    """Make `.venv` what requirements.lock and pyproject.toml say, unless it is that already."""
    place = {"python": f"{sys.version_info[0]}.{sys.version_info[1]}", "root": str(ROOT)}
    inputs = [ROOT / "requirements.lock", ROOT / "pyproject.toml"]
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in inputs}
    stamp: dict[str, object] = {}
    with contextlib.suppress(OSError, ValueError):  # none, or half-written: as if nothing were installed
        stamp = json.loads(STAMP.read_text("utf-8"))
    whole = place.items() <= stamp.items() and is_whole(stamp)
    if whole and files.items() <= stamp.items():
        return
    if VENV.exists() and not whole:
        say("the environment is not whole, or not of this place; making it anew")
        shutil.rmtree(VENV)
    STAMP.unlink(missing_ok=True)
    if not VENV.exists():
        base = getattr(sys, "_base_executable", sys.executable)  # not .venv's own, which may just have gone
        step("environment", [base, "-m", "venv", str(VENV)], "The virtual environment could not be made.")
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    locked = [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(inputs[0])]
    step("dependencies, about 600 MB", locked, "The dependencies could not be installed.")
    step("program", [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], "The program could not be installed.")
    stamp = {**place, **files, "packages": len(list(VENV.glob(RECORDS)))}
    if not is_whole(stamp):
        sys.exit(f"The environment is not whole although its installation succeeded; see {LOG}.")
    STAMP.write_text(json.dumps(stamp), "utf-8")  # last: a half-made environment has none


def is_whole(stamp: dict[str, object]) -> bool:
    """Return whether every installed file is there in its size, and the interpreter starts."""
    found = list(VENV.glob(RECORDS))
    if len(found) != stamp.get("packages"):
        return False
    try:
        for record in found:
            for name, _, size in csv.reader(record.read_text("utf-8").splitlines()):
                if size and (record.parent.parent / name).stat().st_size != int(size):
                    return False
        probe = [PYTHON, "-c", "import countenance, cli, numpy, msgspec"]
        return subprocess.run(probe, env=environment(), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def environment() -> dict[str, str]:
    """Return the caller's environment without what would reach into ours; where there is no screen, Qt needs none."""
    unwanted = ("PYTHON", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "__PYVENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    kept["PATH"] = os.pathsep.join((str(BIN), kept.get("PATH", os.defpath)))
    if sys.platform.startswith("linux") and not (kept.get("DISPLAY") or kept.get("WAYLAND_DISPLAY")):
        kept.setdefault("QT_QPA_PLATFORM", "offscreen")
    return kept


def run(command: list[str]) -> int:
    """Run a command in the repository, in this terminal, and return its exit code."""
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def step(name: str, command: list[str], sorry: str) -> None:
    """Do one step of the preparation, its words alone in the log; show their end and stop where it fails."""
    say(f"preparing: {name}")
    with LOG.open("wb") as log:
        code = subprocess.call(command, cwd=ROOT, env=environment(), stdout=log, stderr=log, close_fds=False)
    if code:
        end = LOG.read_text("utf-8", "replace").splitlines()[-30:]
        sys.exit("\n".join([*end, f"{sorry} The whole log is in {LOG}."]))


def say(sentence: str) -> None:
    """Tell what is going on, apart from the job's own output."""
    print(f"· {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit("Countenance needs Python 3.11, 3.12 or 3.13; this is {}.{}.".format(*sys.version_info))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
