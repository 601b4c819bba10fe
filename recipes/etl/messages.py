"""What people write to a company, by what it is about."""

from __future__ import annotations

# Topic → labels for it, and what people write; more of it is put together from PARTS.
TOPICS: dict[str, tuple[tuple[str, ...], str]] = {
    "billing": (
        ("billing", "invoices", "finance"),
        "the invoice lists {n} items I never had|you charged my card twice|where can I download my last bill|my "
        "direct debit was "
        "taken on the wrong day|please correct the VAT number on the invoice|the discount is missing on my bill|I "
        "need a receipt for "
        "my tax return|why is this month {n} euros dearer|the credit note hasn't been booked|can I pay in instalments|"
        "the amount due doesn't match the quote|I paid already and got a reminder",
    ),
    "shipping": (
        ("shipping", "delivery", "logistics"),
        "the parcel has been in {city} for {n} days|my package shows as delivered but nothing came|can you change "
        "the drop-off "
        "address|the courier left it in the rain|where is my parcel|I'd like it sent to {city} instead|tracking "
        "hasn't moved since "
        "Monday|the box went to my old flat|will it get here before Friday|the driver never rang the bell|half of "
        "the consignment "
        "is missing|how long does transport to {city} take",
    ),
    "technical": (
        ("technical", "it support", "bugs"),
        "the app crashes when I open the map|error {n} appears on every start|the page stays white after the update|"
        "nothing "
        "happens when I press save|the export file is empty|the screen freezes after {n} seconds|search gives no "
        "results since the "
        "new version|pictures don't load on my tablet|the printer driver can't be installed|the button is hidden "
        "behind the menu|"
        "the sync stops at {n} percent|video has no sound in the browser",
    ),
    "account": (
        ("account", "login", "user accounts"),
        "I forgot my password|please delete my profile|how do I change my user name|I'm locked out after {n} "
        "attempts|the "
        "confirmation code never arrives by text|merge my two profiles please|someone else seems to be signed in as "
        "me|I want to "
        "switch my e-mail address for signing in|my sign-in is rejected|please close my membership profile|"
        "two-factor codes are "
        "refused|my profile shows the wrong birthday",
    ),
    "sales": (
        ("sales", "quotes", "new business"),
        "we'd like a quote for {n} units|do you offer a rebate for schools|which edition fits a team of {n}|can "
        "someone show us a "
        "demo|is there a trial|what would a yearly licence cost for {n} users|we're comparing vendors, please send "
        "a price list|"
        "do you sell to resellers|I want to upgrade to the larger package|our purchasing needs an offer by Friday|"
        "is the bundle "
        "cheaper than the parts|who is your sales contact for {city}",
    ),
    "jobs": (
        ("jobs", "recruiting", "hr"),
        "I'd like to apply as a warehouse clerk|is the position in {city} still open|please find my CV attached|do "
        "you take "
        "interns in summer|I had an interview {n} days ago and heard nothing|can I do an apprenticeship with you|"
        "which documents does "
        "my application need|I'm looking for part-time work|my start date as an employee is unclear|do you hire "
        "people from "
        "abroad|I want to withdraw my application|what does a junior engineer earn at your firm",
    ),
    "returns": (
        ("returns", "refunds", "exchanges"),
        "I want to send the jacket back|the shoes are too small, can I swap them|how do I get a return label|I sent "
        "it back {n} "
        "days ago, where's my money|may I bring it back to the store in {city}|wrong colour, please exchange it|the "
        "lamp arrived "
        "broken and I want a replacement|how long may I keep it before returning it|I'd like my money back for the "
        "blender|"
        "the return was refused at the counter|can I return a gift without a receipt|please take back the {n} spare "
        "chairs",
    ),
    "press": (
        ("press", "media", "public relations"),
        "I'm a journalist and would like a statement|may we print your logo in our magazine|we're filming in {city} "
        "and need an "
        "interview with your director|please add me to the media list|I write for a paper in {city} about your "
        "sector|is there a "
        "press kit|we'd like to quote your CEO|our radio show has {n} questions for you|when is the next news "
        "conference|can we "
        "have high-resolution photos for an article|I need a comment by {n} o'clock for tonight's edition|who "
        "speaks for the company",
    ),
}  # fmt: skip
# Topic → things, and what is said of each of them.
PARTS: dict[str, tuple[str, str]] = {
    "billing": (
        "the invoice|my last bill|the payment reminder|the credit note|the receipt|the instalment plan|the payment "
        "overview|the yearly statement|the VAT summary|the proforma invoice",
        "{t} shows the wrong amount|{t} has never reached me|{t} carries my old company name|{t} lists a fee nobody "
        "agreed on|{t} adds up to {n} euros too much|{t} came twice|there is no VAT number on {t}|{t} gives a due date "
        "in the past|{t} ignores what I paid in advance|on {t} I owe {n} euros more than last time",
    ),
    "shipping": (
        "the parcel|my package|the second box|the pallet|our consignment|the express letter|the crate|the courier "
        "shipment|the padded envelope|the roll of posters",
        "{t} has been at the depot for {n} days|{t} was handed to a neighbour I don't know|{t} is marked as "
        "delivered but isn't here|{t} went to {city} by mistake|tracking shows nothing for {t}|{t} missed its time "
        "slot again|{t} is stuck in customs in {city}|could the driver bring {t} to my office instead|the courier "
        "dropped {t} in the rain|when will the driver pick up {t}",
    ),
    "technical": (
        "the app|the export|the search page|the upload form|the dashboard|the mobile version|the map view|the desktop "
        "client|the chat window|the report builder",
        "{t} crashes after {n} seconds|{t} stays blank on my tablet|{t} throws error {n}|{t} hangs at {n} percent|{t} "
        "doesn't react to clicks since the update|{t} loses its settings after a restart|{t} is far too slow in this "
        "browser|I see broken characters in {t}|{t} freezes whenever I scroll|{t} ignores the keyboard",
    ),
    "account": (
        "my profile|my login|my user account|our team login|my second profile|the login of my colleague|my old user "
        "account|my member login|the profile I made by mistake|my trainee's user account",
        "{t} was locked after {n} attempts|please delete {t} for good|I need a new password for {t}|{t} is tied to an "
        "e-mail address I no longer read|someone else has taken over {t}|{t} shows the wrong birthday|the "
        "confirmation code for {t} never comes|can you merge {t} with another one|the correct password for {t} is "
        "rejected|please switch off two-factor codes for {t}",
    ),
    "sales": (
        "{n} licences|the larger package|a yearly subscription|the starter kit|{n} more seats|the enterprise edition|a "
        "bulk order|the maintenance bundle|{n} sample units|the school edition",
        "please send us a quote for {t}|what would {t} cost us|is there a rebate on {t}|can we have a trial before we "
        "buy {t}|who can advise us before we order {t}|we compare vendors and need a price for {t}|our purchasing "
        "wants an offer for {t}|how long is your offer on {t} valid|"
        "do resellers get {t} cheaper|we think of buying {t}",
    ),
    "jobs": (
        "warehouse clerk|night porter|accountant|trainee|forklift driver|web developer|cook|team assistant|electrician|"
        "bookkeeper",
        "is the post of {t} in {city} still open|I applied for the position of {t} {n} days ago|what salary goes with "
        "the job of {t}|which papers do you need for an application as {t}|could I work part-time as {t}|I had an "
        "interview for the post of {t} and heard nothing|I withdraw my application as {t}|do you train people without "
        "experience to become {t}|my CV for the opening as {t} is attached|when would a new {t} start with you",
    ),
    "returns": (
        "the jacket|the blender|the lamp|both chairs|the shoes|the curtain|the headphones|the suitcase|the tent|the "
        "rug",
        "I want to send {t} back|please exchange {t} for another colour|how do I get a return label for {t}|I returned "
        "{t} {n} days ago, where's my money|may I bring {t} back to the store in {city}|I need a replacement for {t}, "
        "broken when I unpacked|I don't like {t} and want my money back|can I return {t} without a receipt|until when "
        "may I return {t}|your counter refused to take back {t}",
    ),
    "press": (
        "a magazine in {city}|a local radio station|an evening paper|a news agency|a trade journal|a TV programme|a "
        "podcast about your sector|a student newspaper|an online magazine|a photo agency",
        "I write for {t} and need a statement|{t} would like an interview with your director|we are {t} and ask for "
        "your press kit|can {t} print your logo|who speaks to {t} on behalf of the company|{t} wants high-resolution "
        "photos for an article|please add {t} to your media list|we quote your CEO in {t}, is that approved|{t} needs "
        "a comment by {n} o'clock|may {t} film in your building for a report",
    ),
}
