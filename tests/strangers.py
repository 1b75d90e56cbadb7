"""Plugins of pytest that stand beside ours in this environment only."""

from __future__ import annotations

WITHOUT_STRANGERS = "-p no:schemathesis -p no:hypothesispytest"
"""Options of a pytest in a process of its own: to load what a user's project does not have takes 1.4 seconds of each."""
