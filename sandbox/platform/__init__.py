"""The developer platform: accounts, apps, orders, the payment form's session, and the merchant API."""
