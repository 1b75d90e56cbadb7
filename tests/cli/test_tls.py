"""``up --tls`` from the command line, with every command that talks to it."""

from __future__ import annotations

import signal
import ssl
from pathlib import Path

import httpx
import pytest

from tests.cli.runner import Runner, require_one_line


def test_up_tls_serves_https_and_every_command_reaches_it(runner: Runner) -> None:
    up = runner.up("--tls")
    base_url, ca_file = up.details["base_url"], up.details["ca_file"]
    assert base_url.startswith("https://127.0.0.1:")
    assert Path(ca_file).is_relative_to(runner.data)
    trusted = ssl.create_default_context(cafile=ca_file)
    with httpx.Client(base_url=base_url, verify=trusted, trust_env=False) as client:
        assert client.get("/").status_code == 200
        assert runner.json("status")["health"]["ok"] is True
        assert runner.json("wait")["base_url"] == base_url
        assert runner.json("clock", "show")["frozen"] is False
        assert runner.json("ledger", "verify")["ok"] is True
        assert runner.json("reset")["seed"] == 42
        exported = runner.json("env")
        assert exported["FLOUCI_BASE_URL"] == base_url
        assert exported["FLOUCI_CA_FILE"] == exported["NODE_EXTRA_CA_CERTS"] == ca_file
        assert "SSL_CERT_FILE" not in exported
        assert runner.json("down") == {"stopped": True}  # while the client's connection is still open
    assert up.wait()[0] == 0


def test_in_the_background_and_by_a_variable_of_the_environment(runner: Runner) -> None:
    details = runner.json("up", "--tls", "--detach", "--port", "0", "--smtp-port", "0")
    assert details["base_url"].startswith("https:")
    assert runner.json("down") == {"stopped": True}


def test_the_start_screen_tells_how_to_trust_it(runner: Runner) -> None:
    process = runner.start("up", "--tls", "--port", "0", "--smtp-port", "0")
    ca_file = runner.json("wait")["ca_file"]
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    for told in (f"--cacert {ca_file}", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "Browser"):
        assert told in output


def test_without_tls_nothing_is_said_of_it(runner: Runner) -> None:
    up = runner.up()
    assert "ca_file" not in up.details
    assert "FLOUCI_CA_FILE" not in runner.json("env")
    assert not (runner.data / "tls").exists()
    up.stop()


def test_a_folder_for_certificates_that_cannot_be_one_is_told_in_one_line(runner: Runner) -> None:
    runner.data.mkdir()
    (runner.data / "tls").write_text("x", "utf-8")
    line = require_one_line(runner.run("up", "--tls", "--port", "0", "--smtp-port", "0"), 2)
    assert str(runner.data) in line


@pytest.mark.parametrize("value", ["maybe", "2"])
def test_a_wrong_value_in_the_environment_is_told_in_one_line(runner: Runner, value: str) -> None:
    done = runner.run("up", "--port", "0", "--smtp-port", "0", env={"FLOUCI_SANDBOX_TLS": value})
    assert done.returncode == 2
    assert value in done.stderr
