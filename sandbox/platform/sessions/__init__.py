"""Login sessions: opened by a password, listed, and revoked one by one."""
