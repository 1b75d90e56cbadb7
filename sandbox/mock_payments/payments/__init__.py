"""Code payments: prepared, verified, executed."""
