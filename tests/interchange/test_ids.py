"""Ids that can stand in "<project>.<task>" and in a scenario file."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pmosim.interchange.ids import Ids


@given(st.lists(st.text(max_size=12)))
def test_whatever_the_names_the_ids_are_clean_and_differ_in_more_than_case(names):
    ids = Ids()
    given_out = [ids.id_of(name) for name in names]
    assert all(re.fullmatch(r"[\w-]+", id) for id in given_out)
    assert len({id.casefold() for id in given_out}) == len(names)
    assert "finish" not in given_out


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,10}", fullmatch=True).filter(lambda name: name != "finish"))
def test_a_clean_name_is_its_own_id(name):
    assert Ids().id_of(name) == name


def test_the_name_that_an_id_could_not_keep_is_remembered():
    ids = Ids()
    assert [ids.id_of("A 1"), ids.id_of("A.1"), ids.id_of("B")] == ["A_1", "A_1_2", "B"]
    assert ids.changed == {"A_1": "A 1", "A_1_2": "A.1"}
