"""The phone's side of ways to pay: every module here that defines a :class:`~sandbox.mock_mobile.methods.method.PhoneMethod`."""
