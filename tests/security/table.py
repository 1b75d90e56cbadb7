"""Who may call what: for every route the answer to anonymous, another developer, the owner, an admin, and one of our services.

The call is a good one: the fields are right, and what the path names belongs to the owner. The admin owns none of it.
"""

from __future__ import annotations

OK, MADE, EMPTY, LOGIN, UNKNOWN, NO = 200, 201, 204, 401, 404, 403
TO_LOGIN, ON = 302, 302
"""Pages send strangers to the login page, and go on to another page when all is well; the test looks where to."""
Row = tuple[int, int, int, int, int]
EVERYBODY: Row = (OK, OK, OK, OK, OK)
SERVICES: Row = (NO, NO, NO, NO, OK)
DEVELOPERS: Row = (LOGIN, OK, OK, OK, LOGIN)
OWNER: Row = (LOGIN, UNKNOWN, OK, UNKNOWN, LOGIN)
ADMINS: Row = (LOGIN, NO, NO, OK, LOGIN)
DEVELOPERS_PAGE: Row = (TO_LOGIN, OK, OK, OK, TO_LOGIN)
OWNERS_PAGE: Row = (TO_LOGIN, UNKNOWN, OK, UNKNOWN, TO_LOGIN)
OWNERS_FORM: Row = (TO_LOGIN, UNKNOWN, ON, UNKNOWN, TO_LOGIN)
ADMINS_PAGE: Row = (TO_LOGIN, NO, NO, OK, TO_LOGIN)
ADMINS_FORM: Row = (TO_LOGIN, NO, NO, ON, TO_LOGIN)

STATIC = {
    f"GET {prefix}{path}": EVERYBODY
    for prefix in ("", "/mobile", "/inbox", "/_sandbox")
    for path in ("/_ui/<path:filename>", "/_ui/ui.css")
}

