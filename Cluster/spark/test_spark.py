"""python -m unittest Cluster/spark/test_spark.py, with PEIL the built program: Spark in local mode gives the bytes that
Dask gives."""
import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "peil_cluster"), os.path.join(HERE, "..", "peil_cluster", "tests")]
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
# Workers of Spark are processes of their own and must find these modules too.
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:3] + [os.environ.get("PYTHONPATH", "")])

from pyspark.sql import SparkSession  # noqa: E402

import peil_spark  # noqa: E402
import test_cluster  # noqa: E402


class SparkTest(unittest.TestCase):
    setUpClass = test_cluster.ClusterTest.__dict__["setUpClass"]
    tearDownClass = test_cluster.ClusterTest.__dict__["tearDownClass"]

    def test_local_mode_gives_the_same_bytes(self):
        # Classes, and k-means in rounds: each a pass of its own.
        segments = test_cluster.Job(
            plan=test_cluster.PLAN + test_cluster.SEGMENTS.lstrip(), peil=test_cluster.PEIL)
        spark = (SparkSession.builder.master("local[2]").appName("peil").config("spark.ui.enabled", "false")
                 .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate())
        try:
            spark.sparkContext.setLogLevel("ERROR")
            found = [peil_spark.run(spark.sparkContext, job, self.paths, fan_in=3) for job in (self.job, segments)]
        finally:
            spark.stop()
        self.assertEqual(found[0], (self.one.results, "", 0))
        self.assertEqual(found[1], (test_cluster.run(segments, self.paths, workers=2).results, "", 0))


if __name__ == "__main__":
    unittest.main()
