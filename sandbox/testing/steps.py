"""Steps of a scenario: what a person would say they do, with the time it took and a picture of how the page looked then."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.kit.clock import to_iso
from sandbox.testing.evidence import take_screenshot
from sandbox.testing.story import Happening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

_PICTURE = {"type": "jpeg", "quality": 60}


@dataclass
class Step:
    """``at`` is the sandbox's time at its beginning, ``seconds`` real ones; ``depth`` counts the steps around it."""

    text: str
    at: str
    depth: int = 0
    seconds: float = 0.0
    failed: bool = False
    picture: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Steps:
    """Called with a sentence it is a block: ``with step("The shopper types the code"): …``.

    A step that happens in another tab or window than the test's ``page`` names it: ``with step("…", page=second): …``.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        page: Callable[[], Any] = lambda: None,
        pictures: Path | None = None,
        tell: Callable[[Step], None] = lambda _: None,
    ) -> None:
        self._now, self._page, self._pictures, self._tell = now, page, pictures, tell
        self._depth = 0
        self.steps: list[Step] = []
        self.happenings: list[Happening] = []

    @contextmanager
    def __call__(self, text: str, *, page: Any = None) -> Iterator[None]:
        step = Step(text, to_iso(self._now()), self._depth)
        self.steps.append(step)
        self._tell(step)
        began = time.monotonic()
        self._depth += 1
        try:
            yield
        except pytest.skip.Exception:
            raise  # it is not played on, which is no failure
        except BaseException:
            step.failed = True
            raise
        finally:
            self._depth -= 1
            step.seconds = round(time.monotonic() - began, 3)
            step.picture = self._photograph(page)
            self.note(f"Step: {text}", went_wrong=step.failed, picture=step.picture)

    def note(self, text: str, *, went_wrong: bool = False, picture: str = "") -> None:
        """Something that the browser did, for the story."""
        self.happenings.append(Happening(to_iso(self._now()), "browser", text, "", went_wrong, picture))

    def photograph(self, text: str) -> None:
        """How the page looks now, where pictures are wanted, and where it looks otherwise than the last one shows."""
        picture = self._photograph()
        before = next((each.picture for each in reversed(self.happenings) if each.picture), "")
        if picture and not (before and Path(before).read_bytes() == Path(picture).read_bytes()):
            self.note(text, picture=picture)

    def next_picture(self) -> Path | None:
        """Where the next picture goes to, where pictures are wanted."""
        return self._pictures / f"{len(self.happenings):03}.jpeg" if self._pictures is not None else None

    def _photograph(self, page: Any = None) -> str:
        file = self.next_picture()
        return str(take_screenshot(page or self._page(), file, **_PICTURE) or "") if file is not None else ""
