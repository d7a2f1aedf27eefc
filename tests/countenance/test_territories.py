from __future__ import annotations

import pytest

from countenance.territories import EEA_COUNTRIES, EU_COUNTRIES, contains, is_territory, normal_territory, overlap


def test_the_unions_have_their_present_members():
    assert len(EU_COUNTRIES) == 27
    assert sorted(EEA_COUNTRIES - EU_COUNTRIES) == ["IS", "LI", "NO"]


@pytest.mark.parametrize(
    ("wider", "narrower"),
    [("WORLD", "EU"), ("EU", "FR"), ("EU", "DE-BY"), ("EEA", "EU"), ("EEA", "NO"), ("US", "US-NY"), ("FR", "FR")],
)
def test_the_wider_contains_the_narrower_and_not_the_other_way(wider, narrower):
    assert contains(wider, narrower)
    assert wider == narrower or not contains(narrower, wider)
    assert overlap(wider, narrower) == overlap(narrower, wider) == narrower


def test_territories_apart_share_nothing():
    assert overlap("EU", "NO") is None


def test_everyday_codes_are_understood():
    assert normal_territory(" uk ") == "GB"
    assert normal_territory("-uk-sct") == "-GB-SCT"


@pytest.mark.parametrize("code", ["FR", "us-ny", "-CN", "EU", "world", "FR-75"])
def test_a_territory_is_known_by_its_shape(code):
    assert is_territory(code)


@pytest.mark.parametrize("code", ["", "France", "F", "US-", "--CN", "EUR"])
def test_other_texts_are_no_territories(code):
    assert not is_territory(code)
