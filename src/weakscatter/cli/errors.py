"""Bad input on the command line: one paragraph on standard error, exit status 2, never a traceback."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from weakscatter.provenance.errors import BAD_INPUT

DONE, UNUSABLE, BAD = 0, 1, 2


def guarded(app: Any) -> int:
    """Call a click command and return the exit status."""
    try:
        status = app.main(prog_name="weakscatter", standalone_mode=False)
        return status if isinstance(status, int) else DONE
    except click.exceptions.Exit as leave:
        return int(leave.exit_code)
    except BAD_INPUT as error:
        return complain(str(error))
    except click.ClickException as error:
        return complain(_usage(error))
    except (click.Abort, KeyboardInterrupt) as stop:
        # Click puts an Abort without a text in the place of a KeyboardInterrupt that may say what was saved.
        return complain(str(stop) or str(stop.__cause__ or "") or "interrupted; nothing was written.")
    except BrokenPipeError:
        # The reader of a pipe has left; Python would complain once more while it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def complain(message: str) -> int:
    """Write one paragraph to standard error and return the status of bad input."""
    click.echo("weakscatter: " + " ".join(message.split()), err=True)
    return BAD


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "weakscatter"
    return f"{error.format_message()} See `{command} --help`."
