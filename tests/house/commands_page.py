"""Writes docs/commands.md from the commands themselves: `python -m tests.house.commands_page`."""

from __future__ import annotations

import typer
from typer.core import TyperGroup

from cli.commands import make_app
from countenance.translations import in_language
from tests.house.sources import COMMANDS_PAGE

HEAD = """\
# Commands

Made from the program by `python -m tests.house.commands_page`; a test compares the two.

`countenance [OPTIONS] COMMAND`: the options named first go with every command, before it or after it.

With `--json` exactly one JSON document goes to standard output, everything else to standard error; what failed is in
its field `error` (`sentence`, `remedy`, `exit_code`). `check` answers with `clips` (a report each, or `clip` and
`error`), the worst `verdict` and the `exit_code`.
"""

TAIL = """\
## Exit codes

| code | meaning |
|---|---|
| 0 | done; of a check: permitted, or nobody of this registry was recognised |
| 2 | the command or its values cannot be meant like this |
| 3 | a clip could not be checked, or a sample was refused at enrolment |
| 4 | the registry is locked, damaged, newer than the program, or its key is wrong |
| 5 | models are missing, damaged or refused |
| 6 | a check of the program's own did not hold |
| 10 | review: somebody has to look |
| 20 | blocked |
| 130 | interrupted |

With several clips, 20 comes before 3, 3 before 10, 10 before 0. `demo` ends with 0.

## Environment

| variable | meaning |
|---|---|
| `COUNTENANCE_HOME` | one folder for settings, registry and models |
| `COUNTENANCE_MODELS` | the folder of the models alone |
| `COUNTENANCE_PASSPHRASE` | the passphrase; `--key-file` comes before it, the system's keyring and a prompt after it |
| `COUNTENANCE_OPERATOR` | who is at work, for the journal; `--operator` comes before it, the account's name after it |
"""


def render_page() -> str:
    """Return the page as it should be."""
    with in_language("en"):
        group = typer.main.get_command(make_app())
        sections = [HEAD, _options(group)]
        sections += [_section(name, command) for name, command in sorted(_commands(group, "").items())]
    return "\n".join([*sections, TAIL])


def command_names() -> list[str]:
    """Return every command's full name, such as "person add"."""
    return sorted(_commands(typer.main.get_command(make_app()), ""))


def _commands(command: typer.core.TyperCommand | TyperGroup, name: str) -> dict[str, typer.core.TyperCommand]:
    if not isinstance(command, TyperGroup):
        return {name: command}
    found = {}
    for child_name, child in command.commands.items():
        found.update(_commands(child, f"{name} {child_name}".strip()))
    return found


def _section(name: str, command: typer.core.TyperCommand) -> str:
    words = [
        f"{(param.metavar or param.name).upper().strip('[]')}{'…' if param.nargs != 1 else ''}"
        for param in command.params
        if param.param_type_name == "argument"
    ]
    help_text = (command.help or "").strip()
    return f"## `{' '.join(['countenance', name, *words])}`\n\n{help_text}\n\n{_options(command)}".rstrip() + "\n"


def _options(command: typer.core.TyperCommand | TyperGroup) -> str:
    rows = []
    for param in command.params:
        if param.name == "help" or getattr(param, "hidden", False):
            continue
        names = ", ".join(f"`{name}`" for name in [*param.opts, *param.secondary_opts] if name.startswith("-"))
        meaning = " ".join((getattr(param, "help", None) or "").split()).replace("|", "\\|")
        rows.append(f"| {names or f'`{(param.metavar or param.name).upper()}`'} | {meaning} |")
    return "\n".join(["| option | meaning |", "|---|---|", *rows, ""]) if rows else ""


if __name__ == "__main__":
    COMMANDS_PAGE.write_text(render_page(), encoding="utf-8", newline="\n")
