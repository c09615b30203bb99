"""Names under which planners leave a margin in the plan, in English, German, French and Spanish."""

from __future__ import annotations

import re

# what a word means otherwise is left out: buffer tanks, contingency plans (which are documents); plasterers float drywall
_ENGLISH = (
    r"contingenc(?:y|ies)(?! plan)|buffers?(?! (?:tanks?|zones?|vessels?|strips?|stores?))|reserves?|margins?"
    r"|(?:schedule|project|programme|program|terminal|time) float|^float$|float (?:days?|period|time)|allowances?|slack"
)
_GERMAN = r"\w*puffer|pufferzeit(?:en)?|(?:zeit|termin|bauzeit|projekt|risiko)reserven?|reservezeit|(?:sicherheits|zeit)zuschlag"
_FRENCH = r"marges?|tampons?|al[ée]as|provisions? pour (?:al[ée]as|impr[ée]vus)|impr[ée]vus"
_SPANISH = r"contingencias?|holguras?|reservas?|colch[oó]n|m[áa]rgen(?:es)?|imprevistos"
_MARGIN = re.compile(rf"\b(?:{_ENGLISH}|{_GERMAN}|{_FRENCH}|{_SPANISH})\b", re.IGNORECASE)


def margin_word(name: str) -> str:
    """The word in a task's name that says that it is a margin; empty if there is none."""
    found = _MARGIN.search(name.replace("_", " "))
    return found[0] if found else ""
