"""The `factory` command. Heavy imports wait inside the commands, so that --help answers at once."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, NoReturn, ParamSpec

import click

from factory import __version__
from factory.arguments import distinct, shares_of, workers_of
from factory.exceptions import FactoryError
from factory.llm.options import llm_options, taken
from factory.recipe_flags import RecipeCommand, answer_option, recipe_option
from factory.run_flags import run_options


class Lines(click.Group):
    """Turns what a user can act on into one line on stderr: exit 1, 2 for a wrong command line, 130 for Ctrl-C."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        with suppress(ValueError):  # not the main thread: the caller has its own way to stop us
            for number in _STOPPED:
                signal.signal(number, _stop)
        try:
            code = super().main(*args, **kwargs)
        except click.UsageError as error:
            asked = error.ctx.command_path if error.ctx else "factory"
            said = error.format_message().rstrip(".")
            _fail(f"Error: {said}{'' if said.endswith('?') else '.'} See {asked} --help", error.exit_code)
        except FactoryError as error:
            _fail(". ".join(filter(None, (f"Error: {error}", _notes(error)))), 1)
        except OSError as error:
            name = f" ({error.filename})" if error.filename else ""
            _fail(". ".join(filter(None, (f"Error: {error.strerror or error}{name}", _notes(error)))), 1)
        except (_Stop, RuntimeError) as error:
            # DuckDB turns a signal during a statement into a RuntimeError whose cause is what the handler raised.
            stop = error if isinstance(error, _Stop) else error.__cause__
            if not isinstance(stop, _Stop):
                raise
            _fail(f"{_STOPPED[stop.number]}: {_notes(error) or 'nothing was written'}", 128 + stop.number)
        sys.exit(code if isinstance(code, int) else 0)


_STOPPED = {int(signal.SIGINT): "Interrupted", int(signal.SIGTERM): "Terminated"}


class _Stop(BaseException):
    """A signal that ends the run: what is half-written has to go. Click would answer KeyboardInterrupt itself."""

    def __init__(self, number: int) -> None:
        self.number = number


P = ParamSpec("P")
_asked_to_stop: list[int] = []


def _stop(number: int, _: object) -> NoReturn:
    _asked_to_stop.append(number)
    raise _Stop(number)


def _heeding(progress: Callable[P, None]) -> Callable[P, None]:
    """The callback, which raises first when a signal was lost: what a destructor or an import raises goes nowhere."""

    def heed(*args: P.args, **kwargs: P.kwargs) -> None:
        if _asked_to_stop:
            raise _Stop(_asked_to_stop[0])
        progress(*args, **kwargs)

    return heed


def _notes(error: BaseException) -> str:
    return ". ".join(getattr(error, "__notes__", ()))


