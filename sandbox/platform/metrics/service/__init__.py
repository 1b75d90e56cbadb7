"""Closing days, and reporting on them."""
