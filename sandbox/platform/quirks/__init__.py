"""Where the real service surprises: each quirk a named switch, for the whole sandbox and for each app."""
