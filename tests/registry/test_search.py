import pytest
from sqlite_utils import Database

from registry import Registry, schema
from registry.names import MOST_READINGS, folded, readings
from registry.search import search_people
from tests.registry.people import enrolled, person


def found(registry: Registry, text: str, limit: int | None = None) -> list[str]:
    return [one.display_name for one in registry.search(text, limit)]


@pytest.mark.parametrize("text", ["jose", "JOSÉ", "José", "jose\u0301", "garcia lopez", "García-López", "lópez josé"])
def test_case_accents_and_hyphens_do_not_matter(registry: Registry, text: str) -> None:
    registry.enrol(person("José García-López"))
    enrolled(registry, "Somebody Else")

    assert found(registry, text) == ["José García-López"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lucja", "Łucja"),
        ("soren", "Søren"),
        ("strasse", "Straße"),
        ("o’hara", "O'Hara"),
        ("ｄｊ ｋ", "DJ K"),
        ("ガ", "ガ"),
    ],
)
def test_letters_that_few_keyboards_have_are_typed_as_their_likes(registry: Registry, typed: str, kept: str) -> None:
    registry.enrol(person(kept))

    assert found(registry, typed) == [kept]


def test_marks_that_make_another_letter_are_kept_apart() -> None:
    assert folded("ガラス") != folded("カラス")


@pytest.mark.parametrize("text", ["王菲", "wang fei", "wangfei", "Wang F", "wf", "fei wang"])
def test_a_chinese_name_is_found_by_pinyin_and_initials(registry: Registry, text: str) -> None:
    registry.enrol(person("Faye", other_names=("王菲",)))
    enrolled(registry, "Somebody Else")

    assert found(registry, text) == ["Faye"]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", "shan xiongxin"),
        ("曾志伟", "zengzhiwei"),
        ("仇英", "qiu ying"),
        ("解晓东", "xie"),
        ("尉迟恭", "yuchi gong"),
        ("吕布", "lü bu"),
        ("吕布", "lvbu"),
        ("吕布", "lyu bu"),
    ],
)
def test_surnames_are_read_as_surnames(registry: Registry, name: str, typed: str) -> None:
    registry.enrol(person(name))

    assert found(registry, typed.replace("yuchi", "yu chi").replace("xiongxin", "xiong xin")) == [name]
    assert len(readings(name)) <= 3 * MOST_READINGS


def test_other_texts_have_no_readings() -> None:
    assert readings("Ada Example") == ()
    assert readings("一" * 40) == ()
    assert readings("菲") == ("fei",)


def test_people_are_found_by_tags_and_ids(registry: Registry) -> None:
    registry.enrol(person("Ada", tags=("Stunt Team",), external_ids=("HAND:12-34",)))
    enrolled(registry, "Ben")

    for text in ("stunt", "hand:12-34", "12-34", "p0001", "P0001"):
        assert found(registry, text) == ["Ada"]


def test_better_matches_come_first(registry: Registry) -> None:
    for name in ("Roxana", "Maria Ana", "Anabel", "Ana", "Ana Maria", "Ben"):
        enrolled(registry, name)

    assert found(registry, "ana") == ["Ana", "Anabel", "Ana Maria", "Maria Ana", "Roxana"]
    assert found(registry, "ana", 2) == ["Ana", "Anabel"]
    assert found(registry, "maria ana") == ["Maria Ana", "Ana Maria"]
    assert len(found(registry, " ")) == 6
    assert found(registry, " ".join("abcdefghijkl")) == []


def test_a_change_is_found_by_its_new_words_alone(registry: Registry) -> None:
    before = registry.people([registry.enrol(person("Ada", tags=("old",)))])[0]

    registry.change_person(person("Eve", id=before.id), expected=before)

    assert (found(registry, "eve"), found(registry, "ada"), found(registry, "old")) == (["Eve"], [], [])


def test_somebody_is_named_by_id_or_by_a_whole_name(registry: Registry) -> None:
    ada = registry.enrol(person("Ada", other_names=("Zoë Kite", "王菲"), tags=("ben",)))
    ben = enrolled(registry, "Ben")
    other = enrolled(registry, "zoe kite")

    named = {
        text: [one.id for one in registry.named(text)] for text in (" p0001 ", "ZOE KITE", "ben", "kite", "wf", " ")
    }

    assert named == {" p0001 ": [ada], "ZOE KITE": [ada, other], "ben": [ben], "kite": [], "wf": [], " ": []}


def test_people_of_an_older_file_are_found_as_new_ones_are() -> None:
    db = Database(memory=True)
    steps = list(schema.STEPS.values())
    for step in steps[:2]:
        step(db)
    columns = dict.fromkeys(("guardian", "rights_holder", "agent_authority", "jurisdiction", "contact"), "")
    db.table("people").insert(
        {"id": "P0001", "kind": "living", "display_name": "José", "other_names": '["王菲"]', "searchable": "josé",
         "external_ids": '["HAND:1"]', **columns}
    )  # fmt: skip

    for step in steps[2:]:
        step(db)

    assert [search_people(db, text)[0].id for text in ("jose", "wf", "hand:1", "p0001")] == ["P0001"] * 4
