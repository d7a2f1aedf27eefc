"""`consent` and `publication`: the papers of an agency from draft to withdrawal, and what it decided about clips."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from registry import Passphrase, create_registry, open_registry
from tests.cli.running import GRANT, PASSPHRASE, Terminal


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a registry with Ada, who is nobody's face yet; to be copied, not changed."""
    path = tmp_path_factory.mktemp("agency") / "registry.countenance"
    create_registry(path, Passphrase(PASSPHRASE), owner="Studio", tz="Europe/Berlin", operator="test").close()
    return path


@pytest.fixture
def desk(nowhere: Terminal, agency: Path) -> Terminal:
    """Return a terminal whose registry knows Ada by name alone."""
    shutil.copy(agency, nowhere.registry)
    nowhere.run("person", "add", "Ada")
    return nowhere


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "contract of Ada.pdf"
    path.write_bytes(b"%PDF-1.7 I agree")
    return path


def confirmed_by(terminal: Terminal, name: str, monkeypatch: pytest.MonkeyPatch, grant: str) -> int:
    monkeypatch.setattr("cli.session.getpass.getuser", lambda: name)
    return terminal.run("consent", "confirm", grant).code


def test_a_grant_is_recorded_with_all_that_was_signed(desk: Terminal, paper: Path) -> None:
    made = desk.run(
        *("consent", "add", "Ada", *GRANT, "--end", "2027-01-04", "--evidence", f"{paper}:rider"),
        *("--signed-how", "e-signature", "--witness", "Cy", "--signature", "Dee; guardian; 2026-01-06"),
        *("--represented-by", "lawyer", "--compensation", "scale", "--compensation-status", "paid"),
        *("--external-id", "human-consent-id:12", "--replica-type", "employment_based", "--json"),
    )

    assert made.document() == {"id": "G0001", "warnings": []}
    shown = desk.run("consent", "show", "G0001", "--json").document()
    assert [one["name"] for one in shown["papers"]["signatures"]] == ["Ada", "Dee"]
    assert shown["papers"]["signatures"][0]["witness"] == "Cy"
    assert shown["papers"]["signatures"][1] == {
        "name": "Dee",
        "role": "guardian",
        "signed_on": "2026-01-06",
        "how": "paper",
        "witness": "",
    }
    assert shown["papers"]["external_ids"] == ["human-consent-id:12"]
    assert shown["papers"]["compensation_status"] == "paid"
    (document,) = shown["documents"]
    assert (document["file_name"], document["kind"], document["subject"]) == ("contract of Ada.pdf", "rider", "G0001")
    assert shown["papers"]["documents"][0]["sha256"] == document["sha256"]
    told = " ".join(desk.run("consent", "show", "G0001").out.split())
    for words in (
        "Kind of replica: made during an employment",
        "witness: Cy",
        "Represented by: lawyer",
        "Paid: paid",
        "human-consent-id:12",
        "D0001",
        "Revision 1",
    ):
        assert words in told


def test_what_a_lawyer_would_ask_is_told_and_refuses_nothing(desk: Terminal) -> None:
    made = desk.run("consent", "add", "Ada", *GRANT, "--method", "ai_dub", "--start", "2026-01-01")

    assert made.code == 0
    for words in ("No document is kept", "without a description", "starts before it was signed", "term is open"):
        assert words in made.err
    assert len(desk.run("consent", "show", "G0001", "--json").document()["warnings"]) == 4


def test_how_wide_a_grant_is_stands_in_what_is_shown(desk: Terminal) -> None:
    wide = ("--purpose", "any", "--channel", "any", "--territory", "WORLD", "--method", "real_footage")
    desk.run("consent", "add", "Ada", *wide, "--signed", "2026-01-05")

    told = desk.run("consent", "show", "G0001").out

    assert "Purposes: any purpose except AI training" in told
    assert "Channels: any channel" in told


def test_a_document_comes_back_as_it_was(desk: Terminal, paper: Path, tmp_path: Path) -> None:
    desk.run("consent", "add", "Ada", *GRANT, "--evidence", paper)
    again = desk.run("consent", "add", "Ada", *GRANT, "--evidence", paper)
    target = tmp_path / "saved.pdf"

    saved = desk.run("consent", "show", "G0001", "--save-document", "D0001", "--to", target)
    twice = desk.run("consent", "show", "G0001", "--save-document", "D0001", "--to", target)
    strange = desk.run("consent", "show", "G0001", "--save-document", "D0002", "--to", target)
    alone = desk.run("consent", "show", "G0001", "--save-document", "D0001")

    assert "has the same document already: D0001, with G0001" in again.err
    assert "Saved D0001" in saved.out
    assert target.read_bytes() == paper.read_bytes()
    assert target.stat().st_mode & 0o77 == 0
    assert (twice.code, strange.code, alone.code) == (2, 2, 2)
    assert "already" in twice.err
    with open_registry(desk.registry, Passphrase(PASSPHRASE), operator="test") as opened:
        actions = [entry.action for entry in opened.journal_entries()]
    assert actions.count("document.handed_out") == 1


