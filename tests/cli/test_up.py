"""``up``: what it prints, what it refuses, and what it keeps."""

from __future__ import annotations

import json
import re
import socket

import httpx
import pytest

from tests.cli.runner import Runner, Up, read_line, require_one_line

PROMISED = {
    "ready",
    "version",
    "pid",
    "seed",
    "base_url",
    "smtp_port",
    "data_dir",
    "shop_url",
    "phone_url",
    "inbox_url",
    "console_url",
    "developer",
    "admin",
    "app",
    "test_app",
    "phones",
}
"""CONTRACT.md section 5."""


def test_up_json_prints_one_line_with_the_promised_keys_once_it_is_ready(running: tuple[Runner, Up]) -> None:
    details = running[1].details
    assert set(details) == PROMISED
    assert details["ready"] is True
    assert set(details["developer"]) == set(details["admin"]) == {"email", "password"}
    for app in (details["app"], details["test_app"]):
        assert set(app) == {"name", "public_token", "private_token", "wallet_phone"}
    assert details["test_app"]["name"] == "TEST APP"
    for phone in details["phones"]:
        assert set(phone) >= {"phone_number", "name", "pin", "balance"}
    for name in ("base_url", "shop_url", "phone_url", "inbox_url", "console_url"):
        assert httpx.get(details[name], trust_env=False).status_code == 200, name
    assert details["pid"] == running[1].process.pid
    assert details["data_dir"] == str(running[0].data)
    with socket.create_connection(("127.0.0.1", details["smtp_port"])) as smtp:
        assert smtp.recv(3) == b"220"


def test_it_listens_on_this_machine_alone(running: tuple[Runner, Up]) -> None:
    details = running[1].details
    assert details["base_url"].startswith("http://127.0.0.1:")
    address = next((info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)), "127.0.0.1")
    if not address.startswith("127."):
        for port in (int(details["base_url"].rpartition(":")[2]), details["smtp_port"]):
            with pytest.raises(OSError, match=r".+"):
                socket.create_connection((address, port), timeout=2)


def test_quiet_prints_nothing_and_stops_silently(runner: Runner) -> None:
    process = runner.start("up", "--quiet", "--port", "0", "--smtp-port", "0")
    runner.json("wait")
    assert runner.json("down") == {"stopped": True}
    assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0


def test_without_options_the_screen_tells_what_to_do_next(runner: Runner) -> None:
    process = runner.start("up", "--port", "0", "--smtp-port", "0")
    details = runner.json("wait")
    assert runner.json("down")["stopped"] is True
    output, errors = process.communicate(timeout=60)
    for told in (
        details["shop_url"],
        details["app"]["public_token"],
        details["developer"]["email"],
        "Ctrl-C",
        "20000001",
    ):
        assert told in output
    assert "\x1b[" not in output
    assert "Stopping" in errors
    assert "Traceback" not in errors


def test_detach_returns_when_it_is_ready_and_down_stops_it(runner: Runner) -> None:
    details = runner.json("up", "--detach", "--port", "0", "--smtp-port", "0")
    assert set(details) == PROMISED
    assert httpx.get(f"{details['base_url']}/_sandbox/ready", trust_env=False).json() == {"ready": True}
    assert runner.json("status")["pid"] == details["pid"]
    again = runner.run("up", "--detach", "--port", "0", "--smtp-port", "0")
    assert "down" in require_one_line(again, 2)
    assert runner.json("down") == {"stopped": True}
    assert runner.json("down") == {"stopped": False}
    assert runner.run("status").returncode == 4


