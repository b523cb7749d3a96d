"""A Spark driver in the suite's own environment: takes jobs as lines of JSON, answers each with a line, until the end.

``now`` makes the executors' clock stand there, as the vault process's demonstration clock does; without it they have
the host's own. Started by ``conftest.py``; no test is in here.
"""

import json
import sys
from datetime import datetime

import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from safeconduct.spark.source import SealedReader, SealedRecords


class ToldTime(SealedReader):
    """A reader at another time."""

    def now(self) -> datetime:
        return datetime.fromisoformat(self._options["now"])


class ToldRecords(SealedRecords):
    """The source with that reader."""

    @classmethod
    def name(cls) -> str:
        return "told-time"

    def reader(self, schema: object) -> SealedReader:
        del schema
        return ToldTime(self.options)


def begun() -> SparkSession:
    build = SparkSession.builder.master("local[2]").appName("safeconduct-suite")
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "America/New_York",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.memory": "1g",
        "spark.task.maxFailures": "1",
    }
    for name, value in settings.items():
        build = build.config(name, value)
    spark = build.getOrCreate()
    spark.dataSource.register(SealedRecords)
    spark.dataSource.register(ToldRecords)
    return spark


def done(spark: SparkSession, job: dict[str, str]) -> dict[str, object]:
    into, query = job.pop("into"), job.pop("sql", "SELECT * FROM records")
    kind = "told-time" if "now" in job else "safeconduct"
    records = spark.read.format(kind).options(**job).load()
    records.createOrReplaceTempView("records")
    answer = spark.sql(query)
    pq.write_table(answer.toArrow(), into)
    return {"plan": answer._jdf.queryExecution().toString()}


def main() -> None:
    spark = begun()
    print(json.dumps({"ready": spark.version}), flush=True)  # noqa: T201 - a line for the suite
    for line in sys.stdin:
        try:
            answer = done(spark, json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever Spark raises is the answer
            answer = {"error": str(error)}
        print(json.dumps(answer), flush=True)  # noqa: T201 - the same
    spark.stop()


if __name__ == "__main__":
    main()
