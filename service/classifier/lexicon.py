"""The words that hedge, boost, claim and report: small lexicons, a family each.

An entry is a word or a phrase; `stem*` stands for every word that begins so. Within a phrase `_` stands for
any one word. Families are ours, made by reading labelled pages; they draw on Hyland 2005 (hedges and
boosters), Batalo et al. 2026 (hype adjectives), the weasel and hedge lists of Vincze 2013, Hooper 1975
(assertives), Sumner et al. 2014 and Yu et al. 2019 (claim verbs by strength), and the FTC's Health Products
Compliance Guidance 2022 (what counts as a claim).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from service.classifier.lexicon_topics import TOPICS
from service.classifier.lexicon_turns import TURNS

if TYPE_CHECKING:
    from collections.abc import Mapping

_FAMILIES: dict[str, str] = {
    # --- holding a claim to the evidence -----------------------------------------------------------
    "hedge.modal": """may, might, could, can possibly, may be able to, might be able to, would likely, may
        not, might not""",
    "hedge.adverb": """possibly, potentially, perhaps, probably, presumably, apparently, seemingly,
        arguably, conceivably, theoretically, in theory, in principle, tentatively, to some extent, in
        some cases, in some patients, for some people, some patients, some people, not everyone, not all
        patients, in certain cases, partly, modestly, modest, slight*""",
    "hedge.frequency": """generally, typically, usually, often, sometimes, mostly, commonly, frequently,
        about, around, approximately, roughly""",
    "hedge.verb": """suggest*, indicate, indicates, indicated, indicating, appear, appears, appeared,
        seem, seems, seemed, hypothesi*, hypothes*, speculat*, postulat*, propose, proposed, believe,
        believes, believed, think that, thought to, assume*, tend to, tends to, hope to, hopes to, hope
        that, hoping, aim to, aims to, aimed to, sought to, intended to determine, explor*, investigat*,
        evaluat*""",
    "hedge.research": """under investigation, under study, being studied, being investigated, being
        tested, being explored, being researched, being evaluated, are studying, is studying, are
        investigating, are exploring, are testing, investigational, experimental, exploratory, early
        stage*, early-stage, still in development, still early, early days, in development, preliminary,
        pilot, proof of concept, first in human, first-in-human, more research, further research,
        additional research, further studies, more studies, future studies, future research, further
        investigation, further evaluation, needs to be confirmed, remains to be, remain to be, yet to be,
        has yet to, have yet to, ongoing research, ongoing studies, ongoing trial*, clinical trial*,
        trials are, larger trials, larger studies, larger sample*, long-term studies, long term studies,
        not yet been, warrant*, is needed, are needed, are required to, is required to, should be
        interpreted""",
    "hedge.limit": """limited evidence, limited data, evidence is limited, data are limited, limited,
        limitation*, insufficient, inconclusive, conflicting, mixed results, mixed evidence, inconsistent,
        unproven, not proven, unclear, unknown, uncertain*, not known, not fully understood, poorly
        understood, not well understood, no evidence, little evidence, lack of evidence, lack of, weak
        evidence, low quality, low-quality, no proof, not been proven, never been, not been shown, no
        significant, not significant*, no difference, not differ*, did not, does not work, do not work,
        not effective, failed to, no benefit, no better than, no cure, not a cure, cannot cure, not a
        miracle, not a magic, not a replacement, not a substitute, small study, small studies, small
        sample, small number, only a few, few studies, anecdotal*, controvers*, debate*, sceptic*,
        skeptic*, caution*, caveat*, overstat*, exaggerat*, misleading, hype, hyped, overhyped,
        unrealistic, challenge*, hurdle*, obstacle*, concern*, however, although, despite, while""",
    "hedge.approval": """not approved, not fda approved, not been approved, unapproved, no fda approved,
        no fda-approved, not fda-approved, not cleared, has not approved, not evaluated by, not been
        evaluated, not authorised, not authorized, unlicensed, unregulated, not regulated, off-label, off
        label, warning letter*, warned, warns, warning, consumer alert, illegal*, unlawful*, misbranded,
        violat*, fraud*, scam*, false claims, false hope, unproven""",
    "hedge.variation": """results vary, results may vary, results can vary, results will vary, vary from,
        varies from, vary depending, varies depending, individual results, not guaranteed, no guarantee*,
        cannot guarantee, can not guarantee, can't guarantee, do not guarantee, not guarantee, realistic
        expectations, depends on, depending on, candidate*""",
    "hedge.advice": """talk to your doctor, ask your doctor, speak with your doctor, consult your, consult
        with, your doctor, second opinion, before deciding, informed consent, medical advice, healthcare
        provider, health care provider, qualified""",
    "harm": """risk, risks, risky, side effect*, side-effect*, adverse, complication*, infection*,
        bleeding, bruising, swelling, soreness, discomfort, tumor*, tumour*, death, died, deaths, blind,
        blindness, blinded, harm*, toxic*, danger*, rejection, injur* by, worse, worsen*, unsafe,
        graft-versus-host, graft versus host, gvhd, cytokine release, neurotoxicity, relapse*, mortality,
        safety concerns, contraindicat*, teratoma*, tumorigenic*, tumourigenic*, insertional, genotoxic*,
        off-target, off target, arrhythmi*, embolism, emboli, clot, clots, sepsis, septic, bacteria,
        bacterial, contaminat*, seizure, hospitali*, intensive care, second cancer*, secondary cancer*,
        secondary malignan*, t-cell malignan*, liver enzyme*, elevated transaminases, inflammation inside,
        retinal detachment, epiretinal membrane*, infertil*, boxed warning, black box, haemorrhage*,
        hemorrhage*, stroke after, stroke during, graft loss, graft failure, engraftment failure,
        veno-occlusive, myelodysplastic syndrome after, leukaemia after, leukemia after, immune
        suppression, immunosuppressi*, fever, chills, abscess*, paralysed by, paralyzed by, calcificat*,
        necrosis of the, scarring after, allergic reaction*, anaphyla*, overdose*, malignan*, mutagen*,
        oncogen*""",
    # --- how it is known ---------------------------------------------------------------------------
    "study.design": """randomi*, placebo*, double-blind*, double blind*, controlled, cohort*,
        meta-analys*, meta analys*, systematic review*, review, case series, case report*, retrospective*,
        prospective*, observational, open-label, open label, phase, phase i, phase ii, phase iii, phase 1,
        phase 2, phase 3, trial, trials, study, studies, arm, multicenter, multicentre, crossover, sham,
        control group, controls, follow-up, follow up, baseline, endpoint*, primary outcome, protocol,
        single-arm, single arm, dose-escalation, dose-finding, masked, unmasked, intention to treat,
        intention-to-treat, per-protocol, non-inferiority, noninferiority, interim, case-control,
        cross-sectional, registry, registries, propensity, stratified, subgroup*, post hoc, post-hoc,
        pre-specified, prespecified, evaluable, audit, survey*, questionnaire*, consecutive, single-blind,
        single blind, split-face, half-head, split-scalp, contralateral, fellow eye*, matched controls,
        historical controls, monocentric, dose-response""",
    "study.subject": """participants, subjects, volunteers, patients, cases, enrolled, enrolment,
        enrollment, recruited, received, treated, underwent, were randomly, assigned""",
    "study.animal": """mice, mouse, rat, rats, murine, rodent*, rabbit*, pig, pigs, piglet*, minipig*,
        porcine, sheep, ewes, lamb, lambs, calf, calves, goat*, hamster*, guinea pig*, ferret*, macaque*,
        baboon*, chimpanzee*, cat, cats, feline, bovine, cow, cows, chick, chicks, chicken*, newt*,
        axolotl*, salamander*, worms, fruit flies, xenograft*, canine, dog, dogs, horse, horses, equine,
        monkey*, primate*, zebrafish, animal, animals, animal model*, in vivo, preclinical, pre-clinical,
        ewe, piglets, swine, boar*, mare, mares, foal, foals, gelding*, pony, ponies, thoroughbred*,
        puppy, puppies, kitten*, beagle*, rhesus, cynomolgus, marmoset*, lemur*, gerbil*, vole*,
        drosophila, fruit fly, c elegans, nematode*, planarian*, flatworm*, xenopus, frog, frogs,
        tadpole*, medaka, killifish*, quail*, chick embryo*, mole-rat*, llama*, camel*, donkey*, knockout,
        knock-out, transgenic, wild-type, wild type, littermate*, nude mice, humanised, humanized,
        immunodeficient m*, sprague*, wistar, balb*, c57bl*, nod scid, nsg, litters, tail vein,
        sacrificed, euthani*, euthanas*, necropsy, necropsies, veterinar*, vet, non-human, nonhuman, cage,
        cages, hind limb*, hindlimb*, hind leg*, forelimb*, paw, paws, maze, rotarod, treadmill,
        streptozotocin, collagen-induced, middle cerebral artery occlusion, contusion model, injury model,
        disease model, model of, models of""",
    "study.lab": """in vitro, in-vitro, cultured, culture, laboratory, lab, cell line*, expression,
        protein*, gene, genes, mrna, pathway*, signaling, signalling, receptor*, assay*, upregulat*,
        downregulat*, differentiat*, proliferat*, apoptosis, marker*, scaffold*, hydrogel*, organoid*,
        isolated, genome, transcription*, in a dish, in the dish, petri, culture dish*, cell culture*,
        monolayer*, spheroid*, bioreactor*, microscop*, cytometry, sequencing, single-cell, single cell,
        reporter, plasmid*, reagent*, kit, kits, high-throughput, on a chip, on-a-chip, microfluidic*,
        biomarker*, bioink*, bio-ink*, bioprint*, decellulari*, explant*, co-cultur*, feeder layer*,
        passage, passages, cryopreserv*, thaw*, karyotyp*, epigenet*, chromatin, methylation, enhancer*,
        promoter*, drug screening, toxicity screening, toxicology, research use only, platform, ex vivo,
        test tube, test-tube, sheet of cells, yield, purity, viability, potency assay*""",
    "study.statistic": """p, ci, significant, significantly, statistically, mean, median, percent,
        average, score, scores, vas, womac, ratio, compared, versus, odds, confidence interval,
        respectively, n, standard deviation, months, weeks, interval, hazard ratio, risk ratio, odds
        ratio, relative risk, standardised, standardized, pooled, percentage points, points, letters, iqr,
        per cent, unadjusted, adjusted, difference, differed, of whom, out of""",
    "study.report": """said, says, according to, reported, reports, published, announced, told, noted,
        explained, concluded, found that, results, findings, data, showed, demonstrated, journal,
        researchers, scientists, investigators, authors, professor, university, co-author*""",
    "study.vague": """studies show, studies have shown, research shows, research has shown, research
        indicates, studies indicate, has been shown, have been shown, been shown to, shown to, been
        proven, clinically proven, scientifically proven, proven to, been found to, found to, clinical
        studies, clinical evidence, backed by science, science-backed, science backed, evidence-based,
        evidence based, research-backed, studies have demonstrated, research demonstrates, studies
        demonstrate, known to, growing evidence, growing body""",
    "study.aim": """to assess, to evaluate, to determine, to investigate, to compare, to examine, to test,
        aim of, purpose of, objective, objectives, hypothesis, we aimed, we sought, whether""",
    # --- what is claimed ---------------------------------------------------------------------------
    "claim.heal": """heal, heals, healed, healing, repair, repairs, repaired, repairing, regenerate,
        regenerates, regenerated, regenerating, regeneration, rebuild*, regrow*, regrowth, restor*,
        renew*, replac* damaged, mend*, reconstruct*, replenish*, rejuvenat*, revitaliz*, revitalis*,
        recover, recovers, recovering, recovery, revers*, undo*""",
    "claim.relieve": """relieve*, relieving, relief, reduc*, decreas*, eas*, alleviat*, soothe*, lessen*,
        lower*, minimi*, diminish*, suppress*, calm*, combat*, fight*, control*, manage, manages,
        managing, slow*, halt*, stop, stops, stopping, prevent*, eliminat*, eradicat*, remov*, get rid of,
        say goodbye, pain-free, pain free""",
    "claim.improve": """improv*, enhanc*, increas*, boost*, strengthen*, support, supports, supporting,
        optimi*, maximi*, accelerat*, speed*, faster, quicker, better, stronger, thicker, fuller, younger,
        smoother, healthier, brighter, firmer, tighten*, lift*, plump*, hydrat*, smooth*, refresh*,
        youthful, vitality, energy""",
    "claim.promote": """promot*, stimulat*, encourag*, trigger*, activat*, induc*, facilitat*, foster*,
        kick-start*, jumpstart*, awaken*, harness*, unlock*, modulat*, regulat*, signal, signals,
        secrete*, releas*, deliver*, provid*, offer*, work, works, protect*, nourish*, aid, aids, aiding,
        assist*, contribut*, enabl*, allow*, give, gives""",
    "claim.treat": """treat, treats, treating, treatment for, treatment of, treatments for, therapy for,
        address, addresses, addressing, target, targets, targeting, tackle*, used for, used to, indicated
        for, solution*, option*, alternative*""",
    "claim.cure": """cure, cures, cured, curing, curative, remission, cancer-free, disease-free,
        symptom-free, permanent*, life-saving, lifesaving, saved, save lives, for good, once and for all,
        forever, for life, long-lasting, lasting""",
    "claim.help": """help, helps, helped, helping, benefit, benefits, benefited, beneficial, effective,
        effectively, effectiveness, efficacy, success, successful, successfully, results, outcome*,
        solution*, ideal""",
    "claim.can": """can, will, able to, ability to, capable of, power to, potential to, capacity to,
        designed to, aims to, intended to, works by, goal of, in order to""",
    "benefit": """pain, inflammation, function, functional, mobility, movement, motion, symptoms, quality
        of life, tissue, tissues, cartilage, collagen, elastin, hair growth, hair follicles, follicle*,
        wrinkles, fine lines, scars, skin, texture, tone, elasticity, joint, joints, ligament*, tendon*,
        muscle*, nerve*, neuron*, cells, blood flow, circulation, immune, strength, stamina, libido,
        erectile, fertility, memory, cognit*, sleep, mood, confidence, aging, ageing, longevity, wound*,
        damage*, damaged, injur*, degenerat*, stiffness, swelling, insulin, blood sugar, life, active,
        activities, lifestyle""",
    # --- what it is about --------------------------------------------------------------------------
    "therapy": """stem cell*, stem-cell*, stemcell*, msc, mscs, mesenchymal*, prp, platelet*,
        platelet-rich, plasma, exosome*, extracellular vesicle*, cord blood, cord tissue, umbilical,
        wharton*, amniotic, placenta*, prolotherapy, regenerative, biologic*, orthobiologic*, growth
        factor*, bone marrow concentrate, bmac, bone marrow aspirate, adipose, fat-derived, svf, stromal,
        gfc, prf, fibrin, peptide*, bpc-157, bpc, secretome, conditioned medium, cell therapy, cell
        therapies, cellular therapy, gene therapy, gene therapies, crispr, gene editing, gene-editing,
        ips, ipsc, ipscs, pluripotent, embryonic, allograft*, tissue engineering, tissue-engineered,
        nanofat, microneedling, vampire, p-shot, o-shot, nk cells, rejuvenation""",
    "therapy.named": """our treatment*, our therap*, our clinic, our protocol*, our approach, our
        product*, this treatment, this therapy, this procedure, the treatment, the therapy, the procedure,
        these treatments, these therapies, these injections, the injection, injection*, infusion*""",
    "therapy.established": """bone marrow transplant*, marrow transplant*, stem cell transplant*,
        transplant, transplants, transplantation, hematopoietic, haematopoietic, hsct, leukemia,
        leukaemia, lymphoma, myeloma, chemotherapy, radiation, donor*, conditioning regimen, skin graft*,
        burns, car-t, car t, car t-cell, kymriah, yescarta, zolgensma, luxturna, casgevy, sickle cell,
        thalassemia, thalassaemia, scid, graft, engraftment, immunotherapy""",
    "therapy.rival": """surgery, surgeries, surgical, invasive, operation, medication*, drugs, drug,
        steroid*, cortisone, corticosteroid*, nsaid*, opioid*, painkiller*, hyaluronic, replacement,
        conventional, traditional, standard care, physical therapy, physiotherapy, antibiotics, minoxidil,
        finasteride, botox, filler*, laser*, downtime, stent*, bypass, pacemaker*, cochlear implant*,
        hearing aid*, glasses, spectacles, contact lens*, metformin, statin*, levodopa, dopamine agonist*,
        deep brain stimulation, riluzole, edaravone, tofersen, interferon*, natalizumab, ocrelizumab,
        monoclonal antibod*, antibody, hydroxyurea, factor viii, factor ix, clotting factor*, enzyme
        replacement, insulin pump*, complement inhibitor*, anti-vegf, antidepressant*, gabapentin,
        paracetamol, acetaminophen, ibuprofen, naproxen, tramadol, microfracture, arthroplasty,
        arthroscop*, fusion, laminectomy, discectomy, epidural*, ablation, synthetic, dermabrasion,
        retinol, implants, hair transplant*, dialysis, antivirals, standard therapy, standard treatment*,
        best supportive care, usual care, bridging""",
    "condition": """arthritis, osteoarthritis, rheumatoid, disease*, disorder*, syndrome, diabetes,
        cancer, stroke, parkinson*, alzheimer*, autism, sclerosis, ms, als, copd, lupus, crohn*, colitis,
        neuropathy, heart failure, kidney, liver, lung*, spinal, cord injury, tendonitis, tendinitis,
        tendinopathy, fasciitis, meniscus, rotator cuff, tear, tears, alopecia, hair loss, baldness,
        thinning, acne, melasma, dysfunction, infertility, dementia, palsy, psoriasis, eczema, migraine*,
        fibromyalgia, sciatica, herniat*, disc, discs, knee*, hip, hips, shoulder*, elbow*, ankle*, back,
        neck, spine, foot, wrist""",
    "biology": """cell, cells, blood, plasma, bone, marrow, tissue, body, body's, organ*, dna, immune
        system, molecule*, cytokine*, hormone*, contain, contains, consist*, is a, are a, is the, are the,
        refers to, known as, called, type of, types of, defined, found in, derived from, obtained from,
        extracted, collected, harvested, processed, centrifuge*, stored, injected, drawn""",
    # --- boosters ----------------------------------------------------------------------------------
    "boost.hype": """revolution*, breakthrough*, groundbreaking, ground-breaking, miracle*, miraculous,
        cutting-edge, cutting edge, state-of-the-art, state of the art, advanced, innovative,
        game-changer, game changer, game-changing, transform*, life-changing, life changing, amazing,
        incredible*, remarkable*, remarkably, extraordinary, unprecedented, world-class, leading-edge,
        next-generation, next generation, pioneering, pioneer*, powerful, potent, unique, exciting,
        promising, promise, hope, future of, new era, frontier, fountain of youth, magic*, wonder*,
        dramatic*, exceptional*, premier, leading, unparalleled, unmatched, unlock*, ultimate, best,
        highest, superior quality, gold standard, holistic, tailored, personalized, customized, dream,
        radiant, look no further, vast potential, immense, tremendous*, profound*, limitless, golden""",
    "boost.certainty": """guarantee*, proven, proof, proves, prove, always, never, definitely, certainly,
        undoubtedly, without doubt, no doubt, clearly, truly, really, absolutely, completely, fully,
        totally, entirely, 100 %, 100%, every patient, all patients, most patients, majority, many
        patients, success rate*, high success, consistent*, reliabl*, reliable, predictable, real results,
        visible results, noticeable, significant improvement, significant improvements, dramatic
        improvement, undeniable, indeed, confirmed, established""",
    "boost.safety": """safe, safely, safer, safest, safety, no side effects, without side effects, no
        risk, risk-free, minimal risk, low risk, zero risk, no adverse, without risk, natural, naturally,
        all-natural, non-toxic, gentle, painless, harmless, minimally invasive, non-invasive, noninvasive,
        non-surgical, nonsurgical, no rejection, no downtime, minimal downtime, little to no, well
        tolerated, well-tolerated, your own blood, your own body, your own cells, own blood, own cells,
        body's own, body's natural, natural healing, drug-free, chemical-free, eliminates the risk, no
        allergic, no chance""",
    "boost.comparison": """better than, superior, superior to, more effective, safer than, instead of
        surgery, without surgery, avoid surgery, avoiding surgery, alternative to surgery, unlike,
        compared to traditional, rather than, root cause, underlying cause, mask, masks, masking,
        band-aid, temporary relief, no need for, without the need, faster than, outperform*, more than
        just, only treatment, only therapy, last resort, cost-effective, cheaper""",
    "boost.standing": """fda approved, fda-approved, fda registered, fda-registered, fda cleared, fda
        compliant, fda, approved, certified, accredited, gmp, cgmp, iso, aabb, patented, patent, award*,
        leading experts, world-renowned, renowned, board-certified, board certified, published, nobel,
        harvard, stanford, recognized, endorsed, trusted, widely used, routinely used, widely accepted,
        accepted, standard of care, clinical trials, scientific, science""",
    "boost.pressure": """before it's too late, too late, don't wait, do not wait, limited time, act now,
        today, once in a lifetime, once-in-a-lifetime, only chance, last chance, don't miss, peace of
        mind, insurance, why suffer, suffer*, tired of, imagine, picture yourself, take control, take
        back, get back, deserve, deserves, stop living, your future, your family""",
    "boost.scope": """any, all types, every, wide range, wide variety, variety of, range of, various,
        numerous, many conditions, multiple, virtually any, almost any, several, whole body, entire body,
        from head to toe, countless, number of conditions, conditions such as, including, such as""",
    "testimonial": """i, my, me, i'm, i've, myself, he, she, his, her, testimonial*, success story,
        success stories, stars, review, reviews, patient says, thanks to, thank you, grateful, feel,
        feels, felt, changed my life, years ago, amazing staff, recommend, highly recommend, after the
        treatment, after treatment, before and after, celebrity, athletes, professional athletes""",
    # --- whose voice, what kind of page ------------------------------------------------------------
    "voice.you": "you, your, you're, yourself, you'll, you've, yours",
    "voice.we": "we, our, us, we're, we've, ours",
    "page.action": """book, schedule, call, contact, click, learn more, read more, appointment*,
        consultation*, free, get started, visit, sign up, subscribe, submit, download, request, find out,
        discover, join, call us, contact us, today, phone, email, form, home, menu, skip, login, cart,
        share""",
    "page.price": """price*, cost*, costs, fee, fees, $, usd, insurance, pay, payment, afford*, financ*,
        discount, offer, package*, euro*, cheap*, expensive""",
    "page.legal": """rights reserved, copyright, privacy, terms, disclaimer, policy, cookies, statements,
        forward-looking, forward looking, not intended to, informational purposes, diagnose, purposes
        only, liability""",
    "page.place": """hospital, hospitals, center, centre, clinic, clinics, located, location*, street,
        suite, city, texas, florida, california, india, mexico, open, hours, monday, dr, md, doctor,
        doctors, physician*, surgeon*, specialist*, team, staff, founded, founder, ceo, company, inc, llc,
        fellowship*, degree, experience""",
    "page.procedure": """day, days, week, hour, hours, minutes, session, sessions, step, procedure,
        inject, injected, injects, injecting, needle, anesthesia, anaesthesia, numbing, ultrasound,
        guided, guidance, draw, drawn, spin, spun, centrifuge*, collected, sample, tube, ml, million,
        dose, prior to, before your, after your, avoid, rest, ice, return to, aftercare, scan*, mri,
        x-ray, exam, evaluation, imaging, blood tests""",
    "question": """what is, what are, how does, how do, how long, how much, how many, is it, can i, can
        you, who is, why choose, when will, do i, does it, will i, which, faq, faqs, frequently asked""",
    "negation": """no, not, never, none, nothing, neither, nor, without, n't, cannot, don't, doesn't,
        didn't, isn't, aren't, won't, can't, couldn't, hasn't, haven't, wasn't, weren't, lack*, fail*,
        absence, hardly, instead, nobody, no one, noone, no-one, nowhere, barely, scarcely, rarely,
        seldom, unable, inability, refus*, deny, denies, denied, denying, denial, devoid, nil, zero,
        wouldn't, shouldn't, hadn't, mustn't, ain't, no longer, far from, anything but, by no means, not
        yet, as yet, without any, in vain, absent, missing, impossible, disagree*""",
    "contrast": "but, however, although, though, while, despite, yet, unlike, whereas, nevertheless",
}


def _split(entries: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(entry.split()) for entry in entries.split(",")))


FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {family: _split(entries) for family, entries in (_FAMILIES | TURNS | TOPICS).items()}
)
