"""What a recipe is, and how one is found: an entry point of group "factory.recipes"."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from random import Random
from typing import Any, Protocol, cast, runtime_checkable

from factory.exceptions import FactoryError, UnknownName
from factory.records import Candidate, Database, Example, Message, Role, SqlError, Verdict, Witness

GROUP = "factory.recipes"


@dataclass(frozen=True, slots=True)
class Target:
    """A database and the engine version that a recipe renders for."""

    database: Database
    engine: str
    engine_version: str


class Recipe(Protocol):
    """A frozen dataclass whose fields are its options.

    `propose` never sees an engine; `render` gets what the engine said. `restate` turns an emitted SFT or DPO record
    back into a candidate, so that an audit can prove it again from the file alone; `described` is the database as that
    record's prompt shows it. `prompt` is the user message of
    an inference call.

    A recipe may also have `needs`, the roles of which a database must have columns to be asked, `bucket_share`, the
    share of the rows that candidates of one bucket may have, and `coverage`, which counts what it tried.
    """

    name: str
    version: str
    summary: str

    def propose(self, database: Database, rng: Random) -> Iterator[Candidate]: ...

    def render(self, verdict: Verdict, target: Target) -> Iterator[Example]: ...

    def restate(self, record: Mapping[str, Any], database: Database) -> Candidate: ...

    def described(self, database: Database, record: Mapping[str, Any]) -> Database: ...

    def prompt(self, database: Database, question: str, sql: str, error: str) -> tuple[Message, ...]: ...


@runtime_checkable
class Asks(Protocol):
    """What a recipe has beside `Recipe` whose `prompt` doesn't give every prompt of its records.

    `asked` is the whole prompt of a record.
    """

    def asked(self, record: Mapping[str, Any], database: Database) -> tuple[Message, ...]: ...


@runtime_checkable
class OwnDatabases(Asks, Protocol):
    """What a recipe has beside `Recipe` whose candidates bring their tables along (`Candidate.scratch`).

    `domains` are the families that a split shares out; `database` is one of them, or a variant such as `name@17`.
    The prompts of its records need not open with a schema.
    """

    def domains(self) -> list[str]: ...

    def database(self, name: str) -> Database: ...


@runtime_checkable
class Merges(Protocol):
    """What a recipe has beside `Recipe` that asks several databases at once.

    `merged` names a catalog (`factory.wide`) that holds the domain and some of the others.
    """

    def merged(self, domain: str, others: Sequence[str], rng: Random) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongAnswer:
    """What a language model answered to a record's prompt, proven wrong: it gives other rows (`witness`) or raises
    (`error`).

    `text` is the answer as it was given, `sql` what it says to run; `type` and `mistake` tell what is wrong with it.
    """

    text: str
    sql: str
    type: str
    mistake: str
    witness: Witness | None = None
    error: SqlError | None = None


@runtime_checkable
class Rejects(Protocol):
    """What a recipe has beside `Recipe` whose prompts a language model may answer: the example with a wrong answer of
    the model's as the rejected one."""

    def rejecting(self, example: Example, wrong: WrongAnswer) -> Example: ...


@runtime_checkable
class Rewords(Protocol):
    """What a recipe has beside `Recipe` whose questions a language model may put in other words.

    `intent` is what the candidate asks, as `factory.intents` has it, or None for a question that no intent stands
    behind; `reworded` is the candidate with another wording. Neither proves anything.
    """

    def intent(self, candidate: Candidate) -> Any: ...

    def reworded(self, candidate: Candidate, question: str) -> Candidate: ...


@runtime_checkable
class Reasons(Protocol):
    """What a recipe has beside `Recipe` whose steps a language model may write: `reasoned` is the candidate whose
    answer is a query and reasoning of the model's, with the claims that prove it. `answer` is "cot" where answers have
    steps at all."""

    answer: str

    def reasoned(self, candidate: Candidate, database: Database, sql: str, reasoning: str) -> Candidate: ...


@runtime_checkable
class States(Protocol):
    """What a recipe has beside `Recipe` for which a language model may think of questions: `stated` is a candidate from
    its question and query."""

    def stated(self, database: Database, question: str, sql: str, rng: Random) -> Candidate: ...


def domains(recipe: Recipe) -> list[str]:
    """The domains that a recipe brings along; empty for one that asks the shipped databases."""
    return recipe.domains() if isinstance(recipe, OwnDatabases) else []


def needed_roles(recipe: Recipe) -> tuple[Role, ...]:
    """Roles of which a database must have a column to be asked at all: a recipe's `needs`, if it has any."""
    return cast("tuple[Role, ...]", getattr(recipe, "needs", ()))


def bucket_share(recipe: Recipe) -> float:
    """The share of the rows that one `Candidate.bucket` may have: a recipe's own, or 0 for no limit."""
    return float(getattr(recipe, "bucket_share", 0.0))


@cache
def _found() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        if point.name in found and found[point.name].value != point.value:
            raise FactoryError(
                f"Two recipes are called '{point.name}': {found[point.name].value} and {point.value}. "
                "Uninstall or rename one"
            )
        found[point.name] = point
    return found


def names() -> list[str]:
    """Installed recipes, sorted. Raises FactoryError when two packages claim one name."""
    return sorted(_found())


def load(name: str, options: Mapping[str, str] | None = None) -> Recipe:
    """The recipe, with options set from text.

    Raises UnknownName for a recipe or option that doesn't exist, FactoryError for one that can't be imported and for a
    value that the option doesn't take.
    """
    if name not in _found():
        raise UnknownName("recipe", name, names())
    point = _found()[name]
    try:
        recipe = cast(Recipe, point.load())
    except (ImportError, AttributeError) as error:
        raise FactoryError(
            f"Recipe '{name}' ({point.value}) can't be loaded: {error}. Reinstall or uninstall its package"
        ) from error
    return _configured(recipe, options or {})


def options(recipe: Recipe) -> dict[str, Any]:
    """Option → its value, for the recipes whose options are dataclass fields."""
    if not is_dataclass(recipe):
        return {}
    return {f.name: getattr(recipe, f.name) for f in fields(recipe) if f.init}


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_FROM_TEXT: Mapping[type, tuple[str, Callable[[str], Any]]] = {
    str: ("text", str),
    int: ("a whole number", int),
    float: ("a number", _finite),
    bool: ("true or false", lambda text: _SWITCH[text.lower()]),
}


def _configured(recipe: Recipe, given: Mapping[str, str]) -> Recipe:
    known = options(recipe)
    changes: dict[str, Any] = {}
    for key, text in given.items():
        if key not in known:
            raise UnknownName(f"option of {recipe.name}", key, known)
        if type(known[key]) not in _FROM_TEXT:
            raise FactoryError(f"Option {key} of {recipe.name} can't be set from text; it is {known[key]!r}")
        wanted, read = _FROM_TEXT[type(known[key])]
        try:
            changes[key] = read(text)
        except (ValueError, KeyError):
            raise FactoryError(f"Option {key} of {recipe.name} takes {wanted}, not '{text}'") from None
    if not changes:
        return recipe
    try:
        return cast(Recipe, replace(cast(Any, recipe), **changes))
    except ValueError as error:
        raise FactoryError(f"Recipe {recipe.name}: {error}") from None
