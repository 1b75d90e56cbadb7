"""Requests for money: one wallet asks another, whose owner approves with the PIN, or refuses."""
