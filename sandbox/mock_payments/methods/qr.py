"""A phone reads the form's code, or opens the same text, and shows the six digits itself: the usual way (report, figure V.4)."""

from sandbox.mock_payments.methods.method import PaymentMethod


class Qr(PaymentMethod, name="qr"):
    """No step in the form: the phone does it all, and the code is in the answer to it."""
