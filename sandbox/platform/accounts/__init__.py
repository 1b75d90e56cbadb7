"""Developer accounts: registration, activation, login."""
