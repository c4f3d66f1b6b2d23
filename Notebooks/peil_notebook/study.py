"""A study: its commands as methods, its answers as a typed table."""
from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from .codebook import Codebook, _code
from .program import run
from .report import read_report
from .results import Result, from_json


def estimate(statistic: str, *variables: str, **options: object) -> Result:
    """`peil estimate STATISTIC VARIABLES --options`; its tables are `estimates`, with contrasts, and `tests`.

        peil.estimate("mean", "worry", data="answers.csv", weights="w", strata="h", by="town", missing=["8", "9"])
    """
    return from_json(run("estimate", statistic, *variables, **options, format="json"))


class Study:
    """A folder with a study.yaml. Each method runs the command of its name and returns typed tables."""

    def __init__(self, path: str | Path, language: str | None = None):
        self.path = Path(path)
        self.codebook = Codebook(str(path), language)

    def __repr__(self) -> str:
        return f"Study({str(self.path)!r})"

    def command(self, *words: str, **options: object) -> Result:
        """Any command that takes a study: `command("segment", "profile", wave="golf2")`."""
        return from_json(run(*words, self.path, **options, format="json"))

    def check(self, **options) -> Result:
        return self.command("check", **options)

    def weight(self, **options) -> Result:
        return self.command("weight", **options)

    def areas(self, **options) -> Result:
        return self.command("areas", **options)

    def compare(self, **options) -> Result:
        return self.command("compare", **options)

    def power(self, **options) -> Result:
        return self.command("power", **options)

    def scale(self, *scales: str, **options) -> Result:
        return from_json(run("scale", self.path, *scales, **options, format="json"))

    def model(self, *models: str, **options) -> Result:
        return from_json(run("model", self.path, *models, **options, format="json"))

    def segment(self, what: str, **options) -> Result:
        """`what`: fit, profile, areas, score or typing-tool."""
        return self.command("segment", what, **options)

    def report(self, **options) -> pd.DataFrame:
        """Makes the study's report (a draft, unless `publish=True`) and reads what was released."""
        made = json.loads(run("run", self.path, **options, format="json"))
        return read_report(Path(made["page"]).parent)

    def answers(self, file: str | Path) -> pd.DataFrame:
        """The answers of a delivered file as the codebook types them: codes as ordered categories with their words, codes of
        no answer as missing, numbers as floats, everything else as text.

        For looking and plotting. Estimates come from peil, which knows the design.
        """
        dialect = json.loads(run("inspect", file, study=self.path, format="json"))["dialect"]
        frame = pd.read_csv(file, sep=dialect["delimiter"], encoding="utf-8-sig" if dialect["encoding"] == "utf-8"
                            else dialect["encoding"], dtype="string", keep_default_na=False, na_values=[""])
        known = self.codebook.variables
        for name in frame.columns.intersection(known.index):
            frame[name] = self._typed(name, frame[name], known.loc[name, "type"], dialect["decimal"] or ".")
        return frame

    def _typed(self, name: str, column: pd.Series, kind: str, decimal: str) -> pd.Series:
        answered = column.mask(column.isin(self.codebook.missing_codes(name)))
        if self.codebook.labels(name):
            return self.codebook.label(name, answered.map(_code, na_action="ignore"))
        if kind in ("int", "number", "weight"):
            return pd.to_numeric(answered.str.replace(decimal, ".", regex=False)).astype(float)
        return answered
