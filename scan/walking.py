"""From what the user named to the files to check: a folder is walked, a file is taken as it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from countenance.errors import ClipError
from countenance.translations import _

PHOTO_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".avif", ".heic"})
FILM_ENDINGS = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg"})
SOUND_ENDINGS = frozenset({".mp3", ".m4a", ".aac", ".wav", ".flac", ".ogg", ".opus"})
CLIP_ENDINGS = PHOTO_ENDINGS | FILM_ENDINGS | SOUND_ENDINGS | {".wmv", ".flv", ".3gp", ".ogv"}
"""Endings looked at inside a folder; what a file really is, its content decides."""


def find_clips(named: Iterable[Path]) -> list[Path]:
    """Return the files named and those inside the folders named, sorted within each folder, each once.

    Raises:
        ClipError: a folder holds nothing that looks like a clip.
    """
    found: dict[Path, None] = {}
    for path in named:
        if not path.is_dir():
            found[path] = None
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in CLIP_ENDINGS and file.is_file())
        if not inside:
            raise ClipError(
                _("The folder “{name}” holds no clips.").format(name=path.name or str(path)),
                remedy=_("Name a folder with video, audio or picture files."),
            )
        found.update(dict.fromkeys(inside))
    return list(found)


def find_people(folder: Path) -> dict[str, list[Path]]:
    """Return the people of a folder: a subfolder is a person, and so is a file on its own.

    Raises:
        ClipError: the folder is missing or holds no files of people.
    """
    if not folder.exists():
        raise ClipError(
            _("The folder “{name}” does not exist.").format(name=folder.name or str(folder)),
            remedy=_("Check the spelling and the folder."),
        )
    people: dict[str, list[Path]] = {}
    if folder.is_dir():
        for entry in sorted(folder.iterdir()):
            if entry.is_dir():
                files = sorted(file for file in entry.rglob("*") if file.suffix.lower() in CLIP_ENDINGS)
                if files:
                    people.setdefault(entry.name, []).extend(files)
            elif entry.suffix.lower() in CLIP_ENDINGS:
                people.setdefault(entry.stem, []).append(entry)
    if not people:
        raise ClipError(
            _("The folder “{name}” holds no photos, films or recordings of people.").format(
                name=folder.name or str(folder)
            ),
            remedy=_("Give a folder with one subfolder of files for each person, or one file for each."),
        )
    return people
