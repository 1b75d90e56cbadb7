"""From the bytes of a picture to the texts of its QR codes, in a process of its own that ends when it takes too long."""
