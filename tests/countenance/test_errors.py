from __future__ import annotations

import re
from pathlib import Path

import pytest

from countenance import errors
from countenance.errors import CountenanceError
from tests.conftest import REPOSITORY

TREE = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CountenanceError)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_is_a_sentence_a_remedy_and_details(kind):
    error = kind("It is broken.", remedy="Mend it.", details="errno 5")

    assert str(error) == "It is broken. Mend it."
    assert (error.sentence, error.remedy, error.details) == ("It is broken.", "Mend it.", "errno 5")
    assert isinstance(error, CountenanceError)


def test_an_error_without_a_remedy_ends_with_its_sentence():
    assert str(CountenanceError("It is broken.")) == "It is broken."


def test_details_are_never_shown_with_the_sentence():
    assert "secret" not in str(CountenanceError("It is broken.", details="secret"))


def test_exit_codes_are_those_of_the_contract():
    assert {kind.__name__: kind.exit_code for kind in TREE} == {
        "CountenanceError": 3,
        "WrongUsageError": 2,
        "ClipError": 3,
        "EnrolmentRefusedError": 3,
        "RegistryError": 4,
        "ModelsError": 5,
        "CheckFailedError": 6,
        "CancelledError": 130,
    }


def test_every_error_of_the_house_belongs_to_the_tree():
    named = re.compile(r"^class (\w+)\((?:Exception|RuntimeError|OSError|ValueError)\)", re.MULTILINE)
    found = {
        (path.relative_to(REPOSITORY).as_posix(), name)
        for room in ("countenance", "registry", "consent", "scan", "reports", "cli", "gui", "models", "detectors")
        for path in Path(REPOSITORY / room).rglob("*.py")
        for name in named.findall(path.read_text("utf-8"))
    }

    # What never leaves its side of the boundary to the child, or the conversion, needs no sentence for a person.
    assert found == {
        ("countenance/errors.py", "CountenanceError"),
        ("countenance/wire.py", "WireError"),
        ("detectors/failure.py", "MediaFailure"),
        # Also run alone, without anything of ours beside it.
        ("detectors/verifier.py", "UnreadableError"),
        ("models/conversion/torch_pickle.py", "RefusedPickleError"),
        # What the process that reads strangers' packages refuses, and caught in its own module there.
        ("models/intake/licence.py", "_InvalidError"),
        ("models/intake/refusals.py", "RefusedError"),
        # Caught in its own module: a copy in steps begins anew as a copy at once.
        ("registry/backup.py", "_BeganAnewError"),
    }
