"""Transfers: money that goes at once from one wallet to another, between persons or at a counter."""
