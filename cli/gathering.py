"""Options gathered into records: typer shows and reads each one, the command gets them together."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints

from countenance.errors import CancelledError
from countenance.translations import _


def gathered(command: Callable[..., int]) -> Callable[..., int]:
    """Return `command` with each parameter that is a dataclass replaced by that dataclass's fields.

    The fields carry typer's annotations. They are read now, not when their module is imported, so that help texts are
    in the language in force when the command line is put together. Ctrl-C becomes the error that says so.
    """
    hints = get_type_hints(command, include_extras=True)
    records: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind) and name != "return"}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        own = [parameter.replace(annotation=hints[name])] if name not in records else _parameters_of(records[name])
        parameters += [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own]

    def run(**given: Any) -> int:  # noqa: ANN401 - what typer has read, of every kind
        for name, kind in records.items():
            given[name] = kind(**{field.name: given.pop(field.name) for field in fields(kind)})
        try:
            return command(**given)
        except KeyboardInterrupt:
            # Typer would make a mere exit code of it, and nobody would be told.
            raise CancelledError(_("Stopped.")) from None

    run.__doc__ = command.__doc__
    run.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": int}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # inspect reads it, mypy does not
    return run


def changed_fields(record: Any) -> list[str]:  # noqa: ANN401 - any dataclass
    """Return the names of a record's fields that differ from their defaults, in order."""
    return [field.name for field in fields(record) if getattr(record, field.name) != field.default]


def _parameters_of(kind: Any) -> list[inspect.Parameter]:  # noqa: ANN401 - any dataclass
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=hints[field.name],
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
        )
        for field in fields(kind)
    ]
