"""Who asks, and why: sentences around a question that are believable for its database and restrict nothing.

They speak of people, meetings and reasons only, never of values, dates in the data or other conditions.
"""

from __future__ import annotations

import re
from random import Random

from factory.intents.english import article, words
from factory.intents.intent import Intent
from factory.intents.registers.parts import subjects
from factory.intents.registers.prose import lower_first, one_of
from factory.records import Database, Table

_NAMES = (
    "Ana|Priya|Tom|Lena|Marek|Yuki|Sofia|Ben|Chloe|Hassan|Ingrid|Jonas|Kemal|Lucia|Maya|Nils|Olga|Pedro|Quinn|Rosa|"
    "Sanjay|Tara|Umar|Vera|Wendy|Xavier|Zoe|Dmitri|Elif|Farah|Gita|Hugo|Irene|Joao|Kofi|Leif|Mona|Noor|Otto|Paula|"
    "Rafa|Selma|Theo|Ulla|Viktor|Amara|Bruno|Carmen|Dario|Esther|Felix|Gloria|Hana|Ivo|Janet|Kurt|Liam|Mina"
)
_BOSSES = (
    "my manager|our director|the head of {team}|a colleague in {team}|{name} from {team}|{name}|my boss|the team lead|"
    "our new hire {name}|the folks in {team}|{name} in {team}|our auditor|a consultant|the board|my predecessor|"
    "the steering group|the project lead|{name} and {other}|a journalist|our controller|the {team} lead|my mentor"
)
_TEAMS = (
    "finance|operations|planning|reporting|quality|controlling|compliance|IT|analytics|audit|strategy|support|"
    "risk|data|governance|communications|procurement|management|training|research|legal|engineering|marketing"
)
_ASKED = (
    "asked me about|wants to hear about|keeps asking about|is curious about|has questions on|wrote to me about|"
    "needs something on|called about|is looking into|wants an update on|brought up|raised a point about|is puzzled by|"
    "pinged me about|dropped by to talk about|is preparing something on|wondered about|wants facts on"
)
_ROLES = (
    "analyst|intern|controller|planner|data engineer|trainee|assistant|team lead|coordinator|consultant|auditor|"
    "project manager|reporting specialist|temp|dispatcher|accountant|researcher|supervisor|clerk|volunteer|developer"
)
_EVENTS = (
    "meeting|review|call|workshop|presentation|stand-up|board meeting|audit|town hall|briefing|check-in|deadline|"
    "steering committee|handover|demo|planning session|budget round|debrief|offsite|retrospective"
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|tomorrow|next week|this afternoon|later today|the weekend"
_PAPERS = (
    "slide|report|memo|one-pager|dashboard|spreadsheet|newsletter|handout|summary|fact sheet|draft|proposal|wiki page|"
    "chart|briefing note|talk|status mail|poster|business case|appendix|press kit|project plan|cover letter"
)
_DOING = (
    "putting together|drafting|finishing|updating|double-checking|writing|preparing|reworking|reviewing|polishing|"
    "filling in|proofreading|redoing|cleaning up|wrapping up|starting"
)
_TOPIC = (
    "our {many}|the {many}|{many}|our {many} data|how we track {many}|the {many} side of things|{many} and {more}|"
    "{many}, among other things|{more} and {many}|the {many} numbers|the state of our {many}"
)
_WHY = (
    "the {paper} I have doesn't say|nobody could tell me offhand|the old {paper} is out of date|I lost my notes|"
    "two {paper}s contradict each other|I'd rather check than guess|the {paper} was never updated|"
    "I can't find it in the {paper}|the tool we use won't show it|my own count looked odd|I promised an answer|"
    "we argued about it over lunch|it came up in the {event}|I only have it on paper|{name} is on leave|"
    "{name} couldn't tell me|the {paper} link is broken|everyone gives me another answer|it's missing from the {paper}|"
    "I want to be sure before I hit send|the figures in the {paper} look off|I don't trust the {paper}"
)
_FRAMES = (
    "{Boss} {asked} {topic}.",
    "{Doing} {a_paper} {paper} on {topic}.",
    "{Doing} the {paper} for {boss}.",
    "{Event} {day}, and {why}.",
    "We have {a_event} {event} {day}.",
    "{Why}.",
    "{Boss} {asked} {topic}, and {why}.",
    "So {boss} {asked} {topic}.",
    "Our {event} is {day}, still {doing} the {paper}.",
    "For background: {why}.",
    "{Topic} again: {boss} {asked} them.",
    "Sorry to bother you, {why}.",
    "{Paper} for {boss}, due {day}.",
    "I took over {topic} from {name}.",
    "{name} sent me, it's for {a_paper} {paper}.",
    "I owe {name} an answer {day}.",
    "{Team} {event} {day}: {topic}.",
    "{Many} for {a_paper} {paper}.",
    "{Why}, {event} {day}.",
    "Ahead of {a_event} {event}: {why}.",
)
# At most one of these: nobody has two jobs.
_SELVES = (
    "{Role} at {place} here.",
    "New {role} in {team} here.",
    "I look after {many} at {place}.",
    "I work in {team} for {place}.",
    "This is {name}, {role}, {team}.",
    "I'm {a_role} {role}.",
    "{Role} in {team} at {place}.",
    "I do {team} for {place}.",
)
_LINKS = (
    "|||||||||So:|Anyway,|My question:|Now,|Basically:|So here goes:|In short:|Could you help?|Can you check?|"
    "This is what's missing:|To the point:|Hence:|So,|Question:|Well:"
)
_AFTER = (
    "Thanks!|Thanks a lot.|Cheers!|Thank you!|No rush.|{day} is fine.|Much appreciated.|Sorry for the short notice.|"
    "That would save my {event}.|I owe you one.|Thanks, {name} will be happy.|Ta!|Thanks in advance.|It's for {boss}.|"
    "Then I can finish the {paper}.|Would help a lot with the {paper}."
)
_GREETINGS = (
    "Hi,|Hello,|Hi there,|Hey,|Good morning,|Morning!|Hello again,|Hi team,|Hey there,|Good afternoon,|Dear team,|"
    "Hi all,|Hi!|Hello!|Hey!|Quick one:|Hi {name},|Hello {name},|Hey {name},|Morning {name},|Dear {name},"
)

_ORGANISATIONS = words(
    "agency airline airport authority bank broker carrier chain clinic club college company council firm fleet group "
    "hospital hotel insurer library manufacturer museum network office operator platform provider publisher restaurant "
    "retailer school service shop store supplier university utility"
)


class Context:
    """Background of one asker; names and papers are drawn anew for every sentence."""

    def __init__(self, intent: Intent, database: Database, rng: Random) -> None:
        self.rng = rng
        own = next((s.table for s in subjects(intent)), database.tables[0])
        others = [t for t in database.tables if t.name != own.name] or [own]
        self.tables: tuple[Table, Table] = (own, rng.choice(others))
        self.place = _place(database)

    def opening(self, count: int) -> list[str]:
        """Different sentences that lead up to a question."""
        frames = self.rng.sample(_FRAMES, count)
        if len([one for one in frames if "hy}" in one]) > 1:
            # One reason is enough.
            frames = frames[:1]
        if self.rng.random() < 0.25:
            frames[0] = self.rng.choice([one for one in _SELVES if self.place or "{place}" not in one])
        return [self._said(frame) for frame in frames]

    def after_comma(self, sentence: str) -> str:
        """Without its capital, unless it starts with a name."""
        return sentence if sentence.split(" ", 1)[0].rstrip(",") in _NAMES.split("|") else lower_first(sentence)

    def link(self) -> str:
        return one_of(self.rng, _LINKS)

    def greeting(self) -> str:
        return self._said(one_of(self.rng, _GREETINGS))

    def closing(self) -> str:
        return self._said(one_of(self.rng, _AFTER))

    def reason(self) -> str:
        """ "for a memo on orders", "ahead of the audit on Monday"."""
        return self._said(
            self.rng.choice(
                (
                    "for {a_paper} {paper} on {topic}",
                    "ahead of {a_event} {event} {day}",
                    "for {boss}",
                    "to complete {a_paper} {paper}",
                    "for the {event} {day}",
                    "on behalf of {boss}",
                    "for use in {a_paper} {paper}",
                    "in preparation for {a_event} {event}",
                )
            )
        )

    def _said(self, frame: str) -> str:
        rng = self.rng
        names = rng.sample(_NAMES.split("|"), 2)
        said = {"name": names[0], "other": names[1], "team": one_of(rng, _TEAMS), "place": self.place}
        own, other = self.tables
        said |= {"many": own.plural, "more": other.plural, "role": one_of(rng, _ROLES)}
        said |= {"paper": one_of(rng, _PAPERS), "event": one_of(rng, _EVENTS), "doing": one_of(rng, _DOING)}
        day = one_of(rng, _DAYS)
        said["day"] = (
            f"on {day}" if day.endswith("day") and day[0].isupper() else f"over {day}" if "end" in day else day
        )
        said["asked"] = one_of(rng, _ASKED)
        said["boss"] = one_of(rng, _BOSSES).format(**said)
        said["topic"] = one_of(rng, _TOPIC).format(**said)
        said["why"] = one_of(rng, _WHY).format(**said)
        for noun in ("role", "paper", "event"):
            said[f"a_{noun}"] = "an" if said[noun][0] in "aeio" else "a"
        if said["boss"].startswith(("the folks", f"{names[0]} and")):
            said["asked"] = _plural_verb(said["asked"])
        said |= {name.capitalize(): word[:1].upper() + word[1:] for name, word in said.items()}
        text = frame.format(**said)
        return text[:1].upper() + text[1:]


def _plural_verb(asked: str) -> str:
    first, _, rest = asked.partition(" ")
    plural = {"is": "are", "has": "have", "wants": "want", "keeps": "keep", "needs": "need"}.get(first, first)
    return f"{plural} {rest}"


def _place(database: Database) -> str:
    """ "a retail chain with a web shop"; empty where the title names no organisation."""
    title = database.title.rstrip(".")
    if not title or re.split(r" (?:with|of|sold|for|in) ", title)[0].split()[-1].lower() not in _ORGANISATIONS:
        return ""
    return article(lower_first(title))
