"""Which cues must meet, and which must be absent, for a sign to hold: a bit for each family of cues."""

from __future__ import annotations

from typing import Final, NamedTuple

from service.classifier.cues import FAMILY_NAMES


def mask(*families: str) -> int:
    """One bit a family, so that a sentence's families meet a rule in one operation."""
    return sum(1 << FAMILY_NAMES.index(family) for family in families)


THERAPY: Final = mask("therapy", "therapy.named")
EFFECT: Final = mask("claim.heal", "claim.relieve", "claim.improve", "claim.promote", "claim.cure")
CLAIM: Final = EFFECT | mask("claim.treat", "claim.help")
OBJECT: Final = mask("benefit", "condition")
HEDGE: Final = mask(
    "hedge.modal", "hedge.research", "hedge.limit", "hedge.approval", "hedge.variation", "hedge.adverb"
)

# Negations that promise: "not only", "no longer need", "cannot fail".
TURNED: Final = mask("boost.turned", "boost.denial")

# What a claim, a therapy or an effect is found beside; each pairing is a sign of its own.
COMPANY: Final = {
    name: mask(family)
    for name, family in {
        "established": "therapy.established",
        "rival": "therapy.rival",
        "animal": "study.animal",
        "laboratory": "study.lab",
        "design": "study.design",
        "statistic": "study.statistic",
        "vague study": "study.vague",
        "report": "study.report",
        "you": "voice.you",
        "we": "voice.we",
        "hype": "boost.hype",
        "certainty": "boost.certainty",
        "safety": "boost.safety",
        "comparison": "boost.comparison",
        "standing": "boost.standing",
        "scope": "boost.scope",
        "harm": "harm",
        "negation": "negation",
        "anecdote": "testimonial",
        "biology": "biology",
        "condition": "condition",
        "procedure": "page.procedure",
        "action": "page.action",
        "debunking": "hedge.debunk",
        "null result": "hedge.null",
        "token hedge": "hedge.token",
        "outcome": "claim.outcome",
        "denial": "boost.denial",
        "turned negation": "boost.turned",
        "degree": "hedge.degree",
        "seller": "voice.seller",
        "approved product": "use.approved",
        "established use": "use.established",
        "disease": "topic.disease",
        "trial step": "topic.trial",
        "limit": "hedge.bound",
    }.items()
}


class Rule(NamedTuple):
    """Holds when every mask of `needs` is met and none of `lacks` is."""

    needs: tuple[int, ...]
    lacks: int = 0


