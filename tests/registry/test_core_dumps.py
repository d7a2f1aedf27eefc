import subprocess
import sys
from pathlib import Path

import pytest

from registry import Passphrase
from registry.keys import FileKey, forbid_core_dumps, new_salt
from tests.registry.people import WORDS

CRASH_WITH_A_KEY = """
import os, resource, signal, sys
from registry import Passphrase
from registry.keys import FileKey, new_salt
hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
key = FileKey(Passphrase(sys.stdin.readline().rstrip()), new_salt())
print(resource.getrlimit(resource.RLIMIT_CORE), flush=True)
os.kill(os.getpid(), signal.SIGSEGV)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit.")
def test_whoever_holds_a_key_writes_no_core(tmp_path: Path) -> None:
    program = [sys.executable, "-c", CRASH_WITH_A_KEY]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}

    crashed = subprocess.run(
        program, input=WORDS + "\n", capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
    )

    assert crashed.stdout == "(0, 0)\n"
    assert crashed.returncode < 0
    assert list(tmp_path.iterdir()) == []


def test_a_system_without_such_limits_makes_keys_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)

    forbid_core_dumps()

    assert FileKey(Passphrase(WORDS), new_salt()).salt
