"""`factory judge`: light to import, since the command line loads it for every command."""

from __future__ import annotations

from pathlib import Path

import click

_EXAMPLES = """\b
Examples:
  factory judge predictions.jsonl --database my.duckdb
  factory judge predictions.jsonl --database shop.sqlite --out verdicts.jsonl
  factory judge pairs.json --database retail@17 --columns strict --quiet
"""


@click.command(short_help="Judge predicted queries against gold ones.", epilog=_EXAMPLES)
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", required=True, metavar="NAME|FILE",
              help="A DuckDB or SQLite file (opened read-only), or a shipped database.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="JSONL file for the verdicts.")
@click.option("--force", is_flag=True, help="Overwrite --out.")
@click.option("--order", type=click.Choice(["gold", "ignored"]), default="gold", show_default=True,
              help="Whether the order of rows counts where the gold query ends in ORDER BY.")  # fmt: skip
@click.option("--columns", type=click.Choice(["free", "strict"]), default="free", show_default=True,
              help="Whether a prediction may show the columns in another order.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), default=10.0, show_default=True,
              help="Seconds that one statement may take.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress bar and no table, only the summary.")
def judge(
    pairs: Path, database: str, out: Path | None, force: bool, order: str, columns: str, timeout: float, quiet: bool
) -> None:
    """Judge whether predicted queries answer as the gold ones do.

    PAIRS is JSONL (or a JSON list) of objects with gold and predicted, and question if there is one. Each pair runs on
    the database and on small instances derived from it; the database is never written to. The verdict is same (on all
    of them, with a confidence), differs (with rows that show it), raises or undecided.
    """
    from factory.judge.run import run

    run(pairs, database, out, force=force, order=order, columns=columns, timeout=timeout, quiet=quiet)
