"""The small words and letters by which languages are told, as data: what every speaker writes in nearly every sentence.

ISO 639-1 codes. A word may belong to several languages; it then counts less for each. Croatian stands for Bosnian and Serbian in Latin
script, Norwegian for Bokmål, Indonesian for Malay, as far as words like these can tell.
"""

from typing import Final

WORDS: Final[dict[str, str]] = {
    "en": "the of and to is that it for was with as his he be at by this had not are but from have they which you were her all she there "
    "would their we him been has when who will more no if out so said what up its about into than them can only other could i my your "
    "our please how should do does did a an on or me us am these those because where why just also any some",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird "
    "bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich wir ihr "
    "mir mich uns bitte kein keine wenn weil kann können habe hatte doch schon diese dieser was wo warum heute sehr",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre "
    "cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo yo hay vez puede todos así nos ni "
    "usted ustedes quiero tengo favor gracias dónde cómo hoy esto esa ese tiene hacer estoy fue",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont la avec son aux ont cette mais "
    "comme on tout nous sa fait été aussi leur bien peut ces y deux je vous elle ils même ou où sans très mon ma mes votre notre être "
    "avoir suis qu merci bonjour dont chez donc alors quand pourquoi comment aujourd hui",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er om had ook als dan maar bij of uit nog naar heeft hij ze wordt door "
    "ik je was worden deze over zo kan geen hem die dit tot mijn meer al moet jij wij we haar hun werd wel waar wat hoe heb hebben graag "
    "mij ons onze jullie uw kunt omdat zou gaan vandaag alle veel",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito "
    "há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha "
    "foram essa num nem suas meu às minha têm numa pelos elas havia seja qual será nós tenho lhe deles obrigado fazer hoje onde porque",
    "it": "di e il la che in un a per è una non sono da del si con i le come anche ha lo al dei nel alla più ma della delle gli su o questo "
    "se mi ho hanno stato era essere molto ci cosa tutto ancora dalla degli nella perché quando suo sua ai due loro io lei lui noi voi "
    "mio mia grazie dove chi fare fatto può sul già questa quello oggi così sia dopo vorrei devo abbiamo",
    "pl": "w i na z się że nie do to jest o jak po co za od ale ma przez dla tak są już jego tego czy tym być przy tylko go był które która "
    "który ich może było mnie jej jeszcze też oraz pan pani mi my ja on ona bardzo dziś gdzie kiedy dlaczego proszę mam jestem nasz moja "
    "mój został bo u ze pod nad więc tak mają została jaki jaka twój naszej mamy czerwcu wtedy musimy trzeba",
    "cs": "a se v na je že s z o do i to ve si za jsou pro by ale jako jsem po od co tak jeho být který která které podle bylo byl byla už "
    "jen nebo když k ze jak není této také mezi před až má můj moje kde proč prosím dnes mi mě vám jsme budu bude při však než u jestli něco není náš naše který jaký jaká její mému nám musíme protože jako můžeš můžu tuto kdo kdy nikdy",
    "sk": "a sa v na je že s z o do i to vo si za sú pre by ale ako som po od čo tak jeho byť ktorý ktorá ktoré podľa bolo bol bola už len "
    "alebo keď k zo nie tiež medzi pred až má môj moja kde prečo prosím dnes mi mňa vám sme budem bude pri však než u či niečo náš naša aký aká jej nám musíme pretože ako môžeš môžem túto kto kedy nikdy mojom mojej",
    "sl": "in je v na da se za so z s ki pa ne tudi po ni kot bi pri ali od še iz o do bil bila bilo ker le lahko že kaj ko ter jih ima smo "
    "sem si mi moj moja danes kje zakaj prosim vam nas naš pred med če zelo",
    "hr": "i je u se na da su za od s a koji o ne to kao iz sa će što ali bi kako koja ili te do nije samo biti bio bila bilo više prema "
    "po još kod također sam smo mi moj moja gdje zašto molim danas vam nas naš naša prije između ako vrlo može možeš moram moramo nego koje ga joj mu ovo ova ovu te tko kada jer nešto nisu nama mojem zovem nikad već pa ispod nije bih",
    "hu": "a az és hogy nem is egy ez meg csak már van volt de ki el mint ha azt még kell lesz vagy aki ami én te ő mi nagyon minden után "
    "között szerint lehet való miatt alatt fel be ezt itt ott amely volna vannak nekem neki tőle miért hol kérem ma köszönöm lett össze "
    "így úgy most nincs",
    "ro": "de și în a la cu o că nu pe este din un care se mai pentru sunt ce al fi au lui ale sau prin fost ca dar era dintre după le îl "
    "își am ei avea acest această aceste foarte doar către până eu noi mea meu vă rog unde când azi fără între despre într ai are dacă "
    "trebuie astăzi",
    "tr": "ve bir bu da de için ile çok olarak daha olan gibi ne en kadar ben var o ama sonra m\u0131 mi ki diye değil her şey nas\u0131l sen biz siz "
    "onun bana beni benim olduğu olduğunu ise veya ya hem önce göre neden nerede lütfen bugün teşekkür ederim yok oldu oldum etti "
    "taraf\u0131ndan üzerinde olur misin mümkün zaman bize size onu ad\u0131m kim nedir sanki yüzden değildi var\u0131m istiyorum vard\u0131 zorunda bütün alt\u0131nda yan\u0131nda iyi laz\u0131m",
    "vi": "và là của có cho không được các một trong với người những này đã để khi đến từ ra về tôi bạn anh em chị cũng như nhưng hay thì "
    "nên sẽ vào rất làm nhiều năm ông bà nó họ đó gì ở tại hôm nay xin cảm ơn vì sao đâu",
    "id": "yang dan di dengan untuk pada ini dari dalam itu adalah tidak ke akan oleh ada saya kami kita anda dia mereka juga atau sebagai "
    "karena telah bisa dapat sudah lebih tahun orang satu saat hanya seperti tersebut harus belum tapi tetapi agar apa mana mengapa "
    "bagaimana hari terima kasih tolong kepada bahwa sangat",
    "sv": "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när år säger hon under också "
    "efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket än här då sedan över bara blir upp vad "
    "mig min mitt dig du ni oss tack varför idag",
    "da": "og i at det er en til af på for med de den som har et der ikke han jeg var sig fra vi så kan når år hun også efter eller nu hvor "
    "ved mod skal ville kommer ud får være havde alle andre meget end her da over kun bliver op hvad mig min mit dig du jer os tak hvorfor "
    "nogle noget blev lige hedder hvem hvornår hvordan fordi nødt kunne vores jeres hjemme ikke vil siger sagde gerne under denne dette",
    "no": "og i å det er en til av på for med de den som har et der ikke han jeg var seg fra vi så kan når år hun også etter eller nå hvor "
    "ved mot skal ville kommer ut får være hadde alle andre mye enn her da over bare blir opp hva meg min mitt deg du dere oss takk hvorfor "
    "noen noe ble hvem hvordan fordi kunne vår deres hjemme ikke vil sier sa gjerne under denne dette heter",
    "is": "og að í á er sem til við um það en með var ekki fyrir hann af frá hún ég þú við þeir þær þau eru hefur hafa þegar eða eftir verið "
    "verður mjög líka bara mig minn mín þér okkur hvar hvers vegna takk í dag sé því þess",
    "fi": "ja on ei että se hän oli ovat mutta myös kun kuin niin joka ole tai jos minä sinä me te he mikä mitä vain nyt sen sitä ollut "
    "olla voi jo mukaan kanssa jälkeen hyvin koska minun sinun missä miksi kiitos tänään tämä tämän siitä siinä jotka sekä ennen vielä "
    "minulla olen olemme onko voiko meidän hänen heidän jotain miten kuka milloin ollut olisi eivät olleet mutta kiitos seuraava luona alla asun nimeni voitko",
    "et": "ja on ei et see oli kui ka aga ta mis oma ning kes või nii veel siis välja pärast mina sina meie teie nad tema selle seda olen "
    "oleme olnud olema väga juba ainult kus miks palun täna aitäh mulle minu sinu pole üle ette kuid kas saab midagi kuidas meile neid oleks peame pean millal sest meil kolm all juures sa saad ära",
    "lv": "un ir no ar par uz bija kas ka arī lai bet tas viņš viņa to kā pēc pie vai es tu mēs jūs savu tiek šis šī vēl jau tikai nav "
    "man mans mana kur kāpēc lūdzu šodien paldies ļoti pirms starp kad gan līdz būs esmu",
    "lt": "ir yra į kad su iš buvo tai kaip bet ar jis ji už nuo per apie dėl po prie taip pat tik dar jau aš tu mes jūs man mano kur kodėl "
    "prašau šiandien ačiū labai prieš tarp kai iki bus esu nėra savo kurie kuris kuri kas gali galima turi turime turiu mums jos jo jiems kažkas mūsų mano nes todėl šis šį būtų koks lyg",
    "ca": "de la i el que a en els les un del per amb una és no al es va ser com més dels ha són o però pel seu seva aquest aquesta també "
    "molt quan fins sense entre hi ho em meu meva on què perquè gràcies avui jo nosaltres vaig tinc estic hem han ens tots cada aquests aquestes hi quin quina dir meus nostre nostra qui si us plau teu seu alguna així li costat van vam dels pots podeu",
    "gl": "de a e o que do da en un os na no unha para é con non por as se ao foi máis como á dos pola polo seu súa tamén moi ata ou onde "
    "cando eu nós meu miña grazas hoxe está teño son este esta isto sen pero unhas",
    "eu": "eta da ez bat zen ere du dira egin izan baina ziren hau hori zuen behar dut gero dago baino beste arte oso zuten ni zu gu nire "
    "zure non zergatik mesedez gaur eskerrik asko den edo naiz dugu guztiak",
    "sq": "të e në dhe për një me që nga se është i më nuk ka u si do por ai ajo kjo ky janë kanë kishte ishte duke pas unë ti ne ju im ime "
    "ku pse lutem sot faleminderit shumë tek edhe deri",
    "ga": "an na agus ar i is a go le bhí do sé sí tá ag ní air den nach mar ach atá níl mé tú muid sibh siad mo cá fáth inniu raibh maith "
    "bhfuil seo sin leis chun ó",
    "cy": "y yr a i yn ar o mae ei am eu wedi gan oedd ond fel hefyd hwn hon bod ni chi fi fy dy ble pam heddiw diolch os gwelwch dda nid "
    "dim sydd roedd gyda cael",
    "af": "die en van in is het nie wat te op met vir aan sy ek jy ons hulle hy ook maar was as by om word sal kan so een baie hoekom waar "
    "vandag dankie asseblief my jou daar nog dit toe moet na uit",
    "sw": "na ya wa kwa ni katika za la cha hii huyo yake wake kuwa hiyo huu kama pia lakini au baada mimi wewe sisi wao yangu wangu wapi "
    "nini leo asante tafadhali hapa sana sasa alikuwa hakuna watu",
    "tl": "ang ng sa na mga ay at ni si para ito hindi siya ko mo niya ako ikaw kami kayo sila namin kung may nang pa rin din po opo saan "
    "bakit ngayon salamat pero dahil naman lang wala",
}
# Letters that few languages have: each distinct one in a text counts for these.
LETTERS: Final[dict[str, str]] = {
    "ą": "pl lt", "ę": "pl lt", "ł": "pl", "ń": "pl", "ś": "pl", "ź": "pl", "ż": "pl", "ć": "pl hr", "ř": "cs", "ě": "cs", "ů": "cs",
    "ľ": "sk", "ĺ": "sk", "ŕ": "sk", "ô": "sk fr", "ď": "cs sk", "ť": "cs sk", "ň": "cs sk", "č": "cs sk sl hr lt lv", "š": "cs sk sl hr lt lv et",
    "ž": "cs sk sl hr lt lv et", "đ": "hr vi", "ő": "hu", "ű": "hu", "ă": "ro vi", "ș": "ro", "ț": "ro", "ţ": "ro", "ş": "tr ro", "ğ": "tr",
    "\u0131": "tr", "ơ": "vi", "ư": "vi", "ạ": "vi", "ế": "vi", "ộ": "vi", "ệ": "vi", "ả": "vi", "ấ": "vi", "ờ": "vi", "ợ": "vi", "å": "sv da no",
    "ø": "da no", "æ": "da no is", "þ": "is", "ð": "is", "ā": "lv", "ē": "lv", "ī": "lv", "ģ": "lv", "ķ": "lv", "ļ": "lv", "ņ": "lv", "ū": "lt lv",
    "ė": "lt", "ų": "lt", "į": "lt", "õ": "et pt", "ã": "pt", "ñ": "es gl eu tl", "¿": "es", "ß": "de", "ŵ": "cy", "ŷ": "cy", "ë": "sq nl af fr",
    "ä": "de sv fi et sk", "ö": "de sv fi et hu tr is", "ü": "de tr et hu", "ç": "fr pt tr sq ca", "î": "ro fr", "â": "ro fr pt", "œ": "fr",
    "ê": "fr pt vi", "è": "fr it ca", "à": "fr it ca pt", "ì": "it", "ò": "it ca", "ù": "it fr",
}  # fmt: skip