def _fail(line: str, code: int) -> NoReturn:
    click.echo(" ".join(line.split()), err=True)
    sys.exit(code)


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(
    cls=Lines,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_examples(
        "factory build --recipe error_correction --rows 1000 --out outputs/demo",
        "factory build --recipe error_correction --rows 300 --database my.duckdb --out outputs/mine",
        "factory audit outputs/demo",
    ),
)
@click.version_option(__version__, prog_name="text2sql-factory")
@click.pass_context
def main(context: click.Context) -> None:
    """Training data for models that speak your database. Every record is proven by running it."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command(
    cls=RecipeCommand,
    short_help="Make training records.",
    epilog=_examples(
        "factory build --recipe error_correction --rows 1000 --out outputs/demo",
        "factory build --recipe error_correction --rows 5000 --seed 7 --out outputs/big --force",
        "factory build --recipe error_correction --rows 300 --database my.duckdb --out outputs/mine --allow-fewer",
        "factory build --recipe error_correction --answer sql --two 0.5 --three 0 --out outputs/short",
    ),
)
@click.option("--recipe", required=True, help="What to make (see `factory recipes`).")
@click.option("--rows", type=click.IntRange(min=1), default=1000, show_default=True, help="Accepted records.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the run; must not exist yet.")
@click.option("--force", is_flag=True, help="Replace an earlier run in --out.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed and arguments, same bytes.")
@click.option(
    "--database", "databases", multiple=True, metavar="NAME|FILE", callback=distinct,
    help="A shipped database, a variant such as retail@17, or a DuckDB file (opened read-only); repeatable. "
    "Default: variants of all shipped ones.",
)  # fmt: skip
@answer_option
@recipe_option
@click.option("--split", "shares", default="90/5/5", show_default=True, callback=shares_of,
              help="Shares of train/validation/test, by database, never by row.")  # fmt: skip
@click.option("--per-database", type=click.IntRange(min=0), default=0,
              help="Rows from one variant; 0 lets the size of the run decide.")  # fmt: skip
@click.option("--max-per-skeleton", type=click.IntRange(min=0), default=0,
              help="Rows of one query shape; 0 means 1 % of --rows, at least 10.")  # fmt: skip
@click.option("--near", type=click.FloatRange(0.1, 1.0), default=0.85, show_default=True,
              help="Similarity from which two questions are the same; 1 turns it off.")  # fmt: skip
@click.option("--min-kill-score", type=click.FloatRange(0.0, 1.0), default=0.9, show_default=True,
              help="Share of near misses that the data must tell from a right query (text_to_sql).")  # fmt: skip
@click.option("--instances", type=click.IntRange(min=1, max=20), default=5, show_default=True,
              help="Data instances of a shipped database.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.1), default=10.0, show_default=True,
              help="Seconds of the processor that one statement may take.")  # fmt: skip
@run_options
@click.option("--allow-fewer", is_flag=True, help="Keep what was proven when it is less than --rows.")
@llm_options
@click.option("--progress", "how", type=click.Choice(["rich", "plain", "none"]), default=None,
              help="A bar, lines, or nothing.  [default: rich on a terminal, else plain]")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress and no summary.")
def build(
    recipe: str,
    databases: tuple[str, ...],
    answer: str | None,
    options: dict[str, str],
    how: Literal["rich", "plain", "none"] | None,
    quiet: bool,
    **given: Any,
) -> None:
    """Make training records until --rows of them are accepted.

    The folder appears whole or not at all. When the databases can't give --rows proven records, the build fails and
    says which reasons ate the rest; --allow-fewer keeps what was proven.

    A run that is broken off, however it is, leaves OUT.work beside --out, and the same command goes on from there.
    While it runs, OUT.work/progress.jsonl says how far it is.
    """
    if given["executor"] == "local":
        from factory.processes import context

        context([f"recipes.{recipe}"])  # imports what the workers need while we import the same
    from factory.pipeline import Settings
    from factory.pipeline import build as run
    from factory.report import progress_bar, summary

    if answer:
        options = {"answer": answer, **options}
    settings = Settings(recipe=recipe, databases=databases, options=options, llm=taken(given), **given)
    with progress_bar(settings.rows, how="none" if quiet else how) as advance:
        done = run(settings, _heeding(advance))
    if not quiet:
        summary(done)


@main.command()
def recipes() -> None:
    """List the installed recipes and their options."""
    import shlex

    from factory import recipe

    for name in recipe.names():
        found = recipe.load(name)
        click.echo(f"{name} {found.version}: {found.summary}")
        for key, value in recipe.options(found).items():
            click.echo(f"  --{key.replace('_', '-')} {shlex.quote(str(value))}")


@main.group(
    invoke_without_command=True,
    epilog=_examples(
        "factory databases",
        "factory databases show retail@17",
        "factory databases show my.duckdb",
        "factory databases export retail@17 --instance 0 --out retail.duckdb",
    ),
)
@click.pass_context
def databases(context: click.Context) -> None:
    """List the shipped databases; show or export one."""
    if context.invoked_subcommand is None:
        from factory.load_spec import load_spec, spec_names

        for name in spec_names():
            spec = load_spec(name)
            geo = " · geometry" if spec.geo else ""
            click.echo(f"{name:<20} {len(spec.tables):>2} tables · {spec.title}{geo}")


@databases.command(
    short_help="Show a database as a prompt describes it.",
    epilog=_examples("factory databases show retail@17", "factory databases show my.duckdb"),
)
@click.argument("name")
def show(name: str) -> None:
    """Show a database (NAME, NAME@VARIANT or a DuckDB file) as a prompt describes it."""
    from factory.catalog import opened

    with opened(name, instances=1) as found:
        database = found.database
        click.echo(f"{database.name}: {database.title or 'your database'}, digest {database.digest}\n")
        click.echo(database.schema_text)


@databases.command(
    epilog=_examples("factory databases export retail@17 --instance 2 --out retail.duckdb"),
)
@click.argument("name")
@click.option("--instance", type=click.IntRange(min=0), default=0, show_default=True, help="Which data instance.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The DuckDB file to write.")
@click.option("--force", is_flag=True, help="Overwrite --out.")
def export(name: str, instance: int, out: Path, force: bool) -> None:
    """Write one data instance of a shipped database to a DuckDB file.

    Instance 0 is the one that errors and row counts of a record come from. A file with geometry needs `LOAD spatial`
    in the session that opens it.
    """
    from tempfile import TemporaryDirectory

    import duckdb

    from factory.catalog import export as write
    from factory.catalog import is_file

    if is_file(name):
        raise FactoryError(f"{name} is a file already: export takes a shipped database (see factory databases)")
    if out.is_dir():
        raise FactoryError(f"{out} is a folder: --out is the file to write")
    if out.exists() and not force:
        raise FactoryError(f"{out} exists: choose another --out, or add --force")
    if not out.parent.is_dir():
        raise FactoryError(f"{out.parent} is not a folder: make it first")
    # A folder of its own also catches what DuckDB leaves beside a file that it could not finish.
    try:
        with TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as folder:
            fresh = Path(folder) / out.name
            write(name, instance, fresh)
            fresh.replace(out)
    except duckdb.Error as error:
        raise FactoryError(f"Can't write {out}: {error}. Make room or choose another --out") from None
    click.echo(f"{name}, instance {instance} → {out}")


@main.command(
    cls=RecipeCommand,
    short_help="Print the prompt that a record would carry.",
    epilog=_examples(
        'factory prompt --database my.duckdb --question "How many orders are open?"',
        'factory prompt --recipe text_to_sql --database my.duckdb --question "How many orders are open?"',
        'factory prompt --database my.duckdb --question "How many orders are open?" --sql "SELEC COUNT(*) FROM orders"',
    ),
)
@click.option("--database", required=True, metavar="NAME|FILE", help="The database to ask.")
@click.option("--question", required=True, help="The question in English.")
@click.option("--recipe", default="error_correction", show_default=True, help="Whose prompt.")
@click.option("--sql", default="", help="error_correction: the query that fails, which is run; judging: what to judge.")
@answer_option
@recipe_option
def prompt(database: str, question: str, recipe: str, sql: str, answer: str | None, options: dict[str, str]) -> None:
    """Print the exact prompt that a record of this database would carry, and a final line break.

    With --sql, error_correction runs the query and quotes the engine's error: its whole user message. Without it, it
    prints the part that all prompts of the database share (engine, schema and question). judging takes one query to
    judge, or several with semicolons between; text_to_sql takes none.
    """
    from factory import recipe as recipes_
    from factory.catalog import opened
    from factory.prompt import context

    maker = recipes_.load(recipe, {"answer": answer, **options} if answer else options)
    with opened(database, instances=1) as found:
        if maker.name != "error_correction":
            messages = maker.prompt(found.database, question, sql, "")
            if sql and messages == maker.prompt(found.database, question, "", ""):
                raise FactoryError(f"A prompt of {maker.name} quotes no query: leave out --sql")
            if not messages:
                raise FactoryError(f"A prompt of {maker.name} is about queries: give them with --sql")
            for message in messages:
                click.echo(message["content"])
            return
        if not sql:
            click.echo(context(found.database.dialect, found.database.schema_text, question))
            return
        error = found.engine.run(sql).error
        if error is None:
            raise FactoryError("The --sql runs without an error: there is nothing to correct")
        if error.kind == "Timeout":
            raise FactoryError(f"The --sql has no error to correct: {error.message}")
        for message in maker.prompt(found.database, question, sql, error.message):
            click.echo(message["content"])


@main.command(
    short_help="Prove every record of a run again.",
    epilog=_examples(
        "factory audit outputs/demo",
        "factory audit outputs/mine --database my.duckdb",
        "factory audit outputs/big --sample 200",
    ),
)
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--database", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="Where a user's database lies that the run was built from; repeatable.")  # fmt: skip
@click.option(
    "--sample", type=click.IntRange(min=1), default=None, help="Prove only so many rows, drawn from the whole run."
)
@click.option("--workers", type=click.IntRange(min=0), default=1, show_default=True, callback=workers_of,
              help="Processes that prove; 0 takes all cores.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress bar.")
def audit(run: Path, files: tuple[Path, ...], sample: int | None, workers: int, quiet: bool) -> None:
    """Prove every record of a run again, from its files alone, in fresh databases.

    Stops with exit code 1 at the first record that doesn't hold, and names its file, line and id.
    """
    from factory.audit import audit as check
    from factory.report import audit_bar

    with audit_bar(quiet=quiet) as advance:
        databases = {path.stem: path for path in files}
        found = check(run, databases=databases, sample=sample, workers=workers, progress=_heeding(advance))
    click.echo(
        f"All {found.records:,} records hold ({found.sft:,} SFT, {found.dpo:,} DPO; {found.databases:,} "
        f"{'schema' if found.databases == 1 else 'schemas'}, "
        f"{found.statements:,} statements run)."
    )


@main.command(
    short_help="Measure what the queries and questions of a run hold.",
    epilog=_examples("factory stats outputs/demo", "factory stats outputs/demo --against spider/dev.json"),
)
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="A JSON list of questions with `query` (Spider) or `SQL` (BIRD) to compare with.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.png",
              help="Where the chart goes.  [default: stats.png in the run]")  # fmt: skip
def stats(run: Path, against: Path | None, out: Path | None) -> None:
    """Measure a run: SQL constructs, difficulty, how varied queries and questions are, kill scores, databases.

    Tables go to the terminal, a chart beside the run's card.
    """
    from factory.report import counted
    from factory.stats import of_file, of_run
    from factory.stats.plot import plot
    from factory.stats.report import table

    with counted("rows measured") as progress:
        measured = [of_run(run, progress)]
        if against:
            measured.append(of_file(against, progress))
    table(measured)
    click.echo(f"Chart: {plot(measured, out or run / 'stats.png')}")


from factory.judge.command import judge  # noqa: E402 - light, and its options would make this module too long

main.add_command(judge)
