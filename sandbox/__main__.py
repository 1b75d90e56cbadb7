"""``python -m sandbox``."""

import signal

_on_ctrl_c = signal.getsignal(signal.SIGINT)
if _on_ctrl_c is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # pressed while modules are loaded, it ends them without a traceback

from sandbox.cli import main  # noqa: E402

signal.signal(signal.SIGINT, _on_ctrl_c)
main()
