"""What may be asked of the list of requests."""

from __future__ import annotations

from typing import Annotated

from sandbox.contracts.transfers import RequestState
from sandbox.kit.paging import PageQuery
from sandbox.kit.shapes import Optional, PhoneNumber


class RequestFilter(PageQuery):
    phone_number: PhoneNumber
    state: Annotated[RequestState | None, Optional] = None
