"""Set phrases that sell: borrowed standing, testimonials, rivals run down, praise, pressure."""

from __future__ import annotations

from service.classifier.advice.rule import HOW_MANY, PEOPLE, rules
from service.classifier.results import Category, Step

_RIVALS = r"(?:surgery|surgeries|drugs|medications?|steroids|fillers|transplants?|replacement)"
_BETTER = r"(?:better|safer|faster|quicker|superior|cheaper|gentler|stronger|more [\w-]+|less [\w-]+)"
_MASKING = (
    r"(?:rather than|instead of|and not) (?:just |simply |merely )?"
    r"(?:mask|treat|suppress|cover|manag|hid|numb|going)\w*[^,.;!?]*"
)
_MARVEL = (
    r"(?:true |real |medical |major )?(?:game[ -]?changers?|breakthroughs?|miracles?|revolution|holy grail"
    r"|magic bullets?|fountain of youth|wonders?|gold standard)"
)
_NEW = r"(?:scientific |medical |major |new )*"
_PAUSE = r"[,;:.!]?(?: [\u2013\u2014-])? ?"

SALES = (
    *rules(
        Category.STANDING,
        "standing is not evidence; approval holds for one use",
        (
            Step.ASK,
            r"FDA[ -](?:registered|registration|cleared|compliant|regulated|listed)\b",
            r"\g<0> [registration is not approval: approved for which use, if any?]",
        ),
        (
            Step.ASK,
            r"(?:FDA|EMA|MHRA|TGA)[ -](?:approved|approval)\b(?! (?:for|of|to) )",
            r"\g<0> [for which use?]",
        ),
        (
            Step.ASK,
            r"(?:COFEPRIS|c?GMP|ISO|government|AABB)[ -](?:certified|licensed|compliant|accredited)\b",
            r"\g<0> [a licence to make it, not a proof of effect: approved for which use, if any?]",
        ),
        (
            Step.ASK,
            r"(?:backed|supported|validated) by (?:\w+ )?(?:science|research|evidence|studies|data)\b",
            "[supported by which study, in how many patients?]",
        ),
        (
            Step.ASK,
            (
                r"(?:(?:widely|increasingly) (?:used|accepted|recogni[sz]ed|adopted)"
                r"|(?:growing|gaining) (?:acceptance|recognition|popularity))\b"
            ),
            r"\g<0> [by whom, for which use?]",
        ),
        (
            Step.ASK,
            r"clinically[ -](?:proven|tested|validated|demonstrated)(?= ?(?:[.,;:!]|$|in|for))",
            "[tested in which trial, with which result?]",
        ),
    ),
    *rules(
        Category.TESTIMONIAL,
        "one report says nothing about the others; give the numbers",
        (
            Step.ASK,
            (
                r"(?:(?:many|most|all|our|other|former|countless|the|of|thousands|hundreds|some|several) )*"
                rf"{PEOPLE} (?:have |often |frequently |consistently |usually |typically |generally |also )*"
                r"(?=report|experience|notice|find|found|see)"
            ),
            f"{HOW_MANY} ",
        ),
        (
            Step.ASK,
            r"(?:success|inspiring) story\b",
            "report of one patient [how many others were treated, and how did they fare?]",
        ),
    ),
    *rules(
        Category.COMPARISON,
        "a comparison needs a trial",
        (
            Step.ASK,
            (
                rf"(?P<be>is|are) (?:far |much |even |clearly |often "
                rf"|also )?{_BETTER}(?: and {_BETTER})?(?: \w+)?"
                r" (?:than|to)\b(?! (?:ever|before|use|get|have)\b)"
            ),
            r"\g<be> being compared, in [name of the trial], with",
        ),
        (
            Step.ASK,
            (
                rf"(?:far |much )?(?:{_BETTER}|greater|higher|lower|less|fewer"
                rf"|more) (?P<what>(?:[\w-]+ ){{1,6}}?)"
                r"(?:than(?: with)?|compared (?:to|with)|versus|vs\.?)(?= )(?! ever)"
            ),
            r"\g<what>compared, in [name of the trial], with",
        ),
        (
            Step.ASK,
            (
                r"without (?:the )?(?:need for |risks? (?:of |and drawbacks of )?|having )?"
                rf"(?:invasive |major |traditional )?{_RIVALS}\b"
            ),
            r"\g<0> [how many needed it later, compared with what?]",
        ),
        (Step.ASK, rf"alternatives? to (?:[\w-]+ )?{_RIVALS}\b", r"\g<0> [compared with it in which trial?]"),
        (Step.ASK, r"say (?:goodbye|good-bye|farewell) to\b", f"{HOW_MANY} no longer had"),
    ),
    *rules(
        Category.COMPARISON,
        "runs down a rival without data",
        (Step.REMOVE, r"unlike [^,.;]{3,70}, ", ""),
        (Step.REMOVE, rf"(?<=\w),? {_MASKING}(?=[.;!?]|$)", ""),
        (Step.REMOVE, rf"(?<!\w\s){_MASKING}, ", ""),
        (
            Step.REMOVE,
            (
                r"(?:don[\u2019']t|do not|doesn[\u2019']t|does not) (?:just|only|simply"
                r"|merely) [^,.;]{3,50}[,;\u2014] ?"
                r"(?:but |they |it |we )?(?:rather |instead |also )?"
            ),
            "",
        ),
    ),
    *rules(
        Category.HYPE,
        "a superlative; say what was studied",
        (
            Step.WEAKEN,
            rf"(?P<be>is|are) (?:truly |really )?(?:an? |the )?{_MARVEL} (?:in|for|of)\b",
            r"\g<be> being studied in",
        ),
        (Step.WEAKEN, r"(?:is|are) the future of\b", "{is} being studied in"),
        (Step.WEAKEN, rf"{_NEW}breakthroughs\b", "findings"),
        (
            Step.WEAKEN,
            rf"{_NEW}breakthrough(?= (?:in|for|of|that|is|was|has)\b|[.,;!?]|$)",
            "finding",
        ),
        (Step.WEAKEN, r"harnesses the (?:\w+ )?(?:power|potential)(?: of)?\b", "uses"),
        (Step.WEAKEN, r"harness(?:ing)? the (?:\w+ )?(?:power|potential)(?: of)?\b", "using"),
        (Step.REMOVE, r"the (?:\w+ )?(?:power|magic|miracle|wonders?|promise) of (?=\w)", ""),
        (Step.WEAKEN, r"(?:stands? |is |are )?at the (?:very )?forefront of\b", "{is} working in"),
        (Step.ASK, r"(?:a |your )?new lease on life\b", "[outcome measured, in how many patients]"),
        (Step.REMOVE, r"look no further than ", ""),
    ),
    *rules(
        Category.PRESSURE,
        "presses the reader; give the evidence",
        (
            Step.ASK,
            (
                r"(?<!\w\s)don[\u2019']t let (?P<what>.{2,60}?) (?:continue to |to )?(?:control|hold"
                r"|dictate|keep|stop|rule|ruin|define|slow|limit|take)\b.*"
            ),
            r"\g<what>: [what was studied, in how many people, compared with what, and with which harms?]",
        ),
        (
            Step.REMOVE,
            (
                r"(?:don[\u2019']t|do not) (?:wait|delay|hesitate|miss out)(?: any longer| another day"
                rf"| until it is too late)?{_PAUSE}(?=\w)(?!(?:to|for|until)\b)(?:and )?"
            ),
            "",
        ),
        (Step.REMOVE, rf"(?:hurry|act (?:now|fast|today)){_PAUSE}(?:and )?(?=\w)", ""),
        (
            Step.REMOVE,
            (
                r",? (?:before it(?:[\u2019']s| is) too late|while (?:places|slots|spots|supplies) last"
                r"|for a limited time(?: only)?)\b"
            ),
            "",
        ),
        (
            Step.REMOVE,
            (
                r"(?:only|just) (?:\d+|a few|two|three|five|ten) (?:places|slots|spots|appointments)"
                rf" (?:are )?(?:left|remaining|available){_PAUSE}"
            ),
            "",
        ),
        (
            Step.REMOVE,
            (
                r"(?<!\bby)(?<!until)(?<!\bof) (?:today|now|right now|right away)"
                r"(?= ?(?:[.!\u2013\u2014-]|and\b|to\b|for\b|$))"
            ),
            "",
        ),
    ),
)
