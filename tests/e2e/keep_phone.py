"""Keep today's phone page as a fixture, so that later servers can be tested against an old phone.

`python -m tests.e2e.keep_phone v1` packs what `pwa/dist` holds of the phone, the same bytes for the
same build; done once per wire version, when its work is finished, and never again.
"""

import re
import sys
import zipfile
from pathlib import Path

DIST = Path(__file__).parent.parent.parent / "pwa" / "dist"
PHONES = Path(__file__).parent / "phones"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def files_of_phone() -> list[Path]:
    """List the files that the phone's worker keeps, and the worker itself."""
    worker = DIST / "service-worker.js"
    kept = re.findall(r'"?url"?:\s*["\']([^"\']+)["\']', worker.read_text(encoding="utf-8"))
    return sorted({worker, *(DIST / name for name in kept)})


def keep(name: str) -> Path:
    """Pack the phone under that name."""
    PHONES.mkdir(exist_ok=True)
    target = PHONES / f"{name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in files_of_phone():
            entry = zipfile.ZipInfo(path.relative_to(DIST).as_posix(), LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    return target


if __name__ == "__main__":
    sys.stdout.write(f"{keep(sys.argv[1])}\n")
