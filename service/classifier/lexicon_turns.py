"""What a single sentence turns on: lexicons that tell an attack, a failure or a denial from a promise.

Made against pairs of sentences that differ in a turn of phrase, and from lists of what regulators have
approved (FDA: approved cellular and gene therapy products; EMA: advanced therapies; as of 2025).
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
        salt""",
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
        work""",
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
        history, could soon be history, may as well, might as well""",
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
        right, sort out""",
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
        longer need""",
    "use.approved": """tisagenlecleucel, kymriah, axicabtagene, yescarta, brexucabtagene, tecartus,
        lisocabtagene, breyanzi, idecabtagene, abecma, ciltacabtagene, carvykti, obecabtagene, aucatzyl,
        onasemnogene, zolgensma, itvisma, voretigene, luxturna, etranacogene, hemgenix, valoctocogene,
        roctavian, fidanacogene, beqvez, durveqtix, betibeglogene, zynteglo, lovotibeglogene, lyfgenia,
        exagamglogene, exa-cel, casgevy, elivaldogene, skysona, atidarsagene, libmeldy, lenmeldy,
        strimvelis, eladocagene, upstaza, kebilidi, delandistrogene, elevidys, nadofaragene, adstiladrin,
        talimogene, imlygic, beremagene, vyjuvek, prademagene, zevaskyn, maci, carticel, chondrosphere,
        spherox, holoclar, epicel, apligraf, dermagraft, stratagraft, gintuit, laviv, integra, omisirge,
        omidubicel, hemacord, ducord, clevecord, allocord, remestemcel, ryoncil, temcell, darvadstrocel,
        alofisel, lantidra, donislecel, rethymic, provenge, sipuleucel*, amtagvi, lifileucel, tecelra,
        afamitresgene, ebvallo, tabelecleucel, regranex, becaplermin, nusinersen, filgrastim, plerixafor,
        car-t, car t, cart-t, chimeric antigen""",
    "use.established": """aplastic anaemia, aplastic anemia, anaemia, anemia, fanconi, myelodysplas*,
        leukaemi*, leukemi*, lymphoma*, myeloma*, blood cancer*, blood disorder*, blood disease*,
        neuroblastoma, severe combined, immunodeficien*, wiskott*, granulomatous, hurler*, krabbe,
        adrenoleukodystrophy, leukodystrophy, osteopetrosis, thalassaemi*, thalassemi*, sickle*,
        haemophilia, hemophilia, spinal muscular atrophy, leber, inherited retinal, bone marrow failure,
        marrow failure, stem cell rescue, autologous transplant*, allogeneic transplant*, cord blood
        transplant*, cord-blood transplant*, stem-cell transplant*, blood-forming, blood forming,
        engraft*, hla, matched donor, sibling donor, transplant centre*, transplant center*, transplant
        physician*, skin graft*, cultured skin, burn, burns, burn unit*, corneal graft*, corneal
        transplant*, cornea transplant*, limbal, bone graft*, cartilage graft*, nasal cartilage, ear
        cartilage, chondrocyte*, blood transfusion*, platelet transfusion*, organ transplant*, kidney
        transplant*, heart valve*, dialysis, foot ulcer*, leg ulcer*, refractory large b-cell, all in
        children, childhood all, metachromatic, ada-scid, smn1, rpe65""",
}
