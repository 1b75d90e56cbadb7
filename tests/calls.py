"""Fields with which each call that reads a body succeeds."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from tests.kyc import card_picture
from tests.stage import AMOUNT, DOT, SPARE, Stage

Fields = dict[str, Any]
CARD = base64.b64encode(card_picture()).decode()
RIB = "08006012345678901231"


def _registration(stage: Stage) -> Fields:
    return {"name": "Amel Ben Salah", "email": f"call-{stage.unique()}@example.com", "password": "a good password"}


def _login(stage: Stage) -> Fields:
    return {"email": stage.owner.email, "password": stage.owner.password}


def _new_app(stage: Stage) -> Fields:
    return {
        "name": f"Called {stage.unique()}",
        "description": "An app",
        "phone_number": stage.owner.wallet_phone,
    }


def _open_session(stage: Stage) -> Fields:
    return {
        "app": stage.owner.public_token,
        "amount": AMOUNT,
        "id": "TX12530",
        "name": "Olive oil",
        "description": "Half a litre",
        "image": "https://shop.example/oil.png",
        "language": "fr",
    }


def _accept(stage: Stage) -> Fields:
    payment_id = stage._payment_id()
    return {
        "app_token": stage.owner.public_token,
        "app_secret": stage.owner.private_token,
        "payment_id": payment_id,
        "flouci_otp": stage.code,
        "amount": AMOUNT,
    }


def _verify(stage: Stage) -> Fields:
    stage._payment_id()
    return {"session": stage.in_session, "code": stage.code}


def _prepare(stage: Stage) -> Fields:
    stage.phone.unblock()
    return {
        "idempotency_key": f"key-{stage.unique()}",
        "session": stage._session(),
        "app_id": stage._app_id(),
        "payer_phone": stage.phone.number,
        "pin": "1234",
        "payee_wallet_id": stage.wallet_of(stage.owner.wallet_phone),
        "amount": AMOUNT,
        "reference": "TX-1",
        "merchant_name": "Café Olé",
    }


def _method_step(stage: Stage) -> Fields:
    asked = _prepare(stage)
    facts = ("session", "app_id", "payee_wallet_id", "amount", "reference", "merchant_name")
    order = {name: asked[name] for name in facts}
    return {"order": order, "fields": {"phone_number": stage.phone.number, "pin": "1234"}}


def _execute(stage: Stage) -> Fields:
    return {
        "app_id": stage._app_id(),
        "code": stage.code,
        "amount": AMOUNT,
        "payee_wallet_id": stage.wallet_of(stage.owner.wallet_phone),
        "execution_key": f"key-{stage.unique()}",
    }


def _keep(stage: Stage) -> Fields:
    """The hold of the payment that was made last, for years."""
    kept = {name: value for name, value in _execute(stage).items() if name in {"app_id", "code", "payee_wallet_id"}}
    return kept | {"until": "2035-01-01T00:00:00.000Z"}


def _refund(stage: Stage) -> Fields:
    """Of the payment that was made last: its money moves now."""
    stage.execute()
    return {
        "refund_key": f"key-{stage.unique()}",
        "amount": 1_000,
        "app_id": stage._app_id(),
        "payee_wallet_id": stage.wallet_of(stage.owner.wallet_phone),
        "reason": "Broken on the way",
    }


def _wallet(stage: Stage) -> Fields:
    return {
        "phone_number": f"98{stage.unique():06}",
        "holder_name": "Salma Zouari",
        "pin": "1234",
        "kind": "business",
        "trade_name": "Zouari et fils",
        "language": "ar",
        "status": "active",
        "level": 2,
    }


def _authorize(stage: Stage) -> Fields:
    stage.phone.unblock()
    payee = stage.wallet_of(stage.owner.wallet_phone)
    return {"payer_phone": stage.phone.number, "pin": "1234", "payee_wallet_id": payee}


def _top_up(stage: Stage) -> Fields:
    return {"wallet_id": stage._wallet_id(), "amount": 1, "idempotency_key": f"key-{stage.unique()}"}


def _transfer(stage: Stage) -> Fields:
    stage.phone.unblock()
    return {
        "idempotency_key": f"key-{stage.unique()}",
        "kind": "counter",
        "payer_phone": stage.phone.number,
        "pin": "1234",
        "payee_phone": stage.owner.wallet_phone,
        "amount": 5,
        "note": "Coffee",
    }


def _money_request(stage: Stage) -> Fields:
    """The owner asks the phone for money."""
    return {
        "idempotency_key": f"key-{stage.unique()}",
        "payee_phone": stage.owner.wallet_phone,
        "payer_phone": stage.phone.number,
        "amount": 5,
        "note": "Coffee",
    }


def _approval(stage: Stage) -> Fields:
    return {"idempotency_key": f"key-{stage.unique()}", "payer_phone": stage.phone.number, "pin": "1234"}


def _phone(stage: Stage) -> Fields:
    number = f"99{stage.unique():06}"
    return {
        "phone_number": number,
        "name": "Slim",
        "trade_name": "Chez Slim",
        "pin": "1234",
        "balance": 1000,
        "language": "ar",
    }


def _webhook(_stage: Stage) -> Fields:
    return {"url": "http://127.0.0.1:9/hooks"}


def _refund_form(stage: Stage) -> Fields:
    return {"amount": "0.5", "reason": "Broken", "key": f"key-{stage.unique()}", "committed": 0}


def _api_key(stage: Stage) -> Fields:
    stage.revoke_keys()
    return {"name": f"Key {stage.unique()}", "access": "write", "expires_in_days": 30}


def _settings(stage: Stage) -> Fields:
    return {
        "version": stage.spare.version,
        "name": SPARE,
        "description": "Changed",
        "verification_mode": "active",
        "session_seconds": 600,
    }


def _version_of_token(stage: Stage) -> Fields:
    return {"version": stage.spare.private_token_version}


def _rotation(stage: Stage) -> Fields:
    return _version_of_token(stage) | {"grace_seconds": 3600}


def _revocation(stage: Stage) -> Fields:
    return {"public_token": stage.spare.public_token}


def _basic_info(stage: Stage) -> Fields:
    return {"company": "Épicerie Haddad", "website": "https://haddad.tn", "phone_number": "71123456"}


def _profile(stage: Stage) -> Fields:
    return _basic_info(stage) | {"name": "Shop 1", "language": "en"}


def _address(stage: Stage) -> Fields:
    return {"email": f"nobody-{stage.unique()}@example.com"}


def _new_email(stage: Stage) -> Fields:
    return _address(stage) | {"password": stage.owner.password}


def _new_password(stage: Stage) -> Fields:
    return {"password": stage.owner.password, "new_password": stage.owner.password}


def _business_account(stage: Stage) -> Fields:
    return _address(stage) | {"password": "a good password"}


def _bank_move(stage: Stage) -> Fields:
    key = f"key-{stage.unique()}"
    return {"idempotency_key": key, "phone_number": stage.banked_number(), "pin": "1234", "amount": 1}


def _phone_move(stage: Stage) -> Fields:
    return {"amount": 1, "pin": "1234", "idempotency_key": f"key-{stage.unique()}"}


def _unlock(stage: Stage) -> Fields:
    challenge_id = stage._unlock_id()
    return {"challenge_id": challenge_id, "code": stage.code, "new_pin": "2468"}


def _identity(stage: Stage) -> Fields:
    return {"cin": f"{stage.unique():08}", "name": "Amel Ben Salah", "birth_date": "1990-03-01"}


FIELDS: dict[str, Callable[[Stage], Fields]] = {
    "POST /register": lambda stage: _registration(stage) | _basic_info(stage),
    "POST /register/business": lambda stage: {"phone_number": stage.owner.wallet_phone},
    "POST /register/business/code": lambda stage: {"code": stage._newest_code(stage.owner.wallet_phone)},
    "POST /register/business/resend": lambda _: {},
    "POST /register/business/account": _business_account,
    "POST /activate": _address,
    "POST /password/forgot": _address,
    "POST /password/reset/<reset_key>": lambda _: {"password": "another good password"},
    "POST /settings": _profile,
    "POST /settings/password": _new_password,
    "POST /settings/email": _new_email,
    "POST /settings/sessions/<session_id>/revoke": lambda _: {},
    "POST /settings/sessions/revoke-others": lambda _: {},
    "POST /settings/close": lambda stage: {"password": stage.owner.password},
    "POST /login": _login,
    "POST /logout": lambda _: {},
    "POST /api/developers": lambda stage: _registration(stage) | _basic_info(stage) | {"language": "ar"},
    "POST /api/developers/resend": _address,
    "POST /api/password/forgot": _address,
    "POST /api/password/reset": lambda stage: {"key": stage._reset_key(), "password": "another good password"},
    "POST /api/logout": lambda _: {},
    "PUT /api/account": _profile,
    "POST /api/account/password": _new_password,
    "POST /api/account/email": _new_email,
    "POST /api/account/email/confirm": lambda stage: {"key": stage._email_key()},
    "POST /api/account/close": lambda stage: {"password": stage.owner.password},
    "POST /api/business": lambda stage: {"phone_number": stage.owner.wallet_phone},
    "POST /api/business/code": lambda stage: {"token": stage.switch(), "code": stage.code},
    "POST /api/business/resend": lambda stage: {"token": stage.switch()},
    "POST /api/business/account": lambda stage: (
        _business_account(stage) | {"token": stage.switch(verified=True), "language": "fr"}
    ),
    "POST /api/developers/activate": lambda stage: {"key": stage._key()},
    "POST /api/login": _login,
    "POST /dashboard/figures": lambda _: {"order": "gross_sales", "kpi": "gross_sales"},
    "PUT /api/dashboard/kpis": lambda _: {"kpis": ["gross_sales", "transactions"]},
    "POST /apps/new": _new_app,
    "POST /apps/new/<link_id>": lambda stage: {"code": stage.code},
    "POST /apps/new/<link_id>/resend": lambda _: {},
    "POST /apps/<app_id>/webhook": _webhook,
    "POST /apps/<app_id>/webhook/off": lambda _: {},
    "POST /apps/<app_id>/webhook/secret": lambda _: {},
    "POST /apps/<app_id>/webhook/secret/rotate": lambda _: {},
    "POST /apps/<app_id>/webhook/test": lambda _: {},
    "POST /apps/<app_id>/webhook/events/<event_id>/resend": lambda _: {},
    "PUT /api/apps/<app_id>/webhook": _webhook,
    "POST /api/apps/<app_id>/webhook/secret": lambda _: {},
    "POST /api/apps/<app_id>/webhook/secret/rotate": lambda _: {},
    "POST /api/apps/<app_id>/webhook/test": lambda _: {},
    "POST /api/apps/<app_id>/webhook/events/<event_id>/resend": lambda _: {},
    "POST /orders/<order_id>/refunds": _refund_form,
    "POST /api/orders/<order_id>/refunds": lambda _: {"amount": 500, "reason": "Broken"},
    "POST /api/apps": _new_app,
    "POST /admin/users/<user_id>/activate": lambda _: {},
    "POST /admin/users/<user_id>/suspend": lambda _: {"reason": "Sells what it does not have"},
    "POST /admin/users/<user_id>/reinstate": lambda _: {},
    "POST /admin/users/<user_id>/grant-admin": lambda _: {},
    "POST /admin/users/<user_id>/withdraw-admin": lambda _: {},
    "POST /api/admin/users/<user_id>/activate": lambda _: {},
    "POST /api/admin/users/<user_id>/suspend": lambda _: {"reason": "Sells what it does not have"},
    "POST /api/admin/users/<user_id>/reinstate": lambda _: {},
    "POST /api/admin/users/<user_id>/grant-admin": lambda _: {},
    "POST /api/admin/users/<user_id>/withdraw-admin": lambda _: {},
    "POST /api/api-keys": _api_key,
    "POST /settings/api-keys": _api_key,
    "POST /settings/api-keys/<key_id>/revoke": lambda _: {},
    "POST /api/apps/links/<link_id>/confirm": lambda stage: {"code": stage.code},
    "POST /api/apps/links/<link_id>/resend": lambda _: {},
    "POST /apps/<app_id>/integrate": lambda _: {},
    "POST /apps/<app_id>/keys/rotate": lambda stage: _rotation(stage) | {"confirm": "yes"},
    "POST /apps/<app_id>/keys/end-grace": lambda stage: _version_of_token(stage) | {"confirm": "yes"},
    "POST /apps/<app_id>/keys/revoke": lambda stage: _revocation(stage) | {"confirm": "yes"},
    "POST /apps/<app_id>/settings": lambda stage: _settings(stage) | {"allowed_origins": "https://shop.example"},
    "POST /apps/<app_id>/enable": lambda _: {},
    "POST /apps/<app_id>/disable": lambda _: {"confirm": "yes"},
    "POST /apps/<app_id>/image": lambda _: {"image_base64": DOT},
    "POST /apps/<app_id>/image/remove": lambda _: {},
    "POST /apps/<app_id>/delete": lambda _: {"typed_name": SPARE},
    "PATCH /api/apps/<app_id>/settings": lambda stage: _settings(stage) | {"allowed_origins": ["https://a.example"]},
    "POST /api/apps/<app_id>/enable": lambda _: {},
    "POST /api/apps/<app_id>/disable": lambda _: {},
    "POST /api/apps/<app_id>/delete": lambda _: {"name": SPARE},
    "POST /api/apps/<app_id>/private-token": lambda _: {},
    "POST /api/apps/<app_id>/private-token/rotate": _rotation,
    "POST /api/apps/<app_id>/private-token/end-grace": _version_of_token,
    "POST /api/apps/<app_id>/public-token/revoke": _revocation,
    "PUT /api/apps/<app_id>/image": lambda _: {"image_base64": DOT},
    "POST /api/checkout/sessions": _open_session,
    "POST /api/checkout/sessions/<session>/scan": lambda stage: {
        "app": stage.owner.public_token,
        "amount": AMOUNT,
        "phone_number": stage.phone.number,
    },
    "POST /api/checkout/sessions/<session>/refuse": lambda _: {},
    "POST /api/checkout/sessions/<session>/verify": lambda stage: {"code": "123456"},
    "POST /api/checkout/sessions/<session>/methods/<method>/<step>": lambda stage: {
        "phone_number": stage.phone.number,
        "pin": "1234",
    },
    "PUT /api/apps/<app_id>/quirks": lambda _: {"profile": "docs", "switches": {"redirect_join": "query"}},
    "POST /apps/<app_id>/behaviour": lambda _: {"profile": "docs", "redirect_join": "query", "rate_limit": "100"},
    "POST /pay/<page_id>/other-way": lambda _: {},
    "POST /api/pages/<page_id>/scan": lambda stage: {"phone_number": stage.phone.number},
    "POST /api/pages/<page_id>/settle": lambda stage: stage.prepare_page(),
    "POST /pay/<page_id>/login": lambda stage: {"phone_number": stage.phone.number, "pin": "1234"},
    "POST /pay/<page_id>/card": lambda _: {
        "card_number": "4242424242424242",
        "expiry": "12/40",
        "cvc": "123",
        "holder": "A",
    },
    "POST /pay/<page_id>/code": lambda _: {"code": "123456"},
    "POST /pay/<page_id>/resend": lambda _: {},
    "POST /pay/<page_id>/cancel": lambda _: {},
    "POST /api/generate_payment": lambda _: {},
    "POST /api/generate_payment/wordpress": lambda _: {},
    "POST /api/v2/generate_payment": lambda _: {},
    "POST /api/v2/refund_payment": lambda _: {},
    "POST /api/v2/confirm_payment": lambda _: {},
    "POST /api/v2/cancel_payment": lambda _: {},
    "POST /api/transactions/init_pos_transaction": lambda _: {},
    "POST /api/accounts/authenticate": lambda _: {},
    "POST /api/accounts/authenticate/refresh": lambda _: {},
    "POST /partners/accounts/initiate_link_account": lambda _: {},
    "POST /partners/accounts/confirm_link_account": lambda _: {},
    "POST /api/events": lambda _: {"events": []},
    "POST /api/wallet-events": lambda _: {"events": []},
    "POST /api/accept": _accept,
    "POST /wallets/api/wallets": _wallet,
    "POST /wallets/api/wallets/<wallet_id>/block": lambda _: {},
    "POST /wallets/api/wallets/<wallet_id>/unblock": lambda _: {},
    "POST /wallets/api/wallets/<wallet_id>/pin": lambda _: {"old_pin": "1234", "new_pin": "2468"},
    "POST /wallets/api/wallets/<wallet_id>/unlock": lambda _: {},
    "POST /wallets/api/challenges/<challenge_id>/unlock": lambda stage: {"code": stage.code, "new_pin": "2468"},
    "POST /wallets/api/authorize": _authorize,
    "POST /wallets/api/authorize/receivers": lambda stage: {
        "payee_wallet_id": stage.wallet_of(stage.owner.wallet_phone)
    },
    "POST /wallets/api/authorize/bank": lambda stage: {"phone_number": stage.banked_number(), "pin": "1234"},
    "POST /wallets/api/wallets/<wallet_id>/bank": lambda _: {"rib": RIB},
    "POST /wallets/api/wallets/<wallet_id>/bank/open": lambda _: {"bank": "91"},
    "POST /admin/wallets/<application_id>/approve": lambda _: {},
    "POST /admin/wallets/holders/<wallet_id>/block": lambda _: {},
    "POST /admin/wallets/holders/<wallet_id>/unblock": lambda _: {},
    "POST /api/admin/wallets/holders/<wallet_id>/block": lambda _: {},
    "POST /api/admin/wallets/holders/<wallet_id>/unblock": lambda _: {},
    "POST /admin/wallets/<application_id>/reject": lambda _: {"reason": "The picture is blurred"},
    "POST /api/admin/wallets/<application_id>/approve": lambda _: {},
    "POST /api/admin/wallets/<application_id>/reject": lambda _: {"reason": "The picture is blurred"},
    "POST /wallets/api/applications": lambda stage: {
        "phone_number": f"95{stage.unique():06}",
        "kind": "business",
        "level": 3,
        "language": "ar",
    },
    "POST /wallets/api/applications/<application_id>/phone": lambda stage: {"code": stage.code, "pin": "1234"},
    "POST /wallets/api/applications/<application_id>/identity": _identity,
    "POST /wallets/api/applications/<application_id>/business": lambda _: {
        "trade_name": "Café Olé",
        "tax_number": "1234567A",
    },
    "POST /wallets/api/applications/<application_id>/card": lambda _: {"image_base64": CARD},
    "POST /wallets/api/applications/<application_id>/selfie": lambda _: {"matches": True},
    "POST /wallets/api/applications/<application_id>/approve": lambda _: {},
    "POST /wallets/api/applications/<application_id>/reject": lambda _: {"reason": "The picture is blurred"},
    "POST /wallets/api/closings": lambda stage: {"phone_number": stage.banked_number(), "pin": "1234"},
    "POST /wallets/api/closings/<wallet_id>/finish": lambda _: {},
    "POST /wallets/api/closings/<wallet_id>/cancel": lambda _: {},
    "POST /payments/api/bank/top-ups": _bank_move,
    "POST /payments/api/bank/withdrawals": _bank_move,
    "POST /payments/api/closings": lambda stage: {"phone_number": stage.banked_number(money=False), "pin": "1234"},
    "POST /wallets/api/challenges": lambda stage: {"phone_number": stage.owner.wallet_phone},
    "POST /wallets/api/challenges/<challenge_id>/resend": lambda _: {},
    "POST /wallets/api/challenges/<challenge_id>/verify": lambda stage: {"code": stage.code},
    "POST /wallets/api/sms": lambda _: {"messages": []},
    "POST /payments/api/payments": _prepare,
    "POST /payments/api/payments/<payment_id>/execute": _execute,
    "POST /payments/api/payments/<payment_id>/keep": _keep,
    "POST /payments/api/payments/<payment_id>/cancel": lambda _: {},
    "POST /payments/api/payments/<payment_id>/leave": lambda _: {},
    "POST /payments/api/payments/<payment_id>/refunds": _refund,
    "POST /payments/api/methods/<method>/<step>": _method_step,
    "POST /payments/api/forms/<session>/refuse": lambda _: {"payer_phone": "20000001"},
    "POST /payments/api/verify": _verify,
    "POST /payments/api/top-ups": _top_up,
    "POST /payments/api/transfers": _transfer,
    "POST /payments/api/requests": _money_request,
    "POST /payments/api/requests/<money_request_id>/approve": _approval,
    "POST /payments/api/requests/<money_request_id>/refuse": lambda stage: {"phone_number": stage.phone.number},
    "POST /payments/api/requests/<money_request_id>/cancel": lambda stage: {"phone_number": stage.owner.wallet_phone},
    "POST /mobile/phones": _phone,
    "POST /mobile/phones/<number>/scan": lambda stage: {"qr_text": stage.scan()},
    "POST /mobile/phones/<number>/pay": lambda stage: {"scan_id": stage.scan_id, "pin": "1234"},
    "POST /mobile/phones/<number>/refuse": lambda stage: {"scan_id": stage.scan_id},
    "POST /mobile/phones/<number>/transfers": lambda stage: {
        "to": stage.owner.wallet_phone,
        "amount": 5,
        "pin": "1234",
        "note": "Lunch",
        "idempotency_key": f"sent-{stage.unique()}",
    },
    "POST /mobile/phones/<number>/requests": lambda stage: {
        "from": stage.owner.wallet_phone,
        "amount": 5,
        "note": "Lunch",
        "idempotency_key": f"asked-{stage.unique()}",
    },
    "POST /mobile/phones/<number>/requests/<asked_of_phone>/approve": lambda _: {"pin": "1234"},
    "POST /mobile/phones/<number>/requests/<asked_of_phone>/refuse": lambda _: {},
    "POST /mobile/phones/<number>/requests/<asked_by_phone>/cancel": lambda _: {},
    "POST /mobile/phones/<number>/block": lambda _: {},
    "POST /mobile/phones/<number>/unblock": lambda _: {},
    "POST /mobile/phones/<number>/pin": lambda _: {"old_pin": "1234", "new_pin": "2468"},
    "POST /mobile/phones/<number>/unlock": lambda _: {},
    "POST /mobile/phones/<number>/unlock/confirm": _unlock,
    "POST /mobile/phones/<number>/bank": lambda _: {"rib": RIB},
    "POST /mobile/phones/<number>/bank/open": lambda _: {"bank": "91"},
    "POST /mobile/phones/<number>/top-ups": _phone_move,
    "POST /mobile/phones/<number>/withdrawals": _phone_move,
    "POST /mobile/phones/<number>/close": lambda _: {"pin": "1234"},
    "POST /mobile/phones/<number>/application": lambda _: {"kind": "business", "level": 3, "language": "ar"},
    "POST /mobile/phones/<number>/application/phone": lambda stage: {"code": stage.code, "pin": "1234"},
    "POST /mobile/phones/<number>/application/identity": _identity,
    "POST /mobile/phones/<number>/application/business": lambda _: {
        "trade_name": "Café Olé",
        "tax_number": "1234567A",
    },
    "POST /mobile/phones/<number>/application/card": lambda _: {"image_base64": CARD},
    "POST /mobile/phones/<number>/application/selfie": lambda _: {"matches": True},
    "POST /mobile/phones/<number>/methods/<phone_method>/<phone_step>": lambda stage: {"link": stage.scan()},
    "POST /_sandbox/journal/<request_id>/replay": lambda _: {"secrets": {}},
    "POST /_sandbox/console/faults": lambda _: {"kind": "latency", "words": "seconds=0.1 route=/api/apps nth=1000000"},
    "POST /_sandbox/console/faults/remove": lambda _: {"fault": "fault_0"},
    "POST /_sandbox/console/faults/clear": lambda _: {},
    "POST /_sandbox/console/exchanges/<request_id>": lambda _: {},
    "POST /_sandbox/console/snapshots": lambda stage: {"name": f"snapshot-{stage.unique()}"},
    "POST /_sandbox/console/snapshots/load": lambda stage: {"snapshot": stage._snapshot()},
    "POST /_sandbox/console/snapshots/delete": lambda stage: {"snapshot": stage._snapshot()},
    "POST /_sandbox/console/snapshots/import": lambda _: {},
    "POST /_sandbox/console/clock": lambda _: {"action": "resume"},
    "POST /_sandbox/reset": lambda _: {},
    "POST /_sandbox/seed": lambda stage: {"phones": [{"phone_number": 25_000_000 + stage.unique()}]},
    "POST /_sandbox/snapshots": lambda stage: {"name": f"snapshot-{stage.unique()}"},
    "POST /_sandbox/snapshots/import": lambda _: {},
    "POST /_sandbox/snapshots/<snapshot>/load": lambda _: {},
    "POST /_sandbox/drain": lambda _: {},
    "POST /_sandbox/faults": lambda _: {"kind": "latency", "seconds": 0.001, "nth": 1_000_000},
    "POST /_sandbox/clock": lambda _: {"action": "resume"},
    "POST /_sandbox/clock/advance": lambda _: {"seconds": 0},
    "POST /shop/handle_payment": lambda _: {"order": "1", "payment_id": "p", "flouci_otp": "123456"},
    "POST /shop/buy": lambda _: {"item": "bowl"},
    "POST /shop/payment/ask_again": lambda _: {"order": "1"},
}
"""By route. The path is made first (``Stage.path_of``): a code belongs to the newest link, challenge or payment."""

OPTIONAL = {
    "POST /_sandbox/faults": {"nth"},
    "POST /_sandbox/snapshots": {"replace"},
    "POST /api/developers": {"language", "company", "website", "phone_number"},
    "POST /api/login": {"remember"},
    "PUT /api/account": {"company", "website", "phone_number"},
    "POST /api/business/account": {"language"},
    "POST /api/apps": {"description"},
    "POST /api/api-keys": {"access", "expires_in_days"},
    "PATCH /api/apps/<app_id>/settings": {
        "name",
        "description",
        "allowed_origins",
        "verification_mode",
        "session_seconds",
    },
    "POST /api/apps/<app_id>/private-token/rotate": {"grace_seconds"},
    "POST /api/checkout/sessions": {"id", "name", "description", "image", "language"},
    "POST /api/accept": {"amount"},
    "PUT /api/apps/<app_id>/quirks": {"profile", "switches"},
    "POST /api/orders/<order_id>/refunds": {"amount", "reason"},
    "POST /wallets/api/wallets": {"kind", "trade_name", "language", "status", "level"},
    "POST /payments/api/payments": {"reference"},
    "POST /payments/api/payments/<payment_id>/refunds": {"reason"},
    "POST /payments/api/transfers": {"kind", "note"},
    "POST /payments/api/requests": {"note"},
    "POST /mobile/phones": {"name", "trade_name", "pin", "balance", "language"},
    "POST /mobile/phones/<number>/pay": {"pin"},
    "POST /wallets/api/applications": {"kind", "level", "language"},
    "POST /wallets/api/applications/<application_id>/phone": {"pin"},
    "POST /wallets/api/applications/<application_id>/selfie": {"matches"},
    "POST /mobile/phones/<number>/pin": {"old_pin"},
    "POST /mobile/phones/<number>/application": {"kind", "level", "language"},
    "POST /mobile/phones/<number>/application/phone": {"pin"},
    "POST /mobile/phones/<number>/application/selfie": {"matches"},
    "POST /mobile/phones/<number>/top-ups": {"pin", "idempotency_key"},
    "POST /mobile/phones/<number>/withdrawals": {"pin", "idempotency_key"},
    "POST /mobile/phones/<number>/close": {"pin"},
    "POST /mobile/phones/<number>/transfers": {"pin", "note", "idempotency_key"},
    "POST /mobile/phones/<number>/requests": {"note", "idempotency_key"},
    "POST /mobile/phones/<number>/requests/<asked_of_phone>/approve": {"pin"},
}
"""Fields that may be left out."""

_PROGRAMS = ("/api/", "/partners/", "/wallets/", "/payments/", "/mobile/", "/inbox/", "/_sandbox/")
FORMS = {route for route in FIELDS if not route.partition(" ")[2].startswith(_PROGRAMS)}
"""What pages of ours send, as forms; everything else is called by programs."""
SERVICE_ONLY = ("/wallets/api/", "/payments/api/", "/api/events", "/api/wallet-events", "/api/pages/")
SERVICE_ONLY_ROUTES = {"POST /api/checkout/sessions/<session>/scan", "POST /api/checkout/sessions/<session>/refuse"}
MERCHANT_API = ("/api/v2/", "/api/generate_payment", "/api/transactions/", "/api/accounts/", "/partners/")
"""Takes the app's tokens, and refuses in the provider's shape: tests/platform/merchant_api sees to its bad input."""
CONSOLE = "/_sandbox/console/"
"""Forms of the console, which answer with pages: tests/control sees to them."""
OPEN_ROUTES = {"POST /payments/api/verify"}


def method_of(route: str) -> str:
    return route.partition(" ")[0]


def is_for_admins(route: str) -> bool:
    return route.partition(" ")[2].startswith(("/admin/", "/api/admin/"))


def is_service_only(route: str) -> bool:
    path = route.partition(" ")[2]
    return route in SERVICE_ONLY_ROUTES or (path.startswith(SERVICE_ONLY) and route not in OPEN_ROUTES)


HEADERS: dict[str, Callable[[Stage], dict[str, str]]] = {
    "POST /api/orders/<order_id>/refunds": lambda stage: {"Idempotency-Key": f"key-{stage.unique()}"},
}
"""What a call needs beside its fields."""


def headers_of(stage: Stage, route: str) -> dict[str, str]:
    """Whoever may call this: a service, an admin, or the owner; with what the call needs."""
    needed = HEADERS[route](stage) if route in HEADERS else {}
    if is_service_only(route):
        return needed | stage.service_key
    token = stage.admin_token if is_for_admins(route) else stage.owner_token
    return needed | {"Authorization": f"Bearer {token}"}


ENDING = {
    "POST /api/logout",
    "POST /settings/password",
    "POST /api/account/password",
    "POST /settings/sessions/revoke-others",
    "DELETE /api/sessions",
    "POST /settings/close",
    "POST /api/account/close",
}
"""After these the caller's sessions, or the account itself, are no more: tests make a developer for each."""


