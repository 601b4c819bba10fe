"""README.md of a run: a dataset card that the Hub and `datasets` read, and a person too."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from factory.loading import front_matter, snippets
from factory.manifest import Run
from factory.record_schema import FORMS, Form, RecordSchema, evidence_schema, schema
from factory.records import Example, Message
from factory.split import SPLITS
from factory.tally import Tally, shared

_LINES = 100
_TAGS = {"kind": "Kinds of question", "shape": "Shapes", "faults": "Faults in a query", "fault": "Fault operators"}
_EVIDENCE = {
    "error_class": "Classes of the first error",
    "fault_types": "Fault types",
    "rejected_kind": "What is wrong with the rejected answer",
    "rejected_slip": "Slips in the rejected answer",
}
_MODELLED = """\
## Written by a model

`{model}` proposed wordings, answers, reasoning or questions for this run; all of it was executed or checked, and what
wasn't proven is not here. The table below says what came of it. Of its answers to the records' own prompts, `right`
gave the right rows on every instance, `wrong` other rows (with the type of the fault), `raises` an error. A record
whose `evidence.rejected_operator` (in error_correction `rejected_slip`) is `on_policy` has the model's own wrong answer
as the rejected one. Where there is a `rejected_type`, it is then the type of the fault or `Error.` and the class of the
error; in text_to_sql `witness` may hold `error`, the engine's message, instead of rows.
"""
_LICENCE = """\
## Licence

