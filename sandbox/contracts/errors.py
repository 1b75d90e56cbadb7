"""Every refusal that crosses a service boundary, in one place: code, status, message and hint."""

from __future__ import annotations

from sandbox.kit.errors import SandboxError


class Refusal(SandboxError):
    """A rule of the business said no; nothing is wrong with the request's form."""

    code = "REFUSED"
    status = 422
    message = "This was refused."
    hint = "The message names the rule."


# Wallets


class WalletNotFound(Refusal):
    code = "WALLET_NOT_FOUND"
    status = 404
    message = "No wallet stands behind this phone number."
    hint = "Check the number; 'GET /mobile/phones' lists the phones of this sandbox."


class WalletExists(Refusal):
    code = "WALLET_EXISTS"
    status = 409
    message = "This phone number has a wallet already."
    hint = "Use another phone number."


class WalletBlocked(Refusal):
    code = "WALLET_BLOCKED"
    status = 403
    message = "This wallet is blocked."
    hint = "Use another phone."


class NotABusinessWallet(Refusal):
    code = "NOT_A_BUSINESS_WALLET"
    message = "This phone number is not linked to an approved business wallet."
    hint = "Verify the number; only an approved business wallet may accept payments."


class WrongPin(Refusal):
    code = "WRONG_PIN"
    status = 403
    message = "The PIN is wrong."
    hint = "Enter the PIN of this phone again."


class ChallengeNotFound(Refusal):
    code = "OTP_NOT_FOUND"
    status = 404
    message = "There is no such verification."
    hint = "Start again to receive a new code."


class WrongOtp(Refusal):
    code = "WRONG_OTP"
    message = "The code is wrong."
    hint = "Enter the six digits of the newest SMS."


class OtpLocked(Refusal):
    code = "OTP_LOCKED"
    message = "Three wrong codes: this verification is over."
    hint = "Start again to receive a new code."


class OtpExpired(Refusal):
    code = "OTP_EXPIRED"
    status = 410
    message = "The code has expired."
    hint = "Ask for a new code."


class OtpUsed(Refusal):
    code = "OTP_USED"
    status = 409
    message = "This code was used already."
    hint = "Start again to receive a new code."


# Payments


class InsufficientFunds(Refusal):
    code = "INSUFFICIENT_FUNDS"
    message = "The wallet has not enough money."
    hint = "Top the wallet up, or pay with another phone."


class PaymentNotFound(Refusal):
    code = "PAYMENT_NOT_FOUND"
    status = 404
    message = "There is no such payment."
    hint = "Send the payment_id that the payment form put into your form."


class NotPrepared(Refusal):
    code = "NOT_PREPARED"
    status = 404
    message = "No phone has paid in this form yet."
    hint = "Scan the QR code with the phone and enter the PIN; the phone then shows the code."


class AlreadyPrepared(Refusal):
    code = "ALREADY_PREPARED"
    status = 409
    message = "Another payment is already under way for this order."
    hint = "Finish it, or wait until its code expires."


class WrongCode(Refusal):
    code = "WRONG_CODE"
    message = "The code is wrong."
    hint = "Type the six digits that the phone shows."


class CodeLocked(Refusal):
    code = "CODE_LOCKED"
    message = "Three wrong codes: this payment is over, and no money was taken."
    hint = "Scan the QR code again to get a new code."


class CodeExpired(Refusal):
    code = "CODE_EXPIRED"
    status = 410
    message = "The code has expired, and no money was taken."
    hint = "Scan the QR code again to get a new code."


class PaymentExpired(Refusal):
    code = "PAYMENT_EXPIRED"
    status = 410
    message = "The payment has expired, and no money was taken."
    hint = "Let the shopper pay again, and accept within two minutes."


class PaymentClosed(Refusal):
    code = "PAYMENT_CLOSED"
    status = 409
    message = "The payment has ended already."
    hint = "Let the shopper pay again."


class AmountMismatch(Refusal):
    code = "AMOUNT_MISMATCH"
    message = "The shopper paid another amount than the one that was sent."
    hint = "Send the amount of the order, in millimes."


class AlreadyAccepted(Refusal):
    code = "ALREADY_ACCEPTED"
    status = 409
    message = "This payment was accepted before; the money has moved once."
    hint = "Send an Idempotency-Key header to get the first answer again when you repeat a call."


class LimitExceeded(Refusal):
    code = "LIMIT_EXCEEDED"
    message = "The amount is over the limit."
    hint = "Ask for a smaller amount."


# Platform


class EmailTaken(Refusal):
    code = "EMAIL_TAKEN"
    status = 409
    message = "An account with this e-mail address exists already."
    hint = "Log in, or use another address."


class BadLogin(Refusal):
    code = "BAD_LOGIN"
    status = 401
    message = "The e-mail address or the password is wrong."
    hint = "Check both and try again."


class NotActivated(Refusal):
    code = "NOT_ACTIVATED"
    status = 403
    message = "This account is not activated yet."
    hint = "Open the link in the activation mail; the sandbox keeps mail at /inbox."


class ActivationKeyInvalid(Refusal):
    code = "ACTIVATION_KEY_INVALID"
    status = 404
    message = "This activation link is not valid, or was used already."
    hint = "Log in if your account is active, or register again."


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
    hint = "Use one of your apps, or raise the setting max_apps."


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


# Phone


class PhoneNotFound(Refusal):
    code = "PHONE_NOT_FOUND"
    status = 404
    message = "There is no phone with this number."
    hint = "Make one with POST /mobile/phones, or list them with GET /mobile/phones."


class PhoneExists(Refusal):
    code = "PHONE_EXISTS"
    status = 409
    message = "There is a phone with this number already."
    hint = "Use it, or choose another number."


class ScanNotFound(Refusal):
    code = "SCAN_NOT_FOUND"
    status = 404
    message = "This phone has made no such scan."
    hint = "Scan the QR code first and send its scan_id."


class ScanEnded(Refusal):
    code = "SCAN_ENDED"
    status = 409
    message = "This scan was refused or paid already."
    hint = "Scan the QR code again."


class UnreadablePicture(Refusal):
    code = "UNREADABLE_PICTURE"
    message = "This is not a picture that can be read."
    hint = "Send a PNG, JPEG or WebP file that is whole, in the field 'image'."


class PictureTooLarge(Refusal):
    code = "PICTURE_TOO_LARGE"
    message = "This picture has too many pixels."
    hint = "Send a picture of at most 25 megapixels."


class NoQrFound(Refusal):
    code = "NO_QR_FOUND"
    message = "There is no QR code in this picture."
    hint = "Take the picture again with the whole QR code and its white border in it."


class SeveralQrFound(Refusal):
    code = "SEVERAL_QR_FOUND"
    message = "There are several payment codes in this picture."
    hint = "Take a picture of the one that is meant."


class ForeignQr(Refusal):
    code = "FOREIGN_QR"
    message = "This QR code is not one of the sandbox."
    hint = "Scan a code whose text begins with flouci-sandbox://."


class BrokenQr(Refusal):
    code = "BROKEN_QR"
    message = "This QR code is one of the sandbox, but its content is not valid."
    hint = "Open the payment form again and scan its code."
