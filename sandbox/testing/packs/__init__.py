"""Scenario packs: found, run by pytest, shown while they run, and told in a report."""
