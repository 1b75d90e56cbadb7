"""What developers change of their own accounts."""
