"""Partners: a person links a wallet to a partner's program by a code sent to the phone, and the program reads its balance (documentation)."""
