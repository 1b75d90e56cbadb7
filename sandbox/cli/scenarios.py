"""``scenarios``: lists packs of scenarios and runs them."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli import FAILED, NOT_READY, WRONG_USE, values
from sandbox.cli.output import data_option, json_option, print_json, stop_with
from sandbox.config import DEFAULT_SEED
from sandbox.testing.packs.finding import choose_packs, list_packs
from sandbox.testing.packs.pack import USUAL_SECONDS, PackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.testing.packs.pack import Pack
    from sandbox.testing.packs.results import Results
    from sandbox.testing.packs.running import Outcome, Run
    from sandbox.testing.packs.targets import Targets

_SHARD = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")
_MOST_WORKERS = 64
_LONGEST_SECONDS = 86_400


@click.group("scenarios")
def scenarios_command() -> None:
    """Packs of scenarios, played by a browser and a phone."""


_tag_option = click.option(
    "--tag",
    "tags",
    multiple=True,
    shell_complete=values.tags,
    help="Only packs with this tag; may be given several times.",
)


@scenarios_command.command("list")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@_tag_option
@json_option
def scenarios_list(folder: Path | None, tags: tuple[str, ...], as_json: bool) -> None:
    """Tell the packs that come with the sandbox, or those in FOLDER."""
    try:
        packs = choose_packs([str(folder)] if folder else [], tags) if folder or tags else list_packs()
    except PackError as error:
        stop_with(WRONG_USE, str(error))
    if as_json:
        print_json({"packs": [pack.to_json() for pack in packs]})
        return
    width = max(len(pack.name) for pack in packs)
    for pack in packs:
        click.echo(f"{pack.name:{width}}  {pack.title}")
        click.echo(f"{'':{width}}  {pack.purpose}")
        click.echo(f"{'':{width}}  {', '.join(pack.tags)}")


def _read_shard(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, int]:
    found = _SHARD.fullmatch(value)
    if found is None or int(found[1]) > int(found[2]):
        raise click.BadParameter(f"{value!r} is not a part such as 1/3, the first of three.")
    return int(found[1]), int(found[2])


@scenarios_command.command("run")
@click.argument("packs", nargs=-1, metavar="[PACK]...", shell_complete=values.packs)
@_tag_option
@click.option("--scenario", default="", metavar="NAME", help="Only scenarios whose name has NAME in it.")
@click.option(
    "--against",
    "urls",
    multiple=True,
    metavar="URL",
    help="A sandbox that runs already, or a shop of your own that uses one; may be given once for each.",
)
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Write a JUnit XML file for CI.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a report that opens offline.")
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option("--slow", is_flag=True, help="Half a second between the browser's actions.")
@click.option(
    "--trace",
    is_flag=True,
    help="Keep Playwright's trace of each scenario that fails: in the report, or in test-results/.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, _LONGEST_SECONDS),
    default=USUAL_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Break off a scenario that is not over then; 0 for never.",
)
@click.option(
    "--seed",
    type=int,
    show_default=f"{DEFAULT_SEED}, or that of the sandbox that runs",
    help="The seed of the sandbox.",
)
@click.option(
    "--shard", default="1/1", metavar="I/N", callback=_read_shard, help="The I-th of N parts, for N machines of a CI."
)
@click.option(
    "-n",
    "--workers",
    type=click.IntRange(1, _MOST_WORKERS),
    default=1,
    help="Processes, each with its own world; one where a sandbox runs.",
)
@data_option
@json_option
def scenarios_run(packs: tuple[str, ...], tags: tuple[str, ...], **options: Any) -> None:
    """Run PACKs: names of those that come with the sandbox (all without one), or folders of your own.

    Exit codes: 0 all passed, 1 some failed, 2 wrong use or a broken pack, 4 no browser, no sandbox or no shop.
    """
    try:
        chosen = choose_packs(packs, tags)
    except PackError as error:
        stop_with(WRONG_USE, str(error))
    _require_browser(chosen, headed=options["headed"])
    for file in filter(None, (options["junit"], options["html"])):
        _require_writable(file)
    run = _plan(chosen, options)
    _play(run, options)


def _plan(chosen: list[Pack], options: dict[str, Any]) -> Run:
    from sandbox.testing.packs.running import Run
    from sandbox.testing.packs.targets import TargetError, find_targets

    try:
        targets = find_targets(options["urls"], options["data_dir"])
    except TargetError as error:
        stop_with(WRONG_USE if error.is_wrong_use else NOT_READY, str(error))
    if targets.shop_url and any("shop" in pack.needs for pack in chosen):
        _require_shop(targets)
    names = ("shard", "scenario", "headed", "slow", "trace", "timeout")
    return Run(
        packs=chosen,
        sandbox_url=targets.sandbox_url,
        shop_url=targets.shop_url,
        # In a world that is shared, one scenario's clock would run through another's payment, and its story as well.
        workers=1 if targets.sandbox_url else options["workers"],
        seed=_choose_seed(options["seed"], targets),
        pictures=options["html"] is not None,
        **{name: options[name] for name in names},
    )


def _choose_seed(wanted: int | None, targets: Targets) -> int:
    """A sandbox that runs has its own, which is the one to be told."""
    if wanted is not None and targets.seed not in {None, wanted}:
        stop_with(
            WRONG_USE,
            f"--seed {wanted}: the sandbox at {targets.sandbox_url} runs with seed {targets.seed}; leave it out.",
        )
    return next(each for each in (wanted, targets.seed, DEFAULT_SEED) if each is not None)


def _require_shop(targets: Targets) -> None:
    from sandbox.testing.browser import open_browser
    from sandbox.testing.packs.shop_check import shop_problem
    from sandbox.testing.packs.targets import ask_details

    def identify(url: str) -> tuple[Any, Any] | None:
        details = ask_details(url)
        return (details["pid"], details["data_dir"]) if {"pid", "data_dir"} <= set(details) else None

    with open_browser() as browser:
        problem = shop_problem(browser, targets.shop_url, targets.sandbox_url, identify=identify)
    if problem is not None:
        stop_with(NOT_READY, problem)


def _play(run: Run, options: dict[str, Any]) -> None:
    from sandbox.testing.packs.junit import write_junit
    from sandbox.testing.packs.progress import Progress
    from sandbox.testing.packs.report import write_report
    from sandbox.testing.packs.running import run_packs
    from sandbox.testing.packs.traces import WITHOUT_REPORT, keep_traces

    write = _printer(to_error_output=options["as_json"])
    if options["workers"] > run.workers:
        write(f"One sandbox, one clock: at {run.sandbox_url} scenarios are played one after the other.")
    progress = Progress(write, {pack.name: pack.title for pack in run.packs}, alone=run.workers == 1)
    with run_packs(run, progress) as outcome:
        _explain(run, outcome)
        results, traces = outcome.results, dict[str, Path]()
        if options["junit"]:
            write_junit(options["junit"], run, results)
        if options["html"]:
            write_report(options["html"], run, results)
        else:
            traces = keep_traces(WITHOUT_REPORT, results.scenarios.values())
    _tell(run, outcome, write)
    for trace in traces.values():
        write(f"Trace: python -m playwright show-trace {shlex.quote(str(trace))}")
    if options["html"]:
        write(f"Report: {options['html']}")
    if options["as_json"]:
        print_json(_listed(run, results))
    if outcome.was_interrupted:
        stop_with(FAILED, results.stopped)
    if results.count("failed"):
        raise SystemExit(FAILED)


def _tell(run: Run, outcome: Outcome, write: Callable[[str], None]) -> None:
    results = outcome.results
    counts = _counts(results)
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count or name == "passed")
    write(f"\n{told} in {results.seconds:.1f} s (seed {run.seed})")
    if outcome.found_nothing:
        write(f"There are fewer scenarios than parts: nothing is left for part {'/'.join(map(str, run.shard))}.")
    for scenario in results.scenarios.values():
        if scenario.outcome == "failed":
            write(f"Again: {run.command(scenario.pack, scenario.name)}")


def _counts(results: Results) -> dict[str, int]:
    return {name: results.count(name) for name in ("passed", "failed", "skipped")}


def _listed(run: Run, results: Results) -> dict[str, Any]:
    scenarios = [
        {name: getattr(each, name) for name in ("pack", "name", "title", "outcome", "seconds", "reason")}
        | {"failures": [{"file": one.file, "line": one.line, "message": one.message} for one in each.failures]}
        | {"command": run.command(each.pack, each.name)}
        for each in results.scenarios.values()
    ]
    ok = not results.count("failed")
    told = {"ok": ok and not results.stopped, **_counts(results), "seconds": results.seconds, "seed": run.seed}
    return told | {"scenarios": scenarios}


def _explain(run: Run, outcome: Outcome) -> None:
    """Whatever kept scenarios from running is told, and nothing is written."""
    if outcome.results.collection_errors:
        stop_with(WRONG_USE, "A pack cannot be run:\n" + "\n".join(outcome.results.collection_errors))
    if outcome.found_nothing and not run.may_be_empty:
        asked = f" with {run.scenario!r} in its name" if run.scenario else ""
        stop_with(WRONG_USE, f"There is no scenario{asked} in {', '.join(pack.name for pack in run.packs)}.")
    if not (outcome.ran or outcome.was_interrupted or outcome.found_nothing):
        stop_with(WRONG_USE, f"The packs cannot be run:\n{outcome.problem}")


def _require_browser(chosen: list[Pack], *, headed: bool) -> None:
    from sandbox.testing.browser import browser_problem

    if headed or any({"browser", "shop"} & set(pack.needs) for pack in chosen):
        problem = browser_problem(headed=headed)
        if problem is not None:
            stop_with(NOT_READY, problem)


def _require_writable(file: Path) -> None:
    """Told before a run of minutes, not after it."""
    is_new = not file.exists()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8"):
            pass
        if is_new:
            file.unlink()  # a file without a report would look like one
    except OSError as error:
        stop_with(WRONG_USE, f"{file} cannot be written: {error.strerror}.")


def _printer(*, to_error_output: bool) -> Callable[[str], None]:
    """To the real output: while a scenario runs, pytest holds the program's own back."""
    stream = sys.stderr if to_error_output else sys.stdout
    try:
        real = os.fdopen(os.dup(stream.fileno()), "w", encoding="utf-8", errors="replace")
    except (OSError, ValueError):  # a stream in memory, as of a test
        return lambda line: print(line, file=stream, flush=True)
    return lambda line: print(line, file=real, flush=True)
