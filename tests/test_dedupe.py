"""A stream without repeats: exact pairs, over-used shapes, near-equal questions."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from string import ascii_lowercase, digits

import pytest

from factory.dedupe import Dedupe, Likeness
from factory.near import SHINGLE, NearDuplicates, sketch
from factory.records import Candidate

QUESTION = "Which customers living in Berlin placed orders in 2023 that were paid by card?"


def candidate(question: str = QUESTION, *, key: str = "k", skeleton: str = "s") -> Likeness:
    return Likeness.of(Candidate("test", "toy", question, {}, (), key=key, skeleton=skeleton))


def kept(dedupe: Dedupe, *candidates: Likeness) -> list[str | None]:
    """The reasons, in turn; what has none is accepted, as the pipeline does it."""
    reasons = []
    for proposed in candidates:
        reasons.append(dedupe.reason(proposed))
        if reasons[-1] is None:
            dedupe.accept(proposed)
    return reasons


def test_the_same_pair_is_taken_once_whatever_its_case_and_blanks() -> None:
    first = candidate(key="SELECT 1\nFROM t -- broken")
    again = candidate("Something else entirely", key="select 1 from  T -- broken ", skeleton="t")

    assert kept(Dedupe(), first, again) == [None, "duplicate"]


def test_asking_for_the_reason_remembers_nothing() -> None:
    dedupe = Dedupe(max_per_skeleton=1)

    assert [dedupe.reason(candidate()) for _ in range(3)] == [None, None, None]


def test_what_failed_its_proof_may_come_again() -> None:
    dedupe = Dedupe(max_per_skeleton=1)
    assert dedupe.reason(candidate()) is None  # … and the proof fails, so nothing is accepted
    assert kept(dedupe, candidate(), candidate()) == [None, "duplicate"]


def test_a_shape_is_taken_as_often_as_the_cap_says() -> None:
    shapes = [candidate(key=str(i), skeleton="ab"[i % 2]) for i in range(8)]

    assert kept(Dedupe(max_per_skeleton=2, near=1), *shapes) == [None] * 4 + ["skeleton_cap"] * 4
    assert kept(Dedupe(max_per_skeleton=0, near=1), *shapes) == [None] * 8


def test_a_repeat_is_named_by_the_first_rule_it_breaks() -> None:
    dedupe = Dedupe(max_per_skeleton=1)
    dedupe.accept(candidate(key="a", skeleton="x"))

    assert dedupe.reason(candidate(key="a", skeleton="x")) == "duplicate"
    assert dedupe.reason(candidate(key="b", skeleton="x")) == "skeleton_cap"
    assert dedupe.reason(candidate(key="b", skeleton="y")) == "near_duplicate_question"
    assert dedupe.reason(candidate("What is the average price?", key="b", skeleton="y")) is None


def test_a_question_that_differs_in_a_letter_is_near_and_another_one_is_not() -> None:
    dedupe = Dedupe()
    dedupe.accept(candidate(key="a"))

    assert dedupe.reason(candidate(QUESTION.upper().replace(" ", "  "), key="b")) == "near_duplicate_question"
    assert dedupe.reason(candidate(QUESTION.replace("?", "."), key="b")) == "near_duplicate_question"
    assert dedupe.reason(candidate(QUESTION.replace("Berlin", "Ouagadougou"), key="b")) is None
    assert dedupe.reason(candidate("How many?", key="b")) is None


def test_near_one_turns_it_off() -> None:
    assert kept(Dedupe(near=1), candidate(key="a"), candidate(key="b")) == [None, None]


@pytest.mark.parametrize("question", ["", "a", "Why?"])
def test_questions_shorter_than_a_shingle(question: str) -> None:
    assert kept(Dedupe(), candidate(question, key="a"), candidate(question, key="b")) == [
        None,
        "near_duplicate_question",
    ]


def _similarity(a: str, b: str) -> float:
    left, right = ({t[i : i + SHINGLE] for i in range(len(t) - SHINGLE + 1)} for t in (a, b))
    return len(left & right) / len(left | right)


@pytest.mark.parametrize("near", [0.3, 0.5, 0.7, 0.85])
def test_near_means_the_similarity_that_it_says(near: float) -> None:
    rng = Random(f"near:{near}")
    found: dict[str, list[bool]] = {"above": [], "below": []}
    while min(map(len, found.values())) < 40:
        a = "".join(rng.choices(ascii_lowercase, k=90))
        b = list(a)
        for i in rng.sample(range(90), rng.randint(1, 16)):
            b[i] = rng.choice(digits)
        similarity = _similarity(a, "".join(b))
        side = "above" if similarity > min(near + 0.12, 0.92) else "below" if similarity < near - 0.12 else None
        if side and len(found[side]) < 40:
            reasons = kept(Dedupe(near=near), candidate(a, key="a"), candidate("".join(b), key="b"))
            found[side].append(reasons[1] is not None)

    assert sum(found["above"]) >= 36
    assert sum(found["below"]) <= 4


def texts(count: int) -> list[str]:
    """Questions with much in common: what templates give."""
    rng = Random("texts")
    towns = ["".join(rng.choices(ascii_lowercase, k=rng.randint(4, 14))) for _ in range(400)]
    return [
        f"Which customers of {rng.choice(towns)} bought {rng.choice(towns)} in {rng.choice(towns)}?"
        for _ in range(count)
    ]


def test_a_batch_gets_the_reasons_that_its_members_would_get_one_by_one() -> None:
    some = [candidate(text, key=text, skeleton=str(n % 300)) for n, text in enumerate(texts(900))]
    one_by_one, at_once = Dedupe(max_per_skeleton=2), Dedupe(max_per_skeleton=2)
    for start in range(0, 900, 3):
        batch = some[start : start + 3]
        before = [one_by_one.reason(one) for one in batch]
        taken = at_once.take(batch, 3)
        assert taken == before
        for one, reason in zip(batch, taken, strict=True):
            if reason is None:
                one_by_one.accept(one)


def test_a_batch_ends_with_the_last_one_that_is_wanted() -> None:
    some = [candidate(text, key=text, skeleton=text) for text in dict.fromkeys(texts(50))]
    dedupe = Dedupe(near=1)
    assert dedupe.take(some, 4) == [None] * 4
    assert dedupe.take(some, 2) == ["duplicate"] * 4 + [None] * 2
    assert dedupe.take([], 5) == []


@pytest.mark.parametrize("near", [0.5, 0.7, 0.9])
def test_a_text_is_found_again_among_many(near: float) -> None:
    rng = Random("many")
    many = [sketch(" ".join("".join(rng.choices(ascii_lowercase, k=6)) for _ in range(12))) for _ in range(6_000)]
    remembered = NearDuplicates(near)
    for start in range(0, 5_000, 250):
        remembered.add(many[start : start + 250])
    assert remembered.seen(many[:5_000]).all()
    assert not remembered.seen(many[5_000:]).any()


def test_the_same_stream_gives_the_same_reasons_in_another_process() -> None:
    code = (
        "from factory.dedupe import Dedupe, Likeness\n"
        "from factory.records import Candidate\n"
        "from random import Random\n"
        "rng, d = Random('stream'), Dedupe(max_per_skeleton=2)\n"
        "for i in range(300):\n"
        "    town = rng.choice('ABCDEFGHIJKLMNOPQRSTUVWXYZ') * rng.randint(3, 30)\n"
        "    words = f'Which customers of {town} placed an order?'\n"
        "    key, shape = str(rng.randrange(400)), str(rng.randrange(15))\n"
        "    c = Likeness.of(Candidate('r', 'd', words, {}, (), key=key, skeleton=shape))\n"
        "    why = d.reason(c)\n"
        "    why or d.accept(c)\n"
        "    print(why)\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]

    assert said[0] == said[1]
    assert {"duplicate", "skeleton_cap", "near_duplicate_question", "None"} <= set(said[0].decode().split())
