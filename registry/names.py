"""The words that a person is found by: names without case, width and accents, and how Chinese names are typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import islice, product

from countenance.people import Person

# Of one name; two characters of three readings each make nine. Readings beyond are of characters that hardly ever
# have them in a name, since the likelier readings come first.
MOST_READINGS = 16

# A long text is no name: nobody types its readings.
_LONGEST_READ = 8

# Accents that Unicode takes apart from their letters; other marks, as those of kana and Indic scripts, are letters'
# parts there and stay.
_ACCENTS = ("\u0300", "\u036f")

# Letters that Unicode does not take apart, and dashes, dots and quotes that nobody types alike.
_ALIKE = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n",
        "ŧ": "t", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "-": " ", "‐": " ", "‑": " ", "–": " ", "—": " ", "·": " ",
        "・": " ", "•": " ", ",": " ", "،": " ", "、": " ",
    }
)  # fmt: skip

# How characters are read as surnames, where that is not their first reading elsewhere.
_SURNAMES = {
    "单": "shan", "單": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou",
    "區": "ou", "朴": "piao", "盖": "ge", "蓋": "ge", "乐": "yue", "樂": "yue", "覃": "qin", "种": "chong",
    "员": "yun", "員": "yun", "缪": "miao", "繆": "miao", "召": "shao", "繁": "po", "翟": "zhai", "秘": "bi",
    "折": "she", "黑": "he", "祭": "zhai", "尉": "wei", "么": "yao", "洗": "xian", "冼": "xian", "句": "gou",
    "俞": "yu", "隗": "wei", "乜": "nie", "尹": "yin", "纪": "ji", "紀": "ji", "华": "hua", "華": "hua",
    "宁": "ning", "寧": "ning", "葛": "ge", "石": "shi", "沈": "shen", "车": "che", "車": "che", "贾": "jia",
    "賈": "jia", "万": "wan", "萬": "wan", "柏": "bai", "艾": "ai", "柴": "chai", "曲": "qu", "牟": "mu",
}  # fmt: skip
_DOUBLE_SURNAMES = {
    "尉迟": ("yu", "chi"), "尉遲": ("yu", "chi"), "万俟": ("mo", "qi"), "萬俟": ("mo", "qi"),
    "长孙": ("zhang", "sun"), "長孫": ("zhang", "sun"), "澹台": ("tan", "tai"), "澹臺": ("tan", "tai"),
    "单于": ("chan", "yu"), "單于": ("chan", "yu"), "令狐": ("ling", "hu"), "鲜于": ("xian", "yu"),
}  # fmt: skip


def folded(text: str) -> str:
    """Return `text` without what people leave out when they type: case, width, accents, double spaces."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for letter in apart if not _ACCENTS[0] <= letter <= _ACCENTS[1])
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_ALIKE).split())


def words_found_by(person: Person, former_ids: Iterable[str] = ()) -> str:
    """Return what searches look through: names, readings, tags, ids, each with a line break before and after it.

    Args:
        person: with its id.
        former_ids: ids of people who turned out to be this one.
    """
    lines: list[str] = []
    for name in (person.display_name, *person.other_names):
        lines += (folded(name), *readings(name))
    ids = (outside for number in person.external_ids for outside in (number, number.partition(":")[2]))
    lines += [folded(text) for text in (*person.tags, *ids, person.id, *former_ids)]
    return "\n".join(("", *dict.fromkeys(filter(None, lines)), ""))


def sorted_by(name: str, found_by: str) -> str:
    """Return what puts a name in its place of a list: a Chinese one by its sound, among those in other letters.

    Args:
        name: as it is shown.
        found_by: what `words_found_by` returned; the sound is taken from there, which needs no dictionaries.
    """
    # Its first line is the name as it is searched for; behind one that has readings the likeliest of them follows.
    plain = folded(name)
    if plain.isascii() or not 0 < sum(map(_is_han, plain)) <= _LONGEST_READ:
        return plain
    lines = found_by.split("\n")
    return f"{lines[2]}\n{plain}" if lines[1:2] == [plain] else plain


def readings(name: str) -> tuple[str, ...]:
    """Return how a name in Chinese characters is typed: pinyin in syllables, in one word, and its initials.

    Characters with several readings give several, the likeliest first and at most `MOST_READINGS`; other names none.
    """
    characters = "".join(letter for letter in unicodedata.normalize("NFKC", name) if _is_han(letter))
    if not 0 < len(characters) <= _LONGEST_READ:
        return ()
    found: dict[str, None] = {}
    for syllables in islice(product(*_syllables(characters)), MOST_READINGS):
        found |= dict.fromkeys((" ".join(syllables), "".join(syllables)))
        if len(syllables) > 1:
            found["".join(syllable[0] for syllable in syllables)] = None
    return tuple(found)


def _syllables(characters: str) -> list[list[str]]:
    """Return the readings of each character, the likeliest first."""
    # Its dictionaries take a quarter of a second to load, and most runs enrol nobody with such a name.
    from pypinyin import Style, lazy_pinyin, pinyin

    likely = lazy_pinyin(characters, style=Style.NORMAL)
    every = [pinyin(letter, style=Style.NORMAL, heteronym=True)[0] for letter in characters]
    surname = _DOUBLE_SURNAMES.get(characters[:2], (_SURNAMES.get(characters[0], likely[0]),))
    first = [*surname, *likely[len(surname) :]]
    return [
        list(dict.fromkeys(typed for reading in (one, *others) for typed in _typed(reading)))
        for one, others in zip(first, every, strict=True)
    ]


def _typed(reading: str) -> tuple[str, ...]:
    """Return how people type a syllable: the u with two dots, here v, also as u, and as yu in passports."""
    return (reading, reading.replace("v", "u"), reading.replace("v", "yu")) if "v" in reading else (reading,)


def _is_han(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("CJK UNIFIED IDEOGRAPH")
