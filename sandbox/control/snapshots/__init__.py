"""Named states of the whole sandbox: saved, loaded, compared in words, and carried from one machine to another."""
