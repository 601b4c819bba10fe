"""What a run says of its speed."""

from __future__ import annotations

import json

import pytest

from factory.merge import Funnel
from factory.pace import Pace, ProgressLog, left


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_rate_is_that_of_the_last_minute_and_counts_no_row_from_before() -> None:
    clock = Clock()
    pace, funnel = Pace(clock), Funnel(10_000)
    assert (pace.at(funnel), left(funnel, 0)) == (0.0, None)
    funnel.accepted = funnel.resumed = 5_000
    for _ in range(600):
        clock.now += 1
        funnel.accepted += 2
    assert pace.at(funnel) == pytest.approx(2)
    for _ in range(120):
        clock.now += 1
        funnel.accepted += 8
        pace.at(funnel)
    assert pace.at(funnel) == pytest.approx(8, rel=0.05)
    assert left(funnel, 8) == pytest.approx((10_000 - funnel.accepted) / 8)


def test_the_log_is_a_line_every_two_seconds_and_one_at_the_end() -> None:
    clock, lines = Clock(), list[bytes]()
    log, funnel = ProgressLog(lines.append, clock), Funnel(100)
    for _ in range(100):
        funnel.accepted += 1
        funnel.proposed += 2
        funnel.reasons["empty_result"] += 1
        clock.now += 0.1
        log.at(funnel)
    found = [json.loads(line) for line in lines]
    assert len(found) == 6
    assert found[-1] == {
        "seconds": 10.0,
        "wanted": 100,
        "accepted": 100,
        "resumed": 0,
        "proposed": 200,
        "rejected": {"empty_result": 100},
        "databases": 0,
        "rows_per_second": 10.0,
        "seconds_left": 0,
    }
