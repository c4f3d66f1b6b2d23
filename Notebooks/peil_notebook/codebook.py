"""Value labels and codes of no answer, as the study's codebook declares them."""
from __future__ import annotations

import json

import pandas as pd

from .program import run


class Codebook:
    """The codebook of a study or of a codebook.yaml, in one language."""

    def __init__(self, path: str, language: str | None = None):
        document = json.loads(run("codebook", "export", path, format="json"))
        self.languages: list[str] = document["languages"]
        self.language = language or self.languages[0]
        if self.language not in self.languages:
            raise ValueError(f"the codebook has {' and '.join(self.languages)}, not '{language}'")
        self._variables = {variable["id"]: variable for variable in document["variables"]}

    @property
    def variables(self) -> pd.DataFrame:
        """One row a variable: id, kind, type, label, number of answers."""
        rows = [{"variable": name, "kind": entry["kind"], "type": entry["type"], "label": self._text(entry["label"]),
                 "answers": len(entry["answers"])} for name, entry in self._variables.items()]
        return pd.DataFrame(rows).astype({"kind": "category", "type": "category", "label": "string"}).set_index("variable")

    def question(self, variable: str) -> str:
        """The words of a question."""
        return self._text(self._entry(variable)["label"])

    def labels(self, variable: str) -> dict[str, str]:
        """Codes and their words, in the order of the codebook; without codes of no answer."""
        return {str(answer["code"]): self._text(answer["label"]) for answer in self._entry(variable)["answers"]}

    def missing_codes(self, variable: str) -> list[str]:
        """Codes that mean no answer."""
        return [str(code["code"]) for code in self._entry(variable)["missing"]]

    def label(self, variable: str, codes: pd.Series) -> pd.Series:
        """Codes as an ordered categorical of their words. A code that the codebook does not have is an error, not a gap."""
        labels = self.labels(variable)
        texts = codes.map(lambda code: None if pd.isna(code) else _code(code))
        unknown = sorted(set(texts.dropna()) - set(labels))
        if unknown:
            raise ValueError(f"'{variable}' has no answer {', '.join(unknown)}; it has {', '.join(labels)}")
        words = list(dict.fromkeys(labels.values()))
        return pd.Series(pd.Categorical(texts.map(labels), categories=words, ordered=True), index=codes.index, name=codes.name)

    def _entry(self, variable: str) -> dict:
        try:
            return self._variables[variable]
        except KeyError:
            raise KeyError(f"the codebook has no variable '{variable}'") from None

    def _text(self, label: dict[str, str]) -> str:
        return label.get(self.language) or next(iter(label.values()), "")


def _code(value: object) -> str:
    """1.0 is the code 1, as pandas turns whole codes with gaps into floats."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
