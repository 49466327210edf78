"""Which elements of HTML are not shown, as far as their own tags say."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

from service.classifier.text.wordlist import words

_ATTRIBUTE = re.compile(r"""([^\s/>=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?""")
_NOTHING = r"[+-]?0*+(?:\.0*+)?(?:px|r?em|%|pt|ex|ch|v[wh])?"
_UNSEEN = {
    "display": re.compile(r"none"),
    "visibility": re.compile(r"hidden|collapse"),
    "content-visibility": re.compile(r"hidden"),
    "opacity": re.compile(_NOTHING),
    "font-size": re.compile(_NOTHING),
}
_INHERITED = {"visibility", "font-size"}
_VOID = words("area base br col embed hr img input link meta source track wbr")
_LISTS = ("ul", "ol", "menu", "dl", "table", "select")
_ENDED_BY = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": {"td", "th", "tr", "tbody", "tfoot", "table"},
    "th": {"td", "th", "tr", "tbody", "tfoot", "table"},
    "tr": {"tr", "tbody", "tfoot", "table"},
    "option": {"option", "optgroup"},
}


class Hiding:
    """A hidden element while it is being read; it holds until its end, or the first doubt of it."""

    def __init__(self, root: str, *, inherited: bool) -> None:
        """Begin at the start tag of `root`, whose descendants can show themselves when `inherited`."""
        self._root = root
        self._inherited = inherited
        self._open = [root]
        self._count = Counter(self._open)

    def holds_after_start(self, name: str, attributes: str, *, block: bool) -> bool:
        """Follow a start tag within; say whether what comes is still hidden."""
        if self._inherited and (attributes or name == "font"):
            return False
        if self._root == "p" and block:
            return False
        if name in _ENDED_BY.get(self._root, ()) and not any(self._count[each] for each in _LISTS):
            return False
        if name not in _VOID:
            self._open.append(name)
            self._count[name] += 1
        return True

    def holds_after_end(self, name: str) -> bool:
        """Follow an end tag within; one that nothing here opened may end the hidden element itself."""
        if not self._count[name]:
            return False
        while self._open:
            last = self._open.pop()
            self._count[last] -= 1
            if last == name:
                break
        return bool(self._open)


def hiding(name: str, attributes: str) -> Hiding | None:
    """Say whether an element of this name, with the attributes of its start tag, is hidden."""
    if name == "template":
        return Hiding(name, inherited=False)
    lowered = attributes.lower()
    if name in _VOID or not ("hidden" in lowered or "style" in lowered):
        return None
    seen: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(attributes):
        seen.setdefault(attribute[1].lower(), attribute[2] or "")
    unseen = _unseen(unescape(seen.get("style", "").strip("\"'")))
    if "hidden" in seen or unseen - _INHERITED:
        return Hiding(name, inherited=False)
    return Hiding(name, inherited=True) if unseen else None


def _unseen(style: str) -> set[str]:
    """Name the properties of a style that leave nothing to see; the last valid value of each counts."""
    values: dict[str, tuple[bool, str]] = {}
    for declaration in style.lower().split(";"):
        name, _, value = declaration.partition(":")
        bare, important, _ = value.partition("!important")
        if not values.get(name.strip(), (False, ""))[0] or important:
            values[name.strip()] = (bool(important), bare.strip())
    return {
        name
        for name, pattern in _UNSEEN.items()
        if name in values and values[name][1] and pattern.fullmatch(values[name][1])
    }
