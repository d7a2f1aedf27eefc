"""Disks that are full, may not be written, or cannot lock: one clear sentence each, and nothing is lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.registry.people import WORDS, enrolled, new_registry, opened

REPOSITORY = Path(__file__).parents[2]

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *wanted(void) { const char *name = getenv("FAILING"); return name ? name : ""; }

static int lock_fails(int command) {
    return !strncmp(wanted(), "locks", 5) && (command == F_SETLK || command == F_SETLKW || command == F_GETLK);
}

#define THROUGH(name)                                                                  \
    int name(int descriptor, int command, ...) {                                       \
        static int (*real)(int, int, ...);                                             \
        va_list rest;                                                                  \
        void *argument;                                                                \
        if (!real) real = (int (*)(int, int, ...))dlsym(RTLD_NEXT, #name);             \
        va_start(rest, command); argument = va_arg(rest, void *); va_end(rest);        \
        if (lock_fails(command)) { errno = strcmp(wanted(), "locks") ? ENOSYS : ENOLCK; return -1; } \
        return real(descriptor, command, argument);                                    \
    }
THROUGH(fcntl)
THROUGH(fcntl64)

static int refused(const char *path, int flags) {
    if (!strcmp(wanted(), "folder")) return (flags & O_CREAT) && strstr(path, "-journal") != NULL;
    return !strcmp(wanted(), "file") && (flags & O_ACCMODE) != O_RDONLY && strstr(path, ".countenance") != NULL;
}

#define OPENING(name)                                                                  \
    int name(const char *path, int flags, ...) {                                       \
        static int (*real)(const char *, int, ...);                                    \
        va_list rest;                                                                  \
        int mode;                                                                      \
        if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);    \
        va_start(rest, flags); mode = va_arg(rest, int); va_end(rest);                 \
        if (refused(path, flags)) { errno = EACCES; return -1; }                       \
        return real(path, flags, mode);                                                \
    }
OPENING(open)
OPENING(open64)

static int written_fails(int descriptor) {
    char link[64], path[4096];
    ssize_t length;
    if (strcmp(wanted(), "space")) return 0;
    strcpy(link, "/proc/self/fd/");
    { char digits[16]; int at = 16; digits[--at] = 0; do digits[--at] = '0' + descriptor % 10; while (descriptor /= 10);
      strcat(link, digits + at); }
    length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, ".countenance") != NULL;
}

ssize_t pwrite64(int descriptor, const void *content, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (written_fails(descriptor)) { errno = ENOSPC; return -1; }
    return real(descriptor, content, count, at);
}
ssize_t pwrite(int descriptor, const void *content, size_t count, off_t at) {
    return pwrite64(descriptor, content, count, at);
}
ssize_t write(int descriptor, const void *content, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    if (written_fails(descriptor)) { errno = ENOSPC; return -1; }
    return real(descriptor, content, count);
}
"""

ENROL = """
import os, sys
from pathlib import Path
from countenance.errors import CountenanceError
from registry import Passphrase, open_registry
from tests.registry.people import JPEG, clock, consent, person, sample
try:
    with open_registry(Path(sys.argv[1]), Passphrase(sys.stdin.readline().rstrip()), operator="b", clock=clock) as one:
        print("opened", flush=True)
        big = [sample(picture=JPEG * 9000)] * 4
        one.enrol(person("One Too Many"), consent=consent(), samples=big)
        print("enrolled", flush=True)
except CountenanceError as error:
    print(error.sentence, flush=True)
"""


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library that lets calls of the system fail, in place of disks that a test cannot have."""
    if sys.platform != "linux" or shutil.which("gcc") is None:
        pytest.skip("Without gcc on Linux no disk can be made to fail.")
    folder = tmp_path_factory.mktemp("shim")
    (folder / "failing.c").write_text(SHIM)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-w", "-o", folder / "failing.so", folder / "failing.c", "-ldl"], check=True
    )
    return folder / "failing.so"


def _enrol_with(shim: Path, failing: str, path: Path) -> list[str]:
    environment = {**os.environ, "LD_PRELOAD": str(shim), "FAILING": failing}
    done = subprocess.run(
        [sys.executable, "-c", ENROL, str(path)],
        input=f"{WORDS}\n",
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        env=environment,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("failing", "lines"),
    [
        ("locks", ["cannot lock files"]),
        ("locks nowhere", ["cannot lock files"]),
        ("space", ["opened", "disk is full: nothing was changed"]),
        ("file", ["opened", "may not be written"]),
        ("folder", ["opened", "may not be written"]),
    ],
)
def test_a_disk_that_fails_is_told_in_one_sentence_and_nothing_is_lost(
    path: Path, shim: Path, failing: str, lines: list[str]
) -> None:
    with new_registry(path) as registry:
        enrolled(registry)

    said = _enrol_with(shim, failing, path)

    assert len(said) == len(lines)
    assert all(expected in line for expected, line in zip(lines, said, strict=True))
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    with opened(path) as registry:
        assert [one.display_name for one in registry.people()] == ["Ada Example"]
        assert registry.upkeep.audit().holds
    assert _enrol_with(shim, "", path) == ["opened", "enrolled"]
