"""The page: whole, harmless, readable without colour, and the same facts as the data."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources

import pytest

from countenance.judgement import ClipJudgement, Judgement, JudgementKind, Reason
from countenance.observations import Clip, PictureCoverage, Turn, Waveform
from countenance.translations import LANGUAGES, in_language
from countenance.verdict import CheckResult, FindingKind, Verdict
from reports import read_report, render_page, report_document, report_html, report_json
from reports.sounds import peaks_drawn
from reports.timeline import draw_timeline
from tests.reports.material import campaign, crowd, portrait
from tests.reports.voiced import interview, podcast, speaker

VOID = {"meta", "img", "rect", "line", "use", "path", "circle", "br"}


class Page(HTMLParser):
    """Every tag with its attributes, every text, and the style; fails where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, name: str) -> Iterator[str]:
        return (value for _tag, attributes in self.tags if (value := attributes.get(name)) is not None)


def hostile() -> CheckResult:
    result = campaign(names=("<script>alert(1)</script>", '"><img src=x onerror=alert(2)>', "a\udcffb"))
    clip = replace(result.observations.clip, name="clip[/].mp4<b>&amp;\udce4", container="<i>")
    use = replace(result.use, project="{{ 7 * 7 }}</style><script>", channels=("'><a href='https://evil.example'>",))
    return replace(result, observations=replace(result.observations, clip=clip), use=use)


def nobody() -> CheckResult:
    result = campaign()
    seen = replace(result.observations, tracks=())
    return replace(
        result,
        observations=seen,
        findings=(),
        identifications=(),
        registry=None,
        operating_point=None,
        verdict=Verdict.NO_MATCH,
        incomplete=False,
        headline="Nobody is seen in this clip.",
        consent=ClipJudgement(overall=Judgement(kind=JudgementKind.CLEAR, reason=Reason.NO_PEOPLE), people=()),
    )


def still() -> CheckResult:
    result = campaign()
    clip: Clip = replace(result.observations.clip, still=True, duration_s=0.0, claimed_duration_s=None, streams=())
    picture = PictureCoverage(present=True, duration_s=0.0, frames_read=1, frames_examined=1, longest_step_s=0.0)
    return replace(result, observations=replace(result.observations, clip=clip, picture=picture, cuts_s=()))


