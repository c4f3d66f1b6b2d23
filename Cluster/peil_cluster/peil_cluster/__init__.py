"""Runs the passes of a peil plan over partitions on a cluster of Dask. Workers get paths, never rows."""
from .driver import run
from .work import Failed, Job

__all__ = ["run", "Failed", "Job"]
