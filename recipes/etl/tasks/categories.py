"""Products, expenses or businesses as they were typed → the shop's own categories."""

from __future__ import annotations

from random import Random

from recipes.etl.choosing import choosing
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item

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
        "sea salt,raisins,mustard,"
        "couscous,soy sauce,rice noodles,tuna in brine,corn flakes,gherkins,vanilla sugar,salted butter,"
        "goat's cheese,apple juice,wholegrain pasta,dried apricots,chicken stock cubes,blueberry muffins,"
        "quinoa,walnut halves",
    ),
    "tools": (
        ("Tools", "hardware tools", "TOOLS"),
        "claw hammer,cordless drill,socket wrench,spirit level,hacksaw,torque wrench,pliers,angle grinder,chisel "
        "set,tape measure,"
        "wood rasp,screwdriver,crowbar,jigsaw,clamp,soldering iron,bolt cutter,allen keys,staple gun,wood plane,wire "
        "stripper,mallet,"
        "belt sander,pipe cutter,"
        "impact driver,hex key set,caulking gun,wood chisel,glass cutter,tin snips,rivet gun,"
        "masonry drill bits,vice,nail puller,mitre saw,heat gun,router bit set,feeler gauge,sledgehammer,"
        "orbital sander",
    ),
    "clothing": (
        ("Clothing", "apparel", "CLOTHES"),
        "wool sweater,rain jacket,linen shirt,denim skirt,cotton socks,winter coat,silk scarf,chinos,pyjamas,"
        "leather belt,polo shirt,"
        "cardigan,swim trunks,fleece vest,evening dress,tights,beanie,hoodie,blazer,waistcoat,mittens,bathrobe,"
        "leggings,tank top,"
        "corduroy trousers,knitted dress,parka,wool gloves,bow tie,thermal underwear,trench coat,"
        "flannel pyjama bottoms,sports bra,cargo shorts,raincoat,crew-neck jumper,pleated skirt,"
        "baseball cap,nightgown,football jersey",
    ),
    "furniture": (
        ("Furniture", "home furnishing", "FURN"),
        "bookcase,dining table,armchair,bunk bed,wardrobe,bar stool,chest of drawers,coffee table,office chair,"
        "sideboard,futon,"
        "shoe cabinet,rocking chair,tv stand,bedside table,hallway bench,folding chair,desk,"
        "display cabinet,sofa,high chair,"
        "ottoman,"
        "corner shelf,coat stand,"
        "chaise longue,nest of tables,tallboy,loft bed,dressing table,recliner,corner sofa,"
        "bed frame,wine rack,hall bench,display shelf,writing desk,swivel armchair,kitchen stool,"
        "linen chest,cot bed",
    ),
    "electronics": (
        ("Electronics", "consumer electronics", "ELEC"),
        "bluetooth speaker,graphics card,usb hub,noise-cancelling headphones,e-book reader,webcam,router,4k monitor,"
        "smartwatch,"
        "power bank,mechanical keyboard,solid-state drive,android tablet,drone,hdmi cable,game console,laser printer,"
        "microphone,"
        "docking station,projector,memory card,smartphone,laptop,set-top box,"
        "wireless earbuds,portable ssd,network switch,soundbar,digital radio,trail camera,wifi repeater,"
        "curved gaming monitor,inkjet printer,smart plug,usb-c charger,vr headset,action camera,"
        "turntable,mini pc,e-ink reader",
    ),
    "garden": (
        ("Garden", "outdoor & garden", "GARD"),
        "lawn mower,tulip bulbs,hedge trimmer,potting soil,watering can,garden hose,compost bin,tomato seeds,"
        "wheelbarrow,lawn feed,"
        "greenhouse film,bird bath,pruning shears,bark mulch,rain barrel,leaf rake,plant pot,weed killer,trellis,"
        "sprinkler,"
        "grass seed,garden gnome,dibber,raised bed,"
        "strawberry plants,leaf blower,fruit tree netting,slug pellets,lawn edging,seed trays,"
        "hanging basket,secateurs,terracotta pot,bird feeder,pond pump,hedge shears,rose fertiliser,"
        "cold frame,garden fork,lawn aerator",
    ),
    "health": (
        ("Health", "pharmacy & care", "HLTH"),
        "cough syrup,plasters,vitamin D drops,thermometer,toothpaste,sun cream,contact lens fluid,blood pressure "
        "monitor,shampoo,"
        "dental floss,eye drops,crutches,nasal spray,hand sanitiser,compression bandage,throat lozenges,deodorant,"
        "face cream,"
        "lip balm,magnesium tablets,first-aid kit,mouthwash,razor blades,insect bite gel,"
        "ibuprofen gel,cotton buds,hearing aid batteries,antiseptic spray,knee support,allergy tablets,"
        "electric toothbrush heads,wound dressing,pregnancy test,body lotion,vitamin C tablets,"
        "heat patch,nail clippers,cold sore cream,iron supplement,shower gel",
    ),
    "toys": (
        ("Toys", "toys & games", "TOYS"),
        "wooden train,jigsaw puzzle 500 pieces,doll's house,kite,board game,building blocks,teddy bear,toy tractor,"
        "marble run,"
        "skipping rope,hand puppet,yo-yo,toy kitchen,card game,spinning top,rocking horse,water pistol,toy drum,"
        "modelling clay,"
        "stacking rings,slot car track,magic set,sticker album,glove puppet,"
        "baby rattle,model railway,doll's pram,remote-controlled car,bath duck,play tent,"
        "wooden xylophone,dominoes,toy cash register,finger paints,ball pit balls,pull-along dog,"
        "toy dinosaur,bead maze,toy fire engine,memory card game",
    ),
    "stationery": (
        ("Stationery", "office supplies", "STAT"),
        "ballpoint pens,ring binder,sticky notes,envelopes C5,stapler,highlighters,copy paper A4,paper clips,"
        "correction tape,"
        "hole punch,notebook lined,drawing pins,desk calendar,index cards,glue stick,fountain pen,rubber stamp,"
        "pencil sharpener,"
        "document tray,whiteboard markers,address labels,ruler 30 cm,eraser,carbon paper,"
        "graph paper,gel pens,lever arch file,sealing wax,rubber bands,mechanical pencil,letter opener,"
        "carbonless receipt book,desk pad,self-adhesive labels,wall planner,bulldog clips,"
        "calligraphy ink,padded envelopes,board pins,guest book",
    ),
    "cars": (
        ("Car parts", "automotive", "AUTO"),
        "brake pads,spark plugs,windscreen wipers,engine oil 5W-30,winter tyres,oil filter,car battery,timing belt,"
        "tow bar,"
        "shock absorber,headlight bulb H7,snow chains,clutch kit,exhaust pipe,wheel trims,coolant,cabin filter,roof "
        "rack,jump leads,"
        "wing mirror,brake disc,fuel pump,alternator,seat covers for cars,"
        "timing chain kit,radiator hose,windscreen washer fluid,wheel nuts,brake fluid DOT 4,fog lamp,"
        "tyre pressure sensor,handbrake cable,catalytic converter,ignition coil,car door seal,"
        "steering rack,fuel filter,gearbox oil,number plate holder,towing eye",
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
    ", {n} left", " {year} model", " [discontinued]", " basic", " PRO line",
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
        rule = rng.choice(("If no category fits, it is {other}", "{other} is what belongs to no category"))
        words = rng.choice(_ASKS), "assign {column} to one of", ("product", "products")
        return choosing(labels, (other, rule), words, rng)

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
        return Item(text, truth, f"{category} {thing}", tuple(wrong), "*")


task = Categories()
