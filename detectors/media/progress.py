from __future__ import annotations

from collections.abc import Callable

OnProgress = Callable[[str, float, float], None]
"""Called with (step, done, total) while work goes on; total 0 where it is not known. Cheap: call it often."""
