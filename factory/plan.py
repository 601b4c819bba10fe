"""Which databases a run asks, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from factory.catalog import find_spec, is_file
from factory.exceptions import FactoryError, UnknownName
from factory.load_spec import spec_names, spec_text
from factory.records import Role
from factory.wide.name import domains_in, wide_name

VARIANTS = 100_000


def families(names: Sequence[str], own: Sequence[str] = ()) -> list[str]:
    """The domains behind the names, for the split. Raises UnknownName. `own` are those of a recipe that has its own."""
    found = names or own or spec_names()
    return sorted({family(part, own) for name in found for part in (domains_in(name) if wide_name(name) else [name])})


def family(name: str, own: Sequence[str] = ()) -> str:
    if own:
        base, _, number = name.partition("@")
        if base not in own or (number and not number.isdigit()):
            raise UnknownName("database", name, own)
        return base
    if is_file(name):
        from pathlib import Path

        return Path(name).stem
    name = domains_in(name)[0] if wide_name(name) else name
    base, sign, number = name.partition("@")
    # A database is called like its file, so none has to be read: of all of them that takes a third of a second.
    known = base in spec_names() and (number.isdigit() or not sign)
    return base if known else find_spec(name).name


def suited(names: Sequence[str], roles: Sequence[Role]) -> Sequence[str]:
    """The names, or all that are shipped, that have a column of each of these roles; files are taken as they are.

    Raises FactoryError when a name was given and none of them has.
    """
    if not roles:
        return names
    found = [name for name in names or spec_names() if is_file(name) or _has(name, roles)]
    if not found:
        raise FactoryError(f"{', '.join(names)}: no columns of the kind that the recipe asks about: {', '.join(roles)}")
    return found


def held_out_first(families: Sequence[str]) -> Sequence[str]:
    """The shipped domains that the fewest recipes can do without: those with geometry, of which there are few."""
    shipped = set(spec_names())
    return [family for family in families if family in shipped and _has(family, ("geometry",))]


def _has(name: str, roles: Sequence[Role]) -> bool:
    # Most files don't even mention a rare role, and to read one whole takes a fiftieth of a second.
    if any(f'"{role}"' not in spec_text(name) for role in roles):
        return False
    return set(roles) <= {column.role for table in find_spec(name).tables for column in table.columns}


def databases(names: Sequence[str], seed: int, own: Sequence[str] = ()) -> Iterator[str]:
    """Databases to open, one after the other, domains in turn.

    Without names all shipped ones. A shipped name stands for endless variants of it, drawn from the seed; a variant
    (`retail@17`) or a file stands for itself and comes back once a round.
    """
    chosen = sorted(dict.fromkeys(names or own or spec_names()))
    Random(f"databases:{seed}").shuffle(chosen)
    drawn = {name: Random(f"variants:{seed}:{name}") for name in chosen}
    seen: dict[str, set[int]] = {name: set() for name in chosen}
    while True:
        for name in chosen:
            if is_file(name) or "@" in name:
                yield name
                continue
            number = drawn[name].randrange(1, VARIANTS)
            while number in seen[name]:
                number = drawn[name].randrange(1, VARIANTS)
            seen[name].add(number)
            yield f"{name}@{number}"


def catalogs(
    names: Sequence[str],
    seed: int,
    assigned: Mapping[str, str],
    merged: Callable[[str, Sequence[str], Random], str],
) -> Iterator[str]:
    """Names of wide catalogs, for each domain in turn one that holds it; all domains of one belong to one split.

    `merged` makes the name from the domain and those that it may be merged with. A file, a variant or the name of a
    catalog stands for itself and comes back once a round.
    """
    chosen = sorted(dict.fromkeys(names or spec_names()))
    rng = Random(f"catalogs:{seed}")
    fixed = {name for name in chosen if is_file(name) or "@" in name}
    seen: set[str] = set()
    while True:
        rng.shuffle(chosen)
        for name in chosen:
            if name in fixed:
                yield name
                continue
            others = [n for n in sorted(chosen) if n not in fixed and n != name and assigned[n] == assigned[name]]
            made = merged(name, others, rng)
            if made not in seen:
                seen.add(made)
                yield made
