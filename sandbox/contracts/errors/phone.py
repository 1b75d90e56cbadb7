"""Refusals of the phone: pictures, scans and QR codes."""

from __future__ import annotations

from sandbox.contracts.errors.base import Refusal
from sandbox.kit.errors import SandboxError


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


class AnswerLost(SandboxError):
    """What the persona that loses the network is told: the work is done, and nobody knows."""

    code = "ANSWER_LOST"
    status = 503
    message = "The network was lost before the answer came."
    hint = "Send the same call again: what was done already is not done twice."


class UnreadablePicture(Refusal):
    code = "UNREADABLE_PICTURE"
    message = "This is not a picture that can be read."
    hint = "Send a PNG, JPEG, WebP, GIF or BMP file that is whole, in the field 'image'."


class PictureTooLarge(Refusal):
    code = "PICTURE_TOO_LARGE"
    message = "This picture has too many pixels."
    hint = "Send a picture of at most 25 megapixels."


class NoQrFound(Refusal):
    code = "NO_QR_FOUND"
    message = "There is no QR code in this picture."
    hint = "Take the picture again with the whole QR code and its white border in it."


class SeveralQrFound(Refusal):
    """``details["texts"]`` are the codes' texts; one of them scanned as ``qr_text`` is the payment that is meant."""

    code = "SEVERAL_QR_FOUND"
    message = "There are several payment codes in this picture."
    hint = "Take a picture of the one that is meant, or send one of 'texts' as 'qr_text'."


class ForeignQr(Refusal):
    code = "FOREIGN_QR"
    message = "This QR code is not one of the sandbox."
    hint = "Scan a code whose text begins with flouci-sandbox://."


class BrokenQr(Refusal):
    code = "BROKEN_QR"
    message = "This QR code is one of the sandbox, but its content is not valid."
    hint = "Open the payment form again and scan its code."
