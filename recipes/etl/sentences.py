"""Sentences in twelve languages."""

from __future__ import annotations

# Sentences with a place for a date, a country or a language, which Babel fills in.
SENTENCES: dict[str, str] = {
    "en": "the meeting was moved to {date}|we are still waiting for the spare parts from {country}|who has the key "
    "to the cellar?|my brother speaks {language} and a little Greek|please don't park in front of the gate|"
    "the train from {country} is late again|she has been working here since {date}|there is no milk left in "
    "the fridge|how much does a ticket to {country} cost?|the course in {language} starts on {date}|I would "
    "rather stay at home tonight|nobody answered the phone|could you send me the list again?|the lift has "
    "been out of order since this morning|our neighbours are on holiday in {country}|I forgot my umbrella on "
    "the bus|the shop closes at six today|we need two more chairs for the guests|on {date} there was no "
    "electricity|the children are already asleep|the book about {country} is very interesting|I don't "
    "understand this sentence in {language}|dinner will be ready in half an hour|somebody left a bag at the "
    "door",
    "de": "die Sitzung wurde auf {date} verschoben|wir warten immer noch auf die Ersatzteile aus {country}|wer hat "
    "den Schlüssel zum Keller?|mein Bruder spricht {language} und ein wenig Griechisch|bitte nicht vor dem "
    "Tor parken|der Zug aus {country} hat schon wieder Verspätung|sie arbeitet seit {date} hier|im "
    "Kühlschrank ist keine Milch mehr|was kostet eine Fahrkarte nach {country}?|der Kurs für {language} "
    "beginnt am {date}|ich bleibe heute Abend lieber zu Hause|niemand ging ans Telefon|könnten Sie mir die "
    "Liste noch einmal schicken?|der Aufzug ist seit heute Morgen außer Betrieb|unsere Nachbarn sind im "
    "Urlaub ({country})|ich habe meinen Regenschirm im Bus vergessen|das Geschäft schließt heute um sechs|"
    "wir brauchen noch zwei Stühle für die Gäste|am {date} gab es keinen Strom|die Kinder schlafen schon|das "
    "Buch ist sehr interessant ({country})|diesen Satz verstehe ich nicht ({language})|das Abendessen ist in "
    "einer halben Stunde fertig|jemand hat eine Tasche vor der Tür stehen lassen",
    "fr": "la réunion a été reportée au {date}|nous attendons toujours les pièces détachées ({country})|qui a la "
    "clé de la cave ?|mon frère parle {language} et un peu grec|merci de ne pas stationner devant le portail|"
    "le train est encore en retard ({country})|elle travaille ici depuis le {date}|il n'y a plus de lait "
    "dans le frigo|combien coûte un billet pour ce pays ({country}) ?|le cours commence le {date} "
    "({language})|je préfère rester à la maison ce soir|personne n'a répondu au téléphone|pourriez-vous "
    "m'envoyer la liste encore une fois ?|l'ascenseur est en panne depuis ce matin|nos voisins sont en "
    "vacances ({country})|j'ai oublié mon parapluie dans le bus|le magasin ferme à six heures aujourd'hui|il "
    "nous faut encore deux chaises pour les invités|le {date} il n'y avait pas d'électricité|les enfants "
    "dorment déjà|le livre est très intéressant ({country})|je ne comprends pas cette phrase ({language})|le "
    "dîner sera prêt dans une demi-heure|quelqu'un a laissé un sac devant la porte",
    "es": "la reunión se aplazó al {date}|seguimos esperando los repuestos de {country}|¿quién tiene la llave del "
    "sótano?|mi hermano habla {language} y un poco de griego|por favor, no aparcar delante de la puerta|el "
    "tren de {country} llega tarde otra vez|ella trabaja aquí desde el {date}|ya no queda leche en la nevera|"
    "¿cuánto cuesta un billete a {country}?|el curso de {language} empieza el {date}|prefiero quedarme en "
    "casa esta noche|nadie contestó al teléfono|¿podría enviarme la lista otra vez?|el ascensor no funciona "
    "desde esta mañana|nuestros vecinos están de vacaciones ({country})|olvidé mi paraguas en el autobús|la "
    "tienda cierra hoy a las seis|necesitamos dos sillas más para los invitados|el {date} no hubo "
    "electricidad|los niños ya están durmiendo|el libro es muy interesante ({country})|no entiendo esta "
    "frase ({language})|la cena estará lista en media hora|alguien dejó una bolsa en la puerta",
    "it": "la riunione è stata spostata al {date}|aspettiamo ancora i pezzi di ricambio ({country})|chi ha la "
    "chiave della cantina?|mio fratello parla {language} e un po' di greco|si prega di non parcheggiare "
    "davanti al cancello|il treno è di nuovo in ritardo ({country})|lei lavora qui dal {date}|non c'è più "
    "latte nel frigorifero|quanto costa un biglietto per l'estero ({country})?|il corso di {language} "
    "comincia il {date}|stasera preferisco restare a casa|nessuno ha risposto al telefono|potrebbe mandarmi "
    "di nuovo la lista?|l'ascensore è guasto da stamattina|i nostri vicini sono in vacanza ({country})|ho "
    "dimenticato l'ombrello sull'autobus|il negozio oggi chiude alle sei|ci servono altre due sedie per gli "
    "ospiti|il {date} non c'era corrente|i bambini dormono già|il libro è molto interessante ({country})|non "
    "capisco questa frase ({language})|la cena sarà pronta tra mezz'ora|qualcuno ha lasciato una borsa "
    "davanti alla porta",
    "pt": "a reunião foi adiada para {date}|ainda estamos à espera das peças ({country})|quem tem a chave da cave?|"
    "o meu irmão fala {language} e um pouco de grego|por favor, não estacione em frente ao portão|o comboio "
    "está outra vez atrasado ({country})|ela trabalha aqui desde {date}|já não há leite no frigorífico|"
    "quanto custa um bilhete para o estrangeiro ({country})?|o curso de {language} começa em {date}|prefiro "
    "ficar em casa esta noite|ninguém atendeu o telefone|podia enviar-me a lista outra vez?|o elevador está "
    "avariado desde esta manhã|os nossos vizinhos estão de férias ({country})|esqueci-me do guarda-chuva no "
    "autocarro|a loja fecha hoje às seis|precisamos de mais duas cadeiras para os convidados|em {date} não "
    "houve eletricidade|as crianças já estão a dormir|o livro é muito interessante ({country})|não percebo "
    "esta frase ({language})|o jantar fica pronto daqui a meia hora|alguém deixou um saco à porta",
    "nl": "de vergadering is verplaatst naar {date}|we wachten nog steeds op de onderdelen uit {country}|wie heeft "
    "de sleutel van de kelder?|mijn broer spreekt {language} en een beetje Grieks|niet voor de poort "
    "parkeren alstublieft|de trein uit {country} is alweer te laat|zij werkt hier sinds {date}|er is geen "
    "melk meer in de koelkast|hoeveel kost een kaartje naar {country}?|de cursus {language} begint op {date}|"
    "ik blijf vanavond liever thuis|niemand nam de telefoon op|kunt u mij de lijst nog een keer sturen?|de "
    "lift is sinds vanochtend buiten werking|onze buren zijn op vakantie in {country}|ik heb mijn paraplu in "
    "de bus laten liggen|de winkel sluit vandaag om zes uur|we hebben nog twee stoelen nodig voor de gasten|"
    "op {date} was er geen stroom|de kinderen slapen al|het boek over {country} is erg interessant|ik "
    "begrijp deze zin niet ({language})|het avondeten is over een half uur klaar|iemand heeft een tas voor "
    "de deur laten staan",
    "sv": "mötet har flyttats till {date}|vi väntar fortfarande på reservdelarna från {country}|vem har nyckeln "
    "till källaren?|min bror talar {language} och lite grekiska|parkera inte framför grinden|tåget från "
    "{country} är försenat igen|hon har arbetat här sedan {date}|det finns ingen mjölk kvar i kylskåpet|hur "
    "mycket kostar en biljett till {country}?|kursen i {language} börjar {date}|jag stannar hellre hemma i "
    "kväll|ingen svarade i telefonen|kan du skicka listan till mig en gång till?|hissen är ur funktion sedan "
    "i morse|våra grannar är på semester ({country})|jag glömde mitt paraply på bussen|affären stänger "
    "klockan sex i dag|vi behöver två stolar till för gästerna|den {date} var det strömavbrott|barnen sover "
    "redan|boken är mycket intressant ({country})|jag förstår inte den här meningen ({language})|middagen är "
    "klar om en halvtimme|någon har lämnat en väska utanför dörren",
    "pl": "spotkanie przeniesiono na {date}|wciąż czekamy na części zamienne ({country})|kto ma klucz do piwnicy?|"
    "mój brat uczy się nowego języka ({language})|proszę nie parkować przed bramą|pociąg znowu się spóźnia "
    "({country})|ona pracuje tutaj od {date}|w lodówce nie ma już mleka|ile kosztuje bilet za granicę "
    "({country})?|kurs zaczyna się {date} ({language})|dziś wieczorem wolę zostać w domu|nikt nie odebrał "
    "telefonu|czy może mi pan jeszcze raz wysłać listę?|winda nie działa od rana|nasi sąsiedzi są na urlopie "
    "({country})|zapomniałem parasola w autobusie|sklep zamyka się dziś o szóstej|potrzebujemy jeszcze dwóch "
    "krzeseł dla gości|nie było prądu ({date})|dzieci już śpią|ta książka jest bardzo ciekawa ({country})|"
    "nie rozumiem tego zdania ({language})|kolacja będzie gotowa za pół godziny|ktoś zostawił torbę pod "
    "drzwiami",
    "fi": "kokous siirrettiin, uusi päivä on {date}|odotamme yhä varaosia ({country})|kenellä on kellarin avain?|"
    "veljeni opiskelee uutta kieltä ({language})|älkää pysäköikö portin eteen|juna on taas myöhässä "
    "({country})|hän on ollut täällä töissä pitkään ({date} alkaen)|jääkaapissa ei ole enää maitoa|paljonko "
    "lippu maksaa ({country})?|kurssi alkaa pian: {date} ({language})|jään tänä iltana mieluummin kotiin|"
    "kukaan ei vastannut puhelimeen|voisitteko lähettää minulle luettelon uudelleen?|hissi on ollut "
    "epäkunnossa aamusta asti|naapurimme ovat lomalla ({country})|unohdin sateenvarjoni bussiin|kauppa "
    "sulkeutuu tänään kuudelta|tarvitsemme vielä kaksi tuolia vieraille|sähköt olivat poikki ({date})|lapset "
    "nukkuvat jo|kirja on erittäin kiinnostava ({country})|en ymmärrä tätä lausetta ({language})|illallinen "
    "on valmis puolen tunnin kuluttua|joku jätti laukun oven eteen",
    "tr": "toplantı {date} tarihine ertelendi|hâlâ yedek parçaları bekliyoruz ({country})|bodrumun anahtarı kimde?|"
    "kardeşim yeni bir dil öğreniyor ({language})|lütfen kapının önüne park etmeyin|tren yine gecikti "
    "({country})|o burada uzun zamandır çalışıyor ({date})|buzdolabında süt kalmadı|yurt dışına bilet ne "
    "kadar ({country})?|kurs yakında başlıyor: {date} ({language})|bu akşam evde kalmayı tercih ederim|"
    "telefona kimse cevap vermedi|listeyi bana bir daha gönderebilir misiniz?|asansör bu sabahtan beri "
    "çalışmıyor|komşularımız tatilde ({country})|şemsiyemi otobüste unuttum|dükkân bugün saat altıda "
    "kapanıyor|misafirler için iki sandalye daha lazım|elektrikler kesildi ({date})|çocuklar çoktan uyudu|"
    "kitap çok ilginç ({country})|bu cümleyi anlamıyorum ({language})|akşam yemeği yarım saat sonra hazır "
    "olacak|birisi kapının önüne bir çanta bırakmış",
    "cs": "schůze byla přesunuta na {date}|stále čekáme na náhradní díly ({country})|kdo má klíč od sklepa?|můj "
    "bratr se učí nový jazyk ({language})|prosím neparkujte před vraty|vlak má zase zpoždění ({country})|ona "
    "tady pracuje už dlouho ({date})|v lednici už není mléko|kolik stojí jízdenka do zahraničí ({country})?|"
    "kurz začíná {date} ({language})|dnes večer zůstanu raději doma|nikdo nezvedl telefon|můžete mi ten "
    "seznam poslat ještě jednou?|výtah od rána nefunguje|naši sousedé jsou na dovolené ({country})|zapomněl "
    "jsem deštník v autobuse|obchod dnes zavírá v šest|potřebujeme ještě dvě židle pro hosty|nešel proud "
    "({date})|děti už spí|ta kniha je velmi zajímavá ({country})|té větě nerozumím ({language})|večeře bude "
    "hotová za půl hodiny|někdo nechal tašku přede dveřmi",
}  # fmt: skip
# What may stand before and after a sentence.
GREETINGS: dict[str, tuple[str, str]] = {
    "en": ("hello everyone, |good morning, |by the way, |sorry, ",
    " Thank you!| See you tomorrow.| Kind regards, {name}| Let me know."),
    "de": ("hallo zusammen, |guten Morgen, |übrigens: |Entschuldigung, ",
    " Vielen Dank!| Bis morgen.| Viele Grüße, {name}| Sagen Sie mir Bescheid."),
    "fr": ("bonjour à tous, |bonsoir, |au fait, |pardon, ",
    " Merci beaucoup !| À demain.| Cordialement, {name}| Dites-moi."),
    "es": ("hola a todos, |buenos días, |por cierto, |perdón, ",
    " ¡Muchas gracias!| Hasta mañana.| Un saludo, {name}| Ya me dirán."),
    "it": ("ciao a tutti, |buongiorno, |a proposito, |scusate, ",
    " Grazie mille!| A domani.| Cordiali saluti, {name}| Fatemi sapere."),
    "pt": ("olá a todos, |bom dia, |a propósito, |desculpe, ",
    " Muito obrigado!| Até amanhã.| Cumprimentos, {name}| Diga-me alguma coisa."),
    "nl": ("hallo allemaal, |goedemorgen, |trouwens: |sorry, ",
    " Hartelijk dank!| Tot morgen.| Met vriendelijke groet, {name}| Laat het me weten."),
    "sv": ("hej allihopa, |god morgon, |förresten: |ursäkta, ",
    " Tack så mycket!| Vi ses i morgon.| Vänliga hälsningar, {name}| Hör av dig."),
    "pl": ("cześć wszystkim, |dzień dobry, |a propos: |przepraszam, ",
    " Dziękuję bardzo!| Do jutra.| Pozdrawiam, {name}| Proszę dać mi znać."),
    "fi": ("hei kaikki, |hyvää huomenta, |muuten: |anteeksi, ",
    " Kiitos paljon!| Nähdään huomenna.| Terveisin {name}| Kertokaa minulle."),
    "tr": ("herkese merhaba, |günaydın, |bu arada, |pardon, ",
    " Çok teşekkürler!| Yarın görüşürüz.| Saygılarımla, {name}| Bana haber verin."),
    "cs": ("ahoj všem, |dobré ráno, |mimochodem, |promiňte, ",
    " Moc děkuji!| Uvidíme se zítra.| S pozdravem, {name}| Dejte mi vědět."),
}  # fmt: skip
