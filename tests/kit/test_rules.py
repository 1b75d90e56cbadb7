"""Addresses are built by rules that are compiled only then, and are the same."""

from __future__ import annotations

from flask import Flask, url_for

from sandbox.kit.web import create_service_app


def _view(**_values: object) -> str:
    return ""


def test_addresses_are_built_as_flask_builds_them() -> None:
    ours = create_service_app("tests.rules", service_key="key")
    found = []
    for app in (ours, Flask("tests.rules")):
        app.add_url_rule("/apps/<app_id>/orders/<int:rule>", "order", _view, defaults={"page": 1})
        app.add_url_rule("/apps/<app_id>/orders/<int:rule>/<int:page>", "order", _view)
        app.add_url_rule("/é/<path:file>", "file", _view)
        with app.test_request_context():
            found.append(
                [
                    url_for("order", app_id="a b", rule=7),
                    url_for("order", app_id="a/b", rule=7, page=2, search="é"),
                    url_for("file", file="x/ü", _external=True),
                    url_for("file", file="x/ü", _external=True),
                ]
            )
    assert found[0] == found[1]
    assert found[0][0] == "/apps/a%20b/orders/7"


def test_a_number_has_one_address_though_every_script_has_digits() -> None:
    app = create_service_app("tests.rules", service_key="key")
    app.add_url_rule("/mails/<int:number>", "mail", _view)
    answers = [app.test_client().get(f"/mails/{number}").status_code for number in ("20", "\u0662\u0660", "-1", "1e9")]
    assert answers == [200, 404, 404, 404]
