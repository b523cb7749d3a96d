"""The edge towards Apache Spark: sealed segments as a Python Data Source. Needs ``requirements/spark.lock``."""
