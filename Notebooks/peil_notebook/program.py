"""Finding the program `peil` and running it."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path


class PeilError(Exception):
    """What peil refused: `code` (a class that `peil explain` tells more of), `message`, `remedy`, `exit_code`."""

    def __init__(self, code: str, message: str, remedy: str = "", exit_code: int = 1):
        self.code, self.message, self.remedy, self.exit_code = code, message, remedy, exit_code
        super().__init__(f"{code}: {message}" + (f" · {remedy}" if remedy else ""))


def find_program() -> str:
    """The path of `peil`: of the variable PEIL, of the PATH, or of the build of the checkout that this file is in."""
    built = Path(__file__).resolve().parents[2] / ".build" / "release" / "peil"
    for candidate in (os.environ.get("PEIL"), shutil.which("peil"), str(built)):
        if candidate and os.access(candidate, os.X_OK):
            return candidate
    raise FileNotFoundError("there is no program peil: install it, run 'make build' in the checkout, or set PEIL to its path")


def flags(options: dict[str, object]) -> list[str]:
    """Keyword arguments as flags: `lonely_psu="adjust"` is `--lonely-psu adjust`, True is a flag alone, a list is repeated."""
    arguments: list[str] = []
    for name, value in options.items():
        flag = "--" + name.rstrip("_").replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            arguments.append(flag)
            continue
        for one in value if isinstance(value, (list, tuple)) else [value]:
            # Joined by =, so that a value which begins with a dash is not taken for a flag.
            arguments.append(f"{flag}={one}")
    return arguments


def run(*arguments: object, **options: object) -> str:
    """What `peil ARGUMENTS --options` prints on stdout.

    Raises `PeilError` where it refuses. A command that ends in 65 and has printed results (some items failed, a wave
    that cannot be compared) raises too: half a result is not a result.
    """
    command = [find_program(), *map(str, arguments), *flags(options)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise _error(done.stderr, done.returncode)
    return done.stdout


def _error(stderr: str, exit_code: int) -> PeilError:
    """The last failure that peil reported, as JSON where JSON was asked for."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    for line in reversed(lines):
        try:
            failure = json.loads(line)
        except ValueError:
            continue
        if isinstance(failure, dict) and "message" in failure and ("class" in failure or "code" in failure):
            return PeilError(failure.get("class") or failure["code"], failure["message"], failure.get("remedy") or "", exit_code)
    return PeilError("FAILED", lines[-1] if lines else "peil said nothing", "", exit_code)
