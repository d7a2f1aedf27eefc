"""Brings the catalogues up to date with the sentences in the code: `python3 run.py translations`."""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

LOCALES = ("zh_CN",)
_HERE = Path(__file__).resolve().parent
_REPOSITORY = _HERE.parent.parent
_ROOMS = ("countenance", "models", "detectors", "registry", "consent", "scan", "reports", "cli", "gui")
_METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"**.html": {"encoding": "utf-8", "silent": "false"}}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "mark": None, "ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"{(\w*)[^{}]*}|%\((\w+)\)s")


def find_messages() -> Catalog:
    """Return the sentences of the code and the pages, without their places: those change with every edit."""
    found = Catalog(project="Countenance", charset="utf-8", fuzzy=False)
    for room in _ROOMS:
        for _, _, text, comments, context in extract_from_dir(
            _REPOSITORY / room,
            _METHODS,
            _OPTIONS,
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            found.add(text, auto_comments=comments, context=context)
    return found


def catalogue_file(locale: str) -> Path:
    """Return the place of a locale's catalogue."""
    return _HERE / locale / "LC_MESSAGES" / "countenance.po"


def read_catalogue(locale: str) -> Catalog:
    """Return a locale's catalogue as it is kept; an empty one where none was made yet."""
    place = catalogue_file(locale)
    if not place.exists():
        return Catalog(locale=locale, project="Countenance", charset="utf-8", fuzzy=False)
    with place.open("rb") as source:
        return read_po(source, locale=locale)


def find_faults(messages: Catalog, translated: Catalog) -> list[str]:
    """Return one line for each sentence that the catalogue lacks, leaves open, guesses, outlived or garbles."""
    faults = []
    for message in messages:
        if not message.id:
            continue
        known = translated.get(message.id, message.context)
        if known is None:
            faults.append(f"missing: {message.id!r}")
        elif known.fuzzy:
            faults.append(f"fuzzy: {message.id!r}")
        elif not known.string or not all(_forms(known.string)):
            faults.append(f"untranslated: {message.id!r}")
        else:
            faults.extend(_garbled(known))
    kept = {_key(message) for message in messages}
    faults.extend(
        f"no longer in the code: {message.id!r}" for message in translated if message.id and _key(message) not in kept
    )
    return faults


def update(locale: str) -> str:
    """Return the text of the locale's catalogue with exactly the sentences of the code, translations kept."""
    messages, translated = find_messages(), read_catalogue(locale)
    translated.update(messages, no_fuzzy_matching=True, update_creation_date=False)
    translated.obsolete.clear()
    written = io.BytesIO()
    write_po(written, translated, width=0, no_location=True, sort_output=True, omit_header=True)
    plural = translated.plural_expr
    head = (
        f"# Countenance in {locale}; the sentences come from the code (`python3 run.py translations`).\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {locale}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: nplurals={translated.num_plurals}; plural={plural};\\n"\n\n'
    )
    return head + written.getvalue().decode("utf-8").strip() + "\n"


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _key(message: Message) -> tuple[str, str | None]:
    return _forms(message.id)[0], message.context


def _garbled(message: Message) -> list[str]:
    """Return a line for each translated form whose placeholders are not those of the last form in English."""
    wanted = _placeholders(_forms(message.id)[-1])
    return [
        f"placeholders differ: {message.id!r} → {form!r}"
        for form in _forms(message.string or "")
        if _placeholders(form) != wanted
    ]


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in _PLACEHOLDER.findall(text.replace("{{", "").replace("}}", ""))}


def main() -> None:
    """Rewrite every catalogue, and say how much of it is still open."""
    for locale in LOCALES:
        place = catalogue_file(locale)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(update(locale), encoding="utf-8", newline="\n")
        faults = find_faults(find_messages(), read_catalogue(locale))
        print(f"{place.relative_to(_REPOSITORY)}: {len(faults)} sentences to see to")
        print("\n".join(f"  {fault}" for fault in faults))


if __name__ == "__main__":
    main()
