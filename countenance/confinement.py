"""What a process that parses foreign bytes takes from itself on Linux, for good; shared by the children of two rooms.

Sources: kernel documentation, userspace-api/landlock; prctl(2); unshare(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_RULE_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_MAKE_FILE, _CONTROL_DEVICE = 1 << 8, 1 << 15
_FILE_RIGHTS_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
_SYSTEM_READABLE = (
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/proc",
    "/sys/devices/system",
    "/dev/urandom",
    "/dev/null",
)

_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def gain_no_privileges() -> bool:
    """Never get rights that a started program has; return whether that holds."""
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def be_untraceable() -> bool:
    """Let no other process of the same person look into this one's memory; return whether that holds."""
    return bool(ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)


def leave_network() -> bool:
    """Go into a network namespace without an interface, not even a loopback that is up; return whether that holds."""
    libc = ctypes.CDLL(None, use_errno=True)
    # With the right to do it, no user namespace is needed; it would cost the right to read other people's files.
    return bool(libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def program_places() -> list[Path]:
    """Return what a child of ours reads to run at all: Python, its packages, the program, the system's libraries."""
    own = Path(__file__).resolve().parents[1]
    places = [own, Path(sys.prefix), Path(sys.base_prefix), *map(Path, sys.path), *map(Path, _SYSTEM_READABLE)]
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    places += [Path(folder) for folder in libraries if folder]
    return [place for place in places if place.is_absolute() and place.exists()]


def confine(readable: Iterable[Path], fillable: Iterable[Path] = (), devices: Iterable[Path] = ()) -> bool:
    """Leave this process, for good, only the right to read what is listed; return whether that holds.

    Descriptors that are open, or are handed over later, stay usable. TCP is refused too where the kernel can (6.7).

    Args:
        readable: existing files, and folders with all that is in them.
        fillable: folders in which files may also be made.
        devices: files of devices, and folders of them, that may also be written to and controlled.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    attributes = struct.pack("=Q", _FILE_RIGHTS_BY_VERSION[min(version, 5)])
    if version >= 4:
        attributes += struct.pack("=Q", _TCP_BIND_AND_CONNECT)
    if version >= 6:
        attributes += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    ruleset = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        for place in readable:
            _allow(libc, ruleset, place)
        for place in fillable:
            _allow(libc, ruleset, place, _WRITE_FILE | _MAKE_FILE)
        for place in devices:
            _allow(libc, ruleset, place, _WRITE_FILE | (_CONTROL_DEVICE if version >= 5 else 0))
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, place: Path, more: int = 0) -> None:
    rights = more | (_READ_FILE | _READ_DIR if place.is_dir() else _READ_FILE)
    if str(place) == os.devnull:
        rights |= _WRITE_FILE
    try:
        descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # what we may not even look at needs no permission
        return
    try:
        libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)
