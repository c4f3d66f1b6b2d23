"""The analysis plans that peil runs: one per task, over the cleaned files."""
from . import data

TABLES = [("prep_kit", "education"), ("flood_wor", "education"), ("sex", "flood_lik"), ("region", "tr_gov")]
PROBABILITIES = [0.1, 0.25, 0.5, 0.75, 0.9]
DESIGN = {"kind": "taylor", "weights": "weight", "strata": ["stratum"], "clusters": ["psu"], "nest": True}


def plan(name, dataset, design, items):
    return {"id": name, "dataset": dataset, "missing_value": "empty field", "design": design, "items": items}


def means(by=None):
    """One item a question, so that each loses only its own missing rows."""
    return [{"id": item, "statistic": "mean", "variables": [item], **({"by": [by]} if by else {})}
            for item in data.ITEMS]


def grouped_means(size, by):
    return plan("svyby20", data.clean(size), DESIGN, means(by))


def quantiles(size):
    return plan("quantile", data.clean(size), DESIGN, [
        {"id": column, "statistic": "quantile", "variables": [column],
         "options": {"probs": PROBABILITIES, "qrule": "math", "interval": "mean", "level": 0.95}}
        for column in ("age", "income")])


def tables(size):
    return plan("chisq", data.clean(size), DESIGN, [
        {"id": f"{a} x {b}", "statistic": "chisq", "variables": [a, b], "options": {"statistic": "F"}}
        for a, b in TABLES])


def regression(size):
    """Logistic, ten coefficients."""
    numbers = ["age", "hhsize", "experience", "flood_lik", "flood_wor", "tr_gov"]
    predictors = [{"column": name} for name in numbers]
    predictors += [{"column": name, "categorical": True} for name in ("sex", "education")]
    return plan("glm", data.modelled(size), DESIGN, [
        {"id": "glm", "statistic": "glm",
         "options": {"response": "prep1", "family": "quasibinomial(logit)", "predictors": predictors}}])


def bootstrap(size):
    design = {**DESIGN, "replicate_from": {"type": "bootstrap", "replicates": 200, "seed": 1}}
    return plan("boot200", data.clean(size), design, means())


def raked_design(size):
    """Margins age × sex (12), education (3) and municipality, at the tolerance that the peers are given."""
    margins = [{"variable": name, "totals": totals} for name, totals in data.margins(size).items()]
    return {**DESIGN, "adjust": [{"method": "rake", "margins": margins, "epsilon": 1e-12, "maxit": 500}]}


def raking(size):
    return plan("rake", data.raked(size), raked_design(size), [{"id": "weights", "statistic": "weights"}])


def raked_means(size):
    items = data.ITEMS + ["hi_" + item for item in data.ITEMS]
    return plan("raked-means", data.raked(size), raked_design(size),
                [{"id": item, "statistic": "mean", "variables": [item], "by": ["gm"]} for item in items])


def means_of_raked(size, are_raked):
    """Means of 20 questions by municipality from one file, on raked weights or on those of the design."""
    design = raked_design(size) if are_raked else DESIGN
    return plan("raked-cost" if are_raked else "unraked", data.raked(size), design, means("gm"))


def given_replicates():
    """The replicates of R as they are in the file: every standard error is then a fixed number."""
    replicate = {"type": "bootstrap", "prefix": "r", "from": 1, "to": 200, "combined_weights": True, "mse": False,
                 "scale": 1 / 199, "rscales": [1]}
    return plan("boot200-given", data.replicates(),
                {"kind": "replicate", "weights": "weight", "replicate": replicate}, means())


def reading_only(full):
    """A plan that reads the same columns and estimates nothing: `df` of no design."""
    columns = {name for item in full["items"] for name in item["variables"] + item.get("by", [])}
    columns |= {"stratum", "psu", "weight"}
    return {**full, "design": {"kind": "taylor"},
            "items": [{"id": "read", "statistic": "df", "variables": sorted(columns)}]}
