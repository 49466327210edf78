"""What to write instead of an overstated sentence.

Advice never launders a claim. It takes a booster out, takes the verb down a step, or asks for a fact
that is missing; a hedge alone ("may", "promising", "results vary") would leave the claim standing.
"""

from __future__ import annotations

from service.classifier.advice.edits import Edit, apply
from service.classifier.advice.search import propose, search, together

__all__ = ["Edit", "apply", "propose", "search", "together"]
