"""The words for the columns of an answer."""

from __future__ import annotations

from factory.intents.english import capped, listed, sentence, worded
from factory.intents.grouping import Aggregate, Key


def wanted(voice: int, *nouns: str) -> str:
    """Which columns the answer has, in their order; articles are taken off."""
    bare = [noun.removeprefix("the ") for noun in nouns]
    # "Return return ID" of a shop's returns.
    show = "[Show|Give]" if bare[0].startswith(("return", "list")) else "[Show|Return|Give|List]"
    return worded(
        voice,
        f"{show} {{these}}",
        "[Show|Give|Include] the {these}",
        "[Columns|Output|Result]: {row}",
        "{capped}, please",
        "With {these}",
        "[I need|I want|Get me] {these}",
        "{capped} [will do|only]",
        "Just {row}",
        these=listed(bare),
        row=", ".join(bare),
        capped=capped(listed(bare)),
    )


def identified(voice: int, *keys: Key) -> tuple[list[str], str]:
    """How each key is said after "per", and a sentence for the columns that this leaves out; often there is none."""
    if not any(key.entity for key in keys):
        return [key.said() for key in keys], ""
    if worded(voice, "[inside|inside|after]") == "inside":
        return [key.labelled() for key in keys], ""
    output = listed([key.output() for key in keys])
    closing = worded(
        voice,
        "Include {output}",
        "Show {output} too",
        "Add {output}",
        "With {output}",
        "{capped} as well",
        "I also need {output}",
        output=output,
        capped=capped(output),
    )
    return [key.said() for key in keys], sentence(closing)


def answered(voice: int, key: Key, aggregate: Aggregate) -> tuple[str, str]:
    """What stands after a plural key for its columns, " (ID and name)", and a sentence that adds the value."""
    output, value = key.output(), aggregate.said()
    short = "count" if aggregate.column is None else value
    if worded(voice, "[whole|brief|brief]") == "whole":
        return "", worded(
            voice,
            "[Show|Return|Give|List|Output] {output} and the {short}",
            "[I need|Get me|I want to see] {output} and the {value}",
            "{capped} and the {short}, please",
            output=output,
            capped=capped(output),
            value=value,
            short=short,
        )
    columns = key.labelled().removeprefix(key.table.label) if key.entity and not key.unit else ""
    closing = worded(
        voice,
        "[Show|Add|Give|Include] the {short} [too|as well]",
        "With the {short}",
        "[I need|Return] the {short} with [it|each]",
        "[And|Plus] the {short}, please",
        "{short}s beside them" if short == "count" else "{short} beside it",
        "[Put|List] the {short} next to each",
        short=short,
    )
    return columns, sentence(closing)
