"""The public pages: home and quick start."""
