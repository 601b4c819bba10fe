"""Products, expenses or businesses as they were typed → the shop's own categories."""

from __future__ import annotations

from random import Random

from recipes.etl.contract import Contract
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, one_of

_ASKS = (
    "Assign [the product|each product] to a category",
    "Which category does [this item|each item] belong to",
    "Map [this article description|these article descriptions] to our catalogue",
    "Put [the line item|every line item] into the right group",
    "Categorise [this product|these products]",
    "Choose the shop department for [this article|each article]",
    "Under which heading would you file [this item|each item]",
    "[The description is|The descriptions are] from a supplier. Give our category",
    "Match [the article|the articles] to the category list",
)
# Category → its names, and things that belong there and nowhere else on the list.
_THINGS: dict[str, tuple[tuple[str, str, str], str]] = {
    "food": (
        ("Food", "groceries", "FOOD"),
        "basmati rice,olive oil,rye bread,oat flakes,cheddar,apricot jam,lentils,smoked salmon,dark chocolate,honey,"
        "wheat flour,"
        "tomato passata,peanut butter,cashew nuts,frozen peas,egg noodles,crispbread,sauerkraut,maple syrup,yoghurt,"
        "chickpeas,"
        "sea salt,raisins,mustard",
    ),
    "tools": (
        ("Tools", "hardware tools", "TOOLS"),
        "claw hammer,cordless drill,socket wrench,spirit level,hacksaw,torque wrench,pliers,angle grinder,chisel "
        "set,tape measure,"
        "wood rasp,screwdriver,crowbar,jigsaw,clamp,soldering iron,bolt cutter,allen keys,staple gun,plane,wire "
        "stripper,mallet,"
        "belt sander,pipe cutter",
    ),
    "clothing": (
        ("Clothing", "apparel", "CLOTHES"),
        "wool sweater,rain jacket,linen shirt,denim skirt,cotton socks,winter coat,silk scarf,chinos,pyjamas,"
        "leather belt,polo shirt,"
        "cardigan,swim trunks,fleece vest,evening dress,tights,beanie,hoodie,blazer,waistcoat,mittens,bathrobe,"
        "leggings,tank top",
    ),
    "furniture": (
        ("Furniture", "home furnishing", "FURN"),
        "bookcase,dining table,armchair,bunk bed,wardrobe,bar stool,chest of drawers,coffee table,office chair,"
        "sideboard,futon,"
        "shoe cabinet,rocking chair,tv stand,bedside table,bench,folding chair,desk,display cabinet,sofa,high chair,"
        "ottoman,"
        "corner shelf,coat stand",
    ),
    "electronics": (
        ("Electronics", "consumer electronics", "ELEC"),
        "bluetooth speaker,graphics card,usb hub,noise-cancelling headphones,e-book reader,webcam,router,4k monitor,"
        "smartwatch,"
        "power bank,mechanical keyboard,solid-state drive,tablet,drone,hdmi cable,game console,laser printer,"
        "microphone,"
        "docking station,projector,memory card,smartphone,laptop,set-top box",
    ),
    "garden": (
        ("Garden", "outdoor & garden", "GARD"),
        "lawn mower,tulip bulbs,hedge trimmer,potting soil,watering can,garden hose,compost bin,tomato seeds,"
        "wheelbarrow,lawn feed,"
        "greenhouse film,bird bath,pruning shears,bark mulch,rain barrel,leaf rake,plant pot,weed killer,trellis,"
        "sprinkler,"
        "grass seed,garden gnome,dibber,raised bed",
    ),
    "health": (
        ("Health", "pharmacy & care", "HLTH"),
        "cough syrup,plasters,vitamin D drops,thermometer,toothpaste,sun cream,contact lens fluid,blood pressure "
        "monitor,shampoo,"
        "dental floss,eye drops,crutches,nasal spray,hand sanitiser,compression bandage,throat lozenges,deodorant,"
        "face cream,"
        "lip balm,magnesium tablets,first-aid kit,mouthwash,razor blades,insect bite gel",
    ),
    "toys": (
        ("Toys", "toys & games", "TOYS"),
        "wooden train,jigsaw puzzle 500 pieces,doll's house,kite,board game,building blocks,teddy bear,toy tractor,"
        "marble run,"
        "skipping rope,hand puppet,yo-yo,toy kitchen,card game,spinning top,rocking horse,water pistol,toy drum,"
        "modelling clay,"
        "stacking rings,slot car track,magic set,sticker album,glove puppet",
    ),
    "stationery": (
        ("Stationery", "office supplies", "STAT"),
        "ballpoint pens,ring binder,sticky notes,envelopes C5,stapler,highlighters,copy paper A4,paper clips,"
        "correction tape,"
        "hole punch,notebook lined,drawing pins,desk calendar,index cards,glue stick,fountain pen,rubber stamp,"
        "pencil sharpener,"
        "document tray,whiteboard markers,address labels,ruler 30 cm,eraser,carbon paper",
    ),
    "cars": (
        ("Car parts", "automotive", "AUTO"),
        "brake pads,spark plugs,windscreen wipers,engine oil 5W-30,winter tyres,oil filter,car battery,timing belt,"
        "tow bar,"
        "shock absorber,headlight bulb H7,snow chains,clutch kit,exhaust pipe,wheel trims,coolant,cabin filter,roof "
        "rack,jump leads,"
        "wing mirror,brake disc,fuel pump,alternator,seat covers for cars",
    ),
}  # fmt: skip
_BEFORE = (
    "",
    "",
    "",
    "{n} x ",
    "{n} pcs ",
    "art. {n}{n} ",
    "NEW ",
    "1 box ",
    "promo: ",
    "ordered: ",
    "refill ",
    "used ",
    "pack of {n} ",
    "item: ",
    "set ",
    "B-stock ",
)
_AFTER = (
    "", "", "", ", black", " (blue)", " - premium", " XL", ", {n} EUR", " ref {n}", ", made in {country}", " no. {n}",
    " / clearance", ", 2nd hand", " deluxe",
    ", {n} left", " {year} model", " [discontinued]", ", for kids", " basic", " PRO line",
)  # fmt: skip
_COUNTRIES = ("Italy", "Poland", "Vietnam", "Portugal", "Sweden", "India", "Peru")


