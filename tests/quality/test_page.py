"""docs/checks.md shows what is measured."""

import pytest
from checks_page import FAMILIES, NAMES, PAGE, letter, output_of, part, reports, with_checks, with_verdicts

AGAIN = "run: python tests/checks_page.py"


def test_the_page_names_every_check_as_it_is():
    page = PAGE.read_text(encoding="utf-8")
    assert all(part(f"checks of {family}").search(page) for family in FAMILIES)
    assert with_checks(page) == page, AGAIN


def test_every_real_file_has_a_letter_of_its_own():
    assert sorted(map(letter, NAMES)) == list("ABCDEFGH")


@pytest.mark.java
@pytest.mark.slow
def test_verdicts_and_outputs_are_those_of_the_real_files():
    found = list(reports())
    page = PAGE.read_text(encoding="utf-8")
    assert part("verdicts").search(page)
    assert with_verdicts(page, found) == page, AGAIN
    for name, text, _ in found:
        assert output_of(name).read_text(encoding="utf-8") == text, AGAIN
