import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from countenance.people import Modality, PersonKind
from registry import Registry, Swept, open_registry
from tests.registry.people import (
    BINDING,
    PASSPHRASE,
    RETAIN_UNTIL,
    SPOKEN,
    TODAY,
    consent,
    enrolled,
    person,
    sample,
    spoken,
)

ONE_DAY = timedelta(days=1)


def on(day: date) -> Callable[[], datetime]:
    return lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def opened_on(path: Path, day: date) -> Registry:
    return open_registry(path, PASSPHRASE, operator="ben", clock=on(day), busy_timeout_s=0)


def test_what_was_kept_under_a_consent_goes_on_the_day_after_its_last(registry: Registry, path: Path) -> None:
    ended = registry.enrol(person("Ended"), consent=SPOKEN, samples=[sample(), spoken()])
    going_on = registry.enrol(person("On"), consent=consent(retain_until=date(2031, 1, 1)), samples=[sample()])
    registry.close()

    with opened_on(path, RETAIN_UNTIL) as last_day:
        assert last_day.sample_counts() == {ended: 2, going_on: 1}
    with opened_on(path, RETAIN_UNTIL + ONE_DAY) as later:
        assert later.sample_counts() == {going_on: 1}
        assert [one.file_sha256 for one in later.samples(ended)] == ["b" * 64, "e" * 64]
        assert later.consents(ended)[0].erased_on == RETAIN_UNTIL + ONE_DAY
        assert later.people([ended])[0].biometric_until == RETAIN_UNTIL
        assert later.not_examinable(later.today()) == (ended,)
        assert later.templates(binding=BINDING, modality=Modality.FACE, on=later.today()).lapsed == ()
        entry = later.journal_entries()[-1]
        assert later.sweep() == Swept()
        assert later.journal_entries()[-1] == entry
    assert (entry.action, entry.subject) == ("retention.swept", registry.id)
    assert json.loads(entry.facts) == {
        "biometric_consents": ["C0001"],
        "samples": 2,
        "templates": 2,
        "pictures": 1,
        "sounds": 1,
    }


def test_a_withdrawn_consents_templates_go_at_once(registry: Registry) -> None:
    number = registry.enrol(person(), consent=SPOKEN, samples=[sample(), spoken()])

    swept = registry.withdraw_consent("C0001", TODAY)

    assert swept == Swept(consents=("C0001",), samples=2, templates=2, pictures=1, sounds=1)
    assert swept.and_then(Swept()) == swept
    assert registry.not_examinable(TODAY) == (number,)
    assert (registry.picture(number, TODAY), registry.sound(number, TODAY)) == (None, None)
    assert [entry.action for entry in registry.journal_entries()[-2:]] == [
        "biometric_consent.withdrawn",
        "retention.swept",
    ]


def test_a_withdrawal_to_come_takes_effect_when_its_day_has_come(registry: Registry, path: Path) -> None:
    number = enrolled(registry)
    tomorrow = TODAY + ONE_DAY

    assert registry.withdraw_consent("C0001", tomorrow) == Swept()
    assert registry.not_examinable(TODAY) == ()
    assert registry.not_examinable(tomorrow) == (number,)
    registry.close()
    with opened_on(path, tomorrow) as later:
        assert later.sample_counts() == {}


def test_a_sample_past_its_own_day_goes_while_the_consent_stays(registry: Registry, path: Path) -> None:
    short = date(2027, 1, 1)
    number = registry.enrol(person(), consent=consent(), samples=[sample(delete_by=short), sample()])
    alone = registry.enrol(person("Alone"), consent=consent(), samples=[sample(delete_by=short)])
    registry.close()

    with opened_on(path, short + ONE_DAY) as later:
        assert later.sample_counts() == {number: 1}
        assert later.consents(number)[0].erased_on is None
        assert later.not_examinable(later.today()) == (alone,)


def test_who_never_agreed_is_not_among_those_who_may_not_be_examined_any_more(registry: Registry) -> None:
    registry.enrol(person("Name Only"))
    registry.enrol(person("Band", kind=PersonKind.GROUP))
    registry.enrol(person("Papers Only"), consent=consent())

    assert registry.not_examinable(TODAY) == ()


def test_a_new_consent_and_new_samples_end_it(registry: Registry) -> None:
    number = enrolled(registry)
    registry.withdraw_consent("C0001", TODAY)

    registry.add_consent(number, consent())
    assert registry.not_examinable(TODAY) == (number,)
    registry.add_samples(number, "C0002", [sample()])

    assert registry.not_examinable(TODAY) == ()
    assert registry.sample_counts() == {number: 1}


def test_whoever_cannot_write_now_is_told_and_may_read(registry: Registry, path: Path) -> None:
    number = enrolled(registry)
    tomorrow = TODAY + ONE_DAY
    registry.withdraw_consent("C0001", tomorrow)
    told: list[str] = []

    with registry._lane.change(), opened_on(path, tomorrow) as reader:
        reader._lane.listen(told.append)
        assert reader.sample_counts() == {number: 1}
        assert reader.picture(number, tomorrow) is None

    assert any("could not be removed: Another program is using" in sentence for sentence in told)
    with opened_on(path, tomorrow) as again:
        assert again.sample_counts() == {}
