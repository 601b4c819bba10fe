"""In which language is this written?"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from babel import Locale
from babel.dates import format_date

from recipes.etl.contract import Contract
from recipes.etl.source import Source
from recipes.etl.task import Brief, Item
from recipes.etl.wording import compose, only

# Sentences with a place for a date, a country or a language, which Babel fills in.
_SENTENCES: dict[str, str] = {
    "en": "the meeting was moved to {date}|we are still waiting for the spare parts from {country}|"
    "who has the key to the cellar?|"
    "my brother speaks {language} and a little Greek|please don't park in front of the gate|the train from "
    "{country} is late again|"
    "she has been working here since {date}|there is no milk left in the fridge|how much does a ticket to {country} "
    "cost?|"
    "the course in {language} starts on {date}|I would rather stay at home tonight|nobody answered the phone",
    "de": "die Sitzung wurde auf {date} verschoben|wir warten immer noch auf die Ersatzteile aus {country}|"
    "wer hat den Schlüssel zum Keller?|"
    "mein Bruder spricht {language} und ein wenig Griechisch|bitte nicht vor dem Tor parken|der Zug aus {country} "
    "hat schon wieder Verspätung|"
    "sie arbeitet seit {date} hier|im Kühlschrank ist keine Milch mehr|was kostet eine Fahrkarte nach {country}?|"
    "der Kurs für {language} beginnt am {date}|ich bleibe heute Abend lieber zu Hause|niemand ging ans Telefon",
    "fr": "la réunion a été reportée au {date}|nous attendons toujours les pièces détachées ({country})|"
    "qui a la clé de la cave ?|"
    "mon frère parle {language} et un peu grec|merci de ne pas stationner devant le portail|le train est encore en "
    "retard ({country})|"
    "elle travaille ici depuis le {date}|il n'y a plus de lait dans le frigo|combien coûte un billet pour ce pays "
    "({country}) ?|"
    "le cours commence le {date} ({language})|je préfère rester à la maison ce soir|personne n'a répondu au téléphone",
    "es": "la reunión se aplazó al {date}|seguimos esperando los repuestos de {country}|"
    "¿quién tiene la llave del sótano?|"
    "mi hermano habla {language} y un poco de griego|por favor, no aparcar delante de la puerta|el tren de "
    "{country} llega tarde otra vez|"
    "ella trabaja aquí desde el {date}|ya no queda leche en la nevera|¿cuánto cuesta un billete a {country}?|"
    "el curso de {language} empieza el {date}|prefiero quedarme en casa esta noche|nadie contestó al teléfono",
    "it": "la riunione è stata spostata al {date}|aspettiamo ancora i pezzi di ricambio ({country})|"
    "chi ha la chiave della cantina?|"
    "mio fratello parla {language} e un po' di greco|si prega di non parcheggiare davanti al cancello|il treno è di "
    "nuovo in ritardo ({country})|"
    "lei lavora qui dal {date}|non c'è più latte nel frigorifero|quanto costa un biglietto per l'estero ({country})?|"
    "il corso di {language} comincia il {date}|stasera preferisco restare a casa|nessuno ha risposto al telefono",
    "pt": "a reunião foi adiada para {date}|ainda estamos à espera das peças ({country})|quem tem a chave da cave?|"
    "o meu irmão fala {language} e um pouco de grego|por favor, não estacione em frente ao portão|o comboio está "
    "outra vez atrasado ({country})|"
    "ela trabalha aqui desde {date}|já não há leite no frigorífico|quanto custa um bilhete para o estrangeiro "
    "({country})?|"
    "o curso de {language} começa em {date}|prefiro ficar em casa esta noite|ninguém atendeu o telefone",
    "nl": "de vergadering is verplaatst naar {date}|we wachten nog steeds op de onderdelen uit {country}|"
    "wie heeft de sleutel van de kelder?|"
    "mijn broer spreekt {language} en een beetje Grieks|niet voor de poort parkeren alstublieft|de trein uit "
    "{country} is alweer te laat|"
    "zij werkt hier sinds {date}|er is geen melk meer in de koelkast|hoeveel kost een kaartje naar {country}?|"
    "de cursus {language} begint op {date}|ik blijf vanavond liever thuis|niemand nam de telefoon op",
    "sv": "mötet har flyttats till {date}|vi väntar fortfarande på reservdelarna från {country}|"
    "vem har nyckeln till källaren?|"
    "min bror talar {language} och lite grekiska|parkera inte framför grinden|tåget från {country} är försenat igen|"
    "hon har arbetat här sedan {date}|det finns ingen mjölk kvar i kylskåpet|hur mycket kostar en biljett till "
    "{country}?|"
    "kursen i {language} börjar {date}|jag stannar hellre hemma i kväll|ingen svarade i telefonen",
    "pl": "spotkanie przeniesiono na {date}|wciąż czekamy na części zamienne ({country})|kto ma klucz do piwnicy?|"
    "mój brat uczy się nowego języka ({language})|proszę nie parkować przed bramą|pociąg znowu się spóźnia ({country})|"
    "ona pracuje tutaj od {date}|w lodówce nie ma już mleka|ile kosztuje bilet za granicę ({country})?|"
    "kurs zaczyna się {date} ({language})|dziś wieczorem wolę zostać w domu|nikt nie odebrał telefonu",
    "fi": "kokous siirrettiin, uusi päivä on {date}|odotamme yhä varaosia ({country})|kenellä on kellarin avain?|"
    "veljeni opiskelee uutta kieltä ({language})|älkää pysäköikö portin eteen|juna on taas myöhässä ({country})|"
    "hän on ollut täällä töissä pitkään ({date} alkaen)|jääkaapissa ei ole enää maitoa|paljonko lippu maksaa "
    "({country})?|"
    "kurssi alkaa pian: {date} ({language})|jään tänä iltana mieluummin kotiin|kukaan ei vastannut puhelimeen",
    "tr": "toplantı {date} tarihine ertelendi|hâlâ yedek parçaları bekliyoruz ({country})|bodrumun anahtarı kimde?|"
    "kardeşim yeni bir dil öğreniyor ({language})|lütfen kapının önüne park etmeyin|tren yine gecikti ({country})|"
    "o burada uzun zamandır çalışıyor ({date})|buzdolabında süt kalmadı|yurt dışına bilet ne kadar ({country})?|"
    "kurs yakında başlıyor: {date} ({language})|bu akşam evde kalmayı tercih ederim|telefona kimse cevap vermedi",
    "cs": "schůze byla přesunuta na {date}|stále čekáme na náhradní díly ({country})|kdo má klíč od sklepa?|"
    "můj bratr se učí nový jazyk ({language})|prosím neparkujte před vraty|vlak má zase zpoždění ({country})|"
    "ona tady pracuje už dlouho ({date})|v lednici už není mléko|kolik stojí jízdenka do zahraničí ({country})?|"
    "kurz začíná {date} ({language})|dnes večer zůstanu raději doma|nikdo nezvedl telefon",
}  # fmt: skip
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


class Languages:
    name = "languages"
    output = "label"
    columns = ("text", "message", "comment", "post", "utterance", "snippet", "review")
    answer = ("language", "lang", "language_code", "text_language")

    def brief(self, source: Source, rng: Random) -> Brief:  # noqa: ARG002
        codes = sorted(rng.sample(sorted(_SENTENCES), rng.choice((4, 6, 12, 12))))
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
        sentence = rng.choice(source.share(_SENTENCES[code].split("|")))
        locale = Locale(code)
        day = date(2019, 1, 1) + timedelta(days=rng.randrange(2500))
        filled = {
            "date": format_date(day, "long", locale=code),
            "country": str(
                locale.territories[rng.choice(("NO", "JP", "PE", "KE", "IN", "CU", "EG", "CA", "VN", "MA", "IS", "NP"))]
            ),
            "language": str(locale.languages[rng.choice(("ja", "ru", "ar", "ko", "hi", "he", "da", "hu", "th", "uk"))]),
        }
        before, after = rng.choice(_BEFORE), rng.choice(_AFTER)
        body = sentence.format(**filled)
        if rng.random() < 0.7:
            body = body[:1].upper() + body[1:]
        if sentence.endswith("?") and after[:1] in ".!":
            after = ""
        text = before + body + after.format(n=rng.randint(1, 99)) + ("”" if before == "“" else "")
        plain = {c: str(Locale("en").languages[c]) for c in _SENTENCES}
        wrong = [
            ("other_form", plain[code] if not brief.mode["named"] else code),
            ("own_name", str(locale.languages[code])),
            ("sentence", f"The text is written in {plain[code]}."),
        ]
        unlisted = [c for c in sorted(_SENTENCES) if c not in labels]
        if unlisted:
            c = rng.choice(unlisted)
            wrong.append(("label_not_offered", plain[c] if brief.mode["named"] else c))
        return Item(text, labels[code], f"{code} {sentence} {before}", tuple(wrong), "*")


task = Languages()
