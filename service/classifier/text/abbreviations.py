"""Words that are written with a stop, by what the stop says of the sentence. All in lower case."""

from __future__ import annotations

from service.classifier.text.wordlist import words

TITLES = words("dr drs mr mrs ms mx prof profs messrs mme mlle")
"""No sentence ends after these."""

NEVER_LAST = words("e.g eg i.e ie vs v cf viz n.b nb c.f approx ca appr esp incl excl resp")
"""They announce what follows, so no sentence ends after these either."""

NUMBERED = words(
    "fig figs eq eqs eqn ref refs no nos vol vols ch chap sec sect tab tbl p pp para paras"
    " art suppl ser app"
    " ex lot cat"
)
"""With a number or a label after them the sentence goes on."""

WORDS_TOO = words("no fig ref art sec tab app ex lot cat min max mar sun sat am may dept in")
"""Abbreviations that are also ordinary words, at which a sentence may end."""

MEASURES = words(
    "mg mcg ug kg g ml dl l cm mm km hr hrs h min mins sec secs wk wks yr yrs mo mos lb lbs"
    " oz ft pt pts"
    " etc max avg temp conc wt vol/vol"
)
"""A sentence ends after these where a capital follows."""

TIMES = words("a.m p.m am pm")

DATES = words("jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun")

NAMES = words(
    "al inc ltd co corp llc plc bros jr sr esq ph.d phd m.d md d.o r.n b.sc m.sc d.sc d.phil"
    " dphil b.a m.a"
    " st sts rev hon gen col maj capt cpt lt sgt gov sen rep pres dir supt asst assoc dept"
    " univ inst intl assn"
    " ave blvd rd hwy bldg est mt jpn calif fla tex minn mass conn penn wash ariz colo mich"
    " ill ind tenn va pa"
    " spp sp subsp var ser nat med surg clin biol chem sci res proc trans rheum cardiol"
    " neurol oncol orthop"
    " transplant cell j int am eur br ann arch acad natl rev"
)
"""A sentence ends after these only where the next word is one that begins sentences."""

BEGINNERS = words(
    "the this that these those it its he she they we i you his her their our your my in on"
    " at for from with"
    " by to of as if when while although though because since after before during however moreover"
    " furthermore therefore thus then there here but and or so yet nor an a another some"
    " many most all no not"
    " both each every several few one two three four such what why how who where which until"
    " unless despite"
    " also overall finally first second third recent recently today now patients"
    " participants results"
    " researchers conclusions methods background only even still once within without under"
    " over between"
    " is are was were do does did can could will would may might should please call ask see"
)

LETTERED = words(
    "vitamin vitamins hepatitis group groups type types grade phase stage class arm cohort"
    " part table figure"
    " appendix plan factor panel protein option level schedule section category point"
    " appendices line and or"
    " & influenza strep blood immunoglobulin"
)
"""Nouns that a single capital completes: "vitamin C."; elsewhere a single capital is an initial."""

LABELS = words(
    "step day week month year tip question myth fact reason q a chapter part section stage"
    " rule lesson number"
    " phase module session visit case example note point"
)
"""Words that with a number make a label, not a sentence: "Step 1. Draw blood."."""

SAYS = "said says asked asks added adds wrote writes explained explains laughed laughs recalled recalls told"
