"""Starts the window: `python -m gui`."""

import gc

# Nothing that is loaded at the start is garbage; looking for some takes a tenth of the time until the window is there.
gc.disable()

from gui.main import run  # noqa: E402  what is loaded here is what the above is about

if __name__ == "__main__":
    run()