Questions, SQL and the rows behind them are generated. Databases with geography take names and shapes from reference
layers: the U.S. Census Bureau, Natural Earth and OurAirports (public domain), and GeoNames. Contains data from GeoNames
(https://www.geonames.org), CC BY 4.0. Records over a database of your own carry its table and column names and samples
of its values. `license: other` in the head of this file is a placeholder: put your own there before you publish.
"""


def card(run: Run, tallies: Mapping[str, Tally], schemas: Mapping[tuple[str, Form], RecordSchema]) -> str:
    """The whole text. The same run gives the same bytes."""
    parts = [front_matter(run.engine, tallies, schemas), _opening(run, tallies)]
    for recipe, tally in tallies.items():
        parts += [
            f"## {recipe}\n",
            _proof(recipe),
            f"## Load {recipe}\n\n{snippets(recipe, tally)}",
            f"## Columns of {recipe}\n\n{_columns(recipe, tally, schemas)}",
        ]
    parts.append(f"## Funnel\n\n{_funnel(run.funnel)}")
    tried, by_model = shared(run.coverage)
    if "llm" in run.arguments:
        parts.append(_MODELLED.format(**run.arguments["llm"]))
    if by_model:
        parts.append(_coverage(by_model))
    if tried:
        parts.append(f"## Coverage\n\n{_coverage(tried)}")
    parts += [f"## Counts of {recipe}\n\n{_counts(tally)}" for recipe, tally in tallies.items()]
    parts += [f"## Examples of {recipe}\n\n{_examples(tally.first())}" for recipe, tally in tallies.items()]
    parts.append(_LICENCE)
    return "\n".join(parts)


def _opening(run: Run, tallies: Mapping[str, Tally]) -> str:
    examples = sum(tally.rows["sft", split] for tally in tallies.values() for split in SPLITS)
    names = {name for tally in tallies.values() for group in tally.schemas.values() for name in group}
    return (
        f"# Text-to-SQL training data: {', '.join(tallies)}\n\n"
        f"{examples:,} examples over {len(names):,} database schemas, made by text2sql-factory. Every statement of a "
        f"record was run on {run.engine} {run.engine_version} before the record was written, and every error text in "
        "it is what the engine said. Splits are by domain: no domain of one split occurs in another. `manifest.json` "
        "has the seed, the arguments, all versions and a digest of every file; `rejects.jsonl` has what was proposed "
        "and not accepted, with the reason. `factory audit` proves every record again from these files.\n"
    )


def _proof(recipe: str) -> str:
    promised = evidence_schema(recipe)
    return f"{promised['description']}\n" if promised else "The columns below hold the evidence of each record.\n"


def _columns(recipe: str, tally: Tally, schemas: Mapping[tuple[str, Form], RecordSchema]) -> str:
    promised = evidence_schema(recipe) or {"$defs": {}}
    meanings: dict[str, tuple[str, list[str]]] = {}
    for form in FORMS:
        if not any(tally.rows[form, split] for split in SPLITS):
            continue
        own = schema(form)["properties"]
        told = promised["$defs"].get("common", {}).get("properties", {}) | promised["$defs"].get(form, {}).get(
            "properties", {}
        )
        names = {name: own[name].get("description", "") for name in schema(form)["required"]}
        names |= {f"evidence.{k}": told.get(k, {}).get("description", "") for k in schemas[recipe, form].evidence}
        for name, meaning in names.items():
            meanings.setdefault(name, (meaning, []))[1].append(form.upper())
    ordered = sorted(meanings.items(), key=lambda item: "." in item[0])
    rows = [(f"`{name}`", ", ".join(forms), _cell(meaning)) for name, (meaning, forms) in ordered]
    return _table(("Column", "In", "Meaning"), rows)


def _funnel(funnel: Mapping[str, int]) -> str:
    proposed = funnel.get("proposed", 0)
    rows = [(f"`{name}`", f"{n:,}", _share(n, proposed)) for name, n in funnel.items()]
    return _table(("", "Candidates", "Share of proposed"), rows)


def _coverage(coverage: Mapping[str, Mapping[str, int]]) -> str:
    """What was tried and what came of it; accepted records alone would not show what the data can't tell apart."""
    fates = list(next(iter(coverage.values())))
    rows = [(f"`{kind}`", *(f"{counts[fate]:,}" for fate in fates)) for kind, counts in coverage.items()]
    return _table(("Tried", *fates), rows)


def _counts(tally: Tally) -> str:
    rows = [(split, *(f"{tally.rows[form, split]:,}" for form in FORMS)) for split in SPLITS]
    parts = [_table(("Split", "SFT records", "DPO records"), rows)]
    sft, dpo = (sum(tally.rows[form, split] for split in SPLITS) for form in FORMS)
    domains = [
        (split, f"`{family}`", f"{len(tally.schemas[split, family]):,}", f"{n:,}")
        for split in SPLITS
        for (where, family), n in sorted(tally.families.items())
        if where == split
    ]
    parts.append(f"### Domains\n\n{_table(('Split', 'Domain', 'Schemas', 'SFT records'), domains)}")
    known = [key for key in _TAGS if key in tally.tags]
    for key in (*known, *sorted(tally.tags.keys() - _TAGS.keys())):
        parts.append(_facet(_TAGS.get(key, f"Tag `{key}`" if key else "Other tags"), tally.tags[key], sft))
    for key, title in _EVIDENCE.items():
        if tally.evidence[key]:
            parts.append(_facet(title, tally.evidence[key], dpo if key.startswith("rejected") else sft))
    return "\n".join(parts)


def _facet(title: str, counts: Counter[str], records: int) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(f"`{_cell(name)}`", f"{n:,}", _share(n, records)) for name, n in ordered[:_LINES]]
    rest = f"\nand {len(ordered) - _LINES:,} more\n" if len(ordered) > _LINES else ""
    return f"### {title}\n\n{_table(('', 'Records', 'Share'), rows)}{rest}"


def _examples(examples: Iterable[Example]) -> str:
    return "\n".join(_example(number, example) for number, example in enumerate(examples, 1))


def _example(number: int, example: Example) -> str:
    parts = [f"### {number}. {example.database}\n\n{', '.join(f'`{_cell(tag)}`' for tag in example.tags)}\n"]
    parts += [_message(message) for message in example.messages]
    evidence = example.evidence
    if example.rejected is not None:
        evidence = example.rejected_evidence
        parts += [f"**Rejected**\n\n{_literal(m['content'])}" for m in example.rejected]
    told = json.dumps(evidence, indent=2, ensure_ascii=False)
    parts.append(_folded("Evidence", _literal(told, "json")))
    return "\n".join(parts)


def _message(message: Message) -> str:
    text, schema_part = message["content"], ""
    head, question, rest = text.partition("\n\nQuestion: ")
    if question and head.partition("\n")[0].endswith("schema:"):
        schema_part = _folded("Schema", _literal(head)) + "\n"
        text = f"{question.lstrip()}{rest}"
    return f"**{message['role'].capitalize()}**\n\n{schema_part}{_literal(text)}"


def _folded(title: str, text: str) -> str:
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n</details>\n"


def _literal(text: str, language: str = "text") -> str:
    """A fence longer than any run of backticks inside, so that what is trained on shows as it is."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""
