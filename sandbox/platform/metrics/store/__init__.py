"""Queries on metrics: marking what changed, counting what happened, writing and reading the rows per day."""
