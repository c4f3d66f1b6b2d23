"""Whether both sides computed the same numbers. Nothing is timed in public before they do.

Values agree when |a - b| <= max(1e-12, tolerance * |b|); undefined has to meet undefined. Standard errors that are 0
in theory come out as up to 1e-15 in some peers, which the absolute bound covers.
"""
import csv
import json
import math
import os
import re
import statistics
import tempfile

from . import data, plans, processes, sides

EXACT = 1e-9
TINY = 1e-12


class Disagreement(Exception):
    """The two sides did not compute the same thing."""


def number(text):
    if text is None or text == "":
        return None
    value = float(text)
    return None if math.isnan(value) else value


class Comparison:
    """Collects the largest relative difference of each kind of number, and every value that differs by too much."""

    def __init__(self):
        self.largest, self.count, self.differing = {}, 0, []

    def check(self, kind, where, ours, theirs, tolerance=EXACT):
        self.count += 1
        if ours is None or theirs is None:
            if ours is not theirs:
                self.differing.append((math.inf, f"{kind} of {where}: {ours} and {theirs}"))
            return
        difference = abs(ours - theirs)
        relative = difference / max(abs(theirs), TINY) if difference > TINY else 0.0
        if relative > tolerance:
            self.differing.append((relative, f"{kind} of {where}: {ours!r} and {theirs!r}"))
        self.largest[kind] = max(self.largest.get(kind, 0.0), relative)

    def same_rows(self, ours, theirs):
        if ours != theirs:
            raise Disagreement(f"rows differ: {len(ours - theirs)} only in peil, {len(theirs - ours)} only elsewhere")

    def summary(self):
        """What agreed, and how closely; a disagreement names how many values differ and the worst of them."""
        if self.differing:
            raise Disagreement(f"{len(self.differing)} of {self.count} values differ, most the {max(self.differing)[1]}")
        largest = {kind: float(f"{value:.2g}") for kind, value in self.largest.items()}
        return {"values": self.count, "largest_relative_difference": largest}


def estimates(answer):
    """(item, row) for every estimate of peil's answer; an item that failed is a disagreement."""
    for item in answer["items"]:
        if "error" in item:
            raise Disagreement(f"peil failed at {item['id']}: {item['error']}")
        for row in item.get("estimates", []):
            yield item, row


def grouped_means(by):
    """Mean and SE of every item in every domain, against the reference or svy."""
    def compare(ours, theirs):
        found, result = {}, Comparison()
        for item, row in estimates(ours):
            found[item["id"], str(row["domain"][by])] = row
        given = {(row["item"], row["gm"]): (row.get("mean", row.get("est")), row["se"]) for row in theirs}
        # A domain where nobody answered is NaN in the reference; peil may leave its row out.
        given_defined = {key for key, (mean, _) in given.items() if number(mean) is not None}
        result.same_rows({key for key, row in found.items() if row["estimate"] is not None}, given_defined)
        for key in given_defined:
            result.check("mean", key, found[key]["estimate"], number(given[key][0]))
            result.check("se", key, found[key]["se"], number(given[key][1]))
        return result.summary()
    return compare


def same_answers(ours, theirs):
    """Both saw the same answers in every domain; weights differ, and so do means."""
    result = Comparison()
    found, given = ({(item["id"], str(row["domain"])): row["n"] for item, row in estimates(side)} for side in (ours, theirs))
    result.same_rows(set(found), set(given))
    for key, count in given.items():
        result.check("n", key, found[key], count)
    return result.summary()


def raking(ours, theirs):
    """Sum, extremes and sum of squares of all weights."""
    weights, result = ours["items"][0]["weights"], Comparison()
    for kind, mine, given in (("sum", "sum", "sumw"), ("smallest", "min", "minw"), ("largest", "max", "maxw"),
                              ("sum of squares", "sum_squares", "sumsq")):
        result.check(kind, "weights", weights[mine], float(theirs[given]))
    return result.summary()


