"""Mail that the platform sends, through its outbox and SMTP."""
