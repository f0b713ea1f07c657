"""The server's word on the time, signed, so that a phone can carry it back days later."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from shared_schemas.primitives import Anchor
from shared_schemas.sync import ServerAnchor

_SECRET_FILE = "secret"  # noqa: S105  the name of a file, not a password


def sign_anchor(secret: str, organization: str, device: str, server_ms: int) -> ServerAnchor:
    """Give the time now with a signature that only this server can make.

    The device stands readable in the token, so that a shared phone's anchor can be verified
    whoever sends it later.

    Units: milliseconds UTC.
    Source: sync design, section 7 (time evidence).
    """
    seal = _seal(secret, organization, device, server_ms)
    return ServerAnchor(server_ms=server_ms, token=f"1.{device}.{seal}")


def verify_anchor(
    secret: str, organization: str, device: str | None, anchor: Anchor | ServerAnchor
) -> bool:
    """Say whether this server gave that time to that device, or to any device of theirs.

    `device` None accepts every device of the organisation; only `server_ms` and the token are
    judged here, never the phone's own clocks.
    """
    version, _, rest = anchor.token.partition(".")
    named, _, seal = rest.partition(".")
    if version != "1" or not seal or (device is not None and named != device):
        return False
    expected = _seal(secret, organization, named, anchor.server_ms)
    return hmac.compare_digest(expected.encode(), seal.encode("utf-8", "surrogatepass"))


def load_secret(data_folder: Path, given: str = "") -> str:
    """Give the key that anchors are signed with: the one given, else the data folder's own.

    It is made on the first start, readable by its owner alone; two processes starting together
    end with the same one.
    """
    if given:
        return given
    data_folder.mkdir(parents=True, exist_ok=True)
    path = data_folder / _SECRET_FILE
    if not path.exists():
        _write_once(path, secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        # A link fails where a rename would overwrite: the first process wins.
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def _seal(secret: str, organization: str, device: str, server_ms: int) -> str:
    said = "\x1f".join(("anchor", organization, device, str(server_ms))).encode()
    digest = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