WHOLE_WORLD = {
    "POST /_sandbox/console/snapshots/load",
    "POST /_sandbox/console/snapshots/import",
    "POST /_sandbox/reset",
    "POST /_sandbox/seed",
    "POST /_sandbox/snapshots/import",
    "POST /_sandbox/snapshots/<snapshot>/load",
}
"""They replace it, or take files."""


def program_calls() -> list[str]:
    """Routes that programs send fields to."""
    calls = set(FIELDS) - FORMS - ENDING - WHOLE_WORLD
    return sorted(call for call in calls if not call.partition(" ")[2].startswith((*MERCHANT_API, CONSOLE)))


BODY_OPTIONAL = {
    "PUT /api/apps/<app_id>/quirks",
    "POST /wallets/api/applications/<application_id>/selfie",
    "POST /mobile/phones/<number>/close",
    "POST /mobile/phones/<number>/application",
    "POST /mobile/phones/<number>/application/selfie",
    "POST /api/orders/<order_id>/refunds",
    "POST /_sandbox/journal/<request_id>/replay",
}
"""Calls that mean something without any field."""


def calls_with_fields() -> list[str]:
    bare = (
        "/resend",
        "/off",
        "/secret",
        "/rotate",
        "/test",
        "/block",
        "/unblock",
        "<user_id>/activate",
        "/reinstate",
        "/grant-admin",
        "/withdraw-admin",
        "/enable",
        "/disable",
        "<app_id>/private-token",
        "/wallets/<wallet_id>/unlock",
        "phones/<number>/unlock",
        "/finish",
        "/approve",
        "/cancel",
        "/leave",
        "/_sandbox/drain",
        "sessions/<session>/refuse",
        "<asked_of_phone>/refuse",
    )
    return [route for route in program_calls() if not route.endswith(bare)]
