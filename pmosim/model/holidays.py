"""Public holidays by country and region, as the ``holidays`` package knows them."""

from __future__ import annotations

from datetime import date

from pmosim.errors import InvalidModel, Problem, did_you_mean


def public_holidays(code: str, first_year: int, last_year: int) -> tuple[date, ...]:
    """The public holidays of ``first_year`` to ``last_year`` in rising order, those that fall on a weekend among them.

    ``code`` is an ISO 3166-1 country code of two letters, followed by a region (ISO 3166-2) where holidays differ
    inside the country: "NL", "DE-BE", "US-CA", in upper or lower case. Where the law moves a holiday to another
    day, that day is among them too.

    Raises
    ------
    InvalidModel
        The country or its region is not known (codes ``unknown-country`` and ``unknown-region``).
    """
    import holidays  # here, because a portfolio without public holidays need not wait for it

    country, dash, region = code.strip().partition("-")
    country = country.upper()
    known = {name.upper() for name in holidays.list_supported_countries() if len(name) == 2}
    if country not in known:
        raise InvalidModel([_unknown_country(code, sorted(known))])
    calendar = holidays.country_holidays(country, years=[])
    regions = {name.upper(): name for name in (*calendar.subdivisions, *getattr(calendar, "subdivisions_aliases", ()))}
    if dash and region.upper() not in regions:
        raise InvalidModel([_unknown_region(country, region, list(calendar.subdivisions))])
    years = range(first_year, last_year + 1)
    return tuple(sorted(holidays.country_holidays(country, subdiv=regions[region.upper()] if dash else None, years=years)))


def _unknown_country(code: str, known: list[str]) -> Problem:
    otherwise = "write an ISO country code of two letters, with a region if need be: NL, DE-BE, US-CA"
    fix = did_you_mean(code.partition("-")[0].strip().upper(), known, otherwise)
    return Problem("unknown-country", (), f"no public holidays are known for '{code}'", fix)


def _unknown_region(country: str, region: str, known: list[str]) -> Problem:
    # region codes are too short for a nearest one to be more than a guess, so all are listed
    fix = f"write {country} alone, or with one of its regions: {', '.join(known)}" if known else f"write {country}, which has none"
    return Problem("unknown-region", (), f"'{region}' is not a region of {country} with public holidays of its own", fix)
