"""peil in a notebook: run a command, get typed pandas tables; read a published report; show value labels and intervals.

    import peil_notebook as peil

    study = peil.Study("Data/haaglanden", language="en")
    study.areas(indicator="pakket=1")["leading"]           # research results: full precision, not for publication
    peil.read_report("Data/haaglanden/out/current")        # what was released, and nothing else

Every number comes from the program `peil`; nothing is computed here.
"""
from .codebook import Codebook
from .program import PeilError, find_program, run
from .report import ReportError, read_report
from .results import Result, from_json, intervals, percent
from .study import Study, estimate

__all__ = ["Codebook", "PeilError", "ReportError", "Result", "Study", "estimate", "find_program", "from_json", "intervals",
           "percent", "read_report", "run"]
__version__ = "0.1.0"
