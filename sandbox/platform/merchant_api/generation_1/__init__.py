"""Generation 1: the script tag and accept (report, chapter V)."""
