"""A text that cannot be judged is said to be so, with the reason; English is never turned away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.classifier.results import Reason
from service.classifier.text.document import read
from service.classifier.text.language import undetermined
from service.classifier.text.markup import Format

PAGES = Path(__file__).parents[2] / "shared" / "data" / "regen" / "pages.jsonl"

ENGLISH = (
    "Stem cell therapy for knees, hips and spines.",
    "Call today for your free consultation!",
    "Arthritis\nBack pain\nMultiple sclerosis\nParkinson's disease\nAutism\nLupus",
    "PRICE: $3,300 USD (Each Shoulder, each Elbow)",
    "PRP injections: $500. Exosome IV: $2,500. MRI (if needed): $300.",
    "BOOK NOW AND SAVE ON YOUR FIRST TREATMENT",
    "Umbilical cord mesenchymal stem cells, 30 million, IV",
    "Platelet rich plasma hair restoration Manchester",
    "Osteoarthritis Rheumatoid arthritis Fibromyalgia Neuropathy Tendinitis",
    "| Condition | Sessions | Price |\n| Knee | 2 | $4,000 |\n| Hip | 3 | $6,000 |",
    "The p53-/- mice (n = 12) had CD34+ (high)/CD24- (low) cells; p = 0.004, 95 % CI 0.1-0.4.",
    "stem cells r the best thing that ever happened 2 me lol",
    "Our Médico Dr. Peña welcomes you to Clínica Señor in Tijuana, near the border.",
    "Stem cells in die casting are not what this page is about, but die they do.",
)

OTHER = {
    "spanish": "Las células madre pueden regenerar el cartílago de la rodilla sin cirugía y sin dolor.",
    "french": "Les cellules souches peuvent régénérer le cartilage du genou sans chirurgie ni douleur.",
    "german": "Stammzellen können den Knorpel im Knie ohne Operation und ohne Schmerzen erneuern.",
    "italian": "Le cellule staminali possono rigenerare la cartilagine del ginocchio senza chirurgia.",
    "portuguese": "As células-tronco podem regenerar a cartilagem do joelho sem cirurgia e sem dor.",
    "dutch": "Stamcellen kunnen het kraakbeen in de knie zonder operatie en zonder pijn herstellen.",
    "turkish": "Kök hücre tedavisi ile diz kıkırdağı ameliyat olmadan ve ağrı olmadan yenilenir.",
    "polish": "Komórki macierzyste mogą odbudować chrząstkę w kolanie bez operacji i bez bólu.",
    "swedish": "Stamceller kan bygga upp brosket i knät utan operation och det gör inte ont.",
    "romanian": "Celulele stem pot reface cartilajul din genunchi fara operatie si fara durere.",
    "czech": "Kmenové buňky mohou obnovit chrupavku v koleni bez operace a také bez bolesti.",
    "indonesian": "Sel punca dapat memulihkan tulang rawan di lutut tanpa operasi dan tidak sakit.",
    "vietnamese": "Tế bào gốc có thể tái tạo sụn ở đầu gối mà không cần phẫu thuật và không đau.",
    "hungarian": "Az őssejtek műtét és fájdalom nélkül megújítják a térd porcát, és nem is drága.",
    "finnish": "Kantasolut voivat uudistaa polven ruston ilman leikkausta ja kipua, eikä se ole kallis.",
    "russian": "Стволовые клетки восстанавливают хрящ колена без операции и без боли.",
    "ukrainian": "Стовбурові клітини відновлюють хрящ коліна без операції та без болю.",
    "greek": "Τα βλαστοκύτταρα μπορούν να αναγεννήσουν τον χόνδρο του γόνατος χωρίς επέμβαση.",
    "chinese": "干细胞可以在没有手术的情况下再生膝关节软骨,没有痛苦,也没有副作用。",
    "japanese": "幹細胞は手術なしで膝の軟骨を再生することができます。痛みはありません。",
    "korean": "줄기세포는 수술 없이 무릎 연골을 재생할 수 있습니다. 통증도 없습니다.",
    "arabic": "يمكن للخلايا الجذعية تجديد غضروف الركبة دون جراحة ودون ألم.",
    "hebrew": "תאי גזע יכולים לשקם את סחוס הברך ללא ניתוח וללא כאב.",
    "hindi": "स्टेम सेल बिना सर्जरी और बिना दर्द के घुटने के कार्टिलेज को फिर से बना सकते हैं।",
    "thai": "เซลล์ต้นกำเนิดสามารถฟื้นฟูกระดูกอ่อนข้อเข่าได้โดยไม่ต้องผ่าตัด",
}

NO_WORDS = {
    "numbers": "12 450 3.5 7/8 100 2,000 44 19 $300 12:30 50%",
    "base64": "U3RlbSBjZWxscyBjdXJlIGV2ZXJ5dGhpbmcgYW5kIG5vYm9keSBrbm93cyB3aHk7IGNhbGwgdXMgbm93IQ==",
    "hexadecimal": "4f2a 9c01 ffee 0b7d 22aa 91bc e0f3 7d7d 4f2a 9c01 ffee 0b7d",
    "python": "def f(x):\n    return {k: v for k, v in x.items() if v != None}\nprint(f({1: 2}))",
    "javascript": "var x = document.getElementById('a'); x.onclick = () => { alert(x.value); };",
    "json": '{"id": 12, "values": [1, 2, 3], "name": "x_y", "ok": true, "z": null}',
    "sql": "SELECT a.id, b.x_id FROM a JOIN b ON a.id=b.a_id WHERE a.x>=10 AND b.y<>'z';",
    "signs": "!!! ??? *** --- ... ### @@@",
    "emoji": "🎉🎉🎉 💉 🦵 ✅✅",
    "nothing": "",
    "space": " \n\t\r\n ",
    "keys": "xkcd qwrtz bcdfg hjklm npqrs tvwxz bcdfg zzxcv",
}


def _reason(text: str) -> Reason | None:
    return undetermined(read(text, Format.PLAIN))


@pytest.mark.parametrize("text", ENGLISH)
def test_english_however_short_or_plain_is_judged(text: str) -> None:
    assert _reason(text) is None


@pytest.mark.parametrize("language", OTHER)
def test_another_language_is_not_judged(language: str) -> None:
    assert _reason(OTHER[language]) is Reason.LANGUAGE


@pytest.mark.parametrize("kind", NO_WORDS)
def test_what_is_not_made_of_words_is_not_judged(kind: str) -> None:
    assert _reason(NO_WORDS[kind]) is Reason.NO_WORDS


def test_five_words_are_enough_and_four_are_not() -> None:
    assert _reason("Stem cells cure knees.") is Reason.TOO_SHORT
    assert _reason("Stem cells cure bad knees.") is None


def test_words_are_counted_over_the_whole_text_and_not_by_sentence() -> None:
    assert _reason("It works. It heals. Now.") is None


def test_a_text_that_is_mostly_english_is_judged() -> None:
    english = "The treatment uses your own cells. They are taken from fat and given back on the same day. "
    assert _reason(english * 3 + OTHER["spanish"]) is None
    assert _reason(english * 3 + OTHER["russian"]) is None


def test_a_text_that_is_mostly_in_another_language_is_not_judged() -> None:
    assert _reason("Call us today. " + OTHER["spanish"] * 3) is Reason.LANGUAGE
    assert _reason("Call us today for a quote. " + OTHER["russian"] * 3) is Reason.LANGUAGE


def test_markup_does_not_count_as_words() -> None:
    document = read("<p class='a very long list of words here'>12</p>", Format.HTML)
    assert undetermined(document) is Reason.NO_WORDS


def test_hidden_english_does_not_make_another_language_english() -> None:
    hidden = (
        f"<p>{OTHER['german']}</p><p hidden>The cells are from you and they will be given back to you.</p>"
    )
    assert undetermined(read(hidden, Format.HTML)) is Reason.LANGUAGE


@pytest.mark.skipif(not PAGES.exists(), reason="the crawled pages in ../shared/data are not at hand")
def test_of_the_crawled_pages_at_least_ninety_nine_in_a_hundred_are_judged() -> None:
    pages = [json.loads(line) for line in PAGES.read_text(encoding="utf-8").splitlines()]
    reasons = [_reason("\n".join(sentence["text"] for sentence in page["sentences"])) for page in pages]
    assert reasons.count(None) >= 0.99 * len(reasons)
