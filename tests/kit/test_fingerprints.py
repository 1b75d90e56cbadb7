"""Fingerprints tell a repetition of a call from another call, and are the same in every version, since they are kept."""

from sandbox.kit.fingerprints import fingerprint_of


def test_the_order_of_fields_does_not_matter_and_each_value_does() -> None:
    one = fingerprint_of({"amount": 5, "note": "Café"})
    assert one == fingerprint_of({"note": "Café", "amount": 5})
    assert len({one, fingerprint_of({"amount": 5, "note": None}), fingerprint_of({"amount": "5", "note": "Café"})}) == 3


def test_a_fingerprint_that_was_kept_is_still_the_same() -> None:
    kept = "84c62adc349c1a63a0a6523939a2686c1d4b87e6ff20db8630dad5b47807455a"
    assert fingerprint_of({"amount": 5, "reason": None}) == kept
