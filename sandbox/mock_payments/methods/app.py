"""Open the app: the form's code comes to the phone as a link instead of a picture; from there on it is paid as ever."""

from sandbox.mock_payments.methods.method import PaymentMethod


class App(PaymentMethod, name="app"):
    """No step in the form: the phone does it all, and the code is in the answer to it."""
