"""What every Flask app of the sandbox shares: how it is made, how it reads input, how it answers errors."""

from sandbox.kit.web.app import Page, ServiceApp, create_service_app, service_only
from sandbox.kit.web.bodies import read_body, read_fields, read_query

__all__ = ["Page", "ServiceApp", "create_service_app", "read_body", "read_fields", "read_query", "service_only"]
