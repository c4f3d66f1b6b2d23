"""The study of the reading benchmark, and what its sides say of the file they have read."""
import json
import os

from . import data, processes, sides

FOLDER = "ingest"
PREPAREDNESS = ["kit", "plan", "water", "radio", "insur", "course", "neigh", "app"]
CHANNELS = ["tv", "radio", "nlalert", "social", "web", "paper", "family", "app"]
# Columns whose codes are counted on both sides, and the codes; None where the cell is empty.
COUNTED = {"sex": ["1", "2"], "flood_lik": ["1", "2", "3", "4", "5", "8", "9"], "prep_kit": ["ja", "nee"],
           "mode": ["paper", "phone", "web"], "ch_tv": ["0", "1"]}
EMPTY_COUNTED = ["income", "experience", "heat_lik", "tr_sci", "numeracy", "open_text"]


def variables():
    """Every column of the generated survey, all kept, open text too; codes are complete."""
    def codes(name, values, more=""):
        return f"- {{id: {name}, type: code, labels: [{', '.join(values)}]{more}}}"

    def numbers(kind, *names):
        return [f"- {{id: {name}, type: {kind}}}" for name in names]

    def digits(first, last):
        return [str(value) for value in range(first, last + 1)]

    lines = ["- {id: resp_id, type: id, required: true, unique: true}", codes("wave", digits(1, 6)),
             *numbers("date", "date"), codes("mode", ["paper", "phone", "web"]), *numbers("region", "gm"),
             '- {id: pc4, type: id, pattern: "[1-9][0-9]{3}"}', *numbers("int", "region", "stratum", "psu"),
             *numbers("weight", "weight"), codes("sex", ["1", "2"]), *numbers("int", "age"),
             codes("education", digits(1, 3)), codes("hhsize", digits(1, 9)),
             codes("tenure", ["own", "rent private", "rent social"]), *numbers("number", "income"),
             codes("experience", ["0", "1"])]
    lines += [codes(name, digits(1, 5) + ["8", "9"]) for name in data.LIKERT]
    unsure = ", missing: [{code: weet niet, kind: dont_know}]"
    lines += [codes(f"prep_{name}", ["ja", "nee"], unsure) for name in PREPAREDNESS]
    lines += [codes(name, digits(1, 9)) for name in data.TRUST]
    lines += [f"- {{id: ch_{name}, type: multi, group: ch, labels: [{{code: 0, nl: nee}}, {{code: 1, nl: ja}}]}}"
              for name in CHANNELS]
    lines.append(f"- {{id: channels, type: multi, sep: '|', codes: [{', '.join(CHANNELS)}, none]}}")
    return lines + numbers("number", "numeracy", "duration_s") + ["- {id: open_text, type: text, keep: true}"]


def counting_rules():
    """Rules that every row with a code breaks: `peil check` then says how many there are."""
    return [f"- {{name: {name} {code}, if: {name} == {code}, then: {name} != {code}}}"
            for name, values in COUNTED.items() for code in values]


def codebook(counts):
    head = ["codebook: bench-ingest", "languages: [nl]", 'csv: {encoding: utf-8, delimiter: ",", decimal: "."}',
            "variables:"]
    return "\n".join(head + variables() + (["consistency:", *counting_rules()] if counts else [])) + "\n"


STUDY = """study: bench-ingest
language: nl
codebook: codebook.yaml
basis: probability
waves:
  - {id: w, label: {nl: golf, en: wave}, from: "2021-01-01", to: "2024-12-31", files: [{path: answers.csv, mode: web}]}
design: {weights: weight, strata: [stratum], clusters: [psu], nest: true}
report:
  title: {nl: "Leesproef", en: "Reading trial"}
  population: {nl: "niemand", en: "nobody"}
  questions:
    - {variable: sex, label: {nl: sekse, en: sex}, levels: ["1"], by_area: false}
  key_figures:
    - {question: sex, level: "1"}
  sections:
    - {id: one, title: {nl: "Sekse", en: "Sex"}, blocks: [{means: [sex]}]}
"""


