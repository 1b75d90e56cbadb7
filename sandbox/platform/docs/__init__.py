"""The documentation that the platform serves: pages, search, and the OpenAPI document."""
