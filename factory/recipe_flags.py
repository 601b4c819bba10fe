"""Options of a recipe as flags of a command: `--schema-scope gold` is `-o schema_scope=gold`."""

from __future__ import annotations

from typing import Any

import click

from factory.arguments import pairs

answer_option = click.option(
    "--answer", type=click.Choice(["cot", "sql"]), default=None, help="Reasoning and SQL, or the SQL alone."
)
recipe_option = click.option(
    "-o", "--option", "options", multiple=True, callback=pairs, metavar="NAME=VALUE",
    help="An option of the recipe (see `factory recipes`); repeatable. --NAME VALUE does the same.",
)  # fmt: skip


class RecipeCommand(click.Command):
    """A command with `--recipe` and `-o` that also takes every option of that recipe as a flag of its name.

    The command's own flags come first. Raises click's NoSuchOption, with the nearest flag, for one that neither has.
    """

    ignore_unknown_options = True
    allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            ctx.params["options"] = {**ctx.params["options"], **self._flags(ctx, ctx.args)}
            ctx.args = rest = []
        return rest

    def _flags(self, ctx: click.Context, extra: list[str]) -> dict[str, str]:
        """Flag and value in turn, or `--flag=value`."""
        from factory import recipe

        known = recipe.options(recipe.load(ctx.params["recipe"]))
        found: dict[str, str] = {}
        words = iter(extra)
        for word in words:
            flag, given, value = word.partition("=")
            name = flag.removeprefix("--").replace("-", "_")
            if not word.startswith("-"):
                raise click.UsageError(f"Got unexpected extra argument ({word})", ctx)
            if name not in known or not flag.startswith("--"):
                raise click.NoSuchOption(flag, possibilities=self._near(flag, known), ctx=ctx)
            if not given:
                value = next(words, "")
            if not value and not given:
                raise click.BadOptionUsage(flag, f"Option '{flag}' requires an argument.", ctx)
            found[name] = value
        return found

    def _near(self, flag: str, known: dict[str, Any]) -> list[str]:
        from difflib import get_close_matches

        own = [text for parameter in self.params for text in parameter.opts if text.startswith("--")]
        return get_close_matches(flag, [*own, *(f"--{name.replace('_', '-')}" for name in known)], n=1)
