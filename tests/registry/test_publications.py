import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from countenance.errors import WrongUsageError
from countenance.grants import AfterEnd, Revocation
from registry import Registry
from registry.publications import last_day_out
from tests.registry.clips import CLIP, LAST_DAY, OTHER_CLIP, REMUXED, kept_check, publication
from tests.registry.people import NOW, PAPERS, enrolled, grant, opened


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


def test_what_was_taken_down_is_kept_and_no_longer_due(registry: Registry) -> None:
    kept = registry.publications.add(publication(take_down_by=LAST_DAY))
    before = registry.publications.due(LAST_DAY)

    taken = registry.publications.taken_down(kept.id, NOW + timedelta(days=1))

    assert [(one.publication, one.last_day, one.because) for one in before] == [(kept, LAST_DAY, "")]
    assert registry.publications.all() == (taken,)
    assert taken.taken_down_at == NOW + timedelta(days=1)
    assert registry.publications.due(LAST_DAY) == ()
    assert registry.journal_entries()[-1].action == "publication.taken_down"
    with pytest.raises(WrongUsageError, match="taken down before"):
        registry.publications.taken_down(kept.id, NOW)


def test_a_publication_may_be_recorded_after_it_was_taken_down(registry: Registry) -> None:
    kept = registry.publications.add(publication(taken_down_at=NOW))

    assert registry.publications.all() == (kept,)


def test_only_what_must_come_down_by_the_day_is_due(registry: Registry) -> None:
    later = registry.publications.add(publication(take_down_by=LAST_DAY))
    registry.publications.add(publication())
    sooner = registry.publications.add(publication(take_down_by=date(2026, 11, 30)))

    due = registry.publications.due(LAST_DAY)

    assert [one.publication for one in due] == [sooner, later]
    assert [one.publication for one in registry.publications.due(date(2026, 12, 1))] == [sooner]


def test_a_publication_is_due_when_a_grant_behind_it_ends(registry: Registry) -> None:
    ada, ben = enrolled(registry), enrolled(registry, "Ben")
    ending = grant(ada, end=date(2026, 12, 20), after_end=AfterEnd.TAKE_DOWN)
    ends = registry.record_grant(ending, PAPERS)
    stays = registry.record_grant(grant(ben, end=date(2026, 12, 1)), PAPERS)
    up = registry.publications.add(publication(check=kept_check(registry, ada, ends.id).id, take_down_by=LAST_DAY))
    registry.publications.add(publication(check=kept_check(registry, ben, stays.id).id))

    (due,) = registry.publications.due(LAST_DAY)
    registry.revoke_grant(ends.id, Revocation(notice=date(2026, 12, 1), days=5))
    (sooner,) = registry.publications.due(LAST_DAY)

    assert (due.publication, due.last_day, due.because) == (up, date(2026, 12, 20), ends.id)
    assert (sooner.last_day, sooner.because) == (date(2026, 12, 5), ends.id)


def test_clips_stay_where_the_withdrawal_says_so() -> None:
    kept = grant("P0001", revoked=Revocation(notice=LAST_DAY, published=AfterEnd.KEEP))

    assert last_day_out(kept) is None
    assert last_day_out(replace(kept, end=LAST_DAY, after_end=AfterEnd.TAKE_DOWN)) == LAST_DAY


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
