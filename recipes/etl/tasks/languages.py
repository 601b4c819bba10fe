"""In which language is this written?"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from babel import Locale
from babel.dates import format_date

from recipes.etl.contract import Contract
from recipes.etl.sentences import GREETINGS, SENTENCES
from recipes.etl.source import Source, locale_faker
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

_ASKS = (
    "Which language is [this text|each text] written in",
    "Detect the language of [the message|each message]",
    "Identify the language [below|of each line]",
    "In what language did [the customer|each customer] write",
    "Language identification: [one short text|short texts]",
    "What language is [this|each of these]",
    "Determine the language of [this comment|these comments]",
    "[A text comes|Texts come] in without a language tag. Supply it",
    "Tell the language [of the sentence|of each sentence]",
)
_BEFORE = ("", "", "", "", "- ", "> ", "1) ", "“", "*")
_AFTER = ("", "", ".", "...", "!", " :)", " #{n}", " ({n})", " - {n}", " ✓", " [{n}]", " +{n}", " / {n}", " n° {n}")


# Where the names of those who write come from.
_LOCALES = {
    "en": "en_GB", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "it": "it_IT", "pt": "pt_PT", "nl": "nl_NL",
    "sv": "sv_SE", "pl": "pl_PL", "fi": "fi_FI", "tr": "tr_TR", "cs": "cs_CZ",
}  # fmt: skip


class Languages:
    name = "languages"
    output = "label"
    columns = ("text", "message", "comment", "post", "utterance", "snippet", "review")
    answer = ("language", "lang", "language_code", "text_language")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        codes = sorted(rng.sample(sorted(SENTENCES), rng.choice((4, 6, 12, 12))))
        named = rng.random() < 0.4
        labels = {c: str(Locale("en").languages[c]) if named else c for c in codes}
        contract = Contract(choices=tuple(labels.values()), passed=len(codes) < 12 or rng.random() < 0.6)
        shown = ", ".join(labels.values())
        what = "the English name of the language" if named else "the two-letter ISO 639-1 code"
        rules = [only(what, rng)]
        if len(codes) < 12 or rng.random() < 0.3:
            rules.insert(0, rng.choice((f"It is one of {shown}", f"Possible are {shown}", f"Choose among {shown}")))
        single, many = compose(rng.choice(_ASKS), rules, ("text", "texts"), rng)
        want = f"detect the language of {{column}} and give {what} (one of {shown})"
        return Brief(single, many, want, contract, mode={"labels": labels, "named": named})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        labels: dict[str, str] = brief.mode["labels"]
        code = rng.choice(sorted(labels))
        known = source.share(SENTENCES[code].split("|"))
        sentences = rng.sample(known, 2) if rng.random() < 0.3 else [rng.choice(known)]
        locale = Locale(code)
        day = date(2019, 1, 1) + timedelta(days=rng.randrange(2500))
        filled = {
            "date": format_date(day, "long", locale=code),
            "country": str(
                locale.territories[rng.choice(("NO", "JP", "PE", "KE", "IN", "CU", "EG", "CA", "VN", "MA", "IS", "NP"))]
            ),
            "language": str(locale.languages[rng.choice(("ja", "ru", "ar", "ko", "hi", "he", "da", "hu", "th", "uk"))]),
            "name": locale_faker(rng, _LOCALES[code]).first_name(),
        }
        opening, closing = (rng.choice(["", *text.split("|")]) for text in GREETINGS[code])
        before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
        first, *others = (sentence.format(**filled) for sentence in sentences)
        body = opening + first
        if rng.random() < 0.7:
            body = _capital(body)
        for text in [*map(_capital, others), closing.format(**filled).strip()]:
            body = f"{body if body[-1] in '?!.' else f'{body}.'} {text}".rstrip()
        if body[-1] in "?!." and after[:1] in tuple(".!"):
            after = ""
        text = before + body + after.format(n=rng.randint(1, 99)) + ("”" if before == "“" else "")
        plain = {c: str(Locale("en").languages[c]) for c in SENTENCES}
        wrong = [
            ("other_form", plain[code] if not brief.mode["named"] else code),
            ("own_name", str(locale.languages[code])),
            ("sentence", f"The text is written in {plain[code]}."),
        ]
        unlisted = [c for c in sorted(SENTENCES) if c not in labels]
        if unlisted:
            c = rng.choice(unlisted)
            wrong.append(("label_not_offered", plain[c] if brief.mode["named"] else c))
        return Item(text, labels[code], f"{code} {sentences[0]}", tuple(wrong), "*")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


task = Languages()
