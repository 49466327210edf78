"""Set phrases that overreach: safety without harms, one finding for all, a story as a cause."""

from __future__ import annotations

from service.classifier.advice.rule import VERY, rules
from service.classifier.results import Category, Step

_ILLS = (
    r"(?:conditions?|diseases?|disorders?|illness(?:es)?|injur(?:y|ies)|ailments?|problems?|tissues?"
    r"|organs?|cell types?)"
)
_HARM = r"(?P<harm>(?:(?:serious|known|adverse|side) )*(?:effects?|reactions|complications))"

OVERREACH = (
    *rules(
        Category.SAFETY,
        "no treatment is without harms; give them",
        (
            Step.ASK,
            (
                rf"(?:is|are|was|were|(?:has|have) been (?:shown|proven) to be) {VERY}safe"
                r"(?:(?:,| and|, and) (?:natural|effective|painless|well-tolerated)\b)*"
                r"(?= ?(?:[.,;:!?)\u201d\"]|$|and (?:can|has|have|is|are)\b))"
            ),
            "{was} tested for safety in [number of patients], with [harms seen]",
        ),
        (
            Step.ASK,
            r"(?:it[\u2019']s|they[\u2019']re) (?:\w+ly )?safe(?: and effective)?(?= ?(?:[.,;!]|$))",
            "it was tested for safety in [number of patients], with [harms seen]",
        ),
        (
            Step.ASK,
            r"(?:100 ?% )?safe(?: and|,| &) (?:natural|effective|painless)(?= ?(?::|$))",
            "harms seen [which, in how many patients?]",
        ),
        (
            Step.ASK,
            rf"(?:without|with no|with minimal|with few|with zero) (?:any )?{_HARM}\b",
            r"with [which \g<harm>, in how many patients?]",
        ),
        (
            Step.ASK,
            rf"(?:no|zero|minimal|few|fewer|little|virtually no) {_HARM}\b",
            r"[which \g<harm>, in how many patients?]",
        ),
        (
            Step.ASK,
            r"(?:no|zero|minimal|little|low|virtually no|almost no) risks? of\b",
            "[what risk, in how many patients?] of",
        ),
        (
            Step.ASK,
            r"without (?:any |the )?risks? of\b(?! (?:\w+ )?surgery)",
            "with [what risk, in how many patients?] of",
        ),
        (Step.ASK, r"risk-free(?= ?(?:[.,;!]|$))", "of [what risk, in how many patients?]"),
        (
            Step.ASK,
            r"(?:no|little|minimal|zero|little to no) (?:downtime|recovery time)\b",
            "[how many] days off work",
        ),
        (
            Step.ASK,
            r"(?:will not|won[\u2019']t|does not|doesn[\u2019']t) reject\b",
            "was not seen, in [how many patients], to reject",
        ),
    ),
    *rules(
        Category.SCOPE,
        "what is shown for one is not shown for the others",
        (
            Step.ASK,
            (
                r"(?:an? )?(?:(?:very )?(?:wide|broad|vast|full|whole|large|growing) )?(?:range|variety"
                r"|array|spectrum"
                rf"|host|number|list) of (?:[\w-]+ ){{0,3}}?(?P<what>{_ILLS})\b"
            ),
            r"[which \g<what>, each studied in how many patients]",
        ),
        (
            Step.ASK,
            (
                r"(?:virtually |almost |nearly |practically )?(?:any|all|every|countless|various"
                r"|hundreds of|dozens of)"
                rf" (?:types? of |kinds? of )?(?:[\w-]+ ){{0,2}}?(?P<what>{_ILLS})\b"
            ),
            r"[which \g<what>, each studied in how many patients]",
        ),
        (
            Step.ASK,
            r"(?:and (?:many|much) more|and beyond|you name it)\b",
            "[which others, each in which study?]",
        ),
    ),
    *rules(
        Category.CAUSATION,
        "what came after was not shown to come from it",
        (Step.WEAKEN, r"(?:thanks to|because of|due to|as a result of|owing to)\b", "after"),
        (Step.WEAKEN, r"(?:led to|resulted in|brought about)\b(?! by)", "{was} followed by"),
        (Step.WEAKEN, r"it (?:really |actually )?worked\b", "the change came after it"),
    ),
)
