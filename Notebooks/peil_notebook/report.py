"""Reading the tidy estimates of a published report."""
from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

SCHEMA = "peil-estimates-1"
NUMBERS = ["estimate", "se", "lower", "upper", "ci_level", "df", "missing_share", "effective_n", "deff", "cv",
           "difference", "p", "p_adjusted"]
CODES = ["study", "wave", "question", "mode", "level", "base", "area", "segment", "statistic", "unit", "ci_method", "reference", "family",
         "method", "basis", "status"]


class ReportError(Exception):
    """A folder that holds no report this package can read."""


def read_report(folder: str | Path) -> pd.DataFrame:
    """estimates.csv of a report as a typed table: codes as categories (never as numbers), n whole, measures as floats.

    A figure that was not released is NaN, `status` and `reason` say why. `frame.attrs` holds the study, the wave and the
    hashes of what the report was made from. `folder` is `out/current` of a study, or a copy of it.
    """
    folder = Path(folder)
    try:
        facts = json.loads((folder / "estimates.csv-metadata.json").read_text(encoding="utf-8"))
        frame = pd.read_csv(folder / "estimates.csv", dtype="string", keep_default_na=False, na_values=[""])
    except FileNotFoundError as error:
        raise ReportError(f"{folder} holds no {Path(error.filename).name}: give the folder of a report, such as "
                          "STUDY/out/current") from None
    if facts.get("schema") != SCHEMA:
        raise ReportError(f"{folder} is of the form {facts.get('schema')}; this package reads {SCHEMA}")
    if list(frame.columns) != facts["columns"]:
        raise ReportError(f"{folder}: the columns of estimates.csv are not those that its metadata name")
    for name in NUMBERS:
        frame[name] = pd.to_numeric(frame[name]).astype(float)
    frame["n"] = pd.to_numeric(frame["n"]).astype("Int64")
    for name in CODES:
        frame[name] = pd.Categorical(frame[name], categories=list(dict.fromkeys(frame[name].dropna())))
    frame.attrs = {key: value for key, value in facts.items() if key != "columns"}
    if frame["row_id"].duplicated().any():
        raise ReportError(f"{folder}: a row_id stands twice in estimates.csv")
    return frame.set_index("row_id")
