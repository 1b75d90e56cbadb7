"""What the shop says, in French, Arabic and English."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("fr", "ar", "en")
DEFAULT_LANGUAGE = "fr"
NAMES = {"fr": "Français", "ar": "العربية", "en": "English"}
_DINAR = {"fr": "DT", "ar": "د.ت", "en": "DT"}
_MILLIMES = 1000

TEXTS: dict[str, dict[str, Any]] = {
    "fr": {
        "names": NAMES,
        "shop": "Dar Zitouna",
        "tagline": "De bonnes choses de Tunisie, faites à la main.",
        "lead": "Deux produits, choisis avec soin, envoyés de Nabeul et du Sahel.",
        "demo": "Boutique de démonstration : aucun argent réel.",
        "phone": "Payer avec le téléphone de démonstration",
        "language": "Langue",
        "home": "Retour à la boutique",
        "products": "Nos produits",
        "no_button": "Le bouton de paiement ne se charge pas. Vérifiez que le bac à sable tourne, puis rechargez la page.",
        "no_script": "Activez JavaScript pour payer avec Flouci.",
        "pay_on_page": "Ou payer sur la page de Flouci, par téléphone ou par carte",
        "succeeded": "Le paiement a réussi",
        "thanks": "Merci ! Nous préparons votre colis.",
        "failed": "Le paiement n’a pas abouti",
        "order": "Commande",
        "product": "Article",
        "amount": "Montant",
        "payment": "Paiement",
        "again": "Réessayer",
        "ask_again": "Vérifier de nouveau",
        "olive-oil": ("Huile d’olive Chemlali", "Première pression à froid, récolte de novembre au Sahel. 50 cl."),
        "bowl": ("Bol en céramique de Nabeul", "Tourné et peint à la main, bleu de cobalt. 18 cm."),
        "picture": {"olive-oil": "Une bouteille d’huile et un rameau d’olivier", "bowl": "Un bol bleu et blanc"},
        "reasons": {
            "WRONG_CODE": "Le code à six chiffres n’est pas celui de ce paiement.",
            "PAYMENT_EXPIRED": "Le paiement a expiré. Aucun montant n’a été prélevé.",
            "PAYMENT_NOT_FOUND": "Ce paiement est inconnu de Flouci.",
            "AMOUNT_MISMATCH": "Le montant payé n’est pas celui de la commande. Aucun montant n’a été prélevé.",
            "ALREADY_ACCEPTED": "Ce paiement a déjà servi pour une autre commande.",
            "INSUFFICIENT_FUNDS": "Le solde du portefeuille ne suffit pas.",
            "WALLET_BLOCKED": "Le portefeuille est bloqué.",
            "LIMIT_EXCEEDED": "Le montant dépasse le plafond.",
            "BAD_CREDENTIALS": "La boutique n’a pas les bons jetons. C’est à nous de corriger cela.",
            "APP_DISABLED": "Les paiements de la boutique sont suspendus pour le moment.",
            "NO_ANSWER": "Le service de paiement ne répond pas, et nous ne savons pas si vous avez payé. "
            "Vérifiez de nouveau : vous ne paierez pas deux fois.",
            "INCOMPLETE_FORM": "Le formulaire de paiement est arrivé incomplet.",
            "UNKNOWN_ORDER": "Nous ne connaissons pas cette commande.",
            "NOT_PAID_YET": "Cette commande n’est pas encore payée.",
            "PAGE_NOT_FOUND": "Cette page n’existe pas.",
            "BAD_REQUEST": "Nous n’avons pas compris cette demande.",
        },
        "other_reason": "Flouci a refusé le paiement.",
        "page_problem": "Quelque chose ne va pas",
    },
    "ar": {
        "names": NAMES,
        "shop": "دار الزيتونة",
        "tagline": "خيرات تونسية صُنعت باليد.",
        "lead": "منتجان مختاران بعناية، نرسلهما من نابل والساحل.",
        "demo": "متجر تجريبي: لا أموال حقيقية هنا.",
        "phone": "ادفع بالهاتف التجريبي",
        "language": "اللغة",
        "home": "العودة إلى المتجر",
        "products": "منتجاتنا",
        "no_button": "تعذّر تحميل زر الدفع. تأكد من أن بيئة التجربة تعمل، ثم أعد تحميل الصفحة.",
        "no_script": "فعّل JavaScript للدفع عبر Flouci.",
        "pay_on_page": "أو ادفع على صفحة Flouci بالهاتف أو بالبطاقة",
        "succeeded": "تم الدفع بنجاح",
        "thanks": "شكرا لك! نحن نجهّز طلبك.",
        "failed": "لم تتم عملية الدفع",
        "order": "الطلب",
        "product": "المنتج",
        "amount": "المبلغ",
        "payment": "الدفعة",
        "again": "حاول من جديد",
        "ask_again": "تحقّق من جديد",
        "olive-oil": ("زيت زيتون شملالي", "عصرة أولى على البارد، من صابة نوفمبر بالساحل. 50 صل."),
        "bowl": ("صحفة خزف من نابل", "مخروطة ومرسومة باليد بالأزرق الكوبالتي. 18 صم."),
        "picture": {"olive-oil": "قارورة زيت وغصن زيتون", "bowl": "صحفة زرقاء وبيضاء"},
        "reasons": {
            "WRONG_CODE": "الرمز ذو الأرقام الستة ليس رمز هذه الدفعة.",
            "PAYMENT_EXPIRED": "انتهت صلاحية الدفعة، ولم يُخصم أي مبلغ.",
            "PAYMENT_NOT_FOUND": "هذه الدفعة غير معروفة لدى Flouci.",
            "AMOUNT_MISMATCH": "المبلغ المدفوع ليس مبلغ الطلب، ولم يُخصم أي شيء.",
            "ALREADY_ACCEPTED": "سبق استعمال هذه الدفعة لطلب آخر.",
            "INSUFFICIENT_FUNDS": "رصيد المحفظة غير كاف.",
            "WALLET_BLOCKED": "المحفظة مجمّدة.",
            "LIMIT_EXCEEDED": "المبلغ يتجاوز السقف المسموح به.",
            "BAD_CREDENTIALS": "مفاتيح المتجر غير صحيحة. علينا نحن إصلاح ذلك.",
            "APP_DISABLED": "الدفع في هذا المتجر متوقف حاليا.",
            "NO_ANSWER": "خدمة الدفع لا تستجيب، ولا نعرف هل تم الدفع. تحقّق من جديد: لن تدفع مرتين.",
            "INCOMPLETE_FORM": "وصلت استمارة الدفع منقوصة.",
            "UNKNOWN_ORDER": "لا نعرف هذا الطلب.",
            "NOT_PAID_YET": "هذا الطلب لم يُدفع بعد.",
            "PAGE_NOT_FOUND": "هذه الصفحة غير موجودة.",
            "BAD_REQUEST": "لم نفهم هذا الطلب.",
        },
        "other_reason": "رفضت Flouci عملية الدفع.",
        "page_problem": "حدث خطأ ما",
    },
    "en": {
        "names": NAMES,
        "shop": "Dar Zitouna",
        "tagline": "Good things from Tunisia, made by hand.",
        "lead": "Two products, chosen with care, sent from Nabeul and the Sahel.",
        "demo": "Demo shop: no real money moves here.",
        "phone": "Pay with the demo phone",
        "language": "Language",
        "home": "Back to the shop",
        "products": "Our products",
        "no_button": "The payment button does not load. Check that the sandbox is running, then load this page again.",
        "no_script": "Turn JavaScript on to pay with Flouci.",
        "pay_on_page": "Or pay on Flouci’s page, by phone or by card",
        "succeeded": "Payment succeeded",
        "thanks": "Thank you! We are packing your order.",
        "failed": "Payment failed",
        "order": "Order",
        "product": "Item",
        "amount": "Amount",
        "payment": "Payment",
        "again": "Try again",
        "ask_again": "Check again",
        "olive-oil": ("Chemlali olive oil", "First cold press, from the November harvest of the Sahel. 50 cl."),
        "bowl": ("Ceramic bowl from Nabeul", "Thrown and painted by hand, in cobalt blue. 18 cm."),
        "picture": {"olive-oil": "A bottle of oil and an olive branch", "bowl": "A blue and white bowl"},
        "reasons": {
            "WRONG_CODE": "The six-digit code is not the one of this payment.",
            "PAYMENT_EXPIRED": "The payment has expired. No money was taken.",
            "PAYMENT_NOT_FOUND": "Flouci does not know this payment.",
            "AMOUNT_MISMATCH": "The amount paid is not the amount of the order. No money was taken.",
            "ALREADY_ACCEPTED": "This payment was used for another order.",
            "INSUFFICIENT_FUNDS": "There is not enough money in the wallet.",
            "WALLET_BLOCKED": "The wallet is blocked.",
            "LIMIT_EXCEEDED": "The amount is over the limit.",
            "BAD_CREDENTIALS": "The shop has the wrong tokens. It is up to us to correct that.",
            "APP_DISABLED": "Payments to this shop are suspended for the moment.",
            "NO_ANSWER": "The payment service does not answer, and we do not know whether you have paid. "
            "Check again: you will not pay twice.",
            "INCOMPLETE_FORM": "The payment form arrived incomplete.",
            "UNKNOWN_ORDER": "We do not know this order.",
            "NOT_PAID_YET": "This order is not paid yet.",
            "PAGE_NOT_FOUND": "This page does not exist.",
            "BAD_REQUEST": "We did not understand this request.",
        },
        "other_reason": "Flouci refused the payment.",
        "page_problem": "Something is wrong",
    },
}


def explain(reason: str, language: str) -> str:
    """Why a payment failed, in words; ``reason`` is Flouci's error code or one of the shop's own."""
    texts = TEXTS[language]
    return str(texts["reasons"].get(reason, texts["other_reason"]))


def format_dinars(amount: int, language: str) -> str:
    """Millimes as dinars with three decimals: ``12.500 DT``."""
    dinars, millimes = divmod(amount, _MILLIMES)
    return f"{dinars}.{millimes:03d} {_DINAR[language]}"
