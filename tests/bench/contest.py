"""Running contestants side by side: clients as processes, rounds interleaved, medians."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Job = Callable[[int], None]
"""Does one unit of work; its argument counts up from zero in each client."""

_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Contestant:
    """`connect(client)` is called in the client's own process and returns its job."""

    name: str
    connect: Callable[[int], Job]


def rate(contestant: Contestant, clients: int, seconds: float) -> list[float]:
    """Jobs a second of each of `clients` processes working for `seconds` at the same time."""
    ready = _fork.Barrier(clients)
    answers = _fork.SimpleQueue()
    workers = [
        _fork.Process(target=_work, args=(contestant, client, seconds, ready, answers))
        for client in range(clients)
    ]
    for worker in workers:
        worker.start()
    rates = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    failed = [found for found in rates if isinstance(found, str)]
    if failed:
        raise RuntimeError(f"{contestant.name}: {failed[0]}")
    return rates


def interleaved(
    contestants: list[Contestant],
    clients: int,
    *,
    seconds: float = 3.0,
    rounds: int = 5,
) -> dict[str, float]:
    """The median, over rounds in which the contestants take turns, of jobs a second in all."""
    totals: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for turn in range(rounds):
        order = contestants if turn % 2 == 0 else contestants[::-1]
        for contestant in order:
            totals[contestant.name].append(sum(rate(contestant, clients, seconds)))
    return {name: statistics.median(found) for name, found in totals.items()}


def _work(contestant: Contestant, client: int, seconds: float, ready, answers) -> None:
    try:
        job = contestant.connect(client)
        for count in range(20):
            job(count)
        ready.wait(30)
        count, start = 20, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            job(count)
            count += 1
        answers.put((count - 20) / elapsed)
    except Exception as error:  # noqa: BLE001 - the parent process tells it
        ready.abort()
        answers.put(f"{type(error).__name__}: {error}")
