"""People's names, as others may see them."""

import pytest

from sandbox.kit.names import mask_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Amina", "Amina"), ("Amina Ben Salah", "Amina B S"), (" Amina  Salah ", "Amina S"), ("أمينة صالح", "أمينة ص")],
)
def test_a_name_is_shortened_to_what_one_knows_a_person_by(name: str, shown: str) -> None:
    assert mask_name(name) == shown