def quantiles(size):
    """Quantile, SE and both ends of Woodruff's interval against svy, and against R's where R was run."""
    def compare(ours, theirs):
        found = {(row["variable"], float(row["level"])): row for _, row in estimates(ours)}
        result = Comparison()
        answers = [{(row["var"], float(row["prob"])): (row["est"], row["se"], row["lci"], row["uci"])
                    for row in theirs}]
        if os.path.exists(data.expected(f"s{size}_r_quantile.csv")):
            answers.append({(row["var"], float(row["p"])): (row["quantile"], row["se"], row["ci.2.5"], row["ci.97.5"])
                            for row in csv_rows(data.expected(f"s{size}_r_quantile.csv"))})
        for given in answers:
            result.same_rows(set(found), set(given))
            for key, values in given.items():
                row = found[key]
                mine = (row["estimate"], row["se"], row["ci"]["lower"], row["ci"]["upper"])
                for kind, a, b in zip(("quantile", "se", "lower", "upper"), mine, values):
                    result.check(kind, key, a, number(b))
        return result.summary()
    return compare


def regression(size):
    """Coefficients and standard errors against svy, and against R's where R was run: R stops at a deviance that
    changes by 1e-8, so its numbers are that much looser."""
    def compare(ours, theirs):
        found = {row["variable"]: row for _, row in estimates(ours)}
        # svy writes the intercept as _intercept_ and a level as sex_2.0; R a level as factor(sex)2.
        given = {re.sub(r"^(sex|education)_(\d)\.0$", r"\1=\2", row["term"]).replace("_intercept_", "(Intercept)"):
                 (float(row["estimate"]), float(row["std_err"])) for row in theirs}
        result = Comparison()
        result.same_rows(set(found), set(given))
        for name, row in found.items():
            result.check("coefficient", name, row["estimate"], given[name][0])
            result.check("se", name, row["se"], given[name][1])
        if os.path.exists(data.expected(f"s{size}_r_glm.json")):
            with open(data.expected(f"s{size}_r_glm.json"), encoding="utf-8") as file:
                check_regression_of_r(result, found, json.load(file))
        return result.summary()
    return compare


def regression_of_r(ours, theirs):
    """The same against R in the same round."""
    found = {row["variable"]: row for _, row in estimates(ours)}
    result = Comparison()
    check_regression_of_r(result, found, theirs)
    return result.summary()


def check_regression_of_r(result, found, theirs):
    names = [re.sub(r"^factor\((\w+)\)", r"\1=", row["term"]) for row in theirs["coef"]]
    result.same_rows(set(found), set(names))
    for name, row in zip(names, theirs["coef"]):
        result.check("coefficient of R", name, found[name]["estimate"], row["est"], 1e-8)
        result.check("se of R", name, found[name]["se"], row["se"], 1e-6)


def csv_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def level_text(level):
    """1, 1.0 and "1" are one level of a table."""
    value = str(level)
    return value[:-2] if value.endswith(".0") else value


def tables(size):
    """Two conventions exist for rows without both answers, so each side is held against the numpy reference in its
    own, and the reference against R where R was run. Shares of the cells are the same in both."""
    cache = {}

    def compare(ours, theirs):
        if not cache:
            cache["reference"] = chisq_reference(size)
        result, items = Comparison(), {item["id"]: item for item in ours["items"]}
        for _ in estimates(ours):
            pass
        peers = {(row["a"], row["b"]): row for row in theirs}
        for answer in cache["reference"]:
            a, b = answer["a"], answer["b"]
            test, own, complete, peer = items[f"{a} x {b}"]["test"], answer["answered"], answer["complete"], peers[a, b]
            where = f"{a} x {b}"
            for kind, key, theirs_key, tolerance in (("F", "statistic", "F", EXACT), ("df1", "df1", "df1", EXACT),
                                                     ("df2", "df2", "df2", EXACT), ("p", "p", "p", 1e-6)):
                result.check(kind, where, test[key], own[theirs_key], tolerance)
            for kind, key in (("F", "F"), ("ndf", "df1"), ("ddf", "df2")):
                result.check(f"svy {kind}", where, float(peer[kind]), complete[key])
            check_shares(result, items[where], answer)
        return result.summary()
    return compare


