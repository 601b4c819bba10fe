"""What people who ask are busy with: names, meetings, papers, and the sentences made of them.

Bars keep apart what can stand in the same place.
"""

from __future__ import annotations

NAMES = (
    "Ana|Priya|Tom|Lena|Marek|Yuki|Sofia|Ben|Chloe|Hassan|Ingrid|Jonas|Kemal|Lucia|Maya|Nils|Olga|Pedro|Quinn|Rosa|"
    "Sanjay|Tara|Umar|Vera|Wendy|Xavier|Zoe|Dmitri|Elif|Farah|Gita|Hugo|Irene|Joao|Kofi|Leif|Mona|Noor|Otto|Paula|"
    "Rafa|Selma|Theo|Ulla|Viktor|Amara|Bruno|Carmen|Dario|Esther|Felix|Gloria|Hana|Ivo|Janet|Kurt|Liam|Mina"
)
BOSSES = (
    "my manager|our director|the head of {team}|a colleague in {team}|{name} from {team}|{name}|my boss|the team lead|"
    "our new hire {name}|somebody in {team}|{name} in {team}|our auditor|a consultant|a board member|{name} upstairs|"
    "the project lead|an external auditor|a journalist|our controller|the {team} lead|the regional manager"
)
TEAMS = (
    "finance|operations|planning|reporting|quality|controlling|compliance|IT|analytics|strategy|support|"
    "risk|data governance|communications|procurement|training|research|legal|engineering|marketing"
)
ASKED = (
    "asked me about|wants an overview of|keeps asking about|is curious about|has questions about|wrote to me about|"
    "needs figures on|wants to know more about|is looking into|wants an update on|asked for numbers on|"
    "had a question about|pinged me about|stopped by to ask about|wonders about|would like facts on"
)
ROLES = (
    "analyst|intern|controller|planner|data engineer|trainee|assistant|team lead|coordinator|consultant|auditor|"
    "project manager|reporting specialist|accountant|researcher|supervisor|working student|developer"
)
EVENTS = (
    "meeting|review|workshop|board meeting|audit|town hall|briefing|check-in|budget round|planning session|"
    "quarterly review|management meeting|site visit|all-hands|strategy day|status call|project review"
)
DAYS = (
    "on Monday|on Tuesday|on Wednesday|on Thursday|on Friday|tomorrow|next week|this afternoon|later today|"
    "in an hour|after lunch|tomorrow morning|at the end of the week|in two days"
)
PAPERS = (
    "slide|report|memo|one-pager|dashboard|spreadsheet|newsletter item|handout|summary|fact sheet|proposal|wiki page|"
    "chart|briefing note|status email|business case|presentation|overview|blog post|case study|talk|review"
)
DOING = "putting together|drafting|finishing|updating|writing|preparing|reworking|working on"
TOPIC = (
    "our {many}|our {many}|{many}|the {many} in our system|the {many} on file|{many} and {more}|our {many} and {more}"
)
GAPS = (
    "the handover notes are thin|half of the notes are missing|nothing is written down|not much is written up|"
    "there is a lot to catch up on|the old queries are gone"
)
FAULTS = "out of date|a year old|full of gaps|missing a few figures|hard to believe|due for a check"
COME = "will come up|are on the agenda|will be discussed|are going to be a topic|come up again|get ten minutes"
CHECK = "I need to check|I'd like to verify|I'm checking|I have to confirm|I was asked to verify|I doubt"
FIGURES = "a figure|one number|a few numbers|a statement|a claim|a table|a footnote"
SOMEBODY = "somebody|{name}|a guest|one of the managers|a colleague|{name} from {team}"
BLANKS = "I had no answer|nobody had an answer|I said that I would check|I promised to find out|it was left open"
LEARN = "want to get to know|am still learning about|have to learn about|am reading up on|want to understand"
QUESTION = "question|doubt|discussion|small dispute|bet"
DISAGREE = "disagree about|can't agree on|are arguing about|have a bet about|see things differently on"
FRAMES = (
    "{Boss} {asked} {topic}.",
    "{Boss} needs to know more about {topic} {day_ahead}.",
    "{Boss} {asked} {topic}.",
    "I'm {doing} {a_paper} on {topic}.",
    "I'm {doing} {a_paper} on {topic} for {boss}.",
    "{Boss} wants {a_paper} on {topic} for the {event} {day}.",
    "We have {a_event} {day}, and {boss} will ask about {topic}.",
    "{Topic} {come} in the {event} {day}.",
    "I took over {many} from {name}, and {gap}.",
    "{Boss} and I {disagree} {topic}.",
    "Our {paper} on {topic} is {fault}.",
    "{Check} {figure} in our {paper} on {topic}.",
    "A {question} about {topic} came up in the {event}.",
    "{Somebody} asked about {topic} in the {event}, and {blank}.",
    "I promised {boss} a figure on {topic} {day_ahead}.",
    "I'm new in {team} and {learn} our {many}.",
)
# Believable beside any of the above, and by itself.
EXCUSES = (
    "{name} usually looks this up but is on leave.",
    "I can't get at the database myself.",
    "our dashboard doesn't show this.",
    "I don't write SQL.",
    "the export I have is too old.",
    "my spreadsheet gives up on this.",
    "I tried it in Excel and got lost.",
    "I'd rather ask than guess.",
    "I couldn't work it out from the dashboard.",
    "the last figures I was sent looked wrong.",
    "{name} and {other} gave me different answers.",
    "{name} thought that you could help.",
    "nobody in {team} knew offhand.",
    "I only have an old printout.",
    "the tool we use can't do this.",
    "I've been through three folders already.",
    "I looked in the shared drive without luck.",
    "the person who knew has left.",
    "I'm away from my desk, so no database for me.",
    "{other} told me to ask here.",
    "our usual report skips this.",
)
# At most one of these: nobody has two jobs.
SELVES = (
    "I'm {a_role} at {place}.",
    "I'm {a_role} in {team}.",
    "I look after {many} at {place}.",
    "I work in {team} for {place}.",
    "This is {name}, {role} in {team}.",
    "{name} from {team} here.",
    "I'm new to the {team} team.",
    "I do {team} for {place}.",
)
LINKS = "||||||||||So:|Anyway,|Now,|Basically:|So,"
ASKING = "||||||||||So:|Anyway,|My question:|Now,|So,|Question:|What I'd like to know:"
AFTER = (
    "Thanks!|Thanks a lot.|Cheers!|Thank you!|No rush.|Much appreciated.|Sorry for the short notice.|Thanks, {name}.|"
    "Thanks in advance.|That would help a lot.|Best, {name}|{name}"
)
GREETINGS = (
    "Hi,|Hello,|Hi there,|Hey,|Good morning,|Morning!|Hello again,|Hi team,|Hey there,|Good afternoon,|Hi all,|Hi!|"
    "Hello!|Hi {other},|Hello {other},|Hey {other},|Morning {other},|Dear {other},"
)
REASONS = (
    "for {a_paper} on {topic}",
    "ahead of {a_event} {day}",
    "on behalf of {boss}",
    "to complete {a_paper} on {topic}",
    "for the {event} {day}",
    "for {boss}",
    "in preparation for {a_event} {day}",
    "as part of {a_paper} on {topic}",
    "following a question from {boss}",
)
