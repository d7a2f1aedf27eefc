"""What the registry loads, every start of the program waits for."""

from __future__ import annotations

import subprocess
import sys


def test_pandas_is_not_loaded_and_can_be_all_the_same() -> None:
    code = "import registry, sys; assert 'pandas' not in sys.modules; import pandas; print(pandas.__name__)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "pandas", done.stderr