def test_an_edit_changes_only_what_is_typed(desk: Terminal, paper: Path) -> None:
    desk.run(
        *("consent", "add", "Ada", *GRANT, "--end", "2027-01-04", "--approval", "--language", "en"),
        *("--grantee", "Studio B", "--suspended", "2026-03-01", "--external-id", "a:1"),
    )

    edited = desk.run(
        *("consent", "edit", "G0001", "--channel", "tv,cinema", "--end", "", "--no-approval", "--grantee", ""),
        *("--suspended", "", "--evidence", paper, "--json"),
    )

    assert (edited.document()["id"], edited.document()["revision"]) == ("G0001", 2)
    shown = desk.run("consent", "show", "G0001", "--json").document()
    grant = shown["grant"]
    assert (grant["channels"], grant["end"], grant["approval"], grant["grantee"]) == (
        ["tv", "cinema"],
        None,
        False,
        None,
    )
    assert (grant["languages"], grant["purposes"], grant["suspended"]) == (["en"], ["education"], None)
    assert shown["papers"]["external_ids"] == ["a:1"]
    assert len(shown["papers"]["signatures"]) == 1
    assert set(shown["revisions"][1]["changed"]) == {
        *("channels", "end", "approval", "grantee", "suspended", "documents"),
    }
    told = desk.run("consent", "show", "G0001").out
    assert "Revision 2" in told
    assert "changed: " in told


def test_a_draft_is_signed_by_an_edit(desk: Terminal) -> None:
    desk.run("consent", "add", "Ada", "--purpose", "education", "--channel", "tv", "--territory", "DE")

    edited = desk.run("consent", "edit", "G0001", "--signed", "2026-02-01", "--signed-by", "Ada’s lawyer")
    nothing = desk.run("consent", "edit", "G0001")

    assert "Grant G0001 is changed: revision 2." in edited.out
    (signature,) = desk.run("consent", "show", "G0001", "--json").document()["papers"]["signatures"]
    assert (signature["name"], signature["signed_on"]) == ("Ada’s lawyer", "2026-02-01")
    assert nothing.code == 2
    assert "Nothing was said" in nothing.err


def test_a_prohibition_is_ended_by_an_edit(desk: Terminal, paper: Path) -> None:
    desk.run("consent", "add", "Ada", "--prohibit", "--theme", "political", "--evidence", f"{paper}")

    ended = desk.run("consent", "edit", "X0001", "--end", "2026-12-31", "--evidence", f"{paper}:e-mail")
    told = desk.run("consent", "edit", "X0001", "--source", "court", "--json")

    assert "Prohibition X0001 is changed: revision 2." in ended.out
    assert told.document() == {"id": "X0001", "revision": 3}
    shown = desk.run("consent", "show", "X0001", "--json").document()
    assert (shown["prohibition"]["themes"], shown["prohibition"]["end"]) == (["political"], "2026-12-31")
    assert [one["kind"] for one in shown["documents"]] == ["other", "e-mail"]
    words = " ".join(desk.run("consent", "show", "X0001").out.split())
    assert all(word in words for word in ("Revision 3", "changed: Who forbids", "D0002"))


