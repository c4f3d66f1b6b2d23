"""What a worker does: one call of `peil partial` or `peil merge`. States travel as bytes; no folder is shared but that
of the partitions."""
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field


class Failed(Exception):
    """A call of peil that ended in an error: its message and exit code. Not retried: the same data fail again."""

    def __init__(self, message, code):
        super().__init__(message, code)
        self.message, self.code = message, code

    def __str__(self):
        return self.message


def sentence(stderr):
    """What peil said, in the form for people: with --format json it says it as JSON."""
    lines = []
    for line in stderr.decode("utf-8", "replace").splitlines():
        try:
            own = json.loads(line)
            place = f" {own['file']}" if own["file"] else ""
            line = f"error[{own['class']}]: {own['message']}.{place} · {own['remedy']}"
        except (ValueError, KeyError, TypeError):
            pass
        lines.append(line)
    return "\n".join(lines)


@dataclass(frozen=True)
class Job:
    """What is asked, and how peil is called: a plan as text, so that no worker needs its file, or the path of a study that
    every worker has, and its wave. States carry what was asked, so that merging needs neither."""

    plan: str | None = None
    study: str | None = None
    wave: str | None = None
    peil: str = "peil"
    text: tuple = field(default=())
    # Each worker runs one partition at a time on one thread; the cluster is what is parallel.
    threads: int = 1

    def asked(self, folder):
        """What `peil partial` is told before the path of a partition."""
        if self.plan is None:
            return [self.study] if self.wave is None else ["--wave", self.wave, self.study]
        plan = os.path.join(folder, "plan.yaml")
        with open(plan, "w", encoding="utf-8") as out:
            out.write(self.plan)
        return ["--plan", plan]

    def call(self, *arguments):
        command = [self.peil, arguments[0], "--threads", str(self.threads), "--quiet", *arguments[1:]]
        try:
            done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise Failed(f"{self.peil} cannot be run on a worker: {error.strerror}", 69) from error
        if done.returncode < 0:
            # Killed, not failed: whoever handed the work out may hand it out again.
            raise RuntimeError(f"peil was killed by signal {-done.returncode}")
        return done

    def checked(self, *arguments):
        done = self.call(*arguments)
        if done.returncode != 0:
            raise Failed(sentence(done.stderr), done.returncode)
        return done


def written(folder, name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as out:
        out.write(content)
    return path


def read(path):
    with open(path, "rb") as source:
        return source.read()


def partial(job, path, number, count, parameters=None):
    """The state of one partition. The path must mean the same file on every worker."""
    with tempfile.TemporaryDirectory(prefix="peil-") as folder:
        state = os.path.join(folder, "state")
        more = [] if parameters is None else ["--parameters", written(folder, "parameters", parameters)]
        for column in job.text:
            more += ["--text", column]
        job.checked("partial", *job.asked(folder), path, "--part", f"{number}/{count}", "--out", state, *more)
        return read(state)


def merged(job, states):
    """One state of several."""
    with tempfile.TemporaryDirectory(prefix="peil-") as folder:
        paths = [written(folder, f"{index}.state", state) for index, state in enumerate(states)]
        out = os.path.join(folder, "merged")
        job.checked("merge", "--partial", *paths, "--out", out)
        return read(out)


def finished(job, states, form):
    """The end of a pass: (True, parameters) where another comes, else (False, results, messages, exit code)."""
    with tempfile.TemporaryDirectory(prefix="peil-") as folder:
        paths = [written(folder, f"{index}.state", state) for index, state in enumerate(states)]
        out = os.path.join(folder, "out")
        done = job.call("merge", *paths, "--out", out, "--format", form)
        # Items that failed leave the others, as in `peil estimate`: there are results, and an exit code that says so.
        if done.returncode != 0 and not os.path.exists(out):
            raise Failed(sentence(done.stderr), done.returncode)
        content = read(out)
        if content.startswith(b"peil-parameters-"):
            return True, content, "", 0
        return False, content, sentence(done.stderr), done.returncode
