"""Few statements at once: who finds no place is refused soon, who needs all memory is let in alone."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.errors import BusyError
from dashboard.publication.bodies import Bodies, Body
from dashboard.publication.gate import Gate


def test_no_more_are_inside_than_there_are_places() -> None:
    gate, lock, inside, most = Gate(2, patience=30), threading.Lock(), [0], [0]

    def work(_: int) -> None:
        with gate.entered():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.005)
            with lock:
                inside[0] -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(60)))
    assert (inside[0], most[0] <= 2) == (0, True)


def test_who_finds_no_place_is_refused_and_the_place_is_free_again_afterwards() -> None:
    gate = Gate(1, patience=0.02)
    with gate.entered():
        with pytest.raises(BusyError, match="Ask again"), gate.entered():
            pass
        with pytest.raises(BusyError), gate.entered_alone():
            pass
    with gate.entered_alone():
        pass
    with pytest.raises(ZeroDivisionError), gate.entered():
        raise ZeroDivisionError
    with gate.entered():
        pass


def test_who_is_alone_keeps_the_others_out_and_is_not_kept_out_by_newcomers() -> None:
    gate, order = Gate(2, patience=30), []
    first_is_in, may_leave = threading.Event(), threading.Event()

    def first() -> None:
        with gate.entered():
            first_is_in.set()
            may_leave.wait(30)

    def alone() -> None:
        with gate.entered_alone():
            order.append("alone")

    def newcomer() -> None:
        with gate.entered():
            order.append("newcomer")

    threads = [threading.Thread(target=each) for each in (first, alone, newcomer)]
    threads[0].start()
    assert first_is_in.wait(30)
    threads[1].start()
    while not gate._waiting_alone:
        time.sleep(0.001)
    threads[2].start()
    time.sleep(0.05)
    assert order == []
    may_leave.set()
    for thread in threads:
        thread.join(30)
    assert order == ["alone", "newcomer"]


def test_answers_are_made_once_and_the_oldest_are_let_go_of() -> None:
    bodies, made = Bodies(40_000), []

    def make(key: str) -> Body:
        made.append(key)
        time.sleep(0.01)
        return Body(b"x" * 3_000, "text/plain")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: bodies.made("a", lambda: make("a")), range(16)))
    assert made == ["a"]
    for number in range(20):
        bodies.made(str(number), lambda number=number: make(str(number)))
    assert bodies.get("a") is None
    assert bodies.get("19")
    assert sum(bodies.get(str(number)) is not None for number in range(20)) == 40_000 // Body(b"x" * 3_000, "").size
    bodies.made("large", lambda: Body(b"x" * 30_000, "text/plain"))
    assert bodies.get("large") is None, "one file must not take the place of many pages"


def test_an_answer_that_could_not_be_made_is_tried_again() -> None:
    bodies, tries = Bodies(10_000), []

    def make() -> Body:
        tries.append(1)
        if len(tries) == 1:
            raise BusyError("Ask again.")
        return Body(b"x", "text/plain")

    with pytest.raises(BusyError):
        bodies.made("a", make)
    assert bodies.made("a", make).content == b"x"