def _rules() -> dict[str, Rule]:
    rules = {
        "therapy + claim": Rule((THERAPY, CLAIM)),
        "therapy + claim + object": Rule((THERAPY, CLAIM, OBJECT)),
        "therapy + claim + object, unhedged": Rule((THERAPY, CLAIM, OBJECT), HEDGE),
        "therapy + claim, unhedged": Rule((THERAPY, CLAIM), HEDGE),
        "claim + object, unhedged": Rule((CLAIM, OBJECT), HEDGE),
        "claim, no therapy, unhedged": Rule((CLAIM,), HEDGE | THERAPY),
        "claim + hedge": Rule((CLAIM, HEDGE)),
        "therapy + hedge": Rule((THERAPY, HEDGE)),
        "therapy + claim + hedge": Rule((THERAPY, CLAIM, HEDGE)),
        "effect": Rule((EFFECT,)),
        "effect + object": Rule((EFFECT, OBJECT)),
        "effect + therapy": Rule((EFFECT, THERAPY)),
        "effect + therapy + object, unhedged": Rule((EFFECT, THERAPY, OBJECT), HEDGE),
        "harm + negation": Rule((COMPANY["harm"], COMPANY["negation"])),
        "harm + hedge": Rule((COMPANY["harm"], HEDGE)),
        "harm, affirmed": Rule((COMPANY["harm"],), COMPANY["negation"]),
        "animal + hedge": Rule((COMPANY["animal"], HEDGE)),
        "design + hedge": Rule((COMPANY["design"], HEDGE)),
        "design + statistic": Rule((COMPANY["design"], COMPANY["statistic"])),
        "effect + design + statistic": Rule((EFFECT, COMPANY["design"], COMPANY["statistic"])),
        "outcome + object": Rule((COMPANY["outcome"], OBJECT)),
        "outcome + therapy": Rule((COMPANY["outcome"], THERAPY)),
        "outcome + hedge": Rule((COMPANY["outcome"], HEDGE)),
        "outcome, unhedged": Rule((COMPANY["outcome"],), HEDGE | mask("hedge.null", "hedge.debunk")),
        "outcome + negation": Rule((COMPANY["outcome"], COMPANY["negation"])),
        "outcome + animal": Rule((COMPANY["outcome"], COMPANY["animal"])),
        "outcome + design": Rule((COMPANY["outcome"], COMPANY["design"])),
        "hedge + token hedge": Rule((HEDGE, COMPANY["token hedge"])),
        "hedge + hype": Rule((HEDGE, COMPANY["hype"])),
        "hedge + certainty": Rule((HEDGE, COMPANY["certainty"])),
        "hedge + denial": Rule((HEDGE, COMPANY["denial"])),
        "debunking + hype": Rule((COMPANY["debunking"], COMPANY["hype"])),
        "debunking + certainty": Rule((COMPANY["debunking"], COMPANY["certainty"])),
        "debunking + standing": Rule((COMPANY["debunking"], COMPANY["standing"])),
        "debunking + report": Rule((COMPANY["debunking"], COMPANY["report"])),
        "debunking + seller": Rule((COMPANY["debunking"], COMPANY["seller"])),
        "debunking + negation": Rule((COMPANY["debunking"], COMPANY["negation"])),
        "degree + outcome": Rule((COMPANY["degree"], COMPANY["outcome"])),
        "negation + claim, not turned": Rule((COMPANY["negation"], CLAIM), TURNED),
        "negation + outcome, not turned": Rule((COMPANY["negation"], COMPANY["outcome"]), TURNED),
        "turned negation + outcome": Rule((COMPANY["turned negation"], COMPANY["outcome"])),
        "denial + harm": Rule((COMPANY["denial"], COMPANY["harm"])),
        "negation + denial": Rule((COMPANY["denial"], COMPANY["negation"])),
        "established use + harm": Rule((COMPANY["established use"], COMPANY["harm"])),
        "established use + hype": Rule((COMPANY["established use"], COMPANY["hype"])),
        "established use + certainty": Rule((COMPANY["established use"], COMPANY["certainty"])),
        "established use + denial": Rule((COMPANY["established use"], COMPANY["denial"])),
        "disease, no therapy": Rule((COMPANY["disease"],), THERAPY),
        "disease + harm, no therapy": Rule((COMPANY["disease"], COMPANY["harm"]), THERAPY),
        "disease + established use": Rule((COMPANY["disease"], COMPANY["established use"])),
        "trial step, no claim": Rule((COMPANY["trial step"],), CLAIM),
        "trial step + hedge, no claim": Rule((COMPANY["trial step"], HEDGE), CLAIM),
        "limit, unhedged": Rule((COMPANY["limit"],), HEDGE),
        "limit + statistic": Rule((COMPANY["limit"], COMPANY["statistic"])),
        "limit + animal": Rule((COMPANY["limit"], COMPANY["animal"])),
        "rival + claim, no therapy": Rule((COMPANY["rival"], CLAIM), THERAPY),
        "approved product, no hype": Rule(
            (COMPANY["approved product"],), COMPANY["hype"] | COMPANY["certainty"] | COMPANY["denial"]
        ),
        "token hedge + design": Rule((COMPANY["token hedge"], COMPANY["design"])),
        "token hedge + report": Rule((COMPANY["token hedge"], COMPANY["report"])),
    }
    for name, company in COMPANY.items():
        rules[f"claim + {name}"] = Rule((CLAIM, company))
        rules[f"therapy + {name}"] = Rule((THERAPY, company))
        rules[f"effect + {name}"] = Rule((EFFECT, company))
        rules[f"bare claim + {name}"] = Rule((THERAPY, CLAIM, OBJECT, company), HEDGE)
    return rules


RULES: Final = _rules()

# One word that governs a claim from shortly before it: (what governs, within how many words).
GOVERNORS: Final = {
    "modal > claim": (mask("hedge.modal"), 5),
    "can > claim": (mask("claim.can"), 4),
    "negation > claim": (mask("negation"), 4),
    "aim > claim": (mask("study.aim", "hedge.verb"), 6),
}