def study(size, counts=False):
    """The folder of a study over the generated file, made anew; a link to the file would not be read, so it is another
    name for it."""
    folder = data.path(os.path.join(FOLDER, size + ("-counts" if counts else "")))
    os.makedirs(folder, exist_ok=True)
    for name, text in (("study.yaml", STUDY), ("codebook.yaml", codebook(counts))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    answers = os.path.join(folder, "answers.csv")
    source = os.path.realpath(data.generated(size))
    if not os.path.exists(answers) or not os.path.samefile(answers, source):
        if os.path.exists(answers):
            os.remove(answers)
        os.link(source, answers)
    return folder


class Said:
    """What one side found in the file."""

    def __init__(self, rows, columns, weights, counts=None):
        self.rows, self.columns, self.weights, self.counts = rows, columns, weights, counts or {}


class Peil:
    """`read` is the stage from the bytes to the typed table, apart from the SHA-256 of the file."""

    def __init__(self, program, threads):
        self.program, self.threads = program, threads
        self.name = f"peil, {threads} thread{'s' if threads > 1 else ''}"

    def run(self, folder):
        done = processes.run([self.program, "check", folder, "--threads", str(self.threads), "--format", "json",
                              "--verbose", "--log-format", "json"])
        if done.code != 0:
            raise sides.CannotRun(f"peil check ended with exit code {done.code}: {done.messages.strip()[-300:]}")
        events = [json.loads(line) for line in done.messages.splitlines() if line.startswith("{")]
        stages = {event["stage"]: event for event in events if event.get("event") == "stage"}
        facts = {(fact["topic"], fact["key"]): fact["value"] for fact in json.loads(done.output)["facts"]}
        report = json.loads(done.output)["quality"]["files"][0]
        counts = {rule["rule"]: rule["count"] for rule in report.get("rules", [])}
        counts.update({f"{key} empty": value for (topic, key), value in facts.items() if topic == "no answer"})
        said = Said(facts["file", "records read"], None, facts["weights", "sum"], counts)
        cost = {name: {"cpu_seconds": event["cpu_seconds"], "wall_seconds": event["wall_seconds"]}
                for name, event in stages.items()}
        return stages["read"]["cpu_seconds"], stages["read"]["wall_seconds"], {**done.cost, "stages": cost}, said

    def memory(self, folder):
        """Peak of a process that reads the file, keeps every column and does nothing else with it."""
        done = processes.run([self.program, "inspect", os.path.join(folder, "answers.csv"), "--study", folder,
                              "--threads", str(self.threads), "--format", "json"])
        if done.code != 0:
            raise sides.CannotRun(f"peil inspect ended with exit code {done.code}: {done.messages.strip()[-300:]}")
        found = json.loads(done.output)
        return done.cost, Said(found["row_count"], len(found["columns"]), None)


class Peer:
    """A script of the shared folder that times its own loading."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def run(self, size):
        done = processes.run([*self.command, data.generated(size), *(["polars"] if self.name == "polars" else [])])
        if done.code != 0:
            raise sides.CannotRun(f"{self.name} ended with exit code {done.code}: {done.messages.strip()[-300:]}")
        found = json.loads([line for line in done.output.splitlines() if line.startswith("{")][-1])
        cost = {**done.cost, "version": found["version"], "threads": found["threads"]}
        return found["load_cpu"], found["load_s"], cost, Said(found["rows"], found["cols"], found["sumw"])


def peers():
    return [Peer("data.table fread", ["Rscript", data.script("r_fread.R")]),
            Peer("polars", [data.PYTHON, "-B", data.script("py_load.py")])]


COUNTING = """
import json, sys, polars as pl
codes, empty = json.loads(sys.argv[2]), json.loads(sys.argv[3])
d = pl.read_csv(sys.argv[1], columns=list(codes) + empty, infer_schema_length=0)
found = {f"{name} {code}": int((d[name] == code).sum()) for name, values in codes.items() for code in values}
found.update({f"{name} empty": int(d[name].null_count()) for name in empty})
print(json.dumps(found))
"""


def counts_of_polars(size):
    """How often each code occurs, the file read as text."""
    done = processes.run([data.PYTHON, "-c", COUNTING, data.generated(size), json.dumps(COUNTED),
                          json.dumps(EMPTY_COUNTED)])
    if done.code != 0:
        raise sides.CannotRun(f"counting with polars failed: {done.messages.strip()[-300:]}")
    return json.loads(done.output)
