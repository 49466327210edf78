"""Every kind of hostile text that we know of, in one list."""

from __future__ import annotations

from typing import Final

from tests.hostile.injections import INJECTIONS
from tests.hostile.letters import BIDI, CONTROLS, EMOJI, INVISIBLES, LOOKALIKES, MARKS
from tests.hostile.payloads import LANGUAGES, PAYLOADS
from tests.hostile.shapes import PADDING, SHAPES
from tests.hostile.spelling import SPELLING
from tests.hostile.wire import WIRE

CATALOGUE: Final = (
    *(SHAPES + CONTROLS + INVISIBLES + BIDI + LOOKALIKES + MARKS + EMOJI + SPELLING),
    *(INJECTIONS + PAYLOADS + LANGUAGES + PADDING + WIRE),
)
