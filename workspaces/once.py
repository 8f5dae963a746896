"""Secrets that a page shows once: kept, encrypted, in the session between the POST and the page it leads to."""

from typing import Any

from workspaces.secrets import decrypt, encrypt


def keep(session: Any, name: str, secret: str) -> None:
    """Have `secret` ready for the next page that takes `name`."""
    session[f"once:{name}"] = encrypt(secret)


def take(session: Any, name: str) -> str:
    """What was kept under `name`, which is gone now; empty if there is nothing."""
    box = session.pop(f"once:{name}", "")
    return decrypt(box) if box else ""
