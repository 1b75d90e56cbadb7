"""What was sold, in rows per app and day: written by a job, read by the dashboard and the JSON API (report, 5.3)."""
