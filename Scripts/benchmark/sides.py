"""The two sides of a comparison: what is run, what its task cost, and what it answered."""
import csv
import json
import os
import tempfile

from . import data, plans, processes


class CannotRun(Exception):
    """One side has no answer to this task; the others go on."""


class Run:
    """One run: `task_cpu` is the CPU time of the task after the data are loaded."""

    def __init__(self, task_cpu, cost, answer):
        self.task_cpu, self.cost, self.answer = task_cpu, cost, answer


class Peil:
    def __init__(self, program):
        self.program = program

    def run(self, plan):
        """Design and estimates. A peil that prints no stages is timed by what reading alone costs less."""
        done = self.process(plan)
        stages = self.stages(done.messages)
        if stages:
            cpu = stages.get("design", 0.0) + stages["estimate"]
            cost = {**done.cost, "timed": "stages", "stages": stages}
        else:
            reading = self.process(plans.reading_only(plan)).cost["process_cpu_seconds"]
            cpu = done.cost["process_cpu_seconds"] - reading
            cost = {**done.cost, "timed": "difference", "reading_cpu_seconds": reading}
        return Run(cpu, cost, json.loads(done.output))

    def process(self, plan):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "plan.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(plan, file)
            done = processes.run([self.program, "estimate", "--plan", path, "--format", "json", "--verbose",
                                  "--log-format", "json"])
        if done.code != 0:
            raise CannotRun(f"peil ended with exit code {done.code}: {done.messages.strip()[:300]}")
        return done

    @staticmethod
    def stages(messages):
        """CPU seconds by stage; a stage that is reported in parts is their sum."""
        found = {}
        for line in messages.splitlines():
            if line.startswith("{"):
                event = json.loads(line)
                if event.get("event") == "stage":
                    found[event["stage"]] = found.get(event["stage"], 0.0) + event["cpu_seconds"]
        return found


class Estimates(Peil):
    """peil again, timed by its estimates alone: what weighting before them costs has a case of its own."""

    def run(self, plan):
        done = super().run(plan)
        return Run(done.cost["stages"]["estimate"], done.cost, done.answer)


class Unraked:
    """peil on the weights of the design, beside peil on raked ones."""

    def __init__(self, peil, plan):
        self.name, self.peil, self.plan = "peil without raking", peil, plan

    def run(self):
        return self.peil.run(self.plan)


class Peer:
    """A script of the shared folder: it times its own task and writes its numbers as CSV."""

    def __init__(self, name, arguments):
        self.name, self.arguments = name, arguments

    def run(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out.csv")
            done = processes.run([data.PYTHON, "-B", *self.arguments, out])
            if done.code != 0:
                raise CannotRun(f"{self.name} ended with exit code {done.code}: {done.messages.strip()[-300:]}")
            with open(out, newline="", encoding="utf-8") as file:
                answer = list(csv.DictReader(file))
        said = json.loads([line for line in done.output.splitlines() if line.startswith("{")][-1])
        cost = dict(done.cost)
        if "load_cpu" in said:
            cost["load_cpu_seconds"] = round(said["load_cpu"], 4)
        if "design_s" in said:
            # Only its wall time is reported, so it is kept beside the figures and not added to the CPU time.
            cost["design_wall_seconds"] = round(said["design_s"], 4)
        return Run(said["compute_cpu"], cost, answer)


class Printing:
    """A script that prints its numbers with its times."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def run(self):
        done = processes.run(self.command)
        if done.code != 0:
            raise CannotRun(f"{self.name} ended with exit code {done.code}: {done.messages.strip()[-300:]}")
        said = json.loads([line for line in done.output.splitlines() if line.startswith("{")][-1])
        return Run(said["compute_cpu"], {**done.cost, "load_cpu_seconds": round(said["load_cpu"], 4)}, said["head"])


class Filing:
    """An R task that writes its numbers to a file. Making the design is timed by itself, and kept beside the figures."""

    def __init__(self, size, task):
        self.name, self.command = "R", ["Rscript", data.script("r_survey.R"), data.generated(size), task]

    def run(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "out.json")
            done = processes.run([*self.command, out])
            if done.code != 0:
                raise CannotRun(f"{self.name} ended with exit code {done.code}: {done.messages.strip()[-300:]}")
            with open(out, encoding="utf-8") as file:
                answer = json.load(file)
        said = json.loads([line for line in done.output.splitlines() if line.startswith("{")][-1])
        return Run(said["compute_cpu"], {**done.cost, "load_cpu_seconds": round(said["load_cpu"], 4),
                                         "design_cpu_seconds": round(said["design_cpu"], 4)}, answer)


def r_regression(size):
    return Filing(size, "glm")


def svy_raking(size):
    return Printing("svy", [data.PYTHON, "-B", data.script("py_svy.py"), data.generated(size), "rake_strict"])


def r_raking(size):
    return Printing("R", ["Rscript", data.script("r_survey.R"), data.generated(size), "rake_strict"])


def svy_raked_means(size):
    """Raking is part of neither side's figure in svy, and of peil's."""
    return Peer("svy", [data.script("py_raked_expected.py"), data.generated(size)])


def reference(path):
    return Peer("numpy reference", [data.script("ref_svyby.py"), path])


def svy(size, task):
    return Peer("svy", [data.script("py_svy.py"), data.generated(size), task])
