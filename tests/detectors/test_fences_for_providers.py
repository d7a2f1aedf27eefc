"""A graphics processor's driver is left what it needs, the processor's models nothing more than before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from countenance.providers import Provider
from detectors.fences import Fence
from scan.child import child_environment

TELL = """
import sys
from pathlib import Path
from detectors.fences import raise_fences
print("|".join(raise_fences(Path(sys.argv[1]), sys.argv[2])))
"""


def standing(provider: Provider, models: Path) -> set[str]:
    """Return the fences that stand in a process of its own."""
    command = [sys.executable, "-P", "-s", "-B", "-c", TELL, str(models), provider.execution_provider]
    told = subprocess.run(
        command, capture_output=True, check=True, text=True, env=child_environment(provider.execution_provider)
    )
    return set(told.stdout.strip().split("|"))


@pytest.mark.skipif(sys.platform != "linux", reason="The fences that fall here are those of Linux.")
def test_each_provider_costs_the_fences_that_its_decision_names(tmp_path: Path) -> None:
    processor = standing(Provider.CPU, tmp_path)

    assert {Fence.ADDRESS_SPACE, Fence.NO_FILE_WRITES, Fence.NO_CORE_DUMPS} <= processor
    assert standing(Provider.OPENVINO, tmp_path) == processor
    assert standing(Provider.DIRECTML, tmp_path) == processor
    assert standing(Provider.CUDA, tmp_path) == processor - {Fence.ADDRESS_SPACE}
    assert standing(Provider.COREML, tmp_path) == processor - {Fence.ADDRESS_SPACE, Fence.NO_FILE_WRITES}
