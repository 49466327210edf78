"""What looks like a plain letter or sign and is not: tables for folding, each code point to its look."""

from __future__ import annotations


def _pairs(listed: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in listed.split()}


_SIGNS = {
    "'": "‘’‚‛′ʹʻʼʽˈ‹›´",
    '"': "“”„‟″«»〝〞",
    "-": "‐‑‒–—―−⁃",
    ".": "․",
    "/": "⁄∕",
    " ": "\u2800",
    "": "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0",
}

ANYWHERE: dict[str, str] = {
    **{sign: plain for plain, signs in _SIGNS.items() for sign in signs},
    **_pairs("ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɑa ɡg"),
    **{chr(first + i): chr(0x61 + i) for first in (0x249C, 0x1F110, 0x1F150, 0x1F170) for i in range(26)},
    # These have compatibility forms that would join the word or number before them.
    **{sign: sign for sign in "™℠ªº"},
}
"""Folded wherever they stand."""

IN_MIXED_WORDS: dict[str, str] = _pairs(
    # Latin with strokes and hooks
    "đd ħh ıi łl øo ŧt ƀb ɓb ɗd ɛe ɨi ʉu ɐa "
    # Cyrillic
    "аa вb гr еe ёe иu йu кk мm нh оo пn рp сc тt уy хx ьb єe іi їi јj ѕs һh ԁd ԛq ԝw үy ґr ӏl "
    "АA ВB ЕE ЁE ЗZ ІI ЇI ЈJ КK МM НH ОO РP СC ТT УY ХX ЅS ԚQ ԜW ҮY ӀI "
    # Greek
    "οo νv ρp ιi κk τt υu χx ςc ϲc ϳj όo ίi ύu "
    "ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC "
    # Armenian
    "օo սu հh ոn ցg զq քp ՏS ՕO ԼL "
    # Coptic, Cherokee, Lisu
    "ⲟo ⲣp ⲥc ⲓi ⲭx "
    "ᎪA ᏴB ᏟC ᎠD ᎬE ᏀG ᎻH ᎥI ᎫJ ᏦK ᏞL ᎷM ᏢP ᏚS ᎢT ᏙV ᎳW ᏃZ "
    "ꓮA ꓐB ꓚC ꓓD ꓰE ꓝF ꓖG ꓧH ꓲI ꓙJ ꓗK ꓡL ꓟM ꓠN ꓳO ꓑP ꓣR ꓢS ꓔT ꓴU ꓦV ꓪW ꓫX ꓬY ꓜZ"
)
"""Folded in words that are partly Latin, and in whole words where the text around them is Latin."""

SCIENCE: dict[str, str] = _pairs("αa βb γy εe ηn σo ωw μu δd")
"""Greek that English science uses for itself (TNFα, μg): folded only deep within a Latin word."""
