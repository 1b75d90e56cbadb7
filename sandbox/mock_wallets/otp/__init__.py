"""One-time codes sent by SMS."""
