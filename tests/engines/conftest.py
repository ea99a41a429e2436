"""These tests need Spark, which has an environment of its own: `make spark` runs them."""

import pytest

from ingest.engines.spark_build import java, spark_home
from ingest.errors import CannotRunError


@pytest.fixture(scope="session", autouse=True)
def spark_is_there() -> None:
    """Skip, with the sentence that says what is missing."""
    try:
        java()
        spark_home()
    except CannotRunError as reason:
        pytest.skip(str(reason))
