"""Hands partitions out, merges their states in a tree and begins the next pass with what came out."""
import logging
import uuid
from dataclasses import dataclass

from dask.distributed import Client, LocalCluster, as_completed

from . import work


@dataclass(frozen=True)
class Outcome:
    """The results, as `peil estimate` prints them."""

    results: bytes
    messages: str
    exit_code: int
    passes: int


def cluster(workers):
    """The default: processes on this machine."""
    return LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None,
                        silence_logs=logging.CRITICAL)


def tree(client, job, states, fan_in, name):
    """Neighbours merged by `fan_in` until so many are left. Sums are exact, so the form of the tree changes no bit."""
    level = 0
    while len(states) > fan_in:
        level += 1
        groups = [states[first:first + fan_in] for first in range(0, len(states), fan_in)]
        states = [
            group[0] if len(group) == 1 else client.submit(
                work.merged, job, group, key=f"{name}-merge-{level}-{index}", pure=False)
            for index, group in enumerate(groups)
        ]
    return states


def run(job, paths, client=None, workers=2, scheduler=None, fan_in=8, form="json", progress=None):
    """All passes of a plan or study over the partitions at `paths`: weights, segments as long as they are sought, and
    estimates. What a pass found is told to every worker of the next.

    A partition is known by its place in the list and the contents of its file. Dask may run it twice (a worker died, or
    was slow): one key stands for one partition, so that it counts once, and `peil merge` refuses a second time anyway.

    progress: called as progress(pass number, partitions done, all, finished future, client).
    """
    if not paths:
        raise work.Failed("error[USAGE]: There are no partitions · name their files", 64)
    if client is None:
        if scheduler:
            with Client(scheduler) as own:
                return run(job, paths, own, fan_in=fan_in, form=form, progress=progress)
        with cluster(workers) as local, Client(local) as own:
            return run(job, paths, own, fan_in=fan_in, form=form, progress=progress)
    parameters, number, token = None, 0, uuid.uuid4().hex
    while True:
        number += 1
        name = f"peil-{token}-pass-{number}"
        shared = None if parameters is None else client.scatter(parameters, broadcast=True)
        states = [
            client.submit(work.partial, job, path, index + 1, len(paths), shared,
                          key=f"{name}-part-{index + 1}", pure=False)
            for index, path in enumerate(paths)
        ]
        ends = tree(client, job, states, fan_in, name)
        end = client.submit(work.finished, job, ends, form, key=f"{name}-end", pure=False)
        if progress:
            for done, future in enumerate(as_completed(states), 1):
                progress(number, done, len(paths), future, client)
        del states, ends
        is_parameters, content, messages, code = end.result()
        if not is_parameters:
            return Outcome(content, messages, code, number)
        parameters = content
