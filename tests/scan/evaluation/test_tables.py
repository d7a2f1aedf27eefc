from __future__ import annotations

from pathlib import Path

import pytest

from countenance.errors import WrongUsageError
from scan.evaluation.tables import LabelledFile, read_aliases, read_groups, read_index, read_rows


@pytest.fixture
def write(tmp_path: Path):
    def made(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return made


def test_an_index_names_files_beside_it(write, tmp_path):
    index = write("index.csv", "file,identity,notes", "a.jpg,ada,", "sub/b.jpg,ben,")

    assert read_index(index) == [
        LabelledFile(tmp_path / "a.jpg", "ada"),
        LabelledFile(tmp_path / "sub" / "b.jpg", "ben"),
    ]


def test_an_index_may_name_its_people_in_another_column(write, tmp_path):
    index = write("voices.csv", "file,speaker", "a.wav,ada")

    assert read_index(index) == [LabelledFile(tmp_path / "a.wav", "ada")]


def test_identities_that_begin_with_an_underscore_are_not_people(write):
    assert read_index(write("index.csv", "file,identity", "a.jpg,_group", "b.jpg,ben"))[0].identity == "ben"


def test_a_folder_with_a_subfolder_for_each_person_is_an_index(write, tmp_path):
    for name in ("ada/1.jpg", "ada/2.jpg", "ben/1.jpg", "_group/1.jpg"):
        write(f"people/{name}", "")

    found = read_index(tmp_path / "people")

    assert [(item.identity, item.path.name) for item in found] == [("ada", "1.jpg"), ("ada", "2.jpg"), ("ben", "1.jpg")]


def test_a_table_written_by_a_spreadsheet_is_read(tmp_path):
    (tmp_path / "index.csv").write_bytes("\ufefffile,identity\r\na.jpg,艾达\r\n".encode())

    assert read_index(tmp_path / "index.csv")[0].identity == "艾达"


@pytest.mark.parametrize("content", [b"file,identity\n\xff\xfe,x\n", b'file,identity\n"a' + b"b" * 200_000])
def test_a_table_that_cannot_be_read_is_told_by_name(tmp_path, content):
    (tmp_path / "index.csv").write_bytes(content)

    with pytest.raises(WrongUsageError, match=r"“index\.csv” cannot be read"):
        read_index(tmp_path / "index.csv")


def test_a_table_that_is_not_there_is_told_of(tmp_path):
    with pytest.raises(WrongUsageError, match=r"no file or folder “index\.csv”"):
        read_index(tmp_path / "index.csv")


def test_a_missing_column_is_named(write):
    with pytest.raises(WrongUsageError, match="no column identity"):
        read_index(write("index.csv", "file,person", "a.jpg,ada"))


def test_an_empty_table_lacks_its_columns(write):
    with pytest.raises(WrongUsageError, match="no column"):
        read_rows(write("empty.csv"), ("file",))


def test_aliases_without_a_verdict_or_with_same_are_one_person(write):
    aliases = read_aliases(write("aliases.csv", "identity_a,identity_b", "bob,robert"))
    judged = read_aliases(write("judged.csv", "identity_a,identity_b,verdict", "bob,robert,same", "ann,anna,"))

    assert aliases.person("bob") == aliases.person("robert")
    assert judged.person("bob") == judged.person("robert")
    assert judged.person("ann") == judged.person("anna")
    assert aliases.person("somebody else") == "somebody else"


def test_aliases_of_aliases_are_one_person_in_any_order(write):
    lines = ["c,d", "a,b", "b,c"]
    for number, order in enumerate((lines, lines[::-1])):
        aliases = read_aliases(write(f"{number}.csv", "identity_a,identity_b", *order))

        assert {aliases.person(name) for name in "abcd"} == {"a"}


def test_doubtful_pairs_are_kept_apart_and_under_their_one_name(write):
    aliases = read_aliases(
        write("aliases.csv", "identity_a,identity_b,verdict", "robert,rob,doubtful", "bob,robert,same")
    )

    assert aliases.person("rob") != aliases.person("robert")
    assert aliases.doubtful == {frozenset((aliases.person("robert"), "rob"))}


def test_different_people_stay_as_they_were(write):
    aliases = read_aliases(write("aliases.csv", "identity_a,identity_b,verdict", "ann,anna,different"))

    assert aliases.person("ann") != aliases.person("anna")
    assert aliases.doubtful == frozenset()


def test_without_a_table_everybody_is_who_they_are():
    assert read_aliases(None).person("ada") == "ada"
    assert read_groups(None, read_aliases(None)) == {}


def test_groups_follow_the_aliases(write):
    aliases = read_aliases(write("aliases.csv", "identity_a,identity_b", "bob,robert"))

    groups = read_groups(write("groups.csv", "identity,group", "robert,one", "ada,two"), aliases)

    assert groups == {"bob": "one", "ada": "two"}
