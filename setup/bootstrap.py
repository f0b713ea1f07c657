"""Make everything ready that `make run`, `make test` and `make check` need.

This first file reads on every Python 3, so that an old one gets a sentence and no traceback;
the work itself is in steps.py.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
QUESTION = "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)"


def start_again_with_newer_python():
    """Hand over to a newer Python of this machine, if there is one under a usual name."""
    for name in NEWER_NAMES:
        try:
            answer = subprocess.call(
                [name, "-c", QUESTION], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError:
            continue
        if answer == 0:
            os.execvp(name, [name, *sys.argv])


def main():
    """Check the Python, then take the steps."""
    if sys.version_info < OLDEST:
        start_again_with_newer_python()
        sys.stderr.write(
            "Roundsman needs Python 3.11 or newer, and this one is {}.{}. "
            "Install a newer one and name it: make run PYTHON=/path/to/python3.11\n".format(
                *sys.version_info[:2]
            )
        )
        return 1
    if sys.platform == "win32":
        sys.stderr.write("Roundsman runs on Linux and macOS. On Windows, use it inside WSL.\n")
        return 1
    from steps import take_steps

    return take_steps(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
