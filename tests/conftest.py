"""What all tests share: no network, and the real record built once."""

import os
import re
import shutil
import socket
from collections import Counter
from collections.abc import Callable, Iterator

import builds
import pytest
from matrices import mark_the_rest_slow
from workshop import Workshop

pytest_plugins = ["pytester"]
# Folders and helpers of tests that take seconds each.
LONG_FOLDERS = ("faults", "models")
# They build most, and each something of its own to begin with: so no process waits for what the other one builds.
FIRST = ("test_data_sets", "test_recorded", "test_affected", "test_data_set_history", "test_small_records")
LONG_HELPERS = re.compile(r"^from (browsing|workshop|hostile_\w+) import", re.MULTILINE)
LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0"}  # noqa: S104


@pytest.hookimpl(tryfirst=True)  # before the slow ones are taken out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that build or look through a browser, then those with most tests; thin the long matrices.

    So no process is left alone with a long one at the end. pytest-xdist would go by the number of tests alone
    (--loadscope-reorder), and a trial of faults or a build is one test.
    """
    mark_the_rest_slow(items)
    places = {name: place for place, name in enumerate(FIRST)}
    sizes = Counter(item.path for item in items)
    ranks = {
        path: (
            places.get(path.stem, len(FIRST)),
            path.parent.name not in LONG_FOLDERS,
            not LONG_HELPERS.search(path.read_text("utf-8")),
            -size,
        )
        for path, size in sizes.items()
    }
    items.sort(key=lambda item: (ranks[item.path], str(item.path)))


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Any connection that leaves this machine is an error: neither the product nor its tests need one."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple) and address[0] not in LOCAL:
            raise AssertionError(f"a test opened a connection to {address}")
        connect(self, address)

    socket.socket.connect = refuse  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def new_workshop(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workshop]:
    """Makes empty workshops."""
    return lambda: Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture(scope="session")
def built_once(
    new_workshop: Callable[[], Workshop], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Workshop]:
    """Gives a workshop as a function leaves an empty one: made once for all tests, workers and runs (builds.py)."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = run / "builds" if os.environ.get("ON_RECORD_FRESH_BUILDS") else builds.FOLDER

    def give(make: Callable[[Workshop], object]) -> Workshop:
        workshop = new_workshop()
        builds.fill(workshop.folder, lambda made: make(Workshop(made)), builds.fingerprint(make), folder)
        return workshop

    return give


def build_sample(workshop: Workshop) -> None:
    """Load and build the sample record; the rules' own unit tests are run by test_publication.py."""
    loaded = workshop.load()
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    result = workshop.dbt("build", "--exclude", "resource_type:unit_test")
    assert result.success, [
        (row.node.name, row.message) for row in result.result if row.status not in ("pass", "success")
    ]


@pytest.fixture(scope="session")
def real(built_once: Callable[..., Workshop]) -> Workshop:
    """The sample record, loaded and built once. Tests look at it and change nothing."""
    return built_once(build_sample)


@pytest.fixture
def copy_of_real(real: Workshop, new_workshop: Callable[[], Workshop]) -> Workshop:
    """A warehouse with the real record built, to be changed."""
    workshop = new_workshop()
    shutil.copy(real.warehouse, workshop.warehouse)
    return workshop
