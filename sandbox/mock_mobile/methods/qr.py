"""The camera reads the code's picture: the usual way, with a route of its own (``scan``) since it takes files."""

from sandbox.mock_mobile.methods.method import PhoneMethod


class Qr(PhoneMethod, name="qr"):
    """No step beside the scan itself."""
