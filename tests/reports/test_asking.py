"""The letter that asks somebody in a clip for consent: whole, plain, and with nothing guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from countenance.grants import Method, Theme
from countenance.judgement import JudgementKind
from countenance.translations import in_language
from countenance.use import StatedUse
from countenance.verdict import FindingKind
from reports.asking import ConsentRequest, consent_request
from tests.reports.material import campaign
from tests.reports.voiced import interview

RESULT = campaign()
KNOWN = RESULT.findings[0]
UNSURE = next(one for one in RESULT.findings if one.judgement.kind is JudgementKind.POSSIBLE_MATCH)
UNKNOWN = next(one for one in RESULT.findings if one.person is None)


def asked(finding=KNOWN, owner: str = "Studio North", **use: object) -> ConsentRequest:
    return consent_request(replace(RESULT, use=replace(RESULT.use, **use)), finding, owner=owner)


def test_the_letter_tells_which_clip_where_they_are_what_for_and_how_to_answer() -> None:
    letter = asked()

    assert letter.subject == "May we use “spring-campaign_v3.mp4”, in which you are seen?"
    assert letter.text.startswith("Dear Eileen Collins,\n\nWe are preparing “spring-campaign_v3.mp4” for publication.")
    assert "You find it at 0:" in letter.text
    for said in ("– What for: ", "– How the picture is made: ", "– Where it appears: ", "– In which countries: "):
        assert said in letter.text
    assert "You can withdraw your consent at any time" in letter.text
    assert "[ ] Yes, I consent to this use of my face." in letter.text
    assert letter.text.endswith("Thank you,\nStudio North\n")


def test_somebody_unknown_is_written_to_without_a_name() -> None:
    assert asked(UNKNOWN).text.startswith("To the person in the clip:\n")


def test_somebody_possible_is_told_that_nobody_is_sure() -> None:
    text = asked(UNSURE).text

    assert "We believe that your face is seen in it; if it is not yours, please tell us." in text
    assert "We believe" not in asked().text


def test_a_voice_is_asked_about_as_a_voice() -> None:
    result = interview()
    heard = next(one for one in result.findings if one.kind is FindingKind.VOICE)

    letter = consent_request(result, heard, owner="Studio North")

    assert letter.subject.endswith("in which you are heard?")
    assert "How the sound is made" in letter.text
    assert "How the picture is made" not in letter.text
    assert "my voice" in letter.text


def test_what_was_not_stated_is_said_to_be_open() -> None:
    letter = consent_request(
        replace(RESULT, use=StatedUse(publish_at=RESULT.use.publish_at)), replace(KNOWN, tracks=()), owner=""
    )

    assert letter.text.count("not settled yet") == 6
    assert "[your name]" in letter.text
    assert "seen and your voice is heard" in letter.text


def test_what_was_stated_beyond_that_is_told() -> None:
    text = asked(
        language="de", themes=(next(iter(Theme)),), category="soft_drinks", grantee="Brand Ltd", project="Spring"
    ).text

    assert "– Language: German" in text
    assert "– Sensitive themes: " in text
    assert "– Advertised: soft drinks" in text
    assert "– Project: Spring" in text
    assert "With your consent Brand Ltd may publish" in text


@pytest.mark.parametrize("method", Method)
def test_how_it_is_made_is_told_without_words_of_the_trade(method: Method) -> None:
    text = asked(face_method=method).text

    assert not [word for word in ("AI", "swap", "clone", "lip", "dub", "synthetic") if f" {word} " in text]


def test_an_owner_that_is_nobodys_name_leaves_a_blank() -> None:
    assert asked(owner="us").text == asked(owner="").text != asked().text


def test_a_still_picture_has_no_times() -> None:
    seen = RESULT.observations
    still = replace(RESULT, observations=replace(seen, clip=replace(seen.clip, still=True)))

    assert "You find it at" not in consent_request(still, KNOWN, owner="us").text


def test_the_letter_is_written_in_the_language_in_force() -> None:
    with in_language("zh-CN"):
        assert "2026年" in asked().text
