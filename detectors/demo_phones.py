"""The sounds of English as a formant synthesiser needs them, and a few sentences in them.

Formants of the vowels after Peterson and Barney 1952 (adult speakers), consonants after Klatt 1980, table II, rounded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phone:
    """One sound's target.

    Attributes:
        seconds: how long it lasts at an even pace.
        formants_hz: first to third resonance of an adult tract.
        voicing: 0 to 1, the glottis' part.
        breath: 0 to 1, noise made in the throat and shaped by the tract.
        hiss: 0 to 1, noise made at the lips or teeth.
        hiss_hz: where that noise is centred.
        hiss_width_hz: how wide it is.
        stop: closed for most of its time, then bursting.
        nasal: its first resonance is damped and the rest is weak.
    """

    seconds: float
    formants_hz: tuple[int, int, int]
    voicing: float = 1.0
    breath: float = 0.0
    hiss: float = 0.0
    hiss_hz: int = 0
    hiss_width_hz: int = 0
    stop: bool = False
    nasal: bool = False


_VOWELS = {
    "IY": (0.11, 290, 2250, 2950), "IH": (0.08, 400, 1950, 2550), "EH": (0.09, 540, 1800, 2480),
    "AE": (0.12, 670, 1720, 2430), "AA": (0.13, 730, 1120, 2480), "AO": (0.12, 580, 860, 2440),
    "UH": (0.08, 450, 1060, 2280), "UW": (0.11, 310, 900, 2260), "AH": (0.08, 620, 1210, 2420),
    "ER": (0.11, 480, 1360, 1720), "AX": (0.05, 500, 1400, 2450),
}  # fmt: skip
_GLIDES = {
    "W": (0.06, 300, 650, 2200), "Y": (0.06, 270, 2200, 3000),
    "R": (0.07, 330, 1100, 1450), "L": (0.07, 350, 1050, 2800),
}  # fmt: skip

PHONES: dict[str, Phone] = {
    **{name: Phone(seconds, (f1, f2, f3)) for name, (seconds, f1, f2, f3) in _VOWELS.items()},
    **{name: Phone(seconds, (f1, f2, f3), 0.7) for name, (seconds, f1, f2, f3) in _GLIDES.items()},
    "M": Phone(0.07, (270, 1000, 2200), 0.6, nasal=True),
    "N": Phone(0.06, (270, 1550, 2550), 0.6, nasal=True),
    "NG": Phone(0.08, (270, 2000, 2700), 0.6, nasal=True),
    "V": Phone(0.06, (280, 1120, 2100), 0.6, 0.0, 0.15, 5200, 3000),
    "DH": Phone(0.05, (290, 1300, 2550), 0.6, 0.0, 0.12, 5600, 3000),
    "Z": Phone(0.08, (270, 1400, 2550), 0.5, 0.0, 0.5, 5800, 1500),
    "ZH": Phone(0.08, (300, 1800, 2700), 0.5, 0.0, 0.5, 3000, 1200),
    "F": Phone(0.09, (330, 1120, 2100), 0.0, 0.05, 0.3, 5400, 4000),
    "TH": Phone(0.09, (330, 1300, 2550), 0.0, 0.05, 0.25, 5800, 4000),
    "S": Phone(0.1, (330, 1400, 2550), 0.0, 0.0, 0.8, 6200, 1600),
    "SH": Phone(0.1, (330, 1800, 2700), 0.0, 0.0, 0.8, 3100, 1300),
    "HH": Phone(0.06, (500, 1500, 2500), 0.05, 0.6),
    "P": Phone(0.1, (300, 850, 2150), 0.0, 0.3, 0.5, 1200, 2500, stop=True),
    "T": Phone(0.09, (300, 1700, 2600), 0.0, 0.3, 0.8, 4500, 2500, stop=True),
    "K": Phone(0.1, (300, 1900, 2600), 0.0, 0.35, 0.7, 2200, 900, stop=True),
    "B": Phone(0.07, (220, 900, 2150), 0.25, 0.1, 0.35, 1000, 2500, stop=True),
    "D": Phone(0.06, (220, 1700, 2600), 0.25, 0.1, 0.5, 4200, 2500, stop=True),
    "G": Phone(0.07, (220, 1900, 2600), 0.25, 0.1, 0.5, 2100, 900, stop=True),
}
"""By the name that the ARPAbet gives it, stress apart."""

DIPHTHONGS = {
    "EY": ("EH", "IY"), "AY": ("AA", "IY"), "OY": ("AO", "IY"), "AW": ("AA", "UW"), "OW": ("AO", "UW"),
    "CH": ("T", "SH"), "JH": ("D", "ZH"),
}  # fmt: skip
"""Sounds that are two in a row, spoken in the time of one and a half."""

SENTENCES = (
    "DH IH S | V OY1 S | IH Z | N AA1 T | AX | P ER1 S AX N",
    "AX | M AX SH IY1 N | D R UW1 | IH T | W IH TH | N AH1 M B ER Z",
    "N OW1 B AA D IY | EH1 V ER | S EH1 D | DH IY Z | W ER1 D Z",
    "W IY | S IY1 | DH AX | ER1 TH | AE Z | AX | S M AO1 L | B L UW1 | B AO1 L",
    "L UH1 K | AE T | DH AX | M UW1 N | AX B AH1 V | DH AX | R IH1 V ER",
    "M EH1 N IY | P IY1 P AX L | W ER1 K | T UW | S EH1 N D | AX | R AA1 K AX T | AH1 P",
    "DH AX | K AH1 L ER Z | AH V | DH AX | R EY1 N B OW | AA R | EH1 V R IY W EH R",
    "AY | W UH D | L AY1 K | T UW | T EH1 L | Y UW | AX B AW1 T | DH AX | S T AA1 R Z",
    "P L IY1 Z | AE1 S K | B IH F AO1 R | Y UW | Y UW1 Z | AX | F EY1 S",
    "W EH N | DH AX | S AH1 N | R AY1 Z IH Z | DH AX | B ER1 D Z | B IH G IH1 N | T UW | S IH1 NG",
    "T AX D EY1 | W IY | W IH L | L ER1 N | HH AW | L AY1 T | M UW1 V Z",
    "AX | G UH1 D | AE1 N S ER | N IY1 D Z | AX | L IH1 T AX L | T AY1 M",
)
"""In ARPAbet, words divided by |, stressed vowels marked 1; made up for this, so nobody ever said them."""
