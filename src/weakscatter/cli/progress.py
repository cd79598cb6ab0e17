"""A word about what is going on, on a terminal, for anything longer than two seconds."""

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
        self.status: Any = None
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None

    def __call__(self, text: str) -> None:
        """Say what is being done."""
        with self.lock:
            self.text = text
            if self.status is not None:
                self.status.update(f"{text} ...")

    def note(self, text: str) -> None:
        """Print a line on standard error, on a terminal or not: what a user should know before a long run."""
        with self.lock:
            if self.status is not None:
                self.status.console.print(text, highlight=False)
            else:
                sys.stderr.write(f"{text}\n")
                sys.stderr.flush()

    def _appear(self) -> None:
        from rich.console import Console

        with self.lock:
            if self.timer is not None:
                self.status = Console(stderr=True).status(f"{self.text} ...")
                self.status.start()

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
            if self.status is not None:
                self.status.stop()
        if timer is not None:
            timer.cancel()
