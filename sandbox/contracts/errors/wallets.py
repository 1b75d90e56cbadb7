"""Refusals of the Wallets API: wallets, PINs and one-time codes."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal


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


class WalletPending(Refusal):
    code = "WALLET_PENDING"
    status = 409
    message = "This wallet is not approved yet."
    hint = "Block and unblock wallets that are approved; a pending one may do nothing anyway."


class NotABusinessWallet(Refusal):
    code = "NOT_A_BUSINESS_WALLET"
    message = "This phone number is not linked to an approved business wallet."
    hint = "Verify the number; only an approved business wallet may accept payments."


class WrongPin(Refusal):
    code = "WRONG_PIN"
    status = 403
    message = "The PIN is wrong."
    hint = "Enter the PIN of this phone again."


class PinBlocked(Refusal):
    code = "PIN_BLOCKED"
    status = 403
    message = "Three wrong PINs: the PIN of this wallet is blocked."
    hint = "Unlock it with a code by SMS: POST /mobile/phones/<number>/unlock, then /unlock/confirm."


class BankNotLinked(Refusal):
    code = "BANK_NOT_LINKED"
    status = 409
    message = "This wallet is linked to no bank account."
    hint = "Link one first: POST /mobile/phones/<number>/bank with its RIB."


class BankAlreadyLinked(Refusal):
    code = "BANK_ALREADY_LINKED"
    status = 409
    message = "This wallet is linked to a bank account already."
    hint = "Unlink that account first."


class BankNotFound(Refusal):
    code = "BANK_NOT_FOUND"
    status = 404
    message = "No partner institution has this code."
    hint = "Choose one of the list of banks."


class WalletNotEmpty(Refusal):
    """``available``, ``held`` and ``incoming`` in the details, in millimes."""

    code = "WALLET_NOT_EMPTY"
    status = 409
    message = "This wallet still has money, or payments are under way."
    hint = "Withdraw or send what is left, wait until payments under way have ended, and close it again."


class WalletClosed(Refusal):
    code = "WALLET_CLOSED"
    status = 409
    message = "This wallet is closed."
    hint = "A closed wallet stays closed; use another phone."


class ApplicationNotFound(Refusal):
    code = "APPLICATION_NOT_FOUND"
    status = 404
    message = "There is no such application."
    hint = "Start one with the phone number of the wallet to open."


class ApplicationStep(Refusal):
    """``state`` in the details is the step that is next, or how the application ended."""

    code = "APPLICATION_STEP"
    status = 409
    message = "The application is at another step."
    hint = "Do the step that 'state' names."


class ApplicationInReview(Refusal):
    code = "APPLICATION_IN_REVIEW"
    status = 409
    message = "This application waits for its review."
    hint = "Wait for the SMS with the outcome; an admin decides at /admin/wallets."


class LevelReached(Refusal):
    code = "LEVEL_REACHED"
    status = 409
    message = "The wallet of this phone number has this level already."
    hint = "Use the wallet, or open one with another phone number."


class UnderAge(Refusal):
    code = "UNDER_AGE"
    message = "Only who is of age may open a wallet."
    hint = "Check the birth date: the holder must be at least 18 years old."


class CinTaken(Refusal):
    code = "CIN_TAKEN"
    status = 409
    message = "Another wallet belongs to this identity card."
    hint = "Reject the application: a person has one wallet of a kind."


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


class OtpCooldown(Refusal):
    code = "OTP_COOLDOWN"
    status = 429
    message = "A code was sent a moment ago."
    hint = "Look for its SMS; when 'retry_after_seconds' have passed, you can ask for a new code."


class OtpTooMany(Refusal):
    code = "OTP_TOO_MANY"
    status = 429
    message = "Too many codes were sent to this phone number within an hour."
    hint = "Use the newest code, or come back later; the setting otp_per_hour is the limit."


class OtpUsed(Refusal):
    code = "OTP_USED"
    status = 409
    message = "This code was used already."
    hint = "Start again to receive a new code."
