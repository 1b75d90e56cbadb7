"""``python -m shop``: the demo shop on its own, against any sandbox."""

from __future__ import annotations

import argparse
import os
import sys

from .app import create_app

_PORT = 8217


def main() -> int:
    """Exit code 0 after Ctrl-C, 2 when a token is missing, 3 when the port is taken."""
    wanted = _read_arguments()
    if not (wanted.app and wanted.secret):
        sys.stderr.write(
            "The shop needs the two tokens of an app: --app and --secret, or FLOUCI_PUBLIC_TOKEN and FLOUCI_PRIVATE_TOKEN.\n"
        )
        return 2
    shop = create_app(sandbox_url=wanted.sandbox, public_token=wanted.app, private_token=wanted.secret)
    from waitress import create_server

    try:
        server = create_server(shop, host="127.0.0.1", port=wanted.port, threads=8, ident="shop")
    except OSError as error:
        sys.stderr.write(
            f"The shop cannot listen on port {wanted.port}: {error.strerror}. Choose another with --port.\n"
        )
        return 3
    sys.stdout.write(f"The shop is open: http://127.0.0.1:{server.effective_port}/ (payments go to {wanted.sandbox})\n")
    sys.stdout.flush()
    server.run()
    return 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shop", description="The demo shop, against any Flouci Sandbox.")
    environment = os.environ.get
    sandbox = environment("FLOUCI_BASE_URL", "http://127.0.0.1:8216")
    parser.add_argument("--sandbox", metavar="URL", default=sandbox, help="the sandbox's address (%(default)s)")
    parser.add_argument(
        "--app", metavar="TOKEN", default=environment("FLOUCI_PUBLIC_TOKEN"), help="the app's public token"
    )
    parser.add_argument(
        "--secret", metavar="TOKEN", default=environment("FLOUCI_PRIVATE_TOKEN"), help="its private token"
    )
    parser.add_argument("--port", type=int, default=_PORT, help="0 picks a free one (%(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
