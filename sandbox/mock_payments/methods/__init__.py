"""The ways to pay: every module here that defines a :class:`~sandbox.mock_payments.methods.method.PaymentMethod` is one."""
