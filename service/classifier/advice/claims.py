"""Set phrases that claim: certainty and benefit."""

from __future__ import annotations

from service.classifier.advice.rule import HOW_MANY, PEOPLE, VERY, rules
from service.classifier.results import Category, Step

_OUTCOME = (
    r"(?:benefits?|relief|results|recovery|improvements?|healing|outcomes|rejuvenation|regeneration"
    r"|advantages)"
)
_BEFORE_OUTCOME = rf"(?= (?:[\w-]+,? ){{0,4}}{_OUTCOME}\b)"
_BEFORE_AIM = (
    r"(?= (?:[\w-]+,? ){0,3}(?:results|recovery|healing|safety|effectiveness|outcomes|relief|approach)\b)"
)
_TOLD = r"(?:proven|shown|found|demonstrated|known|documented|reported)"
_EFFECTIVE = r"(?:effective|successful|beneficial|helpful|useful)"
_TREATMENT = (
    r"(?:treatments?|therap(?:y|ies)|solutions?|options?|approach|answers?|alternatives?|methods?|cures?"
    r"|remed(?:y|ies))"
)
_PRAISED = (
    r"(?:(?:safe|effective|proven|powerful|excellent|great|ideal|perfect|best|natural|only|permanent"
    r"|lasting|viable|successful|highly|very|most|and|non-surgical|non-invasive|long-term),? )+"
)

