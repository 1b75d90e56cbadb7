"""An SMS is sent and never arrives."""

from __future__ import annotations

from sandbox.control.faults.kind import Kind

_ = str  # marks a text for the catalogs

KIND = Kind("sms_lost", "sms", _("An SMS is taken and never arrives; nobody is told."), example="phone=20000001")
