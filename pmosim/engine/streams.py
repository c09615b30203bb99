"""Which random number each named quantity gets in each iteration: the names of draws and their hashes.

A draw belongs to an item (a task's or risk's qualified id) and a purpose. Its 64-bit hash is half of the generator's
counter, so the draws of an item do not depend on what else the portfolio holds.
"""

from __future__ import annotations

from hashlib import blake2b

DURATION, COST_FIXED, COST_RATE, OCCURRENCE, IMPACT, RISK_COST = "duration", "fixed cost", "cost rate", "occurrence", "impact", "risk cost"
CHOICE = "choice"
EXCHANGE, ESCALATION = "exchange rate", "yearly rate"


def name_of(item: str, purpose: str) -> int:
    """The 64-bit hash of a draw's name; the separator occurs in no id and no purpose."""
    return int.from_bytes(blake2b(f"{item}\x1f{purpose}".encode(), digest_size=8).digest(), "little")