class Categories:
    name = "categories"
    output = "label"
    columns = ("product", "item_description", "article", "goods", "line_item", "product_text")
    answer = ("category", "product_group", "department", "catalogue_section")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        chosen = rng.sample(sorted(_THINGS), rng.randint(3, 7))
        kind = rng.randrange(3)
        labels = {thing: _THINGS[thing][0][kind] for thing in chosen}
        other = rng.choice(("", "", "Other", "none", "misc"))
        choices = (*labels.values(), *([other] if other else []))
        contract = Contract(choices=choices, passed=rng.random() < 0.5)
        rules = [one_of(contract, rng)]
        if other:
            rules.append(f"If no category fits, it is {other}")
        single, many = compose(rng.choice(_ASKS), rules, ("product", "products"), rng)
        told = ", ".join(f"'{choice}'" for choice in choices)
        want = f"assign {{column}} to one of {told}" + (f" ('{other}' if none fits)" if other else "")
        return Brief(single, many, want, contract, mode={"labels": labels, "other": other})

    def item(self, brief: Brief, source: Source, rng: Random) -> Item | None:
        labels: dict[str, str] = brief.mode["labels"]
        other = str(brief.mode["other"])
        strange = bool(other) and rng.random() < 0.15
        category = rng.choice([c for c in sorted(_THINGS) if (c in labels) != strange])
        thing = rng.choice(source.share(_THINGS[category][1].split(",")))
        before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
        filled = {"n": rng.randint(2, 99), "country": rng.choice(_COUNTRIES), "year": rng.randint(2015, 2025)}
        text = before.format(**filled) + thing + after.format(**filled)
        text = rng.choice((text, text, text.upper(), text.capitalize(), text.replace(" ", "_"), text.title()))
        truth = other if strange else labels[category]
        wrong = [("copied", thing), ("subcategory_invented", f"{truth} / {thing}")]
        offered = [c for c in sorted(_THINGS) if c not in labels]
        if offered:
            wrong.append(("label_not_offered", _THINGS[rng.choice(offered)][0][0]))
        return Item(text, truth, f"{category} {thing} {before}", tuple(wrong), "*")


task = Categories()