def test_wait_is_detach_by_another_name_and_prints_nothing_with_quiet(runner: Runner) -> None:
    done = runner.run("up", "--wait", "--quiet", "--port", "0", "--smtp-port", "0")
    runner._detached.append(runner.json("status")["pid"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    runner.json("down")


def test_a_taken_port_is_one_line_and_exit_code_3(runner: Runner) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for option, other in (("--port", "--smtp-port"), ("--smtp-port", "--port")):
            mode = "--json" if option == "--port" else "--detach"
            line = require_one_line(runner.run("up", option, port, other, "0", mode), 3)
            assert port in line
            assert option in line
    assert not (runner.data / "locator.json").exists()


def test_a_port_that_is_none_is_wrong_use(runner: Runner) -> None:
    for value in ("65536", "http"):
        assert runner.run("up", "--port", value).returncode == 2
    assert runner.run("up", "--seed", "many").returncode == 2


def test_a_setting_can_come_from_the_environment_and_nonsense_there_is_one_line(runner: Runner) -> None:
    nonsense = runner.run("up", "--port", "0", "--smtp-port", "0", env={"FLOUCI_SANDBOX_THREADS": "many"})
    assert "FLOUCI_SANDBOX_THREADS" in require_one_line(nonsense, 2)


def test_missing_libzbar_is_one_line_that_says_how_to_install_it(runner: Runner) -> None:
    program = (
        "import ctypes, sys\n"
        "def missing(name, *a, **k): raise OSError(f'{name}: cannot open shared object file')\n"
        "ctypes.CDLL = missing\n"
        "sys.modules['pyzbar'] = None\n"
        "from sandbox.cli import main\n"
        "main()\n"
    )
    up = runner.run_python("-c", program, "up", "--port", "0", "--smtp-port", "0", "--data", runner.data)
    assert re.search(r"libzbar is missing.*apt-get install libzbar0", require_one_line(up, 2))
    read = runner.run_python("-c", program, "qr", "read", "nothing.png")
    assert "libzbar0" in require_one_line(read, 2)
    doctor = runner.run_python("-c", program, "doctor", "--json")
    assert doctor.returncode == 1
    checks = json.loads(doctor.stdout)["checks"]
    assert [name for name, problem in checks.items() if problem and "libzbar0" in problem] == [
        "libzbar (reads QR codes)"
    ]


def test_the_line_is_printed_when_it_is_ready_and_not_before(runner: Runner) -> None:
    process = runner.start("up", "--json", "--port", "0", "--smtp-port", "0")
    details = json.loads(read_line(process))
    assert httpx.get(f"{details['base_url']}/_sandbox/health", trust_env=False).json()["ok"] is True
    assert httpx.get(details["shop_url"], trust_env=False).status_code == 200
    assert json.loads((runner.data / "locator.json").read_text("utf-8")) == details


def test_ports_folder_and_seed_can_come_from_the_environment_and_the_command_line_wins(runner: Runner) -> None:
    folder = runner.folder / "from % the ? environment"
    given = {"PORT": "65536", "SMTP_PORT": "0", "DATA_DIR": str(folder), "SEED": "7"}
    environment = {f"FLOUCI_SANDBOX_{name}": value for name, value in given.items()}
    up = ("-m", "sandbox", "up", "--detach", "--json")
    refused = runner.run_python(*up, env=environment)
    assert refused.returncode == 2
    assert "FLOUCI_SANDBOX_PORT" in refused.stderr
    done = runner.run_python(*up, "--port", "0", env=environment)
    details = json.loads(done.stdout)
    runner._detached.append(details["pid"])
    assert (details["seed"], details["data_dir"]) == (7, str(folder))
    assert runner.run_python("-m", "sandbox", "down", env=environment).stdout == "Stopped.\n"


@pytest.mark.parametrize(("name", "value"), [("THREADS", "1"), ("SESSION_SECONDS", "0"), ("MAX_APPS", "-1")])
def test_a_setting_out_of_its_range_is_one_line(runner: Runner, name: str, value: str) -> None:
    up = runner.run("up", "--port", "0", "--smtp-port", "0", env={f"FLOUCI_SANDBOX_{name}": value})
    assert f"FLOUCI_SANDBOX_{name} must be a whole number of at least" in require_one_line(up, 2)


def test_down_of_a_process_that_has_just_ended_is_fine(runner: Runner) -> None:
    from sandbox.data_folder import DataFolder, Locator

    folder = DataFolder(runner.data)
    folder.open()
    Locator(runner.data).write({"pid": 2**22 + 1})
    assert runner.json("down") == {"stopped": False}
    folder.close()
