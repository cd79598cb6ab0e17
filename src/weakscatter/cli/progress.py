"""A word about what is going on, on a terminal, for anything longer than two seconds; a bar with the time left for toys."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

PATIENCE = 2.0  # seconds


class Progress:
    """A spinner on standard error that appears after `PATIENCE`; silent where that is no terminal."""

    def __init__(self) -> None:
        self.text = ""
        self.counts: tuple[int, int] | None = None
        self.display: Any = None
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None

    def __call__(self, text: str) -> None:
        """Say what is being done."""
        with self.lock:
            self.text, self.counts = text, None
            self._show()

    def count(self, done: int, total: int, text: str = "computing toys") -> None:
        """Say how many units of work are done of how many; the total may grow."""
        with self.lock:
            self.text, self.counts = text, (done, total)
            self._show()

    def _show(self) -> None:
        if self.display is None:
            return
        task = self.display.tasks[0]
        done, total = self.counts or (0, None)
        if (self.counts is None) != (task.total is None):
            # Time left is that of this stage, not of what came before.
            self.display.reset(task.id, total=total, completed=done)
            task.total = total
        self.display.update(task.id, description=f"{self.text} ...", completed=done, total=total)

    def note(self, text: str) -> None:
        """Print a line on standard error, on a terminal or not: what a user should know before a long run."""
        with self.lock:
            if self.display is not None:
                self.display.console.print(text, highlight=False)
            else:
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()

    def _appear(self) -> None:
        from rich.console import Console

        with self.lock:
            if self.timer is not None:
                self.display = bar(Console(stderr=True))
                self.display.add_task(f"{self.text} ...", total=None)
                self.display.start()
                self._show()

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self.timer = threading.Timer(PATIENCE, self._appear)
            self.timer.daemon = True
            self.timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.lock:
            timer, self.timer = self.timer, None
            if self.display is not None:
                self.display.stop()
        if timer is not None:
            timer.cancel()


def bar(console: Any) -> Any:
    """Return the display: words, and where counts are known a bar, the counts and the time left."""
    from rich.progress import Progress as Display
    from rich.progress import ProgressColumn, SpinnerColumn, TextColumn
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    class Counted(ProgressColumn):
        def render(self, task: Any) -> Any:
            return Text() if task.total is None else ProgressBar(task.total, task.completed, width=24)

    class Left(ProgressColumn):
        max_refresh = 0.5

        def render(self, task: Any) -> Any:
            if task.total is None:
                return Text()
            left = "?" if task.time_remaining is None else spoken(task.time_remaining)
            return Text(f"{task.completed:.0f}/{task.total:.0f}, {left} left")

    return Display(
        SpinnerColumn(), TextColumn("{task.description}"), Counted(), Left(), console=console, transient=True
    )


def spoken(seconds: float) -> str:
    """Return a time in the unit that one would say.

    >>> spoken(42), spoken(600), spoken(10000)
    ('42 s', '10 min', '2.8 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
