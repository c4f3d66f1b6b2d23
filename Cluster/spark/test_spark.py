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
        spark = (SparkSession.builder.master("local[2]").appName("peil").config("spark.ui.enabled", "false")
                 .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate())
        try:
            spark.sparkContext.setLogLevel("ERROR")
            results, messages, code = peil_spark.run(spark.sparkContext, self.job, self.paths, fan_in=3)
        finally:
            spark.stop()
        self.assertEqual((results, messages, code), (self.one.results, "", 0))


if __name__ == "__main__":
    unittest.main()
