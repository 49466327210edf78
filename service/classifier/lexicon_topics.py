"""What a sentence is about, where that is no treatment's effect: disease, the steps of a trial, a limit.

Most errors that were read (docs/model.md, "The errors by kind") are of sentences that share their words with
claims or cautions and are about something else. Made from the sections that patient information, trial
registries (the WHO's data set of 20 items) and CONSORT 2010 reports have, and from lists of what regulators
have approved (FDA: approved cellular and gene therapy products; EMA: advanced therapies; PMDA; as of 2025).
`lexicon.py` tells how entries are written.
"""

from __future__ import annotations

from typing import Final

TOPICS: Final[dict[str, str]] = {
    # --- the disease: who has it, how it runs ------------------------------------------------------
    "topic.disease": """prognosis, outlook for, life expectancy, lifespan, survival rate*, five-year
        survival, symptom, symptoms of, symptoms include, symptoms are, signs include, onset, diagnos*,
        misdiagnos*, newborn screening, progressive, deteriorat*, declines with, incidence, prevalence,
        prevalent, affects about, affects around, affects some, affects one, affects more than, affects
        nearly, affects an estimated, affects up to, affects people, affects men, affects women, affects
        children, people worldwide, people live with, people living with, lives with, born with, one in, per
        million, per hundred thousand, inherit*, heredit*, runs in families, run in families, congenital,
        genetic disorder*, genetic disease*, genetic condition*, gene mutation*, mutation, mutations, faulty
        gene*, faulty copies, recessive, x-linked, leading cause, common cause, commonest cause, most
        common, frequent cause, major cause, caused by, causes of, is caused, are caused, results from,
        arises from, arise from, risk factor*, more common in, more often in, fatal, incurable, chronic
        disease*, chronic inflammatory, die within, die of, die from, dies of, dies from, die before, die
        in, dies within, died of, died from, kills, killed, claims the lives, unable to walk, unable to
        speak, unable to breathe, stop walking, wheelchair by, lose the ability, loses the ability, loss of
        vision, loss of sight, loss of hearing, loss of smell, loss of muscle, muscle wasting, weakness,
        paralysis, numbness, tremor, seizures, fatigue, breathless*, shortness of breath, swallow*, flare,
        flares, flare-up*, episodes of, attacks of, pain crises, pain crisis, crises, advanced disease,
        end-stage, late-stage, early-onset, relapsing-remitting, stage i, stage ii, stage iii, stage iv,
        grade ii, grade iii, pathogenesis, aetiology, etiology, comorbid*, there is no cure, treatment
        options are, current treatment*, standard treatment*, usual treatment, usual care, supportive care,
        palliative, life support, ventilator*, ventilation, tube feeding, feeding tube, waiting list*,
        awaiting, organ shortage, shortage of donor*, donor shortage, burden of, unmet, quality of life is,
        disease-modifying""",
    # --- the steps of a trial: how it is run, not what came of it ----------------------------------
    "topic.trial": """enrol*, re-enrol*, recruits, recruiting, recruitment, eligible, eligibility, inclusion
        criteria, exclusion criteria, excluded from, ineligible, first patient, last patient, first
        participant*, last participant*, patient dosed, patients dosed, participant dosed, dosing, dose
        cohort*, dose-escalation, dose escalation, dose-finding, dose level*, higher dose, lower dose,
        single dose of, trial site*, study site*, clinical site*, sites in, centres in, centers in,
        multinational, sponsor, sponsored, sponsors, investigator-initiated, data monitoring, safety
        monitoring board, monitoring committee, steering committee, ethics committee*, ethics board*, review
        board, institutional review, clinicaltrials, trial registry, trial registr*, registered trial, is
        registered, registration number, protocol amendment*, informed consent was, gave written consent,
        written informed, screening visit, baseline visit, follow-up visit*, study visit*, will be followed,
        are followed, are being followed, were followed, will be assessed, will be measured, will be
        compared, will be randomi*, will be assigned, will receive, will undergo, will enrol*, will recruit,
        will include, will take part, took part, taking part, expects to, expect to report, expected to
        report, planned for, is planned, are planned, is under way, is underway, are under way, are
        underway, in preparation, is set to begin, set to start, set to begin, begins dosing, began dosing,
        topline, top-line, readout*, read out, interim analysis, data cut*, cut-off date, database lock,
        ind, ind application, investigational new drug, clinical trial application, bla, biologics license
        application, marketing application, marketing authorisation application, rolling submission,
        pre-submission, clinical hold, hold lifted, clearance to begin, clearance to start, orphan drug,
        fast track, fast-track, rmat, prime designation, priority review, priority medicine*, breakthrough
        therapy designation, sakigake, designation, rare pediatric, rare paediatric, voucher, primary
        endpoint*, secondary endpoint*, exploratory endpoint*, co-primary, primary outcome*, secondary
        outcome*, outcome measure*, intention to treat, intention-to-treat, per-protocol, allocat*, blinded
        assessor*, sample size, power calculation, powered to, washout, run-in, no longer recruiting,
        natural history study, observational study, registry study, expanded access, compassionate use,
        phase 1b, phase 2a, phase 2b, was conducted, were conducted, was carried out, were carried out, was
        performed, were performed, were measured, was measured, were recorded, was recorded, were analysed,
        were analyzed, was analysed, was analyzed, were excluded, were included, were searched, two
        reviewers, were collected at, was calculated, manufacturing run*, contract manufactur*, tech
        transfer, technology transfer, series a, series b, seed round, milestone payment*, upfront payment,
        cash runway, cash and cash, conference call, webcast, nasdaq, otcqb, orphan designation, orphan
        status, masked assessor*, recruits patients, plans to enrol*, plans to begin, plans to start, plans
        to file, plans to submit, plans to meet""",
    # --- a limit that no hedge tells ---------------------------------------------------------------
    "hedge.bound": """no control arm, no placebo, without comparison, without placebo, without a placebo,
        single-arm, single arm, open pilot, uncontrolled series, case reports only, historical control*,
        historical comparison, self-reported, self-selected, selection bias, bias, biased, confound*,
        underpowered, too few, too small, too short, too soon to, few patients, few people, few children,
        handful of, a handful, dozen or so, in a single, at one centre, at one center, at a single,
        single-center, single-centre, lost to follow-up, lost to follow, dropped out, dropout*, drop-outs,
        withdrew, missing data, short follow-up, follow-up was short, short-term follow, not yet
        peer-reviewed, not peer-reviewed, peer review is, preprint, interval included, interval crossed,
        interval touched, included zero, crossed zero, touched zero, included one, crossed one, included no,
        wide interval*, wide confidence, ns, nonsignificant, non-significant, did not reach, did not meet,
        was not met, missed its, missed the, misses, not superior, was similar, were similar, was the same,
        were the same, same rate, same amount, equally often, as often as, as much as placebo, as did
        placebo, than placebo, than sham, than saline, with saline, with placebo, with sham, on placebo, in
        both groups, in both arms, between groups, between arms, between the groups, between the arms,
        smallest change, clinically meaningful difference, clinically important difference, variability of,
        heterogen*, very low certainty, low certainty, moderate certainty, high risk of bias, funnel plot*,
        publication bias, not repeated, not been repeated, never been repeated, not reproduced,
        irreproducib*, could not reproduce, could not be reproduced, nobody has, has anyone, anyone has, so
        far, thus far, to date, as yet, until then, until more, at best, at most, at the earliest, years
        away, decades away, long way from, far from, not ready, still experimental, still unlicensed, still
        unapproved, not licensed, not authorised, not authorized, nor authorised, holds no licence, has no
        licence, without a licence, without approval, without licence, not cleared for, not indicated for,
        not intended for, outside trials, outside of trials, outside a trial, outside research, only in
        research, only within trials, only in trials, in trials only, does not mean, do not mean, need not
        mean, says nothing, say nothing, says little, tells us little, tells nothing, tell nothing, tells
        little, proves little, prove little, proves nothing, is no proof, cannot conclude, cannot be
        concluded, cannot be inferred, cannot be generali*, may not generali*, not apply to, does not apply,
        do not apply, not translate, fail to translate, failed in people, failed in humans, failed in
        patients, in people remains, in humans remains, never tried in, not tried in, not been tried, nobody
        has tried, only in mice, only in animals, only in rats, in mice only, mice are not, animals are not,
        rats are not, pigs are not, differs from that of, differ from those, heal faster than, younger than,
        healthier than, did not survive, not survive, were lost, was lost, rejected the, grafts failed,
        graft failed, failed in, loss of graft, cell loss, cells die, cells died, die within days, died
        within days, cleared within, gone within, knowledge gap*, gap in knowledge, gaps in, gap in the,
        unsolved, bottleneck*, stumbling block*, drawback*, shortcoming*, pitfall*, trade-off*, remains
        difficult, remains low, remains poor, remains a challenge, remains elusive, elusive, low yield, low
        efficiency, poor survival, poor engraftment, poor retention, low retention, inefficient, batch to
        batch, donor to donor, cannot yet, not yet possible, not feasible, unfeasible, not benefit,
        conclusion is possible""",
    # --- what regulators have approved, by product and use ----------------------------------------
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
        car-t, car t, cart-t, chimeric antigen, revakinagene, encelto, zopapogene, papzimeos,
        etuvetidigene, waskyra, symvess, azficel, alipogene, glybera, chondrocelect, zalmoxis,
        teserpaturev, delytact, beperminogene, collategene, stemirac, heartsheet, ocural, sakracy, nepic,
        vyznova, akuugo, vandefitemcel, cartistem, cupistem, hearticellgram, neuronata, kaloderm,
        holoderm, gendicine, oncorine, relmacabtagene, carteyva, equecabtagene, fucaso, zevorcabtagene,
        inaticabtagene, talicabtagene, nexcar, varnimcabtagene, ortho-aci, novocart, episkin, trinity
        evolution, grafix, oasis wound, autotemcel*, autoleucel*, parvovec, cabtagene, tisa-cel, axi-cel,
        brexu-cel, liso-cel, ide-cel, cilta-cel, obe-cel, beti-cel, lovo-cel, eli-cel, arsa-cel,
        afami-cel, tab-cel, omidubicel*, licensed gene therap*, approved gene therap*, licensed cell
        therap*, approved cell therap*, licensed car, approved car, approved product*, licensed product*,
        approved therap*, licensed medicine*, approved by the fda, fda approved the, fda has approved, was
        approved in, were approved in, been approved for, approved for children, approved for adults,
        approved for patients, approved for people, is approved for, is licensed for, are licensed for,
        licensed in, approved in, authorised in, authorized in, marketing authorisation in, marketing
        authorization in, given on the nhs, on the nhs, recommended by nice, reimbursed""",
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
        children, childhood all, metachromatic, ada-scid, smn1, rpe65, aadc deficiency, aromatic l-amino,
        epidermolysis, dystrophic, bladder cancer, melanoma, synovial sarcoma, mantle cell, follicular,
        acute lymphoblastic, lymphoblastic, hodgkin, athymia, digeorge, macular telangiectasia,
        papillomatosis, germ cell tumo*, amyloidosis, diamond-blackfan, haemophagocytic, hemophagocytic,
        mucopolysaccharidos*, hyper-igm, x-linked adreno*, factor ix, factor viii, beta-thal*,
        transfusion-dependent, melphalan, busulfan, fludarabine, cyclophosphamide, conditioning,
        apheresis, leukapheresis, mobilis*, mobiliz*, donor register*, donor registr*, marrow donor*, bone
        marrow donor*, donor lymphocyte*, haploidentical, cord blood unit*, public bank*, public cord,
        tissue type, tissue typing, tissue-matched, unrelated donor*, brother or sister, stem cell boost*,
        amniotic membrane, split-skin, split-thickness, autograft*, autologous graft*, cultured epiderm*,
        epidermal sheet*, donor islet*, islet transplant*, fat graft*, aml, cll, cml, mds, b-cell, b cell
        lymph*, plasma cell*, red cells, white cells, steroid-refractory, recessive dystrophic, retinal
        dystrophy, cerebral adreno*, bubble boy*""",
}
