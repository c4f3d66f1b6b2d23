"""Segments: what peil and its peers compute, and when they agree.

k-means: 5 clusters on 18 answers from 1 to 5, absent ones at the weighted mean, sampling weights, not standardised.
scikit-learn runs py_cluster.py of the shared folder, on one thread.

Latent classes: 50 steps of expectation-maximisation, 5 classes on 12 answers from 1 to 5, absent ones by full information,
weights as frequencies. peil and the numpy reference (ref_lca.py of the shared folder) start from the same formula, so their
numbers must be the same; StepMix (py_cluster.py) cannot be given a start, so it is held to the number of steps, and peil to the
reference's recorded numbers.
"""
import json
import math
import os
import tempfile

from . import agreement, data, plans, processes, sides

PINNED = ["scikit-learn==1.9.1", "stepmix==3.0.0"]
CLUSTERS = 5
STARTS = 10


def k_means_plan(size, options):
    item = {"id": "kmeans", "statistic": "kmeans", "variables": data.LIKERT,
            "options": {"k": CLUSTERS, "weights": "weight", "missing": "1", "standardise": "none", **options}}
    return {"id": "segments", "dataset": data.clean(size), "missing_value": "empty field", "items": [item]}


class Script:
    """A script of the shared folder that times itself after loading, and writes its result as JSON."""

    def __init__(self, name, script, size, *task):
        self.name, self.script, self.size, self.task = name, script, size, task

    def run(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out.json")
            done = processes.run(["env", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", data.PYTHON, "-B",
                                  data.script(self.script), data.generated(self.size), *self.task, out])
            if done.code != 0:
                raise sides.CannotRun(f"{self.name} ended with exit code {done.code}: {done.messages.strip()[-300:]}")
            with open(out, encoding="utf-8") as file:
                answer = json.load(file)
        said = json.loads([line for line in done.output.splitlines() if line.startswith("{")][-1])
        load = {"load_cpu_seconds": round(said["load_cpu"], 4)} if "load_cpu" in said else {}
        return sides.Run(said["compute_cpu"], {**done.cost, **load}, answer)


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
    start = Script("scikit-learn", "py_cluster.py", size, "lloyd1")
    return [lambda: Case("kmeans10", size, k_means_plan(size, {"starts": STARTS, "seed": 1}),
                         Script("scikit-learn", "py_cluster.py", size, "kmeans10"), best_of_starts),
            # Where the peer starts is in its result, so it runs once before the rounds.
            lambda: Case("lloyd1", size, k_means_plan(size, {"initial_centres": start.run().answer["init"]}), start,
                         given_start)]


LATENT = [f"{hazard}_{side}" for hazard in data.HAZARDS for side in ("lik", "wor")]
STEPS = 50


def latent_plan(size):
    """The start of ref_lca.py: a normal curve over the answers around 1.5 + 0.75 k, the same for every item."""
    lines = []
    for k in range(CLUSTERS):
        curve = [math.exp(-(answer - (1.5 + 0.75 * k)) ** 2 / 2) for answer in range(1, 6)]
        lines.append([value / sum(curve) for value in curve])
    item = {"id": "classes", "statistic": "lca", "variables": LATENT,
            "options": {"classes": CLUSTERS, "missing": "available", "weights_rule": "frequency", "steps": STEPS,
                        "initial_probs": {name: lines for name in LATENT}}}
    return {"id": "segments", "dataset": data.clean(size), "missing_value": "empty field",
            "design": {"kind": "taylor", "weights": "weight", "strata": [], "clusters": [], "fpc": []}, "items": [item]}


def same_steps(ours, theirs):
    """The likelihood along the way and the parameters at the end, from the same start."""
    item, found = k_means(ours), agreement.Comparison()
    for step, value in theirs["loglik"].items():
        found.check("log-likelihood", f"step {step}", item["trace"][int(step)], value)
    for k, share in enumerate(theirs["pi50"]):
        found.check("share", f"class {k}", item["class_sizes"][k], share)
        for name, line in zip(theirs["items"], theirs["rho50"][k]):
            for answer, chance in enumerate(line):
                found.check("chance", f"class {k}, {name}={answer + 1}", item["probs"][name][k][answer], chance)
    return found.summary()


def as_many_steps(size):
    def compare(ours, theirs):
        if theirs["n_iter"] != STEPS:
            raise agreement.Disagreement(f"StepMix took {theirs['n_iter']} steps")
        with open(data.expected(f"s{size}_lca_fixed_start.json"), encoding="utf-8") as file:
            return same_steps(ours, json.load(file))
    return compare


def latent_cases(size):
    if size != "100k":
        return []
    return [lambda: Case("lca50", size, latent_plan(size), Script("numpy", "ref_lca.py", size), same_steps),
            lambda: Case("lca50", size, latent_plan(size), Script("StepMix", "py_cluster.py", size, "stepmix_i50"),
                         as_many_steps(size))]


def all_cases():
    """Functions that make a case when its turn comes, with the size each belongs to."""
    return [(size, make) for size in ("100k", "1m") for make in k_means_cases(size) + latent_cases(size)]