ROLES = ("anonymous", "another developer", "the owner", "an admin", "a service")
EXPECTED: dict[str, Row] = STATIC | {
    # The platform, as pages
    "GET /": EVERYBODY,
    "GET /docs": EVERYBODY,
    "GET /docs/<page>": EVERYBODY,
    "GET /docs/api/<tag>": EVERYBODY,
    "GET /docs/search": EVERYBODY,
    "GET /static/main.js": EVERYBODY,
    "GET /register": EVERYBODY,
    "POST /register": EVERYBODY,
    "GET /activate/<key>": EVERYBODY,
    "GET /login": EVERYBODY,
    "POST /login": (ON, ON, ON, ON, ON),
    "POST /logout": (ON, ON, ON, ON, ON),
    "GET /orders": DEVELOPERS_PAGE,
    "GET /orders.csv": DEVELOPERS_PAGE,
    "GET /orders/<order_id>": OWNERS_PAGE,
    "POST /orders/<order_id>/refunds": (TO_LOGIN, UNKNOWN, ON, UNKNOWN, TO_LOGIN),
    "GET /apps/<app_id>/orders": OWNERS_PAGE,
    "GET /apps/<app_id>/orders.csv": OWNERS_PAGE,
    "GET /dashboard": DEVELOPERS_PAGE,
    "GET /dashboard/figures": DEVELOPERS_PAGE,
    "POST /dashboard/figures": (TO_LOGIN, ON, ON, ON, TO_LOGIN),
    "GET /apps": DEVELOPERS_PAGE,
    "GET /apps/new": DEVELOPERS_PAGE,
    "POST /apps/new": (TO_LOGIN, ON, ON, ON, TO_LOGIN),
    "GET /apps/new/<link_id>": OWNERS_PAGE,
    "POST /apps/new/<link_id>": (TO_LOGIN, UNKNOWN, ON, UNKNOWN, TO_LOGIN),
    "POST /apps/new/<link_id>/resend": (TO_LOGIN, UNKNOWN, ON, UNKNOWN, TO_LOGIN),
    "GET /apps/<app_id>": OWNERS_PAGE,
    "GET /apps/<app_id>/webhook": OWNERS_PAGE,
    "POST /apps/<app_id>/webhook": OWNERS_FORM,
    "POST /apps/<app_id>/webhook/off": OWNERS_FORM,
    "POST /apps/<app_id>/webhook/secret": OWNERS_PAGE,
    "POST /apps/<app_id>/webhook/secret/rotate": OWNERS_PAGE,
    "POST /apps/<app_id>/webhook/test": OWNERS_FORM,
    "GET /apps/<app_id>/webhook/events/<event_id>": OWNERS_PAGE,
    "POST /apps/<app_id>/webhook/events/<event_id>/resend": OWNERS_FORM,
    "GET /settings/activity": DEVELOPERS_PAGE,
    "GET /settings/activity/export.csv": DEVELOPERS_PAGE,
    "GET /admin/users": ADMINS_PAGE,
    "GET /admin/users/<user_id>": ADMINS_PAGE,
    "POST /admin/users/<user_id>/activate": ADMINS_FORM,
    "POST /admin/users/<user_id>/suspend": ADMINS_FORM,
    "POST /admin/users/<user_id>/reinstate": ADMINS_FORM,
    "POST /admin/users/<user_id>/grant-admin": ADMINS_FORM,
    "POST /admin/users/<user_id>/withdraw-admin": ADMINS_FORM,
    "GET /admin/audit": ADMINS_PAGE,
    "GET /admin/audit/export.csv": ADMINS_PAGE,
    "GET /settings/api-keys": DEVELOPERS_PAGE,
    "POST /settings/api-keys": DEVELOPERS_PAGE,
    "POST /settings/api-keys/<key_id>/revoke": OWNERS_FORM,
    # The platform, as JSON
    "GET /api/audit": DEVELOPERS,
    "GET /api/admin/audit": ADMINS,
    "GET /api/admin/users": ADMINS,
    "GET /api/admin/users/<user_id>": ADMINS,
    "POST /api/admin/users/<user_id>/activate": ADMINS,
    "POST /api/admin/users/<user_id>/suspend": ADMINS,
    "POST /api/admin/users/<user_id>/reinstate": ADMINS,
    "POST /api/admin/users/<user_id>/grant-admin": ADMINS,
    "POST /api/admin/users/<user_id>/withdraw-admin": ADMINS,
    "GET /api/api-keys": DEVELOPERS,
    "POST /api/api-keys": (LOGIN, MADE, MADE, MADE, LOGIN),
    "DELETE /api/api-keys/<key_id>": OWNER,
    "POST /api/developers": (MADE, MADE, MADE, MADE, MADE),
    "POST /api/developers/activate": EVERYBODY,
    "POST /api/login": EVERYBODY,
    "GET /api/apps": DEVELOPERS,
    "POST /api/apps": (LOGIN, MADE, MADE, MADE, LOGIN),
    "POST /api/apps/links/<link_id>/confirm": OWNER,
    "POST /api/apps/links/<link_id>/resend": OWNER,
    "GET /api/apps/<app_id>/orders": OWNER,
    "GET /api/orders": DEVELOPERS,
    "GET /api/orders/export": DEVELOPERS,
    "GET /api/orders/<order_id>": OWNER,
    "POST /api/orders/<order_id>/refunds": (LOGIN, UNKNOWN, MADE, UNKNOWN, LOGIN),
    "GET /api/apps/<app_id>/webhook": OWNER,
    "PUT /api/apps/<app_id>/webhook": OWNER,
    "DELETE /api/apps/<app_id>/webhook": (LOGIN, UNKNOWN, EMPTY, UNKNOWN, LOGIN),
    "POST /api/apps/<app_id>/webhook/secret": OWNER,
    "POST /api/apps/<app_id>/webhook/secret/rotate": OWNER,
    "POST /api/apps/<app_id>/webhook/test": (LOGIN, UNKNOWN, MADE, UNKNOWN, LOGIN),
    "GET /api/apps/<app_id>/webhook/events": OWNER,
    "GET /api/apps/<app_id>/webhook/events/<event_id>": OWNER,
    "POST /api/apps/<app_id>/webhook/events/<event_id>/resend": OWNER,
    "GET /api/openapi.json": EVERYBODY,
    "GET /api/dashboard": DEVELOPERS,
    "GET /api/dashboard/kpis": DEVELOPERS,
    "PUT /api/dashboard/kpis": DEVELOPERS,
    "GET /api/metrics": DEVELOPERS,
    "GET /api/metrics/items": DEVELOPERS,
    "GET /api/metrics/customers": DEVELOPERS,
    "GET /api/metrics/refusals": DEVELOPERS,
    # The payment form and the merchant's back end: the session's id, or the app's tokens, are the key
    "GET /api/apps/<public_token>": EVERYBODY,
    "POST /api/checkout/sessions": (MADE, MADE, MADE, MADE, MADE),
    "GET /api/checkout/sessions/<session>": EVERYBODY,
    "POST /api/checkout/sessions/<session>/verify": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "POST /api/accept": EVERYBODY,
    "POST /payments/api/verify": EVERYBODY,
    # Between services
    "POST /api/checkout/sessions/<session>/scan": SERVICES,
    "POST /api/checkout/sessions/<session>/refuse": SERVICES,
    "POST /api/events": SERVICES,
    "POST /api/wallet-events": SERVICES,
    "POST /wallets/api/wallets": (NO, NO, NO, NO, MADE),
    "GET /wallets/api/wallets": SERVICES,
    "GET /wallets/api/wallets/<wallet_id>": SERVICES,
    "POST /wallets/api/wallets/<wallet_id>/block": SERVICES,
    "POST /wallets/api/wallets/<wallet_id>/unblock": SERVICES,
    "POST /wallets/api/authorize": SERVICES,
    "POST /wallets/api/challenges": (NO, NO, NO, NO, MADE),
    "GET /wallets/api/challenges/<challenge_id>": SERVICES,
    "POST /wallets/api/challenges/<challenge_id>/resend": SERVICES,
    "POST /wallets/api/challenges/<challenge_id>/verify": SERVICES,
    "POST /wallets/api/sms": SERVICES,
    "GET /wallets/api/sms": SERVICES,
    "POST /payments/api/payments": (NO, NO, NO, NO, MADE),
    "GET /payments/api/payments": SERVICES,
    "GET /payments/api/payments/<payment_id>": SERVICES,
    "POST /payments/api/payments/<payment_id>/execute": SERVICES,
    "POST /payments/api/payments/<payment_id>/cancel": SERVICES,
    "POST /payments/api/payments/<payment_id>/refunds": (NO, NO, NO, NO, MADE),
    "GET /payments/api/payments/<payment_id>/refunds": SERVICES,
    "GET /payments/api/payments/<payment_id>/refunds/<refund_id>": SERVICES,
    "POST /payments/api/forms/<session>/refuse": SERVICES,
    "POST /payments/api/top-ups": SERVICES,
    "GET /payments/api/balances/<wallet_id>": SERVICES,
    "GET /payments/api/ledger/verify": SERVICES,
    # The phone, the inbox and the levers belong to whoever runs the sandbox: open to everybody on this machine
    "GET /mobile/": EVERYBODY,
    "GET /mobile/static/<path:filename>": EVERYBODY,
    "POST /mobile/phones": (MADE, MADE, MADE, MADE, MADE),
    "GET /mobile/phones": EVERYBODY,
    "GET /mobile/phones/<number>": EVERYBODY,
    "GET /mobile/phones/<number>/messages": EVERYBODY,
    "GET /mobile/phones/<number>/history": EVERYBODY,
    "POST /mobile/phones/<number>/scan": EVERYBODY,
    "POST /mobile/phones/<number>/pay": EVERYBODY,
    "POST /mobile/phones/<number>/refuse": EVERYBODY,
    "POST /mobile/phones/<number>/block": EVERYBODY,
    "POST /mobile/phones/<number>/unblock": EVERYBODY,
    "GET /inbox/": EVERYBODY,
    "GET /inbox/static/<path:filename>": EVERYBODY,
    "GET /inbox/api/mails": EVERYBODY,
    "GET /inbox/api/mails/<int:mail_id>/raw": EVERYBODY,
    "GET /inbox/api/mails/<int:mail_id>/html": EVERYBODY,
    "GET /inbox/mails/<int:mail_id>": EVERYBODY,
    "GET /_sandbox/": EVERYBODY,
    "GET /_sandbox/health": EVERYBODY,
    "GET /_sandbox/ready": EVERYBODY,
    "POST /_sandbox/reset": EVERYBODY,
    "POST /_sandbox/drain": EVERYBODY,
    "GET /_sandbox/journal": EVERYBODY,
    "GET /_sandbox/journal/<request_id>": EVERYBODY,
    "GET /_sandbox/ledger/verify": EVERYBODY,
    "GET /_sandbox/clock": EVERYBODY,
    "POST /_sandbox/clock": EVERYBODY,
    "POST /_sandbox/clock/advance": EVERYBODY,
    # The demo shop
    "GET /shop/": EVERYBODY,
    "GET /shop/static/<path:filename>": EVERYBODY,
    "GET /shop/payment/success": (303, 303, 303, 303, 303),
    "GET /shop/payment/failed": (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "POST /shop/handle_payment": (303, 303, 303, 303, 303),
    "POST /shop/payment/ask_again": (303, 303, 303, 303, 303),
}

FILTERS = {
    "GET /wallets/api/wallets": "?phone_number=20000001",
    "GET /payments/api/payments": "?payer_phone=20000001",
}
"""What a GET must ask for."""
