"""v1 (2021 to 2025): the app's tokens in the body or in two headers of their own."""
