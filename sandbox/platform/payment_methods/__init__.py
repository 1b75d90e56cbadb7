"""Ways to pay that ask the shopper something in the payment form itself; the Payments API knows what."""
