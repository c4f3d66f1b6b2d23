"""What a reader finds in the files of a publication, whatever the file: which rows print a number, which print only their
base, and what the number is where the file says it as a number."""
import csv
import glob
import json
import os
import re

import openpyxl
from lxml import html

# Columns of a row that are words or say nothing of its respondents.
WORDS = {"row_id", "study", "wave", "question", "wording_hash", "mode", "level", "base", "area", "segment", "statistic", "unit",
         "basis", "status", "reference", "family", "method", "ci_method"}
DIGIT = re.compile(r"\d")
# What the verdict of a test begins with.
VERDICTS = "▲▼≈"


class Published:
    def __init__(self, folder):
        self.folder = folder
        self.names = {}      # row id: (question, level, area, segment, statistic)
        self.printed = {}    # format: row ids that print a number
        self.bases = {}      # row id: printed bases, from any file
        self.contrasts = set()
        self.values = {}     # format: {row id: estimate}
        for read in (self.read_csv, self.read_json, self.read_stored, self.read_findings, self.read_workbook, self.read_pages):
            read()

    @property
    def known(self):
        return set().union(*self.printed.values())

    def add_base(self, row, n):
        if n not in (None, ""):
            self.bases.setdefault(row, set()).add(int(n))

    def path(self, name):
        return os.path.join(self.folder, name)

    def take(self, form, rows):
        """Rows of `estimates`, in either form: only a base is not yet a number of the row itself."""
        printed, self.values[form] = self.printed.setdefault(form, set()), {}
        for row in rows:
            name = row["row_id"]
            self.names.setdefault(name, tuple(row[key] or "" for key in ("question", "level", "area", "segment", "statistic")))
            numbers = {k for k, v in row.items() if k not in WORDS | {"n", "reason"} and v not in (None, "")}
            if numbers or DIGIT.search(row["reason"] or ""):
                printed.add(name)
            if row["difference"] not in (None, "") or row["p"] not in (None, ""):
                self.contrasts.add(name)
            if row["estimate"] not in (None, ""):
                self.values[form][name] = float(row["estimate"])
            self.add_base(name, row["n"])

    def read_csv(self):
        with open(self.path("estimates.csv"), encoding="utf-8", newline="") as file:
            self.take("csv", csv.DictReader(file))

    def read_json(self):
        with open(self.path("estimates.json"), encoding="utf-8") as file:
            self.take("json", json.load(file)["rows"])

    @staticmethod
    def row_id(name):
        return ".".join(name[key] or "-" for key in ("question", "level", "area", "segment", "statistic"))

    def read_stored(self):
        printed = self.printed.setdefault("stored", set())
        with open(self.path("publication.json"), encoding="utf-8") as file:
            rows = json.load(file)["rows"]
        for row in rows:
            name = self.row_id(row["name"])
            if any(isinstance(v, (int, float)) for k, v in row.items() if k not in ("n", "intervalLevel")) or "bound" in row:
                printed.add(name)
            if "contrast" in row or "difference" in row:
                self.contrasts.add(name)
            self.add_base(name, row.get("n"))

    def read_findings(self):
        printed = self.printed.setdefault("findings", set())
        with open(self.path("findings.json"), encoding="utf-8") as file:
            findings = json.load(file)["findings"]
        for row in (row for finding in findings for row in finding["rows"]):
            if row["n"] is not None or row["p_adjusted"] is not None:
                printed.add(row["row_id"])
            self.add_base(row["row_id"], row["n"])

    def read_workbook(self):
        printed, self.values["xlsx"] = self.printed.setdefault("xlsx", set()), {}
        for sheet in openpyxl.load_workbook(self.path("workbook.xlsx"), read_only=True):
            for row in sheet.iter_rows(values_only=True):
                if len(row) < 11 or not isinstance(row[10], str) or row[10] not in self.names:
                    continue
                name = row[10]
                is_tested = bool(row[8]) and row[8][0] in VERDICTS
                if is_tested or any(isinstance(v, (int, float)) or v and DIGIT.search(v) for v in row[4:7]):
                    printed.add(name)
                if is_tested:
                    self.contrasts.add(name)
                if isinstance(row[4], (int, float)):
                    self.values["xlsx"][name] = float(row[4])
                self.add_base(name, row[7])

    def read_pages(self):
        """Texts with a digit, by the rows that the nearest element around them names; the heading of a table's row is a label."""
        printed, self.shown = self.printed.setdefault("pages", set()), []
        for path in sorted(glob.glob(self.path("*.html"))):
            for text in html.parse(path).getroot().xpath(".//*[@data-row]//text()"):
                element = text.getparent() if text.is_text else text.getparent().getparent()
                while element.get("data-row") is None and element.tag != "th":
                    element = element.getparent()
                if DIGIT.search(text) and element.tag != "th":
                    rows = element.get("data-row").split()
                    printed.update(rows)
                    self.shown.append((os.path.basename(path), rows, text))
