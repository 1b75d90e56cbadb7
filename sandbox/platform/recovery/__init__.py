"""Ways back in for who cannot log in: a new activation mail, a new password."""
