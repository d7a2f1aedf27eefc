import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from countenance.errors import WrongUsageError
from registry import Registry
from tests.registry.clips import CLIP, LAST_DAY, OTHER_CLIP, REMUXED, kept_check, publication
from tests.registry.people import NOW, enrolled, opened


def test_a_publication_is_remembered_with_place_time_and_last_day(registry: Registry, path) -> None:
    check = kept_check(registry, enrolled(registry))
    given = publication(address="https://example.org/1", check=check.id, take_down_by=LAST_DAY, clip_name="/a/b.mp4")

    kept = registry.publications.add(given)
    with opened(path) as again:
        assert again.publications.all() == again.publications.of(REMUXED) == (kept,)
        assert again.publications.of(OTHER_CLIP) == ()

    assert kept == replace(given, id="U0001", clip_name="b.mp4")
    entry = registry.journal_entries()[-1]
    assert (entry.action, entry.subject) == ("publication.added", "U0001")
    assert json.loads(entry.facts) == {"clip": CLIP.sha256, "streams": CLIP.streams, "check": "K0001"}


def test_what_was_taken_down_is_kept(registry: Registry) -> None:
    kept = registry.publications.add(publication(take_down_by=LAST_DAY))

    taken = registry.publications.taken_down(kept.id, NOW + timedelta(days=1))

    assert registry.publications.all() == (taken,)
    assert taken.taken_down_at == NOW + timedelta(days=1)
    assert registry.journal_entries()[-1].action == "publication.taken_down"
    with pytest.raises(WrongUsageError, match="taken down before"):
        registry.publications.taken_down(kept.id, NOW)


def test_a_publication_may_be_recorded_after_it_was_taken_down(registry: Registry) -> None:
    kept = registry.publications.add(publication(taken_down_at=NOW))

    assert registry.publications.all() == (kept,)


def test_a_publication_that_cannot_be_meant_is_refused(registry: Registry) -> None:
    check = kept_check(registry, enrolled(registry))
    kept = registry.publications.add(publication())
    publications = registry.publications

    with pytest.raises(WrongUsageError, match="needs the place"):
        publications.add(publication(place=" "))
    with pytest.raises(WrongUsageError, match="before the day it went out"):
        publications.add(publication(take_down_by=date(2026, 11, 1)))
    with pytest.raises(WrongUsageError, match="before it went out"):
        publications.taken_down(kept.id, NOW - timedelta(days=1))
    with pytest.raises(WrongUsageError, match="no check “K0404”"):
        publications.add(publication(check="K0404"))
    with pytest.raises(WrongUsageError, match="about another clip"):
        publications.add(publication(check=check.id, clip=OTHER_CLIP))
    with pytest.raises(WrongUsageError, match="no publication “U0404”"):
        publications.taken_down("U0404", NOW)
