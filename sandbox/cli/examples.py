"""What each command's help ends with: lines to copy, and the exit codes that need a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

EXAMPLES: dict[str, tuple[str, ...]] = {
    "up": ("up", "up --wait --json > sandbox.json", "up --port 0 --smtp-port 0 --data /tmp/second --seed 7"),
    "serve": ("serve payments --port 9001 --database-url postgresql://user@127.0.0.1/payments",),
    "down": ("down", "down --data /tmp/second"),
    "status": ("status", "status --json"),
    "wait": ("wait --timeout 60",),
    "env": ('eval "$(python -m sandbox env)"', 'env --shell dotenv >> "$GITHUB_ENV"', "env --shell fish | source"),
    "exec": (
        "exec -- npm test",
        "exec --seed 7 -- python -m pytest tests -n 2",
        "exec --attach -- sh -c 'curl -s $FLOUCI_BASE_URL/mobile/phones'",
    ),
    "reset": ("reset",),
    "fingerprint": ("fingerprint", "fingerprint --lines"),
    "seed": ("seed --example > world.yaml", "seed world.yaml"),
    "snapshot save": ("snapshot save before-checkout", "snapshot save before-checkout --replace"),
    "snapshot load": ("snapshot load before-checkout",),
    "snapshot list": ("snapshot list",),
    "snapshot diff": ("snapshot diff before-checkout", "snapshot diff monday tuesday --json"),
    "snapshot delete": ("snapshot delete before-checkout",),
    "snapshot prune": ("snapshot prune --keep 5",),
    "snapshot export": ("snapshot export world.zip", "snapshot export world.zip --name before-checkout"),
    "snapshot import": ("snapshot import world.zip --name colleague",),
    "clock show": ("clock show",),
    "clock freeze": ("clock freeze",),
    "clock resume": ("clock resume",),
    "clock speed": ("clock speed 60",),
    "clock set": ("clock set 2030-12-01T09:00",),
    "clock advance": ("clock advance 20m", "clock advance 90"),
    "logs": ("logs -f", 'logs --payment "$PAYMENT_ID"', "logs --status 5xx -n 200 --json"),
    "fault add": ("fault add status service=payments status=503 next=2", "fault add drop_after route=/api/accept"),
    "fault list": ("fault list",),
    "fault clear": ("fault clear",),
    "fault kinds": ("fault kinds",),
    "ledger verify": ("ledger verify",),
    "ledger export": ("ledger export > ledger.csv", "ledger export --format hledger > sandbox.journal"),
    "pay": ("pay", "pay http://127.0.0.1:5000/cart --phone no_money", "pay screenshot.png --refuse"),
    "phone list": ("phone list",),
    "phone add": ("phone add 22111222 --balance 50000",),
    "phone show": ("phone show no_money",),
    "phone messages": ("phone messages 20000001 --wait 5 --contains code",),
    "phone scan": ("phone scan 20000001 screenshot.png",),
    "phone pay": ('phone pay 20000001 "$SCAN_ID"',),
    "phone refuse": ('phone refuse 20000001 "$SCAN_ID"',),
    "phone send": ("phone send 20000001 20000002 5000",),
    "qr read": ("qr read screenshot.png",),
    "qr margin": ("qr margin http://127.0.0.1:5000/cart",),
    "completion": ('eval "$(sandbox completion bash)"', "completion fish > ~/.config/fish/completions/sandbox.fish"),
    "scenarios list": ("scenarios list --tag checkout", "scenarios list scenarios"),
    "scenarios run": (
        "scenarios run checkout refunds -n 2 --html report.html --junit junit.xml",
        "scenarios run scenarios/my_shop --against http://127.0.0.1:5000 --headed --slow",
    ),
    "doctor": ("doctor",),
    "version": ("version",),
}


def add_examples(command: click.Command, path: str) -> None:
    """To the end of the help of ``command``, or of all commands of a group."""
    subcommands = getattr(command, "commands", None)
    if subcommands is not None:
        for name, each in subcommands.items():
            add_examples(each, f"{path} {name}")
    elif path in EXAMPLES:
        command.epilog = "\b\nExamples:\n" + "\n".join(f"  {whole_line(each)}" for each in EXAMPLES[path])


def whole_line(example: str) -> str:
    return example if example.startswith("eval ") else f"python -m sandbox {example}"
