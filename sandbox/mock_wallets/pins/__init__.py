"""PINs: checked, changed, blocked after three wrong ones in a row, and unlocked by a code sent to the owner."""
