"""Refusals of the developer platform: accounts, apps, orders and payment forms."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal


class EmailTaken(Refusal):
    code = "EMAIL_TAKEN"
    status = 409
    message = "An account with this e-mail address exists already."
    hint = "Log in, or use another address."


class CardProcessorRefused(Refusal):
    """Seen with the real service, which says no more; the hint is ours."""

    code = "CARD_PROCESSOR_REFUSED"
    status = 412
    message = "SMT operation failed."
    hint = "With accept_card, send links that begin with https://, or set the quirk insecure_link_412 to off."


class BadLogin(Refusal):
    code = "BAD_LOGIN"
    status = 401
    message = "The e-mail address or the password is wrong."
    hint = "Check both and try again."


class NotActivated(Refusal):
    code = "NOT_ACTIVATED"
    status = 403
    message = "This account is not activated yet."
    hint = "Open the link in the activation mail, or ask for a new one; the sandbox keeps mail at /inbox."


class AccountSuspended(Refusal):
    """``reason`` in the details is what the admin wrote."""

    code = "ACCOUNT_SUSPENDED"
    status = 403
    message = "This account is suspended."
    hint = "Ask an admin of the platform to reinstate it."


class ActivationKeyInvalid(Refusal):
    code = "ACTIVATION_KEY_INVALID"
    status = 404
    message = "This activation link is not valid, or was used already."
    hint = "Log in if your account is active; if not, ask for a new activation mail or register again."


class ResetKeyInvalid(Refusal):
    code = "RESET_KEY_INVALID"
    status = 404
    message = "This link for a new password is not valid any more."
    hint = "Ask for a new one: each works once, within an hour."


class EmailKeyInvalid(Refusal):
    code = "EMAIL_KEY_INVALID"
    status = 404
    message = "This link to confirm an e-mail address is not valid any more."
    hint = "Ask for a new one in the settings: each works once, within 24 hours."


class WrongPassword(Refusal):
    code = "WRONG_PASSWORD"
    message = "The password is wrong."
    hint = "Enter the password that you log in with."


class LoginSessionNotFound(Refusal):
    code = "LOGIN_SESSION_NOT_FOUND"
    status = 404
    message = "You have no such login session."
    hint = "It has ended already, or belongs to another account."


class SwitchNotFound(Refusal):
    code = "SWITCH_NOT_FOUND"
    status = 404
    message = "There is no such switch of a business account, or it has ended."
    hint = "Start again with the phone number of the business wallet."


class SwitchNotVerified(Refusal):
    code = "SWITCH_NOT_VERIFIED"
    status = 409
    message = "The business wallet is not verified yet."
    hint = "Enter the code of the SMS first."


class TooManyRequests(Refusal):
    """``retry_after`` in the details says in how many seconds it is over."""

    code = "TOO_MANY_REQUESTS"
    status = 429
    message = "Too many attempts."
    hint = "Wait as long as the Retry-After header says; the sandbox's clock may be moved. Settings change the limits."


class AdminsOnly(Refusal):
    code = "ADMINS_ONLY"
    status = 403
    message = "Only an admin may do this."
    hint = "Log in as an admin; the start screen shows the demo world's."


class AppNotFound(Refusal):
    code = "APP_NOT_FOUND"
    status = 404
    message = "No app has this public token."
    hint = "Copy the public token from the app's page on the platform."


class AppDisabled(Refusal):
    code = "APP_DISABLED"
    status = 403
    message = "This app is disabled."
    hint = "Enable the app on its page on the platform."


class AppNameTaken(Refusal):
    code = "APP_NAME_TAKEN"
    status = 409
    message = "You have an app with this name already."
    hint = "Choose another name."


class TooManyApps(Refusal):
    code = "TOO_MANY_APPS"
    status = 409
    message = "You have reached the largest number of apps."
    hint = "Delete an app that you no longer use, or raise the setting max_apps."


class FixedTestApp(Refusal):
    code = "TEST_APP_STAYS"
    status = 409
    message = "The TEST APP keeps its name and cannot be deleted."
    hint = "Every developer has one. Create an app of your own instead."


class SettingsChanged(Refusal):
    code = "SETTINGS_CHANGED"
    status = 409
    message = "These settings were changed meanwhile, in another window or by another program."
    hint = "Look at how they stand now; saving again replaces them by what you have here."


class TokenReplaced(Refusal):
    code = "TOKEN_REPLACED"
    status = 409
    message = "This token was replaced already."
    hint = "Look at the app's keys as they stand now before you replace them again."


class OriginNotAllowed(Refusal):
    code = "ORIGIN_NOT_ALLOWED"
    status = 403
    message = "Pages of this origin may not open payment forms of this app."
    hint = "Add the origin of your page, such as https://shop.example, to the allowed origins in the app's settings."


class PassiveVerification(Refusal):
    code = "PASSIVE_VERIFICATION"
    status = 409
    message = "This app learns of its payments by webhook, so payments cannot be asked for by id."
    hint = "Set the verification mode to active in the app's settings, or wait for the webhook."


class BadCredentials(Refusal):
    code = "BAD_CREDENTIALS"
    status = 403
    message = "The app's tokens are wrong."
    hint = "Send the public token and the private token of the same app."


class SessionNotFound(Refusal):
    code = "SESSION_NOT_FOUND"
    status = 404
    message = "There is no such payment form."
    hint = "Open the payment form again."


class SessionExpired(Refusal):
    code = "SESSION_EXPIRED"
    status = 410
    message = "This payment form has expired."
    hint = "Open the payment form again."


class SessionEnded(Refusal):
    code = "SESSION_ENDED"
    status = 409
    message = "This payment form has ended: it was paid or refused."
    hint = "Open the payment form again."


class WebhookNotSet(Refusal):
    code = "WEBHOOK_NOT_SET"
    status = 404
    message = "This app has no webhook address."
    hint = "Save the address of your server on the app's webhook page first."


class WebhookEventNotFound(Refusal):
    code = "WEBHOOK_EVENT_NOT_FOUND"
    status = 404
    message = "There is no such webhook event."
    hint = "List the events of the app on its webhook page."


class OrderNotFound(Refusal):
    code = "ORDER_NOT_FOUND"
    status = 404
    message = "You have no such order."
    hint = "List your orders to see their ids."


class RefundChanged(Refusal):
    code = "REFUND_CHANGED"
    status = 409
    message = "Somebody refunded this order meanwhile."
    hint = "Look at what is left of the order, and decide again."
