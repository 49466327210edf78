"""What a single sentence turns on: lexicons that tell an attack, a failure or a denial from a promise.

Made against pairs of sentences that differ in a turn of phrase. Negations that promise draw on Horn 1989 (A
Natural History of Negation), downtoners on Quirk et al. 1985 (A Comprehensive Grammar of the English
Language), and the seller as a source on Saurí and Pustejovsky 2009 (FactBank: whose word an event rests on).
`lexicon.py` tells how entries are written.
"""

from __future__ import annotations

from typing import Final

TURNS: Final[dict[str, str]] = {
    "hedge.debunk": """myth*, bogus, hoax*, nonsense, quack*, baseless, unfounded, groundless,
        unsupported, unsubstantiated, unwarranted, no such thing, debunk*, refut*, disprov*, rebut*,
        contradict*, discredit*, retract*, misstat*, misrepresent*, mislead*, misled, misinform*,
        disinform*, pseudoscien*, snake oil, snake-oil, wishful, fairy tale*, fantasy, fiction, fictional,
        fictitious, hollow, disservice, denounc*, condemn*, criticis*, criticiz*, rebuk*, reprimand*,
        dismiss*, distanced, disown*, deplor*, disput*, doubt*, dubious, questionable, implausib*,
        far-fetched, so-called, supposed, supposedly, alleged*, purport*, claim that, claims that, claimed
        that, claiming that, the claim, the claims, such claims, these claims, claim is, claims are,
        untrue, not true, isn't true, is false, are false, falsely, falsehood*, wrong, wrongly, mistaken,
        erroneous*, inaccura*, in error, no basis, without basis, no foundation, without foundation, no
        support, nothing supports, not supported, does not hold, do not hold, doesn't hold, did not hold,
        fallen apart, falls apart, fell apart, collapses, collapsed, overlooks, ignores, leaves out,
        leaves unsaid, goes too far, go too far, went too far, goes beyond, went beyond, overreach*,
        overpromis*, over-promis*, oversell*, oversold, overblown, inflated, too good to be true, sales
        pitch, marketing, advertis*, advert*, hype machine, prey on, preys on, preying on, exploit*,
        deceiv*, deceptive*, decept*, swindl*, con men, charlatan*, profiteer*, sued, lawsuit*, prosecut*,
        convicted, indict*, fined, injunction, banned, ban on, shut down, struck off, ordered to, forbade,
        forbids, regulator, regulators, watchdog*, ombudsman, advertising standards, fact-check*, fact
        check*, no trial supports, no study supports, no trial has, no study has, no one has shown, nobody
        has shown, beware, wary, be careful, think twice, red flag*, take with, grain of salt, pinch of
        salt, don't believe, do not believe, not believe, never believe, hard to believe, be fooled,
        fooled, fools, fall for, falls for, falling for, fell for, lure, lures, lured, luring, entice*,
        dupe, dupes, duped, duping, gullib*, con artist*, con trick*, trick, tricks, tricked, rip-off,
        ripoff, ripped off, peddl*, hawk, hawks, hawked, hawking, tout, touts, touted, touting, tall
        tale*, old wives, urban legend*, misconception*, fallac*, delusion*, illusion*, illusory, hogwash,
        humbug, bunk, rubbish, hooey, baloney, gimmick*, ploy, pretend*, masquerad*, posing as, poses as,
        dressed up as, passed off, smoke and mirrors, hot air, pipe dream*, magical thinking, junk
        science, bad science, cherry-pick*, contrary to, despite what, whatever the, would have you
        believe, have us believe, wants you to believe, want you to believe, lead you to believe, leads
        you to believe, led to believe, scoff*, mock*, ridicul*, laughable, laughed at, absurd*,
        preposterous, takes issue, took issue, take issue, called out, calls out, slammed, slams,
        lambast*, censur*, castigat*, chide, chided, accus*, upheld, ruled that, ruled against, ruling,
        told to stop, told to remove, told to withdraw, taken down, take down, took down, had to remove,
        had to withdraw, had to take, withdrew, withdrawn, backtrack*, walked back, apologis*, apologiz*,
        cannot back, could not back, can't back, couldn't back, does not back, do not back, not backed,
        not borne out, bear out, bears out, not stand up, stand up to scrutiny, under scrutiny, unable to
        substantiate, could not substantiate, cannot substantiate, declined to comment, asked for
        evidence, without evidence, without any evidence, without data, without any data, without proof,
        without a study, without citing, shred of, not a shred, a scrap of, an iota, scant, flimsy, shaky,
        tenuous, spurious, specious, unsound, bluster*, boast, boasts, boasted, boasting, brag*, swears
        by, swore, sold as, marketed as, billed as, so it says, so he says, so they say, or so, nowhere
        near, anything but, by no means, in no way, far from, a far cry, nothing of the sort, nothing of
        the kind, no truth, any truth, little truth, kernel of truth, grain of truth, half-truth*, a lie,
        lies about, lied, lying to, dishonest*, reality check, in reality, the reality is, the truth is,
        not the case, a stretch, leap of faith, laid to rest, lay to rest, put to rest, taken apart, paid
        to say, paid for saying, paid by, paid promotion, conflict of interest, conflicts of interest,
        vested interest*, critics, critic, inspectors, tribunal, judge, strikes off, desperate, vulnerable
        patient*, get-rich, money-maker, ruse, complained to the, complaint about, complaints about, court
        found, court ruled, in court, the court, cash in, cashing in, cashes in""",
    "hedge.null": """no better, no different, no difference, no effect, no improvement*, no change, no
        gain, no advantage, no more than, no response, none of the, none improved, none had, not respond*,
        nonrespon*, non-respon*, did nothing, does nothing, do nothing, did no, did little, does little,
        do little, made no, makes no, make no, fell short, falls short, fall short, disappointing,
        failure, failures, futil*, ineffective, in vain, unchanged, stopped early, halted early,
        terminated, stopped for, little to go on, not recommend*, no guideline*, recommends against,
        recommend against, advise against, advises against, advised against, cannot be ruled out, can't be
        ruled out, not be ruled out, unresolved, open question*, remains open, is open, still open,
        undecided, unanswered, nobody knows, no one knows, not know, don't know, we do not know, cannot
        say, can't say, cannot tell, can't tell, too early, too soon, premature*, guesswork, untested,
        never been tested, not been tested, not tested, not yet tested, not been studied, never been
        studied, unstudied, not established, not yet established, not been established, not been
        confirmed, not confirmed, not replicated, not been replicated, unconfirmed, unreplicated,
        unpublished, no data, no trial*, no studies, no study, no controlled, without controls, without a
        control, no control group, uncontrolled, not controlled, not randomi*, non-randomi*, nonrandomi*,
        not blinded, unblinded, by chance, chance alone, placebo effect, placebo response, regression to
        the mean, natural course, natural history, may have improved anyway, anyway, only a minority,
        minority of, in a minority, short-lived, wore off, wears off, wear off, faded within, not last,
        did not last, temporary, not curative, not cure, does not cure, do not cure, not heal, not regrow,
        not regenerate, not reverse, not stop, not prevent, not restore, not repair, not replace, not
        work, none was, none were, none could, none of those, not one, only one in, fewer than half, less
        than half, a handful, missed its, missed the, miss its, failed its, failed the, fails the, failed
        in, fails to, failing to, fail to, lost out, no sign, no signs, no trace, no hint, no indication,
        no reason to think, no reason to believe, no reason to expect, no way of knowing, no telling, no
        lasting, no lasting benefit, no measurable, no detectable, no discernible, no appreciable, no
        meaningful, no clinically, no real benefit, no proven, no known benefit, no such effect, never
        proven, never shown, never demonstrated, never confirmed, never replicated, never published, never
        compared, never worked, not shown, not demonstrated, not seen, not found, not observed, not
        detected, not improve*, not help*, not relieve*, not reduce*, not slow*, not halt*, not lower*,
        not change*, not differ, not any better, not outperform, not superior, not met, not meet, not
        reach*, not reverse*, not regain*, not return*, not grow, not rebuild, not recover*, not survive*,
        not lengthen, not prolong*, nor did, nor does, nor do, nor has, nor have, neither group, neither
        arm, neither dose, neither of, died within, still needed, still need, still use, still used, went
        on to have surgery, went on to need, came back within, returned within, relapsed within, back to
        where, as they were, as much as placebo, same as placebo, as placebo, than placebo, than saline,
        than sham, than control*, as saline, salt water, saltwater, did as well, fared no, no worse and no
        better, remained the same, stayed the same, stays the same, remain unchanged, barely moved, barely
        changed, hardly changed, hardly moved, scarcely, marginal*, negligible, minimal effect, of no use,
        of little use, no use, useless, pointless, wasted, waste of, discontinued, withdrawn from, gave
        up, inconsequential, absence of, in the absence of, unable to show, unable to find, unable to
        confirm, could not find, could not show, could not confirm, could not be confirmed, could not be
        shown, could not reproduce, cannot be put down to, cannot be attributed, cannot conclude, cannot
        be concluded, cannot be drawn, cannot be claimed, guess, guesses, guessing, mystery, anybody's
        guess, anyone's guess, jury is out, jury is still out, remains doubtful, remains unproven, remains
        unknown, without a comparison, without comparison, no comparison, nothing to compare, tells us
        nothing, tell us nothing, tells us little, tell us little, proves nothing, prove nothing, prove
        little, means little, mean little, next to nothing, says nothing, say nothing, does not mean, do
        not mean, doesn't mean, does not follow, not evidence, not a finding, not proof, no promise, no
        promises, neither better nor worse, not faster, not slow, not lower, not longer, as many, as in
        the control*, as with placebo, as after placebo, like placebo, so did the placebo, so did the
        control*, declined at the same, not the same as, nor was, nor were, remained between, stayed as,
        went on to have, needed surgery, went back, drifted, dwindled, waned, tapered off, not sustained,
        lost again, not durable, gone by, gone at, not been seen, not find, found none, found no, saw no,
        saw none, see no, showed no, showed none, show no, had none, hardly, barely, at best, at most, a
        guess, does not yet, do not yet, nobody yet, no one yet, none yet, rests on, rest on, based on
        only, only one, only two, only three, only four, just one, just two""",
    "hedge.token": """results may vary but, mileage may vary, everyone is different, everyone's different,
        every body is different, no promises but, can't promise but, cannot promise but, legally, lawyers,
        we are told to say, not allowed to say, must say, have to say, who knows, call it what, some may
        say, some might say, some would say, may sound, might sound, sounds like, sound like, almost,
        virtually, practically, nothing short of, may be counted on, can be counted on, count on, may
        safely, may confidently, may well be the end, may be the end, might be the end, may be the last,
        might be the last, may be the answer, may be your, might be your, could be your, may be the key,
        may hold the key, could hold the key, holds the key, could be the answer, could be the end, may
        never, might never, could never, may change everything, could change everything, may put, could
        put, may forget, might forget, may throw, may finally, might finally, could finally, may soon be
        history, could soon be history, may as well, might as well, may sound too good, sounds too good,
        too good to be true but, call us biased, we can't legally, not allowed to claim, lawyers make us,
        lawyers insist, disclaimer aside, fine print aside, sceptics may say, sceptics say, skeptics say,
        skeptics may say, doubters, naysayer*, critics may, critics say what, let others, nearly every,
        nearly all, nearly always, almost every, almost all, almost always, almost never, practically
        every, virtually every, virtually always, next to no, as good as, little short of, not far from,
        all but, more or less guarantee*, should be enough, will probably be the last, may just be, might
        just be, could just be, could be the last, may be all you, might be all you, could be all you, can
        only, thanks to our lawyers, the small print, small print, let's just say, between us, between you
        and me, off the record, we are not supposed, not supposed to say, we hesitate to, hesitate to
        call, dare we say, dare say, if you can call, not to say, only be a matter, matter of time, a
        formality, rubber-stamp*, might well be, could well be, may well be, may even, might even, could
        even, may no longer, might no longer, could no longer, may be able to forget, potential to
        transform, potential to revolution*, potential to replace, potential to cure, potential to
        eliminate, potential to end, potential to become the, could transform, could revolution*, may
        transform, may revolution*, may represent, could represent, could redefine, may redefine, could
        one day replace, stands to, poised to, set to transform, on the threshold, on the verge, on the
        cusp, opens the door, opens the way, open the door, paves the way, pave the way, paving the way,
        brings us closer, one step closer, a step closer, within reach, spare thousands, could spare,
        could save, could help millions, millions of patients, thousands of patients, changes the, change
        the way, could offer a, offers a new, viable alternative, valid alternative, should be considered,
        should be offered, can be recommended, could be used in clinical, first-line""",
    "claim.outcome": """walk again, walking again, run again, running again, see again, seeing again, hear
        again, talk again, move again, dance again, play again, stand again, work again, breathe freely,
        breathe again, sleep again, threw away, throw away, throws away, thrown away, toss, tossed,
        crutches, wheelchair*, cane, walker, walkers, cancelled, canceled, called off, back to work, back
        to sport*, back on, back in the game, gone, vanish*, disappear*, melt*, fade*, fading, dissolv*,
        banish*, beat, beats, beaten, beating, defeat*, conquer*, overcome*, overcame, wipe*, erase*,
        erasing, purge*, flush*, rid of, turn back, turns back, turned back, roll back, rolls back, rolled
        back, free of, freed from, free from, end of, ends, ended, ending, put an end, puts an end, no
        longer need*, no longer, off medication*, off insulin, off oxygen, off opioid*, off her, off his,
        needle-free, insulin-free, drug-free, seizure-free, new knee*, new heart, new liver, new lungs,
        like new, good as new, brand-new, brand new, born again, second life, second chance, new life,
        rescue*, save, saves, saving, spare, spares, spared, sparing, grows back, grow back, grew back,
        growing back, grown back, regain*, return of, comes back, come back, came back, bounce back, fix,
        fixes, fixed, fixing, correct, corrects, corrected, correcting, resolve, resolves, resolved,
        resolving, clear, clears, cleared up, clears up, normaliz*, normalis*, rewire*, reset, resets,
        reprogram*, reboot*, recharg*, replace, replaces, replacing, turn off, switch off, switched off,
        shut off, arrest*, arrests, thicken*, fill in, fills in, close, closes, closed, knit, knits, bring
        back, brings back, brought back, give back, gives back, gave back, win back, put right, puts
        right, sort out, put off the, stopped needing, stops needing, no more injections, no more tablets,
        no more pills, drop the, dropped the, give up the, gave up the, left behind, behind you, behind
        me, a thing of the past, things of the past, wakes up, wake up, woke up, reawaken*, comes alive,
        back to life, bring to life, years younger, years off, turn the clock, turned the clock, turns the
        clock, turning back, climb stairs, stairs again, golf again, tie her, tie his, lift her, lift his,
        kneel, kneeling, sleeps through, slept through, breathes, speaks, speak again, talks, spoke, words
        came, sings, reads again, read again, drives again, drive again, normalises, normalizes, restores
        sight, gives sight, sight returned, sight returns, hearing returned, hearing returns, tremor gone,
        pain gone, pain is gone, pain left, new cartilage, new bone, new muscle, new nerve*, new neuron*,
        new vessels, new hair, new skin, new teeth, new tooth, full function, full recovery, full
        strength, full movement, fully recovered""",
    "boost.denial": """nothing can go wrong, can go wrong, go wrong, nothing to lose, nothing to fear, not
        to be feared, no need to fear, no fear of, unheard of, never happen*, not happen, do not occur,
        does not occur, don't occur, never occur*, never had a, never had any, never seen a, never seen
        any, never once, not once, not one of, not a single, no one has ever, nobody has ever, no patient,
        no known, no harm, no danger, no downside*, no drawback*, no reaction*, no complication*, no
        allerg*, no toxicity, no recovery time, no worries, worry-free, worry free, carefree, fail-safe,
        failsafe, foolproof, fool-proof, cannot fail, can't fail, never fail*, cannot be rejected, cannot
        reject, can't reject, cannot harm, can't harm, cannot hurt, can't hurt, cannot cause, can't cause,
        impossible to, is impossible, excluded, out of the question, as safe as, safer than, beyond doubt,
        beyond question, no longer any doubt, no question, without question, without a doubt, no longer
        open, settled, set in stone, a certainty, a fact, is a fact, sure bet, sure thing, surely,
        assured*, rest assured, bound to, you will, will be, every single, each and every, without
        exception, no exception*, everyone, everybody, all of our, all our, every one of, always works,
        works every time, works for everyone, no illness, no disease, no condition, hardly a condition, no
        longer need, cannot go wrong, can't go wrong, nothing goes wrong, cannot lose, can't lose, no
        obstacle, no limit, no limits, no limitation*, no age limit, no restriction*, no
        contraindication*, no exclusion*, no reason not, no reason to wait, no reason to worry, nothing in
        it that, nothing that could hurt, nothing that could harm, nothing harmful, nothing to worry,
        nothing foreign, never been injured, has ever been harmed, ever been harmed, ever regretted, ever
        complained, ever asked for, ever failed, no failures, no failure, no complaints, zero complaint*,
        zero complication*, zero infection*, zero side, zero downtime, zero failure*, free of side, free
        of risk, free from side, free of complication*, cannot occur, can't occur, cannot happen, can't
        happen, cannot react, can't react, cannot overdose, cannot overdo, impossible to overdo, unable to
        cause, incapable of harm*, no one leaves, nobody leaves, no one goes home, nobody goes home, no
        one is too, nobody is too, no joint is too, no case is too, no patient is too, never too late,
        never too old, never too far, not too late, not too old, not the end, beyond dispute, beyond all
        doubt, indisputable, irrefutable, incontestable, unquestionabl*, undisputed, no longer in dispute,
        no one doubts, nobody doubts, no doubt remains, need not fear, needn't worry, need not worry, need
        not wonder, not unheard of, no exaggeration, not an exaggeration, spotless, flawless, unfailing*,
        infallibl*, without fail, never miss*, never lets, never let you down, hundred percent, 100
        percent, all of them, everyone who, everybody who, every one, any stage, at any age, at every age,
        whatever your age, whatever the cause, no matter how, no matter what, no matter your, amiss,
        hitch, hiccup*, never let, not a trace, no such risk, none of the risk*, none of the side, none of
        the danger*, free from risk, without any side, without any risk, without any danger, without
        danger, without complication*, unlike drugs, never been a, has never been, have never been,
        harmless as, safe as, ruled out, is ruled out, cannot but, can only benefit, can only help, can
        only gain, only winners, nil, unknown to us, unknown here, is a formality, full stop, leaves no
        doubt, leave no doubt, speaks for itself, speak for themselves, can't be wrong, cannot be wrong,
        stands up to, always take*, always heal*""",
    "boost.turned": """not only, not just, not merely, not simply, not alone, nothing short, no less than,
        nothing less than, nothing but, none other, no other, nothing else, nothing like, nothing beats,
        nothing works like, nothing heals like, nothing repairs, like no other, like nothing else, unlike
        anything, second to none, bar none, no one does, no one else, nobody else, no rival, no equal,
        without equal, without rival, without parallel, never again, never before, never more, never
        better, never easier, never been easier, never been better, never looked, never felt, never looked
        back, no wonder, no surprise, no accident, no coincidence, no secret, not without reason, not for
        nothing, cannot but, can't but, cannot help but, can't help but, couldn't be, couldn't be happier,
        can't be beat*, cannot be beaten, can't be matched, cannot be matched, not be without, not to be
        missed, don't let, do not let, don't settle, do not settle, don't accept, don't be afraid, don't
        give up, why not, need not, needn't, no need, no need for, no need of, no needles, no knife, no
        scalpel, no surgery, no operation, no pills, no drugs, no more, no more need, no longer have to,
        no longer has to, no longer suffer*, no longer depend*, no longer rely, no longer hurt*, no longer
        use*, no longer take*, no longer a, no longer an, not need, don't need, doesn't need, do not need,
        does not need, will not need, won't need, won't have to, will not have to, don't have to, never
        need, never have to, not come back, never come back, never comes back, not return, never return*,
        not be afraid, leave behind, leaves behind, left behind, without having to, without needing,
        without an operation, without the knife, without a scar, without scars, without drugs, without
        medication*, without pills, without pain, without waiting, without side, without the risk*,
        without any risk, without any side, gone for, doesn't just, does not just, don't just, isn't just,
        is not just, more than just, doesn't merely, does not merely, rather than merely, instead of
        merely, instead of just, rather than just, far from merely, goes beyond, far more than""",
    "hedge.degree": """somewhat, a little, a bit, a touch, a shade, a trifle, to a degree, to some degree,
        to a certain extent, up to a point, in part, mildly, minor, tentative, modest gain*, modest
        benefit*, for a time, for a while, for some time, for some months, for some weeks, for a few, for
        some years, for now, for the moment, for the time being, so far, to date, as yet, until now, up to
        now, short term, short-term, in the short, at best, at most, at least in, if at all, if anything,
        if any, if so, not much, not always, not necessarily, not every, not everybody, not all, not many,
        not most, not quite, a minority, some had, some felt, some did, some do, early signs, early hint*,
        hint at, hints at, hints that, hint that, hinted, points to, point in, leans, leaned, slow to, a
        first step, modest step, small step, worth a try, worth trying, worth asking, worth studying, with
        luck, reasonable to expect, reasonable to hope, reason to hope, we hope, hoped, hopes that, fair
        but, frankly, honestly, to be honest, in all honesty, honest answer, honest truth, faint sign*,
        weak sign*, to be fair, admit*, concede*, acknowledg*, we cannot say, we can't say, we do not
        claim, we don't claim, we make no claim, we do not promise, we don't promise, make no promise*, no
        one can promise, nobody can promise, no one can say, nobody can say, no one can tell, nobody can
        tell, hard to say, hard to tell, hard to know, difficult to say, difficult to know, too few, too
        small, too short, so few, very few, only some, only in, only when, only if, only after, only time
        will""",
    "voice.seller": """brochure*, leaflet*, pamphlet*, prospectus*, flyer*, slogan*, tagline*, headline*,
        banner*, poster*, billboard*, website*, web site*, web page*, webpage*, homepage*, home page*,
        landing page*, blurb*, catalog*, infomercial*, advertisement*, advertiser*, ad, ads, advert,
        adverts, sales page*, sales rep*, salesman, salesmen, saleswoman, salespeople, salesperson,
        seller, sellers, vendor*, marketer*, promoter*, influencer*, podcast*, youtuber*, celebrit*,
        forum, forums, internet, press release*, carton, manufacturer*, maker, makers, franchise*, the
        firm, the company, the clinic, clinics that, clinics which, companies that, companies which,
        websites that, anyone who, anybody who, those who, people who sell, they say, they call, they
        claim, you will hear, you may hear, you may read, you may have read, you may have heard, you will
        read, you have heard, you've heard, we are told, you are told, we hear, claims the, promises the,
        says the, as the ads, as advertised""",
}
