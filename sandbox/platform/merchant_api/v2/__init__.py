"""v2 (today): ``Authorization: Bearer <public token>:<private token>``."""
