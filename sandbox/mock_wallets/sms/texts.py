"""The texts of SMS messages: ours, neutral, in the wallet's language (CONTRACT.md section 6: Flouci's own are not published)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: Mapping[str, Mapping[str, str]] = {
    "otp": {
        "fr": "SANDBOX : votre code de vérification est {code}. Valable 5 minutes. Ne le communiquez à personne.",
        "ar": "SANDBOX: رمز التحقق الخاص بك هو {code}. صالح لمدة 5 دقائق. لا تشاركه مع أي شخص.",
        "en": "SANDBOX: your verification code is {code}. Valid for 5 minutes. Do not share it with anyone.",
    },
    "payment_code": {
        "fr": "SANDBOX : {code} est votre code pour payer {amount} DT à {name}. Valable 2 minutes. Ne le communiquez à personne.",
        "ar": "SANDBOX: {code} هو رمزك لدفع {amount} د.ت إلى {name}. صالح لمدة دقيقتين. لا تشاركه مع أي شخص.",
        "en": "SANDBOX: {code} is your code to pay {amount} DT to {name}. Valid for 2 minutes. Do not share it with anyone.",
    },
    "payment_sent": {
        "fr": "SANDBOX : vous avez payé {amount} DT à {name}. Référence {reference}.",
        "ar": "SANDBOX: لقد دفعت {amount} د.ت إلى {name}. المرجع {reference}.",
        "en": "SANDBOX: you paid {amount} DT to {name}. Reference {reference}.",
    },
    "payment_received": {
        "fr": "SANDBOX : vous avez reçu {amount} DT de {name}. Référence {reference}.",
        "ar": "SANDBOX: لقد استلمت {amount} د.ت من {name}. المرجع {reference}.",
        "en": "SANDBOX: you received {amount} DT from {name}. Reference {reference}.",
    },
    "refund_sent": {
        "fr": "SANDBOX : vous avez remboursé {amount} DT à {name}. Référence {reference}.",
        "ar": "SANDBOX: لقد أعدت {amount} د.ت إلى {name}. المرجع {reference}.",
        "en": "SANDBOX: you refunded {amount} DT to {name}. Reference {reference}.",
    },
    "refund_received": {
        "fr": "SANDBOX : {name} vous a remboursé {amount} DT. Référence {reference}.",
        "ar": "SANDBOX: استرجعت {amount} د.ت من {name}. المرجع {reference}.",
        "en": "SANDBOX: {name} refunded you {amount} DT. Reference {reference}.",
    },
    "application_approved": {
        "fr": "SANDBOX : votre demande est acceptée. Votre portefeuille est prêt.",
        "ar": "SANDBOX: تم قبول طلبك. محفظتك جاهزة.",
        "en": "SANDBOX: your application is approved. Your wallet is ready.",
    },
    "application_rejected": {
        "fr": "SANDBOX : votre demande n'a pas été acceptée. L'application vous dit pourquoi ; vous pouvez recommencer.",
        "ar": "SANDBOX: لم يُقبل طلبك. ستجد السبب في التطبيق، ويمكنك المحاولة من جديد.",
        "en": "SANDBOX: your application was not approved. The app tells you why; you can try again.",
    },
    "topped_up": {
        "fr": "SANDBOX : {amount} DT sont arrivés de votre compte bancaire {name}. Référence {reference}.",
        "ar": "SANDBOX: وصل مبلغ {amount} د.ت من حسابك البنكي {name}. المرجع {reference}.",
        "en": "SANDBOX: {amount} DT came from your bank account {name}. Reference {reference}.",
    },
    "withdrawn": {
        "fr": "SANDBOX : {amount} DT ont été envoyés vers votre compte bancaire {name}. Référence {reference}.",
        "ar": "SANDBOX: تم إرسال مبلغ {amount} د.ت إلى حسابك البنكي {name}. المرجع {reference}.",
        "en": "SANDBOX: {amount} DT went to your bank account {name}. Reference {reference}.",
    },
    "transfer_sent": {
        "fr": "SANDBOX : vous avez envoyé {amount} DT à {name}. Référence {reference}.",
        "ar": "SANDBOX: لقد أرسلت {amount} د.ت إلى {name}. المرجع {reference}.",
        "en": "SANDBOX: you sent {amount} DT to {name}. Reference {reference}.",
    },
    "transfer_received": {
        "fr": "SANDBOX : {name} vous a envoyé {amount} DT. Référence {reference}.",
        "ar": "SANDBOX: وصلك {amount} د.ت من {name}. المرجع {reference}.",
        "en": "SANDBOX: {name} sent you {amount} DT. Reference {reference}.",
    },
    "money_requested": {
        "fr": "SANDBOX : {name} vous demande {amount} DT. Ouvrez l’application pour accepter ou refuser.",
        "ar": "SANDBOX: يطلب منك {name} مبلغ {amount} د.ت. افتح التطبيق للقبول أو الرفض.",
        "en": "SANDBOX: {name} asks you for {amount} DT. Open the app to approve or refuse.",
    },
    "request_refused": {
        "fr": "SANDBOX : {name} a refusé votre demande de {amount} DT.",
        "ar": "SANDBOX: رفض {name} طلبك بمبلغ {amount} د.ت.",
        "en": "SANDBOX: {name} refused your request for {amount} DT.",
    },
}


def render(template: str, language: str, values: Mapping[str, str]) -> str:
    return TEXTS[template][language].format_map(_Known(values))


class _Known(dict[str, str]):
    """A value that the sender left out shows as a dash rather than as a crash."""

    def __missing__(self, name: str) -> str:
        return "–"
