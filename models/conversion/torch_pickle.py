"""PyTorch's older file format read without torch, and without giving the file a say in what is called.

Such a file (torch/serialization.py, `_legacy_save`) is five pickles one after the other (a magic number, the protocol's
version, facts about the writer, the object, the keys of its storages) and then, for each key in this order, an int64
count and as many raw little-endian numbers. A pickle is a program; of its instructions only those are followed that
build plain values, and of the names it may call only the three that weights need, none of which is torch's own.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import struct
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001

# fmt: off
_WORDS = frozenset((
    "PROTO", "STOP", "MARK", "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT",
    "BINUNICODE", "EMPTY_DICT", "EMPTY_LIST", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "APPEND", "APPENDS",
    "SETITEM", "SETITEMS", "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET", "GLOBAL", "REDUCE", "BUILD", "BINPERSID",
))
# fmt: on
_MOST_WORDS = 10_000
"""GE2E takes 1,786; values nested a hundred thousand deep could exhaust the interpreter's stack."""

_NOT_WEIGHTS = (
    *(pickle.UnpicklingError, struct.error, EOFError),
    *(ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError),
)
_KINDS = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "LongStorage": "<i8", "IntStorage": "<i4"}


class RefusedPickleError(Exception):
    """The file is none that weights are kept in, or wants more than that; the text is technical."""


class _Storage(NamedTuple):  # a tuple, so that no instruction can change it after it was checked
    key: str
    kind: str
    length: int


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]


class _Table(dict[str, object]):
    """What a saved OrderedDict becomes; the attributes that torch hangs onto it are dropped."""

    def __setstate__(self, state: object) -> None:
        """Take nothing over."""


class _Callee:
    """Something a file may call, but not hang attributes onto."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function

    def __call__(self, *arguments: object) -> object:
        return self._function(*arguments)

    def __setstate__(self, state: object) -> NoReturn:
        """Refuse."""
        _refuse("attributes")


def read_weights(content: bytes, table: str) -> dict[str, NDArray[Any]]:
    """Return the tensors of the saved dictionary's entry `table` by name, read-only, in their saved shapes.

    Raises:
        RefusedPickleError: the bytes are cut off, of another layout, or call for anything that weights do not need.
    """
    try:
        return _read(content, table)
    except (
        pickle.UnpicklingError,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        EOFError,
        struct.error,
    ) as error:
        raise RefusedPickleError(f"{type(error).__name__}: {error}") from error


def _read(content: bytes, table: str) -> dict[str, NDArray[Any]]:
    storages: dict[str, _Storage] = {}
    magic, at = _load(content, 0, storages)
    protocol, at = _load(content, at, storages)
    _facts, at = _load(content, at, storages)
    if (magic, protocol) != (MAGIC, PROTOCOL):
        _refuse("another format")
    saved, at = _load(content, at, storages)
    keys, at = _load(content, at, storages)
    if not isinstance(keys, list) or set(keys) != set(storages) or len(keys) != len(storages):
        _refuse("keys and storages differ")
    numbers = _read_storages(content, at, [storages[key] for key in keys])
    if not isinstance(saved, dict) or not isinstance(saved.get(table), _Table):
        _refuse(f"no {table}")
    return {name: _shaped(tensor, numbers) for name, tensor in saved[table].items() if isinstance(tensor, _Tensor)}


def _load(content: bytes, at: int, storages: dict[str, _Storage]) -> tuple[Any, int]:
    """Return the value of the pickle that begins at `at`, and where it ends."""
    stream = io.BytesIO(content)
    stream.seek(at)
    for number, (word, argument, _position) in enumerate(pickletools.genops(stream)):
        # A slot far beyond what a program of this length can fill would only serve to eat memory.
        far = word.name in ("LONG_BINPUT", "LONG_BINGET") and isinstance(argument, int) and argument > _MOST_WORDS
        if word.name not in _WORDS or number > _MOST_WORDS or far:
            _refuse(f"instruction {word.name}")
    return _Restricted(content[at : stream.tell()], storages).load(), stream.tell()


class _Restricted(pickle.Unpickler):
    """Builds plain values, tensors that only say where their numbers lie, and nothing else."""

    def __init__(self, program: bytes, storages: dict[str, _Storage]) -> None:
        super().__init__(io.BytesIO(program))
        self._storages = storages

    def find_class(self, module: str, name: str) -> _Callee | str:
        if (module, name) == ("collections", "OrderedDict"):
            return _Callee(_Table)
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Callee(_rebuild)
        if module != "torch" or name not in _KINDS:
            _refuse(f"name {module}.{name}")
        return name

    def persistent_load(self, reference: object) -> _Storage:
        if not isinstance(reference, tuple) or len(reference) != 6:
            _refuse("another reference")
        word, kind, key, _device, count, view = reference
        known = isinstance(kind, str) and kind in _KINDS and isinstance(key, str) and isinstance(count, int)
        if word != "storage" or not known or count < 0 or view is not None:
            _refuse("another reference")
        storage = _Storage(key, kind, count)
        if self._storages.setdefault(key, storage) != storage:
            _refuse("one key, two storages")
        return storage


def _rebuild(storage: object, offset: object, shape: object, strides: object, *_rest: object) -> _Tensor:
    if not isinstance(storage, _Storage) or not isinstance(shape, tuple) or not isinstance(strides, tuple):
        _refuse("another tensor")
    if not isinstance(offset, int) or not all(isinstance(side, int) and side >= 0 for side in shape):
        _refuse("another tensor")
    # What is saved row by row needs no strides; weights are.
    if strides != tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape))):
        _refuse("a tensor that is not contiguous")
    if offset < 0 or offset + math.prod(shape) > storage.length:
        _refuse("a tensor beyond its storage")
    return _Tensor(storage, offset, shape)


def _read_storages(content: bytes, at: int, storages: list[_Storage]) -> dict[str, NDArray[Any]]:
    numbers: dict[str, NDArray[Any]] = {}
    for storage in storages:
        (count,) = struct.unpack_from("<q", content, at)
        kind = np.dtype(_KINDS[storage.kind])
        if count != storage.length:
            _refuse("a storage of another size")
        numbers[storage.key] = np.frombuffer(content, dtype=kind, count=count, offset=at + 8)
        at += 8 + count * kind.itemsize
    if at != len(content):
        _refuse("bytes behind the end")
    return numbers


def _shaped(tensor: _Tensor, numbers: dict[str, NDArray[Any]]) -> NDArray[Any]:
    flat = numbers[tensor.storage.key]
    return flat[tensor.offset : tensor.offset + math.prod(tensor.shape)].reshape(tensor.shape)


def _refuse(reason: str) -> NoReturn:
    raise RefusedPickleError(reason)
