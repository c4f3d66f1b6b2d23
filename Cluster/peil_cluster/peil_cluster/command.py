"""peil-cluster: the passes of a plan over partitions, on this machine or on a cluster."""
import argparse
import os
import shutil
import sys
import tempfile

from . import work
from .driver import run


def arguments(given):
    parser = argparse.ArgumentParser(
        prog="peil-cluster", description="Estimates of a peil plan over many partitions, on Dask.",
        epilog="The partitions are files with the same header. Workers open them by their paths: name them as the "
               "workers see them.")
    parser.add_argument("partitions", nargs="+", metavar="FILE", help="partitions, in their order")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--plan", help="the plan")
    asked.add_argument("--study", help="a study, by a path that every worker has")
    parser.add_argument("--wave", help="of the study; default the newest that is complete")
    parser.add_argument("--out", help="results here instead of on stdout")
    parser.add_argument("--format", choices=["json", "text", "csv"], default="json")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a cluster that runs, such as tcp://host:8786")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes, without --scheduler")
    parser.add_argument("--fan-in", type=int, default=8, help="states that one merge takes")
    parser.add_argument("--peil", default=os.environ.get("PEIL", "peil"), help="the program, as workers find it")
    parser.add_argument("--text", action="append", default=[], metavar="COLUMN",
                        help="a column that holds words in some partition")
    parser.add_argument("--quiet", action="store_true")
    chosen = parser.parse_args(given)
    if chosen.workers < 1 or chosen.fan_in < 2:
        parser.error("--workers is 1 or more, --fan-in 2 or more")
    if chosen.wave and not chosen.study:
        parser.error("--wave goes with --study")
    return chosen


def shown(number, done, count, future, client):
    print(f"\rpass {number}: {done} of {count} partitions\033[K", end="", file=sys.stderr, flush=True)


def write(path, content):
    """Whole or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".peil-")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.chmod(temporary, 0o644)
    os.replace(temporary, path)


def main(given=None):
    chosen = arguments(given)
    plan = None
    try:
        if chosen.plan:
            with open(chosen.plan, encoding="utf-8") as source:
                plan = source.read()
    except OSError as error:
        print(f"error[FILE_ABSENT]: The plan cannot be read: {error.strerror}. {chosen.plan}", file=sys.stderr)
        return 66
    peil = shutil.which(chosen.peil) if chosen.scheduler is None else chosen.peil
    study = os.path.abspath(chosen.study) if chosen.study and chosen.scheduler is None else chosen.study
    job = work.Job(plan=plan, study=study, wave=chosen.wave, peil=os.path.abspath(peil) if peil and not chosen.scheduler else chosen.peil,
                   text=tuple(chosen.text))
    progress = shown if sys.stderr.isatty() and not chosen.quiet else None
    paths = [os.path.abspath(path) if chosen.scheduler is None else path for path in chosen.partitions]
    try:
        outcome = run(job, paths, workers=chosen.workers, scheduler=chosen.scheduler, fan_in=chosen.fan_in,
                      form=chosen.format, progress=progress)
    except work.Failed as failure:
        print(failure.message, file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        print("error[CANCELLED]: The work was stopped before its end; nothing was written · run it again",
              file=sys.stderr)
        return 130
    finally:
        if progress:
            print("\r\033[K", end="", file=sys.stderr)
    if chosen.out:
        write(chosen.out, outcome.results)
    else:
        sys.stdout.buffer.write(outcome.results)
    if outcome.messages:
        print(outcome.messages, file=sys.stderr)
    return outcome.exit_code


if __name__ == "__main__":
    sys.exit(main())
