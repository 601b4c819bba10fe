"""How one warehouse keeps its tables: where they stand, what copies are called, and the notes that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from factory.wide.catalog import Kind, Note

COMPANIES = ("Brightway", "Corvane", "Halden & Pike", "Lumenta", "Norrow", "Ostrava Works", "Quillon", "Tarrow")
SPOKEN = {"hr": "HR", "saas_subscriptions": "SaaS subscriptions"}
_LAYERS = ("core", "dwh", "prod", "edw", "warehouse")

Place = tuple[str, str]  # a schema ("" for that of the original) and a pattern of the name

_PLACES: Mapping[Kind, tuple[Place, ...]] = {
    "staging": (("staging", "{}"), ("stg", "{}"), ("landing", "{}"), ("", "stg_{}"), ("", "{}_staging")),
    "archive": (("archive", "{}"), ("history", "{}"), ("cold", "{}"), ("", "{}_archive"), ("", "{}_hist")),
    "snapshot": (("snapshots", "{}_{d}"), ("", "{}_snapshot_{d}"), ("", "{}_{d}"), ("", "snap_{d}_{}")),
    "old": (("", "{}_old"), ("", "{}_bak"), ("", "{}_backup"), ("legacy", "{}"), ("backup", "{}"), ("", "{}_v1")),
    "draft": (("", "{}_v2"), ("", "{}_new"), ("", "{}_next"), ("migration", "{}"), ("preview", "{}")),
    "sandbox": (("sandbox", "{}"), ("dev", "{}"), ("test", "{}"), ("", "tmp_{}"), ("", "{}_test"), ("", "{}_sample")),
    "year": (("", "{}_{d}"), ("", "{}_y{d}"), ("yearly", "{}_{d}"), ("", "{}_{d}_only")),
    "part": (("", "{}_{d}"), ("", "{}_p{d}")),
    "summary": (("reporting", "{}_by_{d}"), ("marts", "{}_by_{d}"), ("", "{}_by_{d}"), ("", "agg_{}_by_{d}")),
    "filtered": (("", "v_{}_{d}"), ("reporting", "{}_{d}"), ("", "vw_{}_{d}"), ("", "{}_{d}_view")),
    "joined": (("", "v_{}_with_{d}"), ("reporting", "{}_with_{d}"), ("", "{}_{d}_flat"), ("", "vw_{}_and_{d}")),
}  # fmt: skip

_MEANS: Mapping[Kind, tuple[str, ...]] = {
    "staging": (
        "rows of the latest load, not checked yet; some are there twice",
        "what the last load brought in, before checks and deduplication",
    ),
    "archive": (
        "rows of closed years, set aside as they were then",
        "old rows, put away when their year was closed",
    ),
    "snapshot": (
        "the table as it stood at the end of that day",
        "a copy of the state on the day in the name, for audits",
    ),
    "old": (
        "from before the last migration; not updated since",
        "left over from the system before the migration, frozen",
    ),
    "draft": (
        "the next version, in preparation and incomplete; not in use yet",
        "being filled for a migration; incomplete until it goes live",
    ),
    "sandbox": (
        "a few rows for trying things out",
        "small samples that developers test on",
    ),
    "year": (
        "an extract of the rows of that year; the table without a year has all",
        "rows of one closed year, taken from the table that has every year",
    ),
    "part": (
        "one part a year; no table holds all years",
        "split by year, every year in a table of its own",
    ),
    "summary": (
        "totals for each group, made again every night",
        "counts and sums by group, from last night",
    ),
    "filtered": (
        "a view of some of a table's rows",
        "views that keep the rows with one value",
    ),
    "joined": (
        "a view of a few columns of a table with some of another",
        "views that put some columns of two tables side by side",
    ),
}

# How a question says that it is about a copy.
ASKED_FOR: Mapping[Kind, tuple[str, ...]] = {
    "staging": (
        "Take the {plural} from the latest load, unchecked as they are.",
        "I mean the {plural} that are still in staging.",
        "For {plural}, use what the last load brought in.",
    ),
    "archive": (
        "Take the {plural} from the archive.",
        "Only archived {plural}, please.",
        "Use the {plural} that were put away when their year was closed.",
    ),
    "snapshot": (
        "Take the {plural} as they stood on {date}.",
        "Use the copy of the {plural} from {date}.",
        "For the {plural}, the state at the end of {date} counts.",
    ),
    "old": (
        "Take the {plural} from before the migration.",
        "Use the {plural} as the old system left them.",
    ),
    "draft": (
        "Use the version of the {plural} that is being prepared.",
        "Take the {plural} from the version that isn't live yet.",
    ),
    "sandbox": (
        "Try it on the sample of {plural} that developers test on.",
        "Just the test rows for {plural}, please.",
    ),
    "year": (
        "Use the extract of {plural} for {date}.",
        "Take the {plural} from the yearly extract for {date}.",
    ),
    "summary": (
        "Use the nightly totals, not the single {plural}.",
        "Take it from last night's totals of {plural}.",
    ),
    "filtered": (
        "Use the view of {plural} {said}.",
        "Take only the {plural} in the view of those {said}.",
    ),
    "joined": (
        "Use the view that has {plural} and {said} side by side.",
        "Take it from the view of {plural} with their {said}.",
    ),
}


def remark(kind: Kind, detail: str, conventions: Conventions) -> str:
    """What a comment on one copy says."""
    dated = {"archive": f"before {detail}: ", "snapshot": f"{detail}: ", "year": f"{detail} only: "}
    return dated.get(kind, "") + conventions.means[kind]


@dataclass(frozen=True, slots=True)
class Conventions:
    """`layout` is "domain" (a schema each), "main" (none) or the name of the schema that holds all tables in use.

    `kinds` are the copies that this warehouse has; `versioned`: some tables in use end in _v2, and what has the name
    without it is from before the migration.
    """

    layout: str
    suffix: str
    kinds: tuple[Kind, ...]
    places: Mapping[Kind, Place]
    means: Mapping[Kind, str]
    versioned: bool
    companies: tuple[str, ...]


def draw_conventions(rng: Random) -> Conventions:
    layout = rng.choices(("domain", "main", rng.choice(_LAYERS)), (5, 3, 3))[0]
    kinds: list[Kind] = [k for k in _PLACES if k != "part" and rng.random() < 0.75]
    places = {kind: rng.choice(options) for kind, options in _PLACES.items()}
    versioned = rng.random() < 0.3
    if versioned:
        places["draft"] = rng.choice([p for p in _PLACES["draft"] if "_v2" not in p[1]])
        places["old"] = ("", "{}")
    # Nobody could tell an extract from a part of a table that has no whole, or either from a snapshot.
    if places["part"] == places["snapshot"]:
        places["part"] = ("", "{}_p{d}")
    if places["year"] in (places["part"], places["snapshot"]):
        places["year"] = ("yearly", "{}_{d}")
    return Conventions(
        layout=layout,
        suffix=rng.choice(("", "", "_prod", "_dw")),
        kinds=tuple(kinds) or ("staging", "snapshot"),
        places=places,
        means={kind: rng.choice(options) for kind, options in _MEANS.items()},
        versioned=versioned and "old" in kinds,
        companies=tuple(rng.sample(COMPANIES, len(COMPANIES))),
    )


def notes(conventions: Conventions) -> list[Note]:
    """One for each kind of copy."""
    return [Note(_note(kind, conventions), kind=kind) for kind in _PLACES]


def _note(kind: Kind, conventions: Conventions) -> str:
    schema, pattern = conventions.places[kind]
    if kind == "old" and conventions.versioned:
        return f"names ending in _v2: the tables in use; the same name without it: {conventions.means[kind]}"
    sample = {"snapshot": "20231231", "year": "2022", "part": "2022"}.get(kind, "…")
    called = pattern.format("…", d=sample)
    if called == "…":
        where = f"schema {schema}"
    else:
        where = f"names like {schema}.{called}" if schema else f"names like {called}"
    return f"{where}: {conventions.means[kind]}"
