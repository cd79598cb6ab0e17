"""Writing a file whole or not at all."""

import os
import tempfile
from pathlib import Path

from weakscatter.provenance.errors import InputError


def write_atomic(path: str | Path, content: str | bytes) -> Path:
    """Write ``content`` to ``path`` so that a reader never sees half of it; return the path.

    Written beside the target and moved over it. Folders are made. A path that cannot be written is an `InputError`
    and leaves what was there untouched.
    """
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    temporary = ""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)  # mkstemp makes private files; this one is an ordinary result
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(
            f"cannot write {str(target)!r}: {error.strerror or error}. Choose a folder where files can be written."
        ) from None
    finally:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
    return target
