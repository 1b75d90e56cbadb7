"""Personal API keys: a developer's programs call the JSON API with them, as a login session would."""
