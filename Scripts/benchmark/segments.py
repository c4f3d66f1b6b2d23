"""Segments: what peil and its peers compute, and when they agree.

k-means: 5 clusters on 18 answers from 1 to 5, absent ones at the weighted mean, sampling weights, not standardised.
scikit-learn runs py_cluster.py of the shared folder, on one thread.
"""
import json
import os
import tempfile

from . import agreement, data, plans, processes, sides

PINNED = ["scikit-learn==1.9.1"]
CLUSTERS = 5
STARTS = 10


def k_means_plan(size, options):
    item = {"id": "kmeans", "statistic": "kmeans", "variables": data.LIKERT,
            "options": {"k": CLUSTERS, "weights": "weight", "missing": "1", "standardise": "none", **options}}
    return {"id": "segments", "dataset": data.clean(size), "missing_value": "empty field", "items": [item]}


class ScikitLearn:
    """One task of py_cluster.py: it times itself after loading, and writes its result as JSON."""

    def __init__(self, size, task):
        self.name, self.size, self.task = "scikit-learn", size, task

    def run(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out.json")
            done = processes.run(["env", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", data.PYTHON, "-B",
                                  data.script("py_cluster.py"), data.generated(self.size), self.task, out])
            if done.code != 0:
                raise sides.CannotRun(f"scikit-learn ended with exit code {done.code}: {done.messages.strip()[-300:]}")
            with open(out, encoding="utf-8") as file:
                answer = json.load(file)
        said = json.loads([line for line in done.output.splitlines() if line.startswith("{")][-1])
        return sides.Run(said["compute_cpu"], {**done.cost, "load_cpu_seconds": round(said["load_cpu"], 4)}, answer)


def k_means(answer):
    item = answer["items"][0]
    if "error" in item:
        raise sides.CannotRun(f"peil: {item['error']['message']}")
    return item


def best_of_starts(ours, theirs):
    """Starts are drawn, so only the objectives can be compared: ours may not lie above by more than a millionth."""
    own, other = k_means(ours)["scalars"]["objective"], theirs["inertia"]
    if own > other * (1 + 1e-6):
        raise agreement.Disagreement(f"objective {own!r} of peil lies above {other!r} of scikit-learn")
    return {"objective": own, "peer_objective": other, "best_reached": k_means(ours)["scalars"]["best_reached"]}


def given_start(ours, theirs):
    """The same start ends in the same place."""
    item, found = k_means(ours), agreement.Comparison()
    found.check("objective", "kmeans", item["scalars"]["objective"], theirs["inertia"])
    for cluster, (own, other) in enumerate(zip(item["centres"], theirs["centers"])):
        for axis, (a, b) in enumerate(zip(own, other)):
            found.check("centre", f"cluster {cluster}, item {axis}", a, b)
    if item["counts"] != theirs["sizes"]:
        raise agreement.Disagreement(f"sizes {item['counts']} and {theirs['sizes']}")
    return found.summary()


class Case:
    def __init__(self, task, size, plan, peer, compare):
        self.task, self.size, self.plan, self.peer, self.compare = task, size, plan, peer, compare
        self.name = f"{task}/{size}/{peer.name}"


def k_means_cases(size):
    start = ScikitLearn(size, "lloyd1")
    return [lambda: Case("kmeans10", size, k_means_plan(size, {"starts": STARTS, "seed": 1}),
                         ScikitLearn(size, "kmeans10"), best_of_starts),
            # Where the peer starts is in its result, so it runs once before the rounds.
            lambda: Case("lloyd1", size, k_means_plan(size, {"initial_centres": start.run().answer["init"]}), start,
                         given_start)]


# ---- Latent classes: cases of another method are added below, in a function of their own, and listed in all_cases.


def all_cases():
    """Functions that make a case when its turn comes, with the size each belongs to."""
    return [(size, make) for size in ("100k", "1m") for make in k_means_cases(size)]
