"""The phone: reads QR pictures, asks the platform what they mean, and pays with the Payments API."""
