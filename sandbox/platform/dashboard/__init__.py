"""The dashboard: the figures that its developer picked, in the order that they want."""