CLAIMS = (
    *rules(
        Category.CERTAINTY,
        "claims a proof without its study; name the study",
        (
            Step.ASK,
            (
                rf"(?:(?:has|have) (?:also )?been|is|are|was|were)"
                rf" (?:also )?(?:\w+ly )?{_TOLD} to(?: help)?\b"
                rf"(?! be (?:\w+ly )?(?:safe|{_EFFECTIVE}))"
            ),
            "{was} reported, in [which study], to",
        ),
        (
            Step.ASK,
            (
                r"(?:(?:has|have) (?:also )?been|is|are) (?:also )?(?:\w+ly )?(?:proven|shown|found)"
                rf" (?:to be )?(?:\w+ly )?{_EFFECTIVE} (?P<link>in|for|against)\b"
            ),
            r"{was} tested, in [which study], \g<link>",
        ),
        (
            Step.ASK,
            (
                r"(?:(?:many|numerous|several|recent|clinical|countless|new|scientific) )*(?:studies"
                r"|research|trials|science) (?:has |have )?(?:also |clearly |consistently )?(?:shows?"
                r"|shown|proves?|proven|confirms?|confirmed|demonstrated?) that\b"
            ),
            "[name of the study, in animals or in people, number of patients] reported that",
        ),
        (
            Step.ASK,
            (
                r"(?P<what>studies|trials|research|evidence|data)(?: has| have)? (?:also "
                r"|clearly )?(?:shows?|shown"
                r"|demonstrated?|demonstrates|proven?|proves|confirm(?:s|ed)?)"
                r"(?= (?!that|how|why|no|mixed|conflicting)\w)"
            ),
            r"\g<what> [which, in how many patients?] reported",
        ),
        (
            Step.ASK,
            (
                r"(?<!studies\s)(?<!research\s)(?<!trials\s)(?<!evidence\s)(?<!data\s)"
                r"(?:has|have) (?:also )?(?:shown|demonstrated|proven)(?= (?!that|to)\w)"
            ),
            "{was} reported, in [which study], to show",
        ),
        (Step.WEAKEN, r"(?<=[)\]\d]\s)(?:proves|proved|confirms|establishes)\b", "suggests"),
    ),
    *rules(
        Category.CERTAINTY,
        "a rate without its source; give the numbers",
        (
            Step.ASK,
            r"(?P<rate>\d[\d.,]* ?(?:%|percent|per cent)(?: success(?: rate)?)?)(?= ?(?:\w|[,.!;]|$))",
            r"\g<rate> [of how many patients, measured how, in which study?]",
        ),
        (
            Step.ASK,
            r"(?:(?:an?|very|extremely|high|excellent|unmatched|proven|impressive) )+success rates?\b",
            "a success rate of [number] of [number] patients [measured how?]",
        ),
        (
            Step.ASK,
            (
                r"(?:most|many|nearly all|almost all|the majority|countless|thousands"
                r"|hundreds)(?: of)?(?: our)?"
                rf" {PEOPLE}\b"
            ),
            HOW_MANY,
        ),
    ),
    *rules(
        Category.CERTAINTY,
        "nothing is certain in medicine; give the aim or the numbers",
        (
            Step.ASK,
            r"(?:results|success|relief|satisfaction) (?:is |are )?guaranteed\b",
            f"results {HOW_MANY}",
        ),
        (Step.ASK, r"we (?:can )?(?:guarantee|promise)(?= (?!that|you)\w)", f"{HOW_MANY} had"),
        (Step.ASK, rf"(?<!\w\s)expect{_BEFORE_OUTCOME}", f"{HOW_MANY} had"),
        (Step.WEAKEN, rf"(?:ensures|guarantees){_BEFORE_AIM}", "is aimed at"),
        (Step.WEAKEN, rf"to (?:ensure|guarantee){_BEFORE_AIM}", "aiming at"),
        (Step.WEAKEN, rf"(?:thereby )?(?:ensuring|guaranteeing){_BEFORE_AIM}", "aiming at"),
        *(
            (
                Step.ASK,
                (
                    rf"(?<!how\s)(?:you(?: will|[\u2019']ll| can)|we(?: will| can)) (?:\w+ly )?(?:also "
                    rf"|soon )?(?:{promised})\b"
                ),
                f"{HOW_MANY} {past}",
            )
            for promised, past in (
                ("see|expect to see|look forward to", "saw"),
                ("notice", "noticed"),
                ("feel", "felt"),
                ("experience|enjoy|achieve|get|have|expect|obtain", "had"),
                ("regain", "regained"),
            )
        ),
    ),
    *rules(
        Category.EFFICACY,
        "states an effect as a fact; say that it is being studied",
        (
            Step.WEAKEN,
            rf"(?P<be>is|are) (?:an? |the )?{_PRAISED}{_TREATMENT} (?P<link>for|against)\b",
            r"\g<be> being studied \g<link>",
        ),
        (
            Step.WEAKEN,
            r"(?P<be>is|are) (?:\w+ )?(?:the|an?) (?:\w+ )?(?:cure|answer|solution|remedy) (?:for|to)\b",
            r"\g<be> being studied in",
        ),
        (Step.WEAKEN, r"(?:a|the) (?:\w+ )?cure for\b", "a treatment under study for"),
        (
            Step.WEAKEN,
            rf"(?P<be>is|are) {VERY}{_EFFECTIVE} (?P<link>for|in|against)\b",
            r"\g<be> being studied \g<link>",
        ),
        (Step.WEAKEN, r"an? (?:[\w-]+, |[\w-]+ and )?effective way (?=to )", "a way, under study, "),
        (
            Step.WEAKEN,
            (
                r"(?<!proven\s)(?<!be\s)(?<!is\s)(?<!are\s)(?<!more\s)(?<!less\s)(?<!as\s)"
                r"(?:(?:highly|very) )?effective (?P<link>for|in|against)\b"
            ),
            r"under study \g<link>",
        ),
        (Step.WEAKEN, rf"(?:offers|provides|delivers|brings|gives){_BEFORE_OUTCOME}", "is being studied for"),
        (
            Step.WEAKEN,
            rf"(?:can|will) (?:offer|provide|deliver|bring|give){_BEFORE_OUTCOME}",
            "{is} being studied for",
        ),
        (
            Step.WEAKEN,
            (
                r"(?:also )?(?:leads to|contributes to"
                r"|results in(?= (?:an?|the|better|faster|improved|reduced|less|more|increased|full)\b))\b"
            ),
            "is being studied for",
        ),
        (
            Step.WEAKEN,
            r"(?:can |will |may )(?:also |even )?(?:lead to|result in|contribute to)\b",
            "{is} being studied for",
        ),
        (
            Step.WEAKEN,
            r"(?:has|have) (?:an? )?(?:[a-z]+ ){1,2}(?:effects?|impact) (?:on|in|for)\b",
            "{is} being tested for {its} effect on",
        ),
        (
            Step.ASK,
            r"responds? (?:very |extremely )?well to\b",
            "{is} being treated, in [which trial], with",
        ),
        (Step.WEAKEN, r"works (?:wonders )?(?:for|on|against)\b", "is being studied for"),
    ),
    *rules(
        Category.EFFICACY,
        "presents an aim as a result",
        (
            Step.WEAKEN,
            rf"(?<=,\s)(?:offering|providing|delivering|bringing|giving){_BEFORE_OUTCOME}",
            "with the aim of",
        ),
        (Step.WEAKEN, r"(?<=,\s)(?:ultimately )?(?:leading to|resulting in)\b", "with the aim of"),
        (
            Step.WEAKEN,
            r"how (?:do|does|can) (?P<what>[^?,.]{3,60}?) work (?:for|in|on|to treat)\b",
            r"which studies have tested \g<what> in",
        ),
    ),
)
