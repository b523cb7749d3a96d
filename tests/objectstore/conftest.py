"""The S3 server of this suite."""

from tests.objectstore.server import bucket, object_store_server

__all__ = ["bucket", "object_store_server"]
