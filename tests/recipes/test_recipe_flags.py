"""Options of a recipe as flags of the command."""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from factory.recipe_flags import RecipeCommand, recipe_option


@click.command(cls=RecipeCommand)
@click.option("--recipe", required=True)
@click.option("--rows", type=int, default=5)
@click.option("--quiet", is_flag=True)
@recipe_option
def build(**given: Any) -> None:
    click.echo(f"{given['rows']} {given['options']}")


def said(*arguments: str) -> str:
    return CliRunner().invoke(build, ["--recipe", "text_to_sql", *arguments]).output


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        (("--difficulty", "easy=0.2,hard=0.8"), "5 {'difficulty': 'easy=0.2,hard=0.8'}"),
        (("--schema-scope=gold", "--rows", "7"), "7 {'schema_scope': 'gold'}"),
        (("--schema_scope", "gold", "--quiet"), "5 {'schema_scope': 'gold'}"),
        (("-o", "samples=0.5", "--schema-tokens", "900"), "5 {'samples': '0.5', 'schema_tokens': '900'}"),
        ((), "5 {}"),
    ],
)
def test_an_option_of_the_recipe_is_a_flag(arguments: tuple[str, ...], read: str) -> None:
    assert said(*arguments) == f"{read}\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--dificulty", "easy=1"), "No such option '--dificulty'. Did you mean '--difficulty'?"),
        (("--schema-scop=gold",), "No such option '--schema-scop'. Did you mean '--schema-scope'?"),
        (("--rwos", "5"), "No such option '--rwos'. Did you mean '--rows'?"),
        (("--two", "0.5"), "No such option '--two'"),
        (("--difficulty",), "Option '--difficulty' requires an argument"),
        (("--difficulty", "--quiet"), "Option '--difficulty' requires an argument"),
        (("stray",), "unexpected extra argument (stray)"),
        (("-x",), "No such option '-x'"),
    ],
)
def test_what_is_no_flag_gets_one_clear_line(arguments: tuple[str, ...], told: str) -> None:
    assert told in said(*arguments)
