"""Settings from the environment, typed and read once; no room reads the environment itself."""

import os
from pathlib import Path

from msgspec import Struct

from shared_schemas.sync import PHOTO_LIMIT

_BUCKETS = ("s3://", "gs://", "az://")


class Settings(Struct, frozen=True, kw_only=True):
    """How this server was told to run.

    `database_url` empty means the embedded PostgreSQL in `data_folder`. `secret` signs time
    anchors and lies in the data folder unless it is given. `evidence_url` names a bucket for the
    photos, empty means a folder beside the data; who may write there is told by the environment.

    `kill_shell` serves, in place of the service worker, one that takes itself and its copy of the
    pages away, so that a broken release can be pulled back; work on phones is not touched.

    Units: `port` TCP, `session_days` days, `upload_limit` and `sealed_limit` bytes, `held_hours`
    hours in which a person is to decide on what is held.
    """

    data_folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = ""
    public_url: str = ""
    secret: str = ""
    session_days: int = 30
    upload_limit: int = PHOTO_LIMIT
    sealed_limit: int = 64_000_000
    evidence_url: str = ""
    push_limit: int = 2_000_000
    held_hours: int = 72
    static_folder: Path | None = None
    log_level: str = "info"
    sign_in_tries: int = 10
    scrypt_cost: int = 2**15
    kill_shell: bool = False

    @property
    def secure_cookies(self) -> bool:
        """Whether people reach us over HTTPS, so that cookies carry the __Host- prefix."""
        return self.public_url.startswith("https://")


def read_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read the settings that a person gave, with the defaults of a first start.

    Raises: ValueError when a number or a bucket's address is not one, naming the variable.
    """
    given = dict(os.environ) if environment is None else environment
    static = given.get("ROUNDSMAN_STATIC")
    return Settings(
        data_folder=Path(given.get("ROUNDSMAN_DATA") or "data").resolve(),
        host=given.get("ROUNDSMAN_HOST", "127.0.0.1"),
        port=_number(given, "ROUNDSMAN_PORT", 8000),
        database_url=given.get("ROUNDSMAN_DATABASE_URL", ""),
        public_url=given.get("ROUNDSMAN_PUBLIC_URL", "").rstrip("/"),
        evidence_url=_bucket(given, "ROUNDSMAN_EVIDENCE"),
        secret=given.get("ROUNDSMAN_SECRET", ""),
        held_hours=_number(given, "ROUNDSMAN_HELD_HOURS", 72),
        log_level=given.get("ROUNDSMAN_LOG_LEVEL", "info"),
        static_folder=Path(static).resolve() if static else None,
        sign_in_tries=_number(given, "ROUNDSMAN_SIGN_IN_TRIES", 10),
        scrypt_cost=_number(given, "ROUNDSMAN_SCRYPT_COST", 2**15),
        kill_shell=given.get("ROUNDSMAN_KILL_SHELL", "") == "1",
    )


def _bucket(given: dict[str, str], name: str) -> str:
    """Give a bucket's address; what else somebody wrote is not repeated, it may be a secret."""
    text = given.get(name, "")
    if text and (not text.startswith(_BUCKETS) or "@" in text):
        message = f"{name} must be a bucket such as s3://name/folder, without names or passwords"
        raise ValueError(message)
    return text


def _number(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, "")
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        message = f"{name} must be a whole number, not {text!r}"
        raise ValueError(message) from None
