"""Hosted payment pages over the same orders and payments as the payment form; a file for each kind of operation.

A phone, or the wallet login on the page, prepares a payment as it does for a form; what a form leaves to the merchant's server, to
ask for the money, is done here at once. The Payments API moves it once, whatever is repeated or lost on the way.
"""

from sandbox.platform.hosted.service.following import Following
from sandbox.platform.hosted.service.holds import Holds
from sandbox.platform.hosted.service.kept import KeptCards
from sandbox.platform.hosted.service.leaving import Leaving
from sandbox.platform.hosted.service.opening import Listing, Opening


class HostedPages(Opening, Listing, Following, Holds, KeptCards, Leaving):
    """All that can be done with hosted pages."""
