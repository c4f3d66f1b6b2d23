"""The answers behind a report, coded here from the delivered file by what codebook.yaml and study.yaml say: who counts, what each
published question's answers are, the area and the group of each respondent. Nothing of peil is used.

A set of respondents is a whole number: bit i is respondent i.
"""
import csv
import operator
import os
import re

import yaml

COMPARE = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def number(text):
    return float(text.replace(",", "."))


def plain(value):
    """The code of an answer as text: 3 and 3.0 are '3'."""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


class Answers:
    def __init__(self, study, wave):
        with open(os.path.join(study, "study.yaml"), encoding="utf-8") as file:
            self.study = yaml.safe_load(file)
        with open(os.path.join(study, self.study["codebook"]), encoding="utf-8") as file:
            self.codebook = yaml.safe_load(file)
        self.variables = {v["id"]: v for v in self.codebook["variables"]}
        self.derived = {v["id"]: v for v in self.codebook["derived"]}
        path = next(w for w in self.study["waves"] if w["id"] == wave)["files"][0]["path"]
        with open(os.path.join(study, path), encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=self.codebook["csv"]["delimiter"]))
        self.rows = [row for row in rows if self.counts(row)]
        self.columns = {}
        self.everybody = (1 << len(self.rows)) - 1
        self.areas = self.sets(self.values(self.study["areas"]["variable"]))
        self.segments = self.sets([self.segment(i) for i in range(len(self.rows))])

    # MARK: Who counts

    def counts(self, row):
        rule = self.codebook["completeness"]
        if any(not row[name] for name in rule["needs"]):
            return False
        groups = {}
        for name, variable in self.variables.items():
            if variable.get("required") and name in row:
                groups.setdefault(variable.get("group", name), []).append(name)
        asked = answered = 0
        for names in groups.values():
            given = sum(bool(row[name]) for name in names)
            # Ticks that are empty in all columns were not put.
            if len(names) == 1 or given:
                asked += len(names)
                answered += given
        return answered >= rule["minimum_required_share"] * asked

    # MARK: Columns

    def values(self, name):
        """A value of each respondent: a number, a text, or None where there is no answer."""
        if name not in self.columns:
            if name in self.derived:
                self.columns[name] = self.derive(self.derived[name])
            else:
                self.columns[name] = self.delivered(self.variables[name])
        return self.columns[name]

    def delivered(self, variable):
        sets = self.codebook["answer_sets"].get(variable.get("answers"), {})
        missing = {str(m["code"]) for m in variable.get("missing", []) + sets.get("missing", [])}
        is_number = variable["type"] in ("int", "number", "decimal", "code", "multi")
        def read(text):
            if not text or text in missing:
                return None
            try:
                return number(text) if is_number else text
            except ValueError:
                return text
        return [read(row.get(variable["id"], "")) for row in self.rows]

    def derive(self, rule):
        size = range(len(self.rows))
        if "any" in rule:
            tests = [self.condition(text) for text in rule["any"]["where"]]
            return [None if any(t[i] is None for t in tests) else float(any(t[i] for t in tests)) for i in size]
        if "count" in rule:
            tests = [self.condition(text) for text in rule["count"]["where"]]
            given = lambda i: [t[i] for t in tests if t[i] is not None]
            return [float(sum(given(i))) if len(given(i)) >= rule["count"]["min_answered"] else None for i in size]
        if "bands" in rule:
            edges, labels = rule["bands"]["edges"], rule["bands"]["labels"]
            codes = [label if isinstance(label, str) else label["code"] for label in labels]
            band = lambda x: None if x is None or x < edges[0] else codes[sum(x >= e for e in edges) - 1]
            return [band(x) for x in self.values(rule["bands"]["of"])]
        if "recode" in rule:
            to = {plain(code): entry["code"] for entry in rule["recode"]["to"] for code in entry["from"]}
            return [None if x is None else to.get(plain(x)) for x in self.values(rule["recode"]["of"])]
        if "mean" in rule:
            return self.mean(rule["mean"])
        raise ValueError(f"{rule['id']}: this script knows no such derived variable")

    def mean(self, rule):
        def scaled(name, x):
            if x is None or not rule.get("rescale"):
                return x
            share = (x - rule["low"]) / (rule["high"] - rule["low"]) * 100
            return 100 - share if name in rule.get("reverse", []) else share
        columns = [[scaled(name, x) for x in self.values(name)] for name in rule["of"]]
        result = []
        for i in range(len(self.rows)):
            given = [c[i] for c in columns if c[i] is not None]
            result.append(sum(given) / len(given) if len(given) >= rule["min_answered"] else None)
        return result

    def condition(self, text):
        name, word, right = re.fullmatch(r"(\w+) (in|==|!=|<=|>=|<|>) (.+)", text).groups()
        right = yaml.safe_load(right)
        test = (lambda x: x in right) if word == "in" else (lambda x: COMPARE[word](x, right))
        return [None if x is None else test(x) for x in self.values(name)]

    # MARK: Groups

    def segment(self, i):
        rules = self.study["segments"]
        if sum(self.values(name)[i] is None for name in rules["inputs"]) > rules["maximum_missing"]:
            return rules["unclassified"]
        def holds(test):
            value = self.values(test["column"])[i]
            return value is not None and COMPARE[test["op"]](value, test["value"])
        for rule in rules["rules"]:
            when = rule["when"]
            single = [when] if "column" in when else []
            every, one = when.get("all", []) + single, when.get("any", [])
            if all(map(holds, every)) and (not one or any(map(holds, one))):
                return rule["code"]
        return rules["otherwise"]

    # MARK: Sets

    @staticmethod
    def sets(values):
        result = {}
        for i, value in enumerate(values):
            if value is not None:
                result[plain(value)] = result.get(plain(value), 0) | 1 << i
        return result

    def answer_sets(self, question):
        """Who gave each answer, by its code."""
        return self.segments if question == "segment" else self.sets(self.values(question))

    def base(self, question):
        if question == "segment":
            return self.everybody
        return sum(1 << i for i, value in enumerate(self.values(question)) if value is not None)

    def group(self, area, segment):
        members = self.areas.get(area, 0) if area else self.everybody
        return members & (self.segments.get(segment, 0) if segment else self.everybody)
