"""`python -m countenance`: the command line, started by name, since the vocabulary imports no other room."""

from __future__ import annotations

from importlib import import_module

if __name__ == "__main__":
    import_module("cli.main").run()
