"""The helper package against the program: types, labels, intervals, refusals. Run by Scripts/notebooks."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pandas as pd

import peil_notebook as peil

ROOT = Path(__file__).resolve().parents[2]
STUDY = ROOT / "Data" / "haaglanden"
DESIGN = {"data": STUDY / "data" / "golf1.csv", "weights": "basisgewicht", "strata": "stratum", "clusters": "hh_id",
          "lonely_psu": "adjust", "missing": ["8", "9"]}


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.study = peil.Study(STUDY, language="en")

    def test_numbers_are_those_of_the_program(self):
        """Every digit of stdout is there: nothing is rounded or computed on the way."""
        table = peil.estimate("mean", "zorg_stroom", by="gemeente", **DESIGN)["estimates"]
        printed = json.loads(peil.run("estimate", "mean", "zorg_stroom", by="gemeente", format="json", **DESIGN))
        expected = printed["items"][0]["estimates"]
        self.assertEqual(len(table), 9)
        self.assertEqual(table["estimate"].tolist(), [one["estimate"] for one in expected])
        self.assertEqual(table["upper"].tolist(), [one["ci"]["upper"] for one in expected])
        self.assertEqual(table["gemeente"].tolist(), [one["domain"]["gemeente"] for one in expected])

    def test_columns_have_types(self):
        table = peil.estimate("mean", "zorg_stroom", by="gemeente", against_rest=True, **DESIGN)["estimates"]
        self.assertEqual(str(table["n"].dtype), "Int64")
        self.assertEqual(str(table["estimate"].dtype), "float64")
        self.assertEqual(str(table["gemeente"].dtype), "category")
        self.assertEqual(set(table["kind"]), {"estimate", "contrast"})
        self.assertTrue(table.loc[table["kind"] == "contrast", "n"].isna().all())

    def test_tests_are_a_table_of_their_own(self):
        tests = peil.estimate("chisq", "boekje", "fase_pakket", domain="boekje in 1,2", **DESIGN).tables["tests"]
        self.assertEqual(str(tests["statistic"].dtype), "float64")
        self.assertTrue(0 <= tests["p"].iloc[0] <= 1)

    def test_every_command_of_a_study_becomes_tables(self):
        for result, table in ((self.study.weight(), "margins"), (self.study.areas(indicator="pakket=1"), "leading"),
                              (self.study.power(), "precision"), (self.study.scale("dreiging"), "scores"),
                              (self.study.model("pakket"), "drivers"), (self.study.segment("profile"), "segments"),
                              (self.study.check(), "facts"), (self.study.compare(questions="pakket"), "changes")):
            with self.subTest(result.schema):
                self.assertGreater(len(result[table]), 0)
                self.assertTrue(result.is_research)
                self.assertIn("not for publication", result._repr_html_())
        self.assertIn("before.n", self.study.weight()["groups"].columns)

    def test_a_column_of_words_and_numbers_loses_neither(self):
        facts = self.study.check()["facts"]
        self.assertTrue(facts["value"].notna().all())
        self.assertTrue(facts["value"].map(lambda cell: isinstance(cell, str)).any())

    def test_a_table_that_is_not_there_is_named_with_those_that_are(self):
        with self.assertRaisesRegex(KeyError, "no table 'wrong'.*leading"):
            self.study.areas(indicator="pakket=1")["wrong"]

    def test_a_refusal_keeps_its_class_and_remedy(self):
        with self.assertRaises(peil.PeilError) as caught:
            peil.estimate("maen", "zorg_stroom", data=STUDY / "data" / "golf1.csv")
        self.assertEqual((caught.exception.code, caught.exception.exit_code), ("USAGE", 64))
        self.assertIn("'mean'", caught.exception.remedy)

    def test_a_failed_item_is_no_result(self):
        with self.assertRaises(peil.PeilError) as caught:
            peil.estimate("mean", "gemeente", data=STUDY / "data" / "golf1.csv")
        self.assertEqual(caught.exception.code, "NOT_NUMERIC")

    def test_a_value_that_begins_with_a_dash_is_no_flag(self):
        with self.assertRaises(peil.PeilError) as caught:
            peil.run("estimate", "mean", "zorg_stroom", data="-x", format="json")
        self.assertNotEqual(caught.exception.code, "USAGE")

    def test_intervals_and_percentages(self):
        table = self.study.areas(indicator="pakket=1")["leading"]
        interval = peil.intervals(table).iloc[0]
        self.assertEqual((interval.left, interval.right), (table["lower"].iloc[0], table["upper"].iloc[0]))
        self.assertIn(table["estimate"].iloc[0], interval)
        self.assertRegex(peil.percent(table).iloc[0], r"^\d+\.\d % \(\d+\.\d to \d+\.\d\)$")
        gaps = pd.DataFrame({"estimate": [None, 0.5], "lower": [None, None], "upper": [None, 0.6]})
        self.assertEqual(peil.percent(gaps).tolist(), ["–", "50.0 %"])
        self.assertTrue(peil.intervals(gaps).isna().all())


class Answers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.study = peil.Study(STUDY, language="en")
        cls.answers = cls.study.answers(STUDY / "data" / "golf2.csv")

    def test_codes_become_ordered_words_and_no_answer_is_missing(self):
        raw = pd.read_csv(STUDY / "data" / "golf2.csv", sep=";", dtype=str, encoding="utf-8-sig")
        stage = self.answers["fase_pakket"]
        self.assertTrue(stage.cat.ordered)
        self.assertEqual(list(stage.cat.categories), list(self.study.codebook.labels("fase_pakket").values()))
        self.assertEqual(stage.isna().sum(), raw["fase_pakket"].isin(["8", "9"]).sum() + raw["fase_pakket"].isna().sum())
        self.assertEqual((stage == "no, and I do not intend to").sum(), (raw["fase_pakket"] == "1").sum())

    def test_decimal_commas_are_numbers_and_ids_are_text(self):
        self.assertEqual(str(self.answers["basisgewicht"].dtype), "float64")
        self.assertGreater(self.answers["basisgewicht"].min(), 1)
        self.assertEqual(str(self.answers["resp_id"].dtype), "string")

    def test_a_code_that_the_codebook_lacks_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "no answer 77"):
            self.study.codebook.label("fase_pakket", pd.Series(["1", "77"]))

    def test_whole_codes_that_pandas_made_floats(self):
        words = self.study.codebook.label("fase_pakket", pd.Series([1.0, None]))
        self.assertEqual(words.iloc[0], "no, and I do not intend to")
        self.assertTrue(pd.isna(words.iloc[1]))

    def test_a_language_that_the_codebook_lacks(self):
        with self.assertRaisesRegex(ValueError, "nl and en, not 'fr'"):
            peil.Codebook(STUDY, "fr")


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        copy = Path(cls.folder.name) / "study"
        shutil.copytree(STUDY, copy, ignore=shutil.ignore_patterns("out", "internal", "*.jsonl*", ".publications*"))
        cls.report = peil.Study(copy).report()
        cls.current = copy / "out" / "current"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_what_was_not_released_is_missing_with_a_reason(self):
        hidden = self.report[self.report["status"].isin(["suppressed", "too_few"])]
        self.assertGreater(len(hidden), 0)
        self.assertTrue(hidden["estimate"].isna().all())
        self.assertTrue(hidden["reason"].notna().any())

    def test_codes_stay_codes_and_counts_stay_whole(self):
        self.assertEqual(str(self.report["n"].dtype), "Int64")
        self.assertTrue(all(isinstance(code, str) for code in self.report["level"].cat.categories))
        self.assertIn("GM0503", self.report["area"].cat.categories)
        self.assertEqual(self.report.attrs["study"], "haaglanden-risicoperceptie")

    def test_a_folder_without_a_report(self):
        with self.assertRaisesRegex(peil.ReportError, "out/current"):
            peil.read_report(self.folder.name)

    def test_a_report_of_another_form(self):
        with tempfile.TemporaryDirectory() as other:
            for name in ("estimates.csv", "estimates.csv-metadata.json"):
                shutil.copy(self.current / name, other)
            facts = Path(other) / "estimates.csv-metadata.json"
            facts.write_text(facts.read_text().replace("peil-estimates-1", "peil-estimates-9"))
            with self.assertRaisesRegex(peil.ReportError, "peil-estimates-9"):
                peil.read_report(other)


class Program(unittest.TestCase):
    def test_no_program_says_what_to_do(self):
        environment = {**os.environ, "PEIL": "", "PATH": "/nonexistent"}
        code = "import peil_notebook.program as p; p.__file__ = '/x/y/z/w.py'; p.find_program()"

        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        self.assertIn("make build", done.stderr)


if __name__ == "__main__":
    unittest.main()
