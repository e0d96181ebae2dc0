"""What a panel of members says about an appeal."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

PANEL = 5
"""How many the lot draws to judge an appeal, if so many are left."""


class Answer(StrEnum):
    """What somebody on the panel thinks of the decision."""

    UPHOLD = "uphold"
    RETURN = "return"


def judgement(answers: Sequence[Answer | None]) -> Answer | None:
    """What more than half of the panel say; None while neither is so many.

    `answers` has one for each on the panel, None for who has not answered.
    """
    for answer in Answer:
        if 2 * sum(one is answer for one in answers) > len(answers):
            return answer
    return None
