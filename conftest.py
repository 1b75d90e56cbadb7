"""Fixtures that every test of this repository shares."""

from __future__ import annotations

pytest_plugins = ["pytester", "tests.databases", "tests.stage", "tests.passwords", "tests.patience"]
