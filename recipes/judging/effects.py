"""What a fault does to the rows, as the witness shows it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from factory.intents.english import choose
from factory.records import Outcome, Row, Witness
from recipes.judging.facts import Change
from recipes.judging.preview import shown

# Faults after which a value can only be higher, or only lower, than it should be.
_ONE_SIDED = frozenset(
    {
        "count_column_for_rows",
        "count_rows_for_column",
        "distinct_count_dropped",
        "distinct_count_added",
        "max_for_min",
        "min_for_max",
        "percent_factor_dropped",
        "filter_clause_dropped",
        "conditional_count_dropped",
    }
)


def effect(
    witness: Witness,
    columns: Sequence[str],
    rows: Sequence[Row],
    operator: str,
    changes: Sequence[Change],
    voice: int,
) -> str:
    """What the fault does to the rows. `columns` are those of the wrong result, `rows` those that the prompt shows."""
    said = _rows(witness, columns, operator in _ONE_SIDED, voice)
    lets_in = witness.instance == 0 and witness.actual_count > witness.expected_count
    visible = next((row for row in witness.extra if row in rows), None) if lets_in else None
    # Only what the row itself shows can be pointed at.
    tested = any(name.lower() in f"{c.old} {c.new}".lower() for c in changes for name in columns)
    if visible is None or not tested:
        return said
    row = shown(visible)
    return f"{said} {choose(voice // 5, f'The result shows such a row: `{row}`.', f'One can be seen: `{row}`.')}"


def _rows(witness: Witness, columns: Sequence[str], one_sided: bool, voice: int) -> str:
    if witness.instance != 0:
        return _elsewhere(witness, voice)
    if witness.order_only:
        return choose(
            voice,
            "So the rows come in another order than asked.",
            "The rows are the right ones, but not in the order asked for.",
            "That puts the rows in another order than the question wants.",
        )
    missing, extra = witness.missing, witness.extra
    if missing and extra and len(missing[0]) != len(extra[0]):
        return choose(
            voice,
            "The columns returned aren't those asked for.",
            "So the result has other columns than the question wants.",
        )
    if witness.actual_count > witness.expected_count and not missing:
        return choose(
            voice,
            "So rows come back that don't belong in the answer.",
            "That lets in rows that the question excludes.",
            "The result has rows that weren't asked for.",
            "More rows come back than should.",
        )
    if witness.actual_count < witness.expected_count and not extra:
        return choose(
            voice,
            "So rows of the answer get lost.",
            "Rows that belong in the answer are missing.",
            "The result lacks rows that were asked for.",
            "Fewer rows come back than should.",
        )
    return _values(witness, columns, one_sided, voice)


def _elsewhere(witness: Witness, voice: int) -> str:
    more, fewer = witness.actual_count > witness.expected_count, witness.actual_count < witness.expected_count
    lead = choose(voice, "With other data", "On data where that matters,", "With some data")
    if witness.order_only:
        return f"{lead} the rows come in another order."
    if more and not witness.missing:
        return f"{lead} rows come back that don't belong in the answer."
    if fewer and not witness.extra:
        return f"{lead} rows of the answer get lost."
    return f"{lead} the answer is another one."


# One fault in so many doesn't show in the data that the prompt is about.
_HIDDEN = 28
_TESTS = ("where", "having", "qualify", "on", "limit", "distinct", "set")


def supposed(outcome: Outcome, changes: Sequence[Change], voice: int) -> Witness:
    """What a fault of this kind could have left on the rows of a right query."""
    count, width = len(outcome.rows), len(outcome.columns)
    row: Row = outcome.rows[voice // 23 % count] if count else (None,) * width
    if voice // 29 % _HIDDEN == 0:
        return Witness(None, (row,), (row[::-1],), count, count, derived="supposed")
    kinds = {change.kind for change in changes}
    if kinds == {"order"}:
        return Witness(0, (row,), (row,), count, count, order_only=True)
    outputs = [change for change in changes if change.kind == "output" and not change.within]
    if any(not (change.old and change.new) for change in outputs):
        return Witness(0, (row,), ((*row, None),), count, count)
    if outputs or count == 1:
        return Witness(0, ((*row[:-1], _beside(row[-1])),), (row,), count, count)
    tests = [change for change in changes if change.kind in _TESTS]
    if tests and not any(change.new for change in tests):
        return Witness(0, (), (row,), count - 1, count)
    if tests and not any(change.old for change in tests):
        return Witness(0, (row,), (), count + 1, count)
    return Witness(0, (row,), (tuple(_beside(value) for value in row),), count, count)


def _beside(value: object) -> object:
    """Another value, a smaller one if there is such."""
    return value - 1 if isinstance(value, (int, float, Decimal)) else object()


def _values(witness: Witness, columns: Sequence[str], one_sided: bool, voice: int) -> str:
    """Which column comes out wrong, and to which side, if the fault can only push it to one."""
    pairs = [
        (m, e) for m in witness.missing for e in witness.extra if sum(a != b for a, b in zip(m, e, strict=True)) == 1
    ]
    at = {next(i for i, (a, b) in enumerate(zip(m, e, strict=True)) if a != b) for m, e in pairs}
    if len(at) != 1 or len(columns) == 0 or len(columns) <= min(at):
        return choose(
            voice,
            "Other rows come back than were asked for.",
            "So the answer has other rows.",
            "The rows returned aren't the ones asked for.",
        )
    (i,) = at
    name = f"`{columns[i]}`"
    if len(columns) > 1 and len(pairs) > len(witness.extra):
        return f"So {name} comes out different."
    signs = {_sign(m[i], e[i]) for m, e in pairs}
    if one_sided and signs in ({1}, {-1}):
        side = "high" if signs == {1} else "low"
        return choose(voice, f"So {name} comes out too {side} for some rows.", f"That makes {name} too {side}.")
    return choose(voice, f"So {name} comes out wrong.", f"The values of {name} aren't those asked for.")


def _sign(right: object, wrong: object) -> int:
    try:
        return int(wrong > right) - int(wrong < right)  # type: ignore[operator]
    except TypeError:
        return 0