def test_a_second_person_confirms_a_grant(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.session.getpass.getuser", lambda: "ann")
    desk.run("consent", "add", "Ada", *GRANT)

    assert confirmed_by(desk, "ann", monkeypatch, "G0001") == 2
    assert confirmed_by(desk, "ben", monkeypatch, "G0001") == 0
    assert desk.run("consent", "confirm", "G0001", "--json").code == 2
    assert "Confirmed by: ben" in desk.run("consent", "show", "G0001").out
    desk.run("consent", "edit", "G0001", "--approval")
    assert desk.run("consent", "show", "G0001", "--json").document()["papers"]["approved_by"] == ""


def test_a_withdrawal_keeps_its_letter(desk: Terminal, paper: Path) -> None:
    desk.run("consent", "add", "Ada", *GRANT)

    desk.run("consent", "revoke", "G0001", "--notice", "2026-05-01", "--days", "30", "--evidence", paper)

    shown = desk.run("consent", "show", "G0001", "--json").document()
    assert shown["documents"][0]["kind"] == "e-mail"
    assert shown["grant"]["revoked"] == {"notice": "2026-05-01", "days": 30, "published": "take_down"}
    assert "notice of" in desk.run("consent", "show", "G0001").out


def test_grants_are_found_by_when_they_end_and_by_ids_elsewhere(desk: Terminal) -> None:
    desk.run("consent", "add", "Ada", *GRANT, "--end", "2999-01-01", "--external-id", "hci:1")
    desk.run("consent", "add", "Ada", *GRANT)
    desk.run("consent", "add", "Ada", "--prohibit")
    desk.run("consent", "revoke", "G0002", "--days", "10")

    def listed(*words: str) -> list[str]:
        return [one["id"] for one in desk.run("consent", "list", *words, "--json").document()["grants"]]

    assert listed("--expiring", "30d") == ["G0002"]
    assert listed("--expiring", "5") == []
    assert listed("--external-id", "hci:1") == ["G0001"]
    assert desk.run("consent", "list", "--expiring", "5d").out.strip() == "No grant is found by that."
    assert desk.run("consent", "list", "--expiring", "soon").code == 2


def test_a_clip_is_approved_and_an_exception_decided(desk: Terminal, clip: Path) -> None:
    desk.run("consent", "add", "Ada", *GRANT, "--approval")

    approved = desk.run("consent", "approve", "G0001", clip, "--reason", "the family agreed", "--json")
    refused = desk.run("consent", "approve", "G0001", clip, "--refuse", "--reason", "the caption", "--by", "Cy")
    carried = desk.run("consent", "except", clip, "Ada", "--kind", "parody", "--reason", "satire", "--json")
    not_carried = desk.run(
        *("consent", "except", clip, "Ada", "--kind", "news", "--reason", "no news", "--refuse", "--modality", "voice")
    )

    assert approved.document()["id"] == "A0001"
    assert approved.document()["clip"]["streams"]
    assert "A0002: the clip was refused under grant G0001." in refused.out
    assert (carried.document()["kind"], carried.document()["modality"]) == ("parody", None)
    assert "E0002: the exception does not carry this clip for Ada." in not_carried.out
    told = desk.run("consent", "show", "G0001").out
    assert "the family agreed" in told
    assert "by Cy: the caption" in told


def test_a_publication_is_recorded_listed_and_taken_down(desk: Terminal, clip: Path) -> None:
    added = desk.run(
        *("publication", "add", clip, "--place", "TikTok", "--at", "2026-06-01T10:00+02:00"),
        *("--address", "https://example.org/1", "--take-down", "2026-06-30", "--json"),
    )
    other = desk.run("publication", "add", clip, "--place", "Cinema Paradiso")

    assert (added.document()["id"], added.document()["place"]) == ("U0001", "tiktok")
    assert "Publication U0002 recorded" in other.out
    assert len(desk.run("publication", "list", "--json").document()["publications"]) == 2
    (due,) = desk.run("publication", "list", "--due", "30d", "--json").document()["coming_down"]
    assert (due["publication"]["id"], due["last_day"]) == ("U0001", "2026-06-30")
    assert "https://example.org/1" in desk.run("publication", "list", "--due", "30d").out
    assert "U0001 is taken down" in desk.run("publication", "down", "U0001", "--at", "2026-06-15").out
    assert "Nothing must come down" in desk.run("publication", "list", "--due", "30d").out
    listed = " ".join(desk.run("publication", "list").out.split())
    assert all(word in listed for word in ("taken down", "Cinema Paradiso", "TikTok"))


def test_what_may_stay_is_told_by_the_name_of_the_channel(desk: Terminal, clip: Path) -> None:
    desk.run("publication", "add", clip, "--place", "tiktok", "--at", "2026-06-01", "--take-down", "2099-06-30")

    told = " ".join(desk.run("registry", "audit", "--affected").out.split())

    assert "at TikTok may stay until June 30, 2099." in told


def test_nothing_published_is_said(desk: Terminal) -> None:
    assert desk.run("publication", "list").out.strip() == "Nothing was published."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("consent", "add", "Ada", *GRANT, "--signature", "Dee"), "does not tell who signed"),
        (("consent", "add", "Ada", *GRANT, "--signature", "Dee; self; soon"), "not a date"),
        (("consent", "add", "Ada", *GRANT, "--external-id", "12"), "not an id of another system"),
        (("consent", "add", "Ada", *GRANT, "--compensation-status", "later"), "--compensation-status"),
        (("consent", "add", "Ada", *GRANT, "--evidence", "nowhere.pdf"), "“nowhere.pdf” cannot be read"),
        (("consent", "add", "Ada", *GRANT, "--evidence", "/"), "cannot be read"),
        (("consent", "add", "Ada", "--prohibit", "--witness", "Cy"), "--witness says nothing about a prohibition"),
        (("consent", "edit", "G0404", "--end", ""), "no grant “G0404”"),
        (("consent", "edit", "X0404", "--end", ""), "no prohibition X0404"),
        (("consent", "show", "G0404"), "no grant “G0404”"),
        (("consent", "show", "X0404"), "no prohibition X0404"),
        (("consent", "approve", "G0404", "clip.mp4", "--reason", "x"), "no grant “G0404”"),
        (("consent", "except", "clip.mp4", "Ada", "--kind", "fun", "--reason", "x"), "--kind"),
        (("publication", "add", "clip.mp4", "--place", "tv", "--check", "K0404"), "no check “K0404”"),
        (("publication", "down", "U0404"), "no publication “U0404”"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_recorded(
    desk: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    answer = desk.run(*words, "--json")

    assert answer.code == 2
    assert sentence in answer.document()["error"]["sentence"]
    assert desk.run("consent", "list", "--json").document() == {"grants": [], "prohibitions": []}


def test_evidence_that_is_empty_is_refused(desk: Terminal, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()

    answer = desk.run("consent", "add", "Ada", *GRANT, "--evidence", empty)

    assert answer.code == 2
    assert "document is empty" in answer.err
