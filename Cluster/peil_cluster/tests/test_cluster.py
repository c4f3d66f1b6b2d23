"""python -m unittest discover Cluster/peil_cluster/tests, with PEIL the built program. Invented answers, a seed."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from dask.distributed import Client  # noqa: E402

from peil_cluster import Failed, Job, run  # noqa: E402
from peil_cluster.driver import cluster  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
PEIL = os.path.abspath(os.environ.get("PEIL", os.path.join(ROOT, ".build", "release", "peil")))
PARTS = 11
ROWS = 3000

PLAN = """
id: cluster
dataset: all.csv
design:
  weights: w
  strata: [h]
  clusters: [psu]
  adjust:
  - {method: rake, residuals: design_weighted, margins: [
      {variable: sex, totals: {m: 5200, v: 5000}}, {variable: age, totals: {"1": 3000, "2": 4200, "3": 3000}}]}
items:
- {id: mean, statistic: mean, variables: [y], by: [town]}
- {id: share, statistic: proportion, variables: [answer], by: [sex]}
- {id: ratio, statistic: ratio, variables: [y, x]}
- {id: weights, statistic: weights}
"""

# Classes are found in patterns of answers, k-means of more patterns than a state keeps goes on in rounds.
SEGMENTS = """
- {id: classes, statistic: lca, variables: [answer, sex, age, town], options: {classes: 2, starts: 3, seed: 1}}
- {id: rounds, statistic: kmeans, variables: [y, x], options: {k: 3, starts: 4, seed: 1, patterns: 400}}
"""


def answers():
    draw = random.Random(20261127)
    for row in range(ROWS):
        psu = draw.randrange(60)
        town = ["Ådorp", "Beek", "Dam", "Zee"][psu % 4]
        y = "" if draw.random() < 0.05 else f"{draw.gauss(5 + psu % 7, 2):.4f}"
        yield (f"{psu % 6},{psu},{1 + draw.random() * 4:.5f},{draw.choice('mv')},{draw.randint(1, 3)},{town},{y},"
               f"{draw.uniform(1, 9):.3f},{draw.choice(['ja', 'nee', 'weet niet', ''])}")


def write(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.write("h,psu,w,sex,age,town,y,x,answer\n" + "".join(row + "\n" for row in rows))
    return path


def numbers(value, path=""):
    if isinstance(value, dict):
        for key, own in value.items():
            yield from numbers(own, f"{path}/{key}")
    elif isinstance(value, list):
        for index, own in enumerate(value):
            yield from numbers(own, f"{path}/{index}")
    else:
        yield path, value


class ClusterTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="peil-cluster-test-")
        cls.folder = cls.place.name
        rows = list(answers())
        bounds = [len(rows) * index // PARTS for index in range(PARTS + 1)]
        cls.paths = [write(os.path.join(cls.folder, f"part{index}.csv"), rows[bounds[index]:bounds[index + 1]])
                     for index in range(PARTS)]
        write(os.path.join(cls.folder, "all.csv"), rows)
        with open(os.path.join(cls.folder, "plan.yaml"), "w", encoding="utf-8") as out:
            out.write(PLAN)
        cls.job = Job(plan=PLAN, peil=PEIL)
        cls.one = run(cls.job, cls.paths, workers=1)

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def test_one_machine_gives_the_same_numbers(self):
        whole = subprocess.run([PEIL, "estimate", "--plan", os.path.join(self.folder, "plan.yaml"), "--format", "json"],
                               capture_output=True, check=True)
        expected, found = (list(numbers(json.loads(text))) for text in (whole.stdout, self.one.results))
        self.assertEqual([path for path, _ in expected], [path for path, _ in found])
        self.assertGreater(len(expected), 100)
        for (path, right), (_, own) in zip(expected, found):
            if isinstance(right, float):
                self.assertAlmostEqual(own, right, delta=1e-12 * max(1, abs(right)), msg=path)
            else:
                self.assertEqual(own, right, path)
        self.assertEqual(self.one.passes, 2)

    def test_any_number_of_workers_and_any_tree_give_the_same_bytes(self):
        for workers, fan_in in ((2, 8), (4, 2), (2, 3)):
            with self.subTest(workers=workers, fan_in=fan_in):
                outcome = run(self.job, self.paths, workers=workers, fan_in=fan_in)
                self.assertEqual(outcome.results, self.one.results)

    def test_the_two_commands_by_hand_give_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            plan, more = os.path.join(self.folder, "plan.yaml"), []
            for _ in range(2):
                states = []
                for index, path in reversed(list(enumerate(self.paths, 1))):
                    states.append(os.path.join(folder, f"{index}.state"))
                    subprocess.run([PEIL, "partial", "--plan", plan, path, "--part", f"{index}/{PARTS}", "--out",
                                    states[-1], *more], check=True)
                out = os.path.join(folder, "out")
                subprocess.run([PEIL, "merge", *states, "--out", out, "--format", "json"], check=True,
                               stdout=subprocess.DEVNULL)
                if not more:
                    more = ["--parameters", os.path.join(folder, "parameters")]
                    os.replace(out, more[1])
            with open(out, "rb") as source:
                self.assertEqual(source.read(), self.one.results)

    def test_a_worker_killed_after_its_first_partial_changes_nothing(self):
        outcome = self.run_with_a_kill(self.job, of_pass=1)
        self.assertEqual(outcome.results, self.one.results)

    def run_with_a_kill(self, job, of_pass):
        """The first worker that ends a partition of this pass is killed, and its state with it."""
        killed, lock = [], threading.Lock()

        def kill(number, done, count, future, client):
            with lock:
                if killed or number != of_pass or future.status != "finished":
                    return
                holders = client.who_has([future])[future.key]
                processes = client.run(os.getpid)
                if holders:
                    killed.append(processes[list(holders)[0]])
                    os.kill(killed[0], signal.SIGKILL)

        with cluster(2) as local, Client(local) as client:
            outcome = run(job, self.paths, client, fan_in=2, progress=kill)
        self.assertEqual(len(killed), 1)
        return outcome

    def test_segments_are_the_same_for_any_number_of_workers_and_when_one_is_killed_in_a_round(self):
        job = Job(plan=PLAN + SEGMENTS.lstrip(), peil=PEIL)
        one = run(job, self.paths, workers=1)
        self.assertGreater(one.passes, 5)
        self.assertEqual(one.exit_code, 0, one.messages)
        items = {item["id"]: item for item in json.loads(one.results)["items"]}
        self.assertAlmostEqual(sum(row["estimate"] for row in items["classes"]["estimates"]), 1)
        self.assertTrue(all(row["se"] > 0 for row in items["classes"]["estimates"]))
        self.assertEqual(items["rounds"]["scalars"]["kept_patterns"], 400)
        self.assertEqual(sum(items["rounds"]["counts"]), items["ratio"]["estimates"][0]["n"])
        self.assertEqual(run(job, self.paths, workers=3, fan_in=2).results, one.results)
        outcome = self.run_with_a_kill(job, of_pass=4)
        self.assertEqual((outcome.results, outcome.passes), (one.results, one.passes))

    def test_a_study_is_asked_by_its_path(self):
        with tempfile.TemporaryDirectory() as folder:
            study = os.path.join(folder, "study")
            shutil.copytree(os.path.join(ROOT, "Data", "haaglanden"), study)
            path = os.path.join(study, "study.yaml")
            with open(path, encoding="utf-8") as source:
                lines = [line for line in source if "method: trim" not in line]
            with open(path, "w", encoding="utf-8") as out:
                out.writelines(lines)
            with open(os.path.join(study, "data", "golf2.csv"), encoding="utf-8") as source:
                header, *rows = source.readlines()
            paths = []
            for part in range(2):
                paths.append(os.path.join(folder, f"{part}.csv"))
                with open(paths[-1], "w", encoding="utf-8") as out:
                    out.writelines([header, *rows[len(rows) * part // 2:len(rows) * (part + 1) // 2]])
            outcome = run(Job(study=study, peil=PEIL), paths, workers=2)
        self.assertEqual((outcome.passes, outcome.exit_code), (2, 0))
        self.assertIn("golf2", json.loads(outcome.results)["id"])

    def test_a_failure_of_a_partition_keeps_its_name_and_exit_code(self):
        for paths, name, code in (
                (self.paths[:2] + [os.path.join(self.folder, "absent.csv")], "FILE_ABSENT", 66),
                (self.paths[:2] + self.paths[:1], "PARTITION_TWICE", 65)):
            with self.subTest(name), self.assertRaises(Failed) as caught:
                run(self.job, paths, workers=1)
            self.assertIn(f"error[{name}]", caught.exception.message)
            self.assertEqual(caught.exception.code, code)


if __name__ == "__main__":
    unittest.main()
