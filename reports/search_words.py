"""What is said of people who are not looked for, because other models than those at hand made their templates."""

from __future__ import annotations

from collections.abc import Sequence

from countenance.searching import NotSearched, WhyNot
from countenance.sentences import in_a_row
from countenance.translations import _, ngettext
from countenance.verdict import FindingTexts
from reports.formats import format_count


def not_searched_texts(missed: Sequence[NotSearched]) -> FindingTexts:
    """Return the texts of the finding that not everybody of the registry was looked for."""
    return FindingTexts(
        title=_("Not everybody was looked for"),
        sentence=in_a_row(not_searched_sentence(one) for one in missed),
        next_step=in_a_row(dict.fromkeys(not_searched_remedy(one) for one in missed)),
    )


def not_searched_sentence(missed: NotSearched) -> str:
    """Return how many people are not looked for, which model made their templates, and why it is not used."""
    count = len(missed.people)
    words = {
        WhyNot.NOT_AT_HAND: ngettext(
            "{count} person of the registry is not looked for everywhere: enrolled with the model {model}, which is "
            "not installed here in that version or does not work behind the detector in use.",
            "{count} people of the registry are not looked for everywhere: enrolled with the model {model}, which is "
            "not installed here in that version or does not work behind the detector in use.",
            count,
        ),
        WhyNot.NO_FIGURES: ngettext(
            "{count} person of the registry is not looked for everywhere: enrolled with the model {model}, and no "
            "figures say what its likenesses mean behind the detector in use.",
            "{count} people of the registry are not looked for everywhere: enrolled with the model {model}, and no "
            "figures say what its likenesses mean behind the detector in use.",
            count,
        ),
        WhyNot.NOT_RUN: ngettext(
            "{count} person of the registry was not looked for everywhere: enrolled with the model {model}, without "
            "which this clip was examined.",
            "{count} people of the registry were not looked for everywhere: enrolled with the model {model}, without "
            "which this clip was examined.",
            count,
        ),
    }[missed.why]
    return words.format(count=format_count(count), model=missed.model)


def not_searched_remedy(missed: NotSearched) -> str:
    """Return what can be done so that these people are looked for."""
    if missed.why is WhyNot.NOT_RUN:
        return _("Check the clip again.")
    if missed.why is WhyNot.NO_FIGURES:
        return _(
            "Measure figures of that model on people of your own (countenance models calibrate FOLDER --pack "
            "PACK+MODEL), or have their templates made anew from the samples kept (countenance models use PACK)."
        )
    return _(
        "Have their templates made anew from the samples kept (countenance models use PACK), or use the models that "
        "they were enrolled with."
    )
