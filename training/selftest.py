"""Articles written for the self-test that every artifact carries: short, with every kind of sentence."""

from __future__ import annotations

from typing import Final, NamedTuple


class Text(NamedTuple):
    """A plain-text article."""

    title: str
    body: str


TEXTS: Final = (
    Text(
        "Stem cell therapy for worn knees",
        "Are you tired of knee pain?\n\n"
        "Our stem cell injections regenerate cartilage and end your pain for good. "
        "There are no side effects, because the cells are your own. "
        "Nine out of ten patients cancel their operation.\n\n"
        "What to expect\n\nThe visit takes about two hours. Fees start at 4,500 euros.\n",
    ),
    Text(
        "Cells for heart failure: what a trial of 276 patients found",
        "In a randomised trial of 276 patients, cells injected into the heart did not lower "
        "mortality after one year. "
        "A subgroup with less scarring may have benefited, but the trial was not designed to show it. "
        "Two patients had a serious arrhythmia. The treatment is not approved.\n",
    ),
    Text(
        "How blood-forming cells are collected",
        "Blood-forming stem cells live in the bone marrow. A donor receives a growth factor for four days. "
        "The cells are then collected from a vein in the arm and stored at minus 150 degrees. "
        "Transplants of these cells are an established treatment for leukaemia.\n",
    ),
    Text("", "PRP: 100 % natural, 100 % safe!\n"),
)
