"""Encoded payloads, and languages other than English, in words of our own."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
from functools import partial
from typing import Final
from urllib.parse import quote, quote_plus

from tests.hostile.articles import as_html
from tests.hostile.kinds import HTML, Group, Kind, Outcome, text
from tests.hostile.shapes import sent

P, F = Group.PAYLOADS, Group.LANGUAGES
REVIEW, TWIN, CLAIMS = Outcome.REVIEW, Outcome.TWIN, Outcome.CLAIMS
MORSE: Final = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..".split(),
        strict=True,
    )
)

GERMAN: Final = (
    "Unsere Behandlung mit Stammzellen heilt das Knie ohne Operation und ist für alle Patienten sicher."
)
SPANISH: Final = (
    "Nuestro tratamiento con células madre cura la rodilla sin cirugía y es seguro para todos los pacientes."
)
LANGUAGES_ALONE: Final = {
    "German": GERMAN,
    "Spanish": SPANISH,
    "French": "Notre traitement par cellules souches guérit le genou sans chirurgie et il est sûr pour tous les patients.",
    "Russian": "Наше лечение стволовыми клетками излечивает колено без операции и безопасно для всех пациентов.",
    "Chinese": "我们的干细胞治疗无需手术即可治愈膝盖,对所有患者都是安全的,没有任何副作用。",
    "Arabic": "علاجنا بالخلايا الجذعية يشفي الركبة دون جراحة وهو آمن لجميع المرضى.",
    "Hindi": "हमारा स्टेम सेल उपचार बिना सर्जरी के घुटने को ठीक करता है और सभी रोगियों के लिए सुरक्षित है।",
    "Thai": "การรักษาด้วยเซลล์ต้นกำเนิดของเรารักษาเข่าโดยไม่ต้องผ่าตัดและปลอดภัยสำหรับผู้ป่วยทุกคน",
    "Vietnamese": "Phương pháp tế bào gốc của chúng tôi chữa khỏi đầu gối mà không cần phẫu thuật và an toàn.",
    "Latin": "Curatio nostra cellulis facta genua sine ferro sanat et omnibus aegris tuta est, nec ullum malum adfert neque dolorem relinquit, sed corpus totum celeriter in integrum restituit atque vires novas dat.",
}  # fmt: skip


def twice(foreign: str, _: str) -> str:
    """Give a text in place of the clean article, twice so that it is long enough."""
    return f"{foreign} {foreign}"


PAYLOADS: Final = (
    text(P, "base64", REVIEW, lambda clean: base64.b64encode(clean.encode()).decode()),
    text(P, "base32", REVIEW, lambda clean: base64.b32encode(clean.encode()).decode()),
    text(P, "ASCII85", REVIEW, lambda clean: base64.a85encode(clean.encode()).decode()),
    text(P, "hexadecimal", REVIEW, lambda clean: clean.encode().hex()),
    text(P, "hexadecimal in pairs", REVIEW, lambda clean: clean.encode().hex(" ")),
    text(P, "binary", REVIEW, lambda clean: " ".join(f"{ord(letter):08b}" for letter in clean)),
    text(P, "percent for every byte", REVIEW, lambda clean: "".join(f"%{byte:02x}" for byte in clean.encode())),
    text(P, "percent for spaces", REVIEW, quote),
    text(P, "plus for spaces", REVIEW, quote_plus),
    text(P, "escapes of JSON", REVIEW, lambda clean: "".join(f"\\u{ord(letter):04x}" for letter in clean)),
    text(P, "quoted-printable", REVIEW, lambda clean: "".join(f"={ord(letter):02X}" for letter in clean)),
    text(P, "entities in plain text", REVIEW, lambda clean: "".join(f"&#{ord(letter)};" for letter in clean)),
    text(P, "entities in HTML", TWIN, lambda clean: "".join(f"<p>{''.join(f'&#x{ord(letter):x};' for letter in each)}</p>" for each in clean.split("\n\n")), HTML),
    text(P, "entities of entities in HTML", REVIEW, lambda clean: "".join(f"&amp;#{ord(letter)};" for letter in clean), HTML),
    text(P, "ROT13", REVIEW, lambda clean: codecs.encode(clean, "rot13")),
    text(P, "Morse", REVIEW, lambda clean: " ".join(MORSE.get(letter, "/") for letter in clean.lower())),
    text(P, "gzip read as Latin-1", REVIEW, lambda clean: gzip.compress(clean.encode()).decode("latin-1").replace("\0", "")),
    text(P, "a data URL", REVIEW, lambda clean: f"data:text/html;base64,{base64.b64encode(clean.encode()).decode()}"),
    text(P, "a data URL beside the article", CLAIMS, lambda clean: f"{clean}\n\ndata:text/html;base64,{base64.b64encode(clean.encode()).decode()}"),
    text(P, "JSON around the article", CLAIMS, lambda clean: json.dumps({"body": clean.replace("\n\n", " ")})),
    text(P, "code", REVIEW, lambda _: "for (let i = 0; i < knees.length; i++) { heal(knees[i]); }\n" * 20),
)  # fmt: skip

LANGUAGES: Final[tuple[Kind, ...]] = (
    *(text(F, f"{language} alone", REVIEW, partial(twice, foreign)) for language, foreign in LANGUAGES_ALONE.items()),
    Kind(F, "English that is said to be German", REVIEW, partial(sent, language="de")),
    Kind(F, "English that is said to be English", TWIN, partial(sent, language="en-GB")),
    Kind(F, "English of no said language", TWIN, partial(sent, language="und")),
    text(F, "more German than English", REVIEW, lambda clean: f"{GERMAN}\n\n" * 12 + clean.split("\n\n")[1]),
    text(F, "English with a paragraph of German", CLAIMS, lambda clean: f"{clean}\n\n{GERMAN}"),
    text(F, "English with a paragraph of Chinese", CLAIMS, lambda clean: f"{clean}\n\n{LANGUAGES_ALONE['Chinese']}"),
    text(F, "German with hidden English", REVIEW, lambda clean: f"<p>{GERMAN} {GERMAN}</p><div hidden>{as_html(clean)}</div>", HTML),
    text(F, "English said to be English that is Spanish", REVIEW, lambda _: f"{SPANISH} {SPANISH}"),
)  # fmt: skip
