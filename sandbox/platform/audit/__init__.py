"""Who did what, with which authority, on what, when and from where (report, 4.1 and 6)."""
