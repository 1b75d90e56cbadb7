"""The benchmark: real processes, real HTTP, and localstripe from PyPI beside them (``make bench``)."""