RESULTS = {
    "campaign": campaign,
    "crowd": crowd,
    "hostile": hostile,
    "nobody": nobody,
    "still": still,
    "interview": interview,
    "podcast": podcast,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("redact", [False, True])
@pytest.mark.parametrize("name", RESULTS)
def test_the_page_is_whole_and_fetches_nothing(name: str, redact: bool, language: str) -> None:
    with in_language(language):
        page = Page(report_html(RESULTS[name](), redact=redact))

    assert "script" not in {tag for tag, _attributes in page.tags}
    assert all(
        source.startswith(("data:image/jpeg;base64,", "data:audio/wav;base64,")) for source in page.values("src")
    )
    assert all(address.startswith("#") for address in page.values("href"))
    assert not {name for _tag, attributes in page.tags for name in attributes if name.startswith("on")}
    assert "url(" not in page.style
    assert "@import" not in page.style
    assert ("html", {"lang": language}) in page.tags


def test_what_comes_from_outside_is_shown_as_text() -> None:
    text = report_html(hostile(), redact=False)
    page = Page(text)

    assert "clip[/].mp4<b>&amp;?" in page.text
    assert "<script>alert(1)</script>: Permission ended" in page.text
    assert "{{ 7 * 7 }}</style><script>" in page.text
    assert "https://evil.example" not in list(page.values("href"))
    text.encode("utf-8")


def test_the_page_forbids_everything_but_its_own_style_and_pictures() -> None:
    page = Page(report_html(campaign(), redact=False))
    policy = next(
        attributes["content"] or ""
        for tag, attributes in page.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )

    style = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert "media-src data:;" in policy
    assert f"style-src 'sha256-{style}'" in policy
    assert not list(page.values("style")), "the policy would drop it"


def test_the_verdict_comes_first_and_incomplete_is_never_hidden() -> None:
    text = Page(report_html(campaign(), redact=False)).text

    assert text.index("Blocked") < text.index("Incomplete.") < text.index("Stated use") < text.index("Eileen Collins:")
    assert "The sound was not examined: this pack has no models for voices." in text


def test_findings_come_worst_first_with_the_clip_beside_the_enrolled_sample() -> None:
    page = Page(report_html(campaign(), redact=False))

    titles = [
        page.text.index(title) for title in ("Eileen Collins: Permission", "Marta Ruiz: Possible", "林晓: Permitted")
    ]
    assert titles == sorted(titles)
    alternatives = list(page.values("alt"))
    assert alternatives[:2] == ["Eileen Collins. In the clip, 0:00.8", "Eileen Collins. Enrolled sample"]


def test_the_page_names_the_share_of_strangers_and_never_a_cosine() -> None:
    text = Page(report_html(campaign(), redact=False)).text

    assert "about 1 in 47 would be taken for somebody in this registry at this likeness" in text
    assert "is rarer than 1 in 10,000, the most our figures can say" in text
    assert "0.61" not in text


def test_the_page_says_when_what_with_and_what_for() -> None:
    text = Page(report_html(campaign(), redact=False)).text

    assert "November 27, 2026" in text
    assert "(GMT+08:00)" in text
    assert "not stated" in text
    assert "0:00.4–0:09.1, 0:21.2–0:30.4" in text
    assert "retail-0095 2021.4" in text
    assert "unsettled" in text
    assert campaign().observations.clip.sha256 in text


def test_the_timeline_tells_in_words_what_it_draws() -> None:
    page = Page(report_html(campaign(), redact=False))

    assert "Unknown 1 : 0:31.0–0:42.0" in page.text
    bars = [attributes for tag, attributes in page.tags if tag == "rect" and attributes.get("class") == "bar"]
    assert len(bars) == 7
    for bar in bars:
        left, width = (float((bar[key] or "").removesuffix("%")) for key in ("x", "width"))
        assert 0 <= left <= left + width <= 100.001


def test_a_voice_is_heard_in_the_clip_beside_the_enrolled_sample() -> None:
    page = Page(report_html(interview(), redact=False))

    players = [attributes for tag, attributes in page.tags if tag == "audio"]
    assert [one["aria-label"] for one in players[:2]] == [
        "Eileen Collins. In the clip, 0:00.6",
        "Eileen Collins. Enrolled sample",
    ]
    assert players[-1]["aria-label"] == "Enrolled sample of Marta Ruiz", "a mismatch names whose voice it is"
    for one in players:
        assert one["preload"] == "none"
        assert "controls" in one
        assert "autoplay" not in one
        assert (one["src"] or "").startswith("data:audio/wav;base64,UklGR")


def test_without_names_only_the_clip_itself_can_be_heard() -> None:
    page = Page(report_html(interview(), redact=True))

    labels = [attributes["aria-label"] or "" for tag, attributes in page.tags if tag == "audio"]
    assert labels
    assert all("In the clip" in label for label in labels)
    assert "Marta" not in page.text


def test_voices_stand_under_the_faces_on_the_same_timeline() -> None:
    page = Page(report_html(interview(), redact=False))

    seen, sound, heard = (
        page.text.index(words) for words in ("Seen", "Sound Several people", "Unknown voice 1 : 0:17.2")
    )
    assert page.text.index("Unknown 1 : 0:31.0") < sound < heard
    assert seen < sound
    assert "Several people speak at once: 0:17.2–0:18.9" in page.text
    waves = [attributes for tag, attributes in page.tags if tag == "path" and attributes.get("class") == "wave"]
    assert len(waves) == 1
    assert len([1 for _tag, attributes in page.tags if attributes.get("class") == "overlap"]) == 1 + 4 + 1
    for _tag, attributes in page.tags:
        if attributes.get("class") in ("bar", "overlap") and "x" in attributes:
            left, width = (float((attributes[key] or "").removesuffix("%")) for key in ("x", "width"))
            assert 0 <= left <= left + width <= 100.001


def test_a_file_of_sound_alone_has_a_timeline() -> None:
    text = Page(report_html(podcast(), redact=False)).text

    assert "Timeline" in text
    assert "There is no picture." in text
    assert "Unknown voice 1" in text


def test_a_promise_shared_by_faces_and_voices_is_told_once() -> None:
    text = Page(report_html(interview(), redact=False)).text

    assert "at most 1 in 20 may raise a false review, and at most 1 in 200 a false certainty" in text
    assert "faces and voices have half of that each (36 faces enrolled, 12 voices enrolled" in text


def test_many_turns_of_one_voice_are_drawn_as_no_more_than_can_be_seen() -> None:
    result = interview()
    talker = replace(
        result.observations.speakers[0],
        turns=tuple(Turn(start_s=at / 100, end_s=at / 100 + 0.008) for at in range(4000)),
    )
    seen = replace(result.observations, speakers=(talker,), sound=replace(result.observations.sound, overlaps=()))
    report = report_document(replace(result, observations=seen, findings=()), redact=False)

    timeline = draw_timeline(report, [])

    assert timeline is not None
    assert len(timeline.voices) == 1
    assert len(timeline.voices[0].bars) == 1


def test_a_crowd_of_voices_shares_a_lane() -> None:
    result = interview()
    talkers = tuple(speaker(number, (number, number + 0.9)) for number in range(1, 21))
    unknown = next(one for one in result.findings if one.kind is FindingKind.VOICE and one.person is None)
    findings = tuple(replace(unknown, speakers=(one.id,)) for one in talkers)
    seen = replace(result.observations, speakers=talkers, tracks=())

    text = Page(report_html(replace(result, observations=seen, findings=findings), redact=False)).text

    assert "Unknown voice 14" in text
    assert "6 more voices" in text


def test_a_loud_moment_is_never_lost_in_a_waveform() -> None:
    peaks = bytearray(8_000)
    peaks[4_321] = 255

    drawn = peaks_drawn(Waveform(step_s=0.1, peaks=bytes(peaks)), 900)

    assert len(drawn) <= 900
    assert max(drawn) == 1.0


def test_a_soft_clip_fills_its_height_and_a_nearly_silent_one_does_not() -> None:
    assert max(peaks_drawn(Waveform(step_s=0.1, peaks=bytes([20, 90, 30])), 900)) == 1.0
    assert max(peaks_drawn(Waveform(step_s=0.1, peaks=bytes([1, 2, 1])), 900)) < 0.1
    assert peaks_drawn(Waveform(step_s=0.1, peaks=b""), 900) == []


def test_a_crowd_shares_a_lane_and_nobody_is_left_off_the_timeline() -> None:
    page = Page(report_html(crowd(20), redact=False))

    assert "Unknown 14" in page.text
    assert "6 more people" in page.text
    assert "In no finding" in page.text
    assert len([1 for tag, attributes in page.tags if tag == "rect" and attributes.get("class") == "bar"]) == 21
    assert page.text.count("Unknown 20") == 1, "shown among those also seen"


def test_somebody_declared_invented_is_not_called_permitted() -> None:
    result = campaign()
    invented = Judgement(kind=JudgementKind.CLEAR, reason=Reason.DECLARED_SYNTHETIC)
    finding = replace(result.findings[4], judgement=invented, title="Nobody to ask")

    page = Page(report_html(replace(result, findings=(finding,)), redact=False))

    assert "Nobody to ask" in page.text
    assert "permitted" not in page.text.casefold()


def test_a_redacted_page_has_no_name_and_no_enrolled_sample() -> None:
    text = report_html(campaign(), redact=True)

    for secret in ("Eileen", "Marta", "林晓", base64.b64encode(portrait(left=150, top=10, side=140)).decode()):
        assert secret not in text
    assert "Person B: Possible match, please check" in text
    assert "Names and enrolled samples were left out" in text


def test_a_report_read_back_draws_the_same_page() -> None:
    report = read_report(report_json(campaign(), redact=False))

    assert render_page(report) == report_html(campaign(), redact=False)


def test_nobody_seen_and_no_registry_are_said_plainly() -> None:
    text = Page(report_html(nobody(), redact=False)).text

    assert "Nobody is seen in this clip." in text
    assert "No registry was used" in text
    assert "Timeline" not in text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_tone_is_readable_on_its_ground(theme: str) -> None:
    style = (resources.files("reports") / "templates" / "report.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[theme == "dark"]))

    grounds = [(tone, "paper") for tone in ("ink", "soft", "block", "review", "permitted", "note", "quiet")]
    grounds += [(tone, f"{tone}-tint") for tone in ("block", "review", "permitted", "note")]
    grounds += [("ink", f"{tone}-tint") for tone in ("block", "review", "permitted", "note")]
    grounds += [("review", f"{tone}-tint") for tone in ("block", "permitted", "note")]  # "Incomplete." on any verdict
    for ink, ground in grounds:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
