"""Questions in a model's words, taken only when they are proven to ask the same."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import orjson

from factory.llm.desk import Desk, Record, answers
from factory.llm.overlap import Dealings
from factory.llm.request import Request, Response
from factory.paraphrase import judged, references
from factory.recipe import Rewords
from factory.rendering import user

_SCHEMA = json.dumps({
    "type": "object",
    "properties": {"question": {"type": "string", "minLength": 8, "maxLength": 700}},
    "required": ["question"],
    "additionalProperties": False,
})  # fmt: skip
_SHAPE = jsonschema_rs.Draft202012Validator(json.loads(_SCHEMA))
# One for each try in turn: the manners of speaking that the intents' registers have too.
_MANNERS = (
    "as one plain question",
    "as a command",
    "the way a colleague types it in a chat",
    "as a polite written request",
    "as short as it can be said",
)
_TOKENS = 256
# Short, for small models; whatever they make of it, the check is the same.
_ASK = (
    "Reword the question {manner}. Change no name, value, number, date or condition. "
    'Answer with JSON: {{"question": "..."}}\n\nQuestion: {question}'
)


def reworded(record: Record, desk: Desk) -> Dealings[None]:
    """Puts the first faithful wording in the place of the question; without one the question stays."""
    maker, llm = desk.maker, desk.llm
    assert isinstance(maker, Rewords)
    question = record.verdict.candidate.question
    record.told |= {"template_question": "", "roundtrip_tries": 0, "roundtrip_right": 0}
    intent = maker.intent(record.verdict.candidate)
    if intent is None:
        record.fates["no_intent_to_check_against", "wordings"] += 1
        return
    responses = yield [_request(question, number, desk) for number in range(llm.paraphrase)]
    known = references(intent, question, desk.target.database)
    found = False
    for response in responses:
        wording, reason = _read(response)
        reason = reason or judged(wording, known).reason
        if reason or found:
            record.fates[reason or "paraphrase_not_needed", "wordings"] += 1
            continue
        candidate = maker.reworded(record.verdict.candidate, wording)
        verdict = replace(record.verdict, candidate=candidate)
        (example,) = desk.maker.render(verdict, desk.target)
        right = 0
        if llm.roundtrip:
            tried = yield from answers(record, example.prompt, desk, llm.roundtrip)
            right = sum(answer.fate == "right" for answer in tried)
        if llm.roundtrip and not right:
            record.fates["paraphrase_fails_roundtrip", "wordings"] += 1
            continue
        found = True
        record.fates["paraphrase_accepted", "wordings"] += 1
        record.verdict, record.example = verdict, example
        record.told |= {"template_question": question, "roundtrip_tries": llm.roundtrip, "roundtrip_right": right}


def _request(question: str, number: int, desk: Desk) -> Request:
    text = _ASK.format(manner=_MANNERS[number % len(_MANNERS)], question=question)
    sampling = desk.sampling("wording", number)
    # A wording that is longer than that is none; small models may never end one.
    short = replace(sampling, max_tokens=min(_TOKENS, sampling.max_tokens))
    return Request((user(text),), short, schema=_SCHEMA)


def _read(response: Response) -> tuple[str, str]:
    """The wording, or the reason why there is none."""
    if not response.whole:
        return "", "prompt_too_long" if response.finish == "too_long" else "paraphrase_truncated"
    try:
        found = orjson.loads(response.text)
    except ValueError:
        return "", "paraphrase_not_json"
    if not _SHAPE.is_valid(found):
        return "", "paraphrase_not_json"
    return " ".join(found["question"].split()), ""
