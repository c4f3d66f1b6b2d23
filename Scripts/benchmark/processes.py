"""Runs one process at a time and reads what the operating system accounted for it."""
import os
import subprocess
import tempfile
import time


class Finished:
    """What a process printed and cost; CPU and peak memory are of that process and what it waited for."""

    def __init__(self, code, output, messages, usage, wall):
        self.code, self.output, self.messages = code, output, messages
        self.cost = {"process_cpu_seconds": round(usage.ru_utime + usage.ru_stime, 4),
                     "wall_seconds": round(wall, 4), "peak_rss_mib": round(usage.ru_maxrss / 1024, 1)}


def run(command):
    """Output goes to files, so that nobody has to read while the process works."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        messages.seek(0)
        return Finished(process.returncode, output.read().decode("utf-8", "replace"),
                        messages.read().decode("utf-8", "replace"), usage, wall)


def read_into_cache(path):
    """So that the first run finds the file where the last one does."""
    with open(path, "rb") as file:
        while file.read(1 << 22):
            pass
