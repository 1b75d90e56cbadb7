"""Admins review applications for wallets, personal and business."""
