"""Variables as each shell reads them, with the characters that shells mind."""

from __future__ import annotations

import json
import subprocess

import pytest

from sandbox.cli.shells import write_variables

NASTY = {"FLOUCI_ONE": 'it\'s a "path" with $HOME and `ls`', "FLOUCI_TWO": "C:\\data\\é"}


def test_bash_reads_back_what_was_written() -> None:
    script = write_variables(NASTY, "bash") + '\nprintf \'%s\\n\' "$FLOUCI_ONE" "$FLOUCI_TWO"'
    shown = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines() == list(NASTY.values())


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("fish", "set -gx FLOUCI_ONE 'it\\'s a \"path\" with $HOME and `ls`'"),
        ("powershell", "$env:FLOUCI_ONE = 'it''s a \"path\" with $HOME and `ls`'"),
        ("dotenv", r'''FLOUCI_ONE="it's a \"path\" with \$HOME and \`ls\`"'''),
    ],
)
def test_others_quote_by_their_own_rules(shell: str, line: str) -> None:
    assert write_variables(NASTY, shell).splitlines()[0] == line


def test_programs_read_json() -> None:
    assert json.loads(write_variables(NASTY, "json")) == NASTY


def test_what_needs_no_quotes_in_dotenv_has_none_since_docker_and_github_know_none() -> None:
    values = {"URL": "http://127.0.0.1:8216/shop/?a=b", "EMPTY": "", "FOLDER": "/tmp/my $data"}
    assert write_variables(values, "dotenv").splitlines() == [
        "URL=http://127.0.0.1:8216/shop/?a=b",
        "EMPTY=",
        "FOLDER='/tmp/my $data'",
    ]
