"""Clauses about some aspect of a business, of known polarity."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

from recipes.etl.source import Source, listed

_GOOD = listed(
    "the {a} exceeded everything I had hoped for|{a} was a delight from start to finish|I couldn't fault the {a} at "
    "all|"
    "the {a} made my week|hats off for the {a}|the {a} alone is worth coming back for|not a single complaint about "
    "the {a}|"
    "the {a} was better than at places twice the price|I keep telling friends about the {a}|the {a} won me over|"
    "never had such good {a}|the {a} left nothing to be desired|we were spoilt by the {a}|finally someone who gets "
    "{a} right|"
    "the {a} turned a bad day into a good one|the {a} deserves every star|I was pleasantly surprised by the {a}|"
    "the {a} is what keeps me loyal|the {a} was spot on|can't recommend the {a} enough|the {a} is second to none|"
    "I'd pay more for {a} like that|the {a} was no disappointment, quite the contrary|the {a} worked like a charm|"
    "you rarely see {a} this good|the {a} put a smile on my face|full marks for the {a}|the {a} hit the mark|"
    "I would choose you again for the {a} alone|the {a} was anything but ordinary|what a treat the {a} was|"
    "the {a} could hardly have been better|thrilled with the {a}|the {a} was flawless|{a} as it should be everywhere|"
    "I have never been let down by the {a}|the {a} has improved beyond recognition|the {a} is a joy"
)
_BAD = listed(
    "the {a} was a letdown|never again with {a} like that|I expected far more from the {a}|the {a} ruined it for us|"
    "the {a} is a joke|I want my money back for the {a}|the {a} could hardly have been worse|shame about the {a}|"
    "the {a} was not worth a cent|I have lost all patience with the {a}|the {a} fell apart at the first test|"
    "nobody seems to care about the {a}|the {a} gave me a headache|we felt cheated over the {a}|the {a} is beneath "
    "contempt|"
    "the {a} made me cancel|if the {a} is the best you can do, good night|the {a} was an insult|avoid the {a} at "
    "all costs|"
    "the {a} has gone downhill|I am fed up with the {a}|the {a} was far from what was promised|what a waste, the {a}|"
    "the {a} left a bad taste|still angry about the {a}|the {a} was no better than last year, which says it all|"
    "I regret having paid for the {a}|the {a} failed when it mattered|the {a} drove me to your competitor|"
    "there is nothing good to say about the {a}|the {a} was painful to sit through|zero stars for the {a}|"
    "the {a} was a mess from the first minute|you should be ashamed of the {a}|the {a} stank|I'd warn anybody of "
    "the {a}|"
    "the {a} cost me an entire day|the {a} was one long excuse"
)
_PLAIN = listed(
    "the {a} was handled on Tuesday|we asked about the {a} at the desk|the {a} is listed on page two|"
    "I used the {a} in March|the {a} starts at nine|they sent a form about the {a}|the {a} is included in the price|"
    "the {a} was the subject of my call|my colleague booked the {a}|the {a} is next to the entrance|"
    "we were two for the {a}|the {a} took forty minutes|the {a} has a number and a date|this was my second time "
    "with the {a}|"
    "the {a} comes under section four|the {a} is done by another firm now|I read about the {a} in the leaflet|"
    "the {a} was moved to the second floor|I filled in the part about the {a}|the {a} is billed monthly|"
    "there was a note concerning the {a}|the {a} lasts until the end of the month|I picked the {a} from the list|"
    "the {a} was confirmed by mail"
)
# Frames × words for them are more clauses of either kind.
_FRAMES = listed(
    "the {a} was {w}|the {a} turned out to be {w}|I'd call the {a} {w}|to us the {a} seemed {w}|everyone agreed that "
    "the {a} was {w}|my partner found the {a} {w}|the {a} is, in a word, {w}|the {a} proved {w} once more|I must say "
    "the {a} was {w}|we thought the {a} {w}|the {a}? {w}|I can only describe the {a} as {w}|as before, the {a} was {w}|"
    "our guests called the {a} {w}|the {a} has been {w} ever since|for me the {a} was simply {w}|we all found the {a} "
    "{w}|what I remember is the {a}: {w}"
)
_PRAISE = listed(
    "superb|excellent|wonderful|outstanding|faultless|brilliant|marvellous|first-rate|top-notch|exemplary|impressive|"
    "perfect|terrific|magnificent|stellar|splendid|admirable|fabulous|exceptional|lovely|a pleasure|beyond praise|just "
    "right|very convincing|better than expected|a highlight|ideal|most agreeable|unbeatable|a revelation"
)
_BLAME = listed(
    "dreadful|awful|terrible|appalling|disappointing|dismal|hopeless|horrible|lousy|miserable|abysmal|shoddy|"
    "unacceptable|pathetic|a disaster|a disgrace|below par|inadequate|worse than expected|annoying|useless|frustrating|"
    "sloppy|mediocre at best|an embarrassment|atrocious|unbearable|a low point|a nuisance|poor beyond words"
)
_DRY = listed(
    "was booked by {c}|was discussed with {c}|was handled by {c}|was shown to {c}|was looked after by {c}|was "
    "explained to {c}|was paid for by {c}|was described to us by {c}|was passed on to {c}|was arranged by {c}"
)
_COMPANY = listed(
    "my colleague|our neighbour|my sister|the travel agent|our accountant|a friend|my father|the other guests|our "
    "assistant|the new trainee|my former boss|two students"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`frame` is what it was made from, with a place for the aspect and, in some, for a word."""

    frame: str
    word: str = ""

    def said(self, aspect: str) -> str:
        return self.frame.format(a=aspect, w=self.word, c=self.word)


@cache
def clauses(source: Source) -> dict[str, tuple[list[Clause], list[Clause]]]:
    """This domain's clauses by polarity: those that stand as they are, and those composed of a frame and a word."""
    dry = [f"the {{a}} {frame}" for frame in _DRY]
    parts = {"good": (_GOOD, _FRAMES, _PRAISE), "bad": (_BAD, _FRAMES, _BLAME), "plain": (_PLAIN, dry, _COMPANY)}
    return {
        kind: (
            source.share([Clause(whole) for whole in wholes]),
            source.share([Clause(frame, word) for frame, word in product(frames, words)]),
        )
        for kind, (wholes, frames, words) in parts.items()
    }


def drawn(pool: tuple[list[Clause], list[Clause]], rng: Random) -> Clause:
    return rng.choice(rng.choice(pool))