def check_shares(result, item, answer):
    a, b = answer["a"], answer["b"]
    rows = {f"{level_text(row['domain'][a])}|{level_text(row['domain'][b])}": row["estimate"]
            for row in item.get("estimates", []) if row.get("domain")}
    if rows:
        result.same_rows({key for key, share in rows.items() if share}, {k for k, v in answer["shares"].items() if v})
        for key, share in answer["shares"].items():
            if share:
                result.check("share", f"{a} x {b} at {key}", rows[key], share)


def chisq_reference(size):
    """The reference's four tables; at sizes where R was run they have to be R's first."""
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out.json")
        done = processes.run([data.PYTHON, "-B", os.path.join(here, "chisq_reference.py"), data.SHARED,
                              data.generated(size), out])
        if done.code != 0:
            raise sides.CannotRun(f"chisq_reference.py: {done.messages.strip()[-300:]}")
        with open(out, encoding="utf-8") as file:
            answers = json.load(file)
    stored = data.expected(f"s{size}_r_chisq.csv")
    if os.path.exists(stored):
        check = Comparison()
        for answer, row in zip(answers, csv_rows(stored)):
            for kind, key in (("F", "F"), ("ndf", "df1"), ("ddf", "df2"), ("X2", "X2")):
                check.check(f"R {kind}", f"{row['a']} x {row['b']}", answer["domain"][key], float(row[kind]))
        check.summary()
    return answers


def bootstrap(size, peil):
    """Points agree exactly. Replicates are drawn, so standard errors agree within their Monte Carlo distance, and
    exactly where both sides are given the replicates of R."""
    given = {}

    def compare(ours, theirs):
        if not given:
            given.update(given_replicates(peil))
        result = Comparison()
        found = {item["id"]: row for item, row in estimates(ours)}
        peer = {row["item"]: row for row in theirs}
        result.same_rows(set(found), set(peer))
        linearised = {row["item"]: float(row["se"]) for row in csv_rows(data.expected(f"s{size}_svy_overall.csv"))}
        for item, row in found.items():
            result.check("mean", item, row["estimate"], number(peer[item]["est"]))
        spread = {"to_svy": monte_carlo({i: r["se"] for i, r in found.items()},
                                        {i: float(r["se"]) for i, r in peer.items()}, 0.40, 0.12),
                  "to_linearised": monte_carlo({i: r["se"] for i, r in found.items()}, linearised, 0.28, 0.08)}
        return {**result.summary(), "monte_carlo": spread, "given_replicates_of_R_at_5k": given}
    return compare


def monte_carlo(ours, theirs, one, all_together):
    """An SE of 200 replicates has a relative spread of 1/sqrt(2 * 199) = 5 %, and the difference of two such of 7 %.
    `one` bounds each |log ratio| at 5.6 of those, `all_together` their mean, so that a wrong scale is found."""
    logs = {item: math.log(ours[item] / theirs[item]) for item in theirs}
    worst = max(logs, key=lambda item: abs(logs[item]))
    mean = statistics.mean(logs.values())
    if abs(logs[worst]) > one or abs(mean) > all_together:
        raise Disagreement(f"bootstrap SE: log ratio {logs[worst]:.3f} at {worst}, {mean:.3f} on average")
    return {"largest_log_ratio": round(abs(logs[worst]), 4), "mean_log_ratio": round(mean, 4)}


def given_replicates(peil):
    answer = peil.process(plans.given_replicates())
    found = {item["id"]: row for item, row in estimates(json.loads(answer.output))}
    result = Comparison()
    for row in csv_rows(data.expected("s5k_r_boot200.csv")):
        result.check("mean", row["item"], found[row["item"]]["estimate"], float(row["mean"]))
        result.check("se", row["item"], found[row["item"]]["se"], float(row["se"]))
    return result.summary()
