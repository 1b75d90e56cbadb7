"""The demo shop: an ordinary e-commerce site that takes payments with Flouci and knows nothing of the sandbox's insides."""
