"""The tester's levers and the journal, all under ``/_sandbox``."""
