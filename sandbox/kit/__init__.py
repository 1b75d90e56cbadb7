"""What every part may use: no domain, no state of its own."""
