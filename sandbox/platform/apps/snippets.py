"""The code to paste, with the developer's own keys already in it (report, listing V.1 and figure V.3)."""

from __future__ import annotations

from html import escape

_HTML = """<form action="/handle_payment" method="post">
  <script src="{base_url}/static/main.js"
          app="{public_token}"
          data-amount="12500"
          data-name="My order"
          data-id="ORDER-1"
          lang-key="fr"
          class="flouci-button"></script>
</form>"""

_FLASK = """import requests
from flask import Flask, redirect, request

app = Flask(__name__)


@app.post("/handle_payment")
def handle_payment():
    answer = requests.post(
        "{base_url}/api/accept",
        json={{
            "app_token": "{public_token}",
            "app_secret": "{private_token}",
            "payment_id": request.form["payment_id"],
            "flouci_otp": request.form["flouci_otp"],
            "amount": 12500,  # what YOU want paid, in millimes, never a value from the page
        }},
        timeout=30,
    ).json()
    return redirect("/thank-you" if answer["status"] == "SUCCESS" else "/payment-failed")
"""


def html_snippet(base_url: str, public_token: str) -> str:
    return _HTML.format(base_url=escape(base_url), public_token=escape(public_token))


def flask_snippet(base_url: str, public_token: str, private_token: str) -> str:
    return _FLASK.format(base_url=base_url, public_token=public_token, private_token=private_token)
