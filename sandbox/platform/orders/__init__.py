"""Orders: what merchants want paid, and the payment form's session."""
