"""One check put to one portfolio."""

import pytest

from pmosim.quality.checks import check


@pytest.fixture
def found():
    """The finding of one check, by its id."""

    def of(portfolio, id):
        return next(finding for finding in check(portfolio) if finding.check.id == id)

    return of


@pytest.fixture
def named(found):
    """The ids behind a check, and their number of the population: (ids, population, verdict)."""

    def of(portfolio, id):
        finding = found(portfolio, id)
        assert finding.count == len(finding.items)
        return [item.id.removeprefix("p.") for item in finding.items], finding.population, str(finding.verdict)

    return of
