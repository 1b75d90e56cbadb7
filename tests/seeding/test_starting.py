"""A world that begins with a seed file, and what is left when the loading of one is cut off."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.contracts.errors import PhoneNotFound, SeedRefused
from sandbox.contracts.mobile import SendTo
from sandbox.data_folder import DataFolder, DataFolderError, FolderState
from sandbox.testing import Sandbox
from tests.cli.runner import Runner

FILE = """\
developers:
  - {email: amel@shop.example, name: Amel}
wallets:
  - {phone_number: 51234567, trade_name: Boutique}
phones:
  - {phone_number: 22111222, name: Inès, balance: 100000}
apps:
  - {name: Boutique}
orders:
  - {app: Boutique, amount: 12500, at: 2 days ago}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "shop.yaml"
    found.write_text(FILE, "utf-8")
    return found


def test_a_world_begins_with_its_seed_file_and_a_reset_returns_to_it(file: Path) -> None:
    made = []
    for _ in range(2):  # the second time it may be a copy of the first
        with Sandbox.start(seed=5, seed_file=str(file)) as world:
            assert world.mobile.get_phone("22111222").balance == 87_500
            assert world.details["seeded"]["apps"][0]["name"] == "Boutique"
            made.append(world.details["seeded"]["apps"][0])
            world.mobile.send_money("22111222", SendTo(to="20000001", amount=1000))
            world.seed({"phones": [{"phone_number": "22555000"}]})
            with pytest.raises(SeedRefused, match=r"is taken by Inès\. Remove it; this world begins with shop\.yaml"):
                world.seed(file)
            world.reset()
            assert world.mobile.get_phone("22111222").balance == 87_500
            with pytest.raises(PhoneNotFound):
                world.mobile.get_phone("22555000")
    assert made[0] == made[1]


def test_a_file_that_changed_makes_another_world(file: Path) -> None:
    with Sandbox.start(seed=5, seed_file=str(file)) as world:
        assert world.mobile.get_phone("22111222").name == "Inès"
    file.write_text(FILE.replace("Inès", "Olfa"), "utf-8")
    with Sandbox.start(seed=5, seed_file=str(file)) as world:
        assert world.mobile.get_phone("22111222").name == "Olfa"


def test_a_kept_world_goes_on_with_its_file_and_refuses_another(file: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for _ in range(2):
        with Sandbox.start(data_dir=data, seed_file=str(file)) as world:
            assert world.mobile.get_phone("22111222").balance == 87_500
    with Sandbox.start(data_dir=data) as world:
        assert world.mobile.get_phone("22111222").balance == 87_500
    file.write_text(FILE.replace("Inès", "Olfa"), "utf-8")
    with pytest.raises(DataFolderError, match=r"was made with shop\.yaml as it was then"):
        Sandbox.start(data_dir=data, seed_file=str(file))


def test_a_broken_file_keeps_the_world_from_starting_and_the_next_start_is_fine(file: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    file.write_text(FILE.replace("12500", "-5"), "utf-8")
    with pytest.raises(SeedRefused, match=r"shop.yaml:10 orders\[0\].amount"):
        Sandbox.start(data_dir=data, seed_file=str(file))
    with pytest.raises(SeedRefused, match=r"nothing.yaml cannot be read"):
        Sandbox.start(data_dir=data, seed_file=str(tmp_path / "nothing.yaml"))
    file.write_text(FILE, "utf-8")
    with Sandbox.start(data_dir=data, seed_file=str(file)) as world:
        assert world.mobile.get_phone("22111222").balance == 87_500


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    made = Runner(tmp_path)
    yield made
    made.close()


def test_the_command_loads_a_file_and_tells_everything_that_is_wrong(
    runner: Runner, file: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(FILE.replace("12500", "-5").replace("name: Boutique}", "nam: Boutique}"), "utf-8")
    refused = runner.run("up", "--port", "0", "--smtp-port", "0", "--seed-file", broken)
    assert refused.returncode == 2
    assert "broken.yaml:8 apps[0].nam: There is no field 'nam'. Did you mean 'name'?" in refused.stderr
    runner.json("up", "--port", "0", "--smtp-port", "0", "--detach")
    assert runner.json("seed", file)["orders"] == 1
    again = runner.run("seed", file)
    assert (again.returncode, again.stdout) == (2, "")
    assert "shop.yaml:6 phones[0].phone_number: 22111222 is taken by Inès." in again.stderr
    told = json.loads(runner.run("seed", broken, "--json").stdout)["error"]
    assert told["code"] == "SEED_REFUSED"
    assert told["problems"][0] | {"reason": "", "fix": ""} == {
        "file": "broken.yaml",
        "line": 2,
        "field": "developers[0].email",
        "reason": "",
        "fix": "",
    }
    assert runner.run("seed", tmp_path / "nothing.yaml").returncode == 2


def test_a_loading_that_is_killed_never_happened(runner: Runner, tmp_path: Path) -> None:
    up = runner.up()
    many = FILE + "history:\n  - {app: Boutique, days: 60, per_day: 20, items: [{name: Oil, price: 5000}]}\n"
    file = tmp_path / "many.yaml"
    file.write_text(many, "utf-8")
    loading = threading.Thread(target=runner.run, args=("seed", file))
    loading.start()
    marker, pause = runner.data / "undo" / "whole.json", threading.Event()
    with closing(sqlite3.connect(f"file:{runner.data / 'databases' / 'platform.db'}?mode=ro", uri=True)) as platform:
        while not marker.exists() or platform.execute("SELECT count(*) FROM orders").fetchone()[0] < 20:
            assert loading.is_alive()
            pause.wait(0.02)
    up.kill()
    loading.join()
    runner.json("up", "--port", "0", "--smtp-port", "0", "--detach")
    assert not marker.exists()
    assert "Every rule holds." in runner.run("ledger", "verify").stdout
    file.write_text(FILE, "utf-8")
    assert runner.json("seed", file)["orders"] == 1


def test_what_a_first_start_left_that_was_killed_while_it_loaded_its_file_is_not_gone_back_to(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.open()
    folder.write_state(FolderState(format=1, seed=5))
    folder.undo_file("platform").parent.mkdir()
    folder.may_undo()
    assert folder.was_cut_off
    folder.begin_run(None, 42)
    assert not folder.was_cut_off
    folder.close()
