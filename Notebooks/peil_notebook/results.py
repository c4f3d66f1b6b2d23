"""Research results of peil, as JSON, into typed pandas tables."""
from __future__ import annotations

import json
from dataclasses import dataclass, field

import pandas as pd

# Counts: whole where they are there. Everything else that is a number is a float.
WHOLE = {"n", "n_from", "n_to", "items", "missing_count", "interviews", "invitations", "shared_units", "iterations",
         "component", "group", "done", "sampled", "minimum_answered", "only_this", "dropped", "coefficients", "people_shared"}
# Words of a few kinds.
WORDS = {"segment", "area", "question", "variable", "level", "answer", "verdict", "mark", "leads", "status", "place", "scale",
         "model", "family", "quantity", "standing", "statistic", "unit", "from", "to", "wave", "method", "basis", "reason"}


@dataclass
class Result:
    """The tables of one command, what they are about (`source`), and the sentences a reader must have seen (`notes`)."""

    schema: str
    tables: dict[str, pd.DataFrame]
    notes: list[str] = field(default_factory=list)
    source: dict[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self.tables[name]
        except KeyError:
            raise KeyError(f"no table '{name}'; there are {', '.join(self.tables) or 'none'}") from None

    def _repr_html_(self) -> str:
        parts = ["<p><strong>Research results, not for publication</strong></p>"] if self.is_research else []
        parts += [f"<p>{note}</p>" for note in self.notes]
        parts += [f"<h4>{name}</h4>{table.to_html(max_rows=12)}" for name, table in self.tables.items() if len(table)]
        return "\n".join(parts)

    @property
    def is_research(self) -> bool:
        """Whether the results are unsuppressed, and so are not to be published."""
        return self.source.get("use") == "not for publication"


def from_json(text: str) -> Result:
    """A document of any command of peil. Each list of objects becomes a table; nested values become columns a.b."""
    document = json.loads(text)
    tables, source = {}, {}
    for key, value in document.items():
        if key in ("schema", "notes"):
            continue
        if isinstance(value, list) and all(isinstance(row, dict) for row in value):
            tables |= _items(value) if key == "items" else {key: typed(pd.json_normalize(value))}
        else:
            source[key] = value
    return Result(document["schema"], tables, document.get("notes", []), source)


def typed(frame: pd.DataFrame, groups: set[str] = frozenset()) -> pd.DataFrame:
    """Columns with the types their names promise: counts whole (Int64, so that none is missing as a float), words and
    `groups` as categories in order of appearance, measures as floats with NaN for what is not defined. A column of both words and
    numbers stays as it is."""
    frame = frame.copy()
    for name in frame.columns:
        last, column = str(name).rsplit(".", 1)[-1], frame[name]
        if column.map(lambda cell: isinstance(cell, (list, dict))).any():
            continue
        if column.map(lambda cell: isinstance(cell, bool)).all() and len(column):
            frame[name] = column.astype(bool)
        elif name in groups or (last in WORDS and column.map(_is_word).all()):
            words = column.map(lambda cell: None if pd.isna(cell) or cell == "" else str(cell))
            frame[name] = pd.Categorical(words, categories=list(dict.fromkeys(words.dropna())))
        elif column.map(_is_word).all() and column.notna().any():
            frame[name] = column.astype("string")
        elif not column.map(lambda cell: isinstance(cell, str)).any():
            numbers = pd.to_numeric(column).astype(float)
            is_whole = last in WHOLE and (numbers.dropna() % 1 == 0).all()
            frame[name] = numbers.astype("Int64") if is_whole else numbers
    return frame


def _is_word(cell: object) -> bool:
    return isinstance(cell, str) or pd.isna(cell)


def _items(items: list[dict]) -> dict[str, pd.DataFrame]:
    """The items of `peil estimate` by kind of row: `estimates` (with contrasts), `tests`, what models are asked beside
    coefficients, and `scalars`. A group of `by` is a column of its own."""
    rows: dict[str, list[dict]] = {"estimates": []}
    for item in items:
        said = {"item": item.get("id"), "statistic": item.get("statistic")}
        for key, value in item.items():
            if key in ("estimates", "contrasts"):
                rows["estimates"] += [{**said, "kind": key[:-1], **_row(one)} for one in value]
            elif key == "test":
                rows.setdefault("tests", []).append({"item": item.get("id"), **_row(value)})
            elif key in ("scalars", "weights") and isinstance(value, dict):
                rows.setdefault("scalars", []).extend(
                    {"item": item.get("id"), "name": name, "value": number} for name, number in value.items()
                    if isinstance(number, (int, float)))
            elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
                rows.setdefault(key, []).extend({**said, **_row(one)} for one in value)
    groups = {column for item in items for one in item.get("estimates", []) for column in one.get("domain") or {}}
    return {name: typed(pd.DataFrame(table), groups) for name, table in rows.items()}


def _row(estimate: dict) -> dict:
    """An estimate without nested parts: its groups, its numbers, the ends of its interval, its reasons."""
    nested = ("domain", "ci", "reasons")
    row = dict(estimate.get("domain") or {}) | {key: value for key, value in estimate.items() if key not in nested}
    if "ci" in estimate:
        interval = estimate["ci"] or {}
        row |= {"lower": interval.get("lower"), "upper": interval.get("upper"), "ci_level": interval.get("level"),
                "ci_method": interval.get("method")}
    row["reason"] = "; ".join(f"{name}: {code}" for name, code in (estimate.get("reasons") or {}).items())
    return row


def intervals(frame: pd.DataFrame, lower: str = "lower", upper: str = "upper") -> pd.Series:
    """The two ends as one column of closed pandas intervals; missing where an end is."""
    missing = frame[lower].isna() | frame[upper].isna()
    cells = [pd.NA if gone else pd.Interval(a, b, closed="both")
             for gone, a, b in zip(missing, frame[lower], frame[upper])]
    return pd.Series(cells, index=frame.index, name="interval", dtype="object")


def percent(frame: pd.DataFrame, estimate: str = "estimate", lower: str = "lower", upper: str = "upper",
            decimals: int = 1) -> pd.Series:
    """Shares as people read them: `34.3 % (31.9 to 36.8)`; without an interval where there is none, `–` without a share."""
    def one(row):
        if pd.isna(row[estimate]):
            return "–"
        text = f"{100 * row[estimate]:.{decimals}f} %"
        if pd.isna(row[lower]) or pd.isna(row[upper]):
            return text
        return f"{text} ({100 * row[lower]:.{decimals}f} to {100 * row[upper]:.{decimals}f})"
    return frame.apply(one, axis=1).astype("string").rename("share") if len(frame) else pd.Series([], dtype="string")
