"""Special categories of personal data (GDPR, articles 9 and 10) as plain wordings in seven languages: reported, for policies to hide or block.

The wordings say something of a person (`diagnosed with …`, `member of the … union`); a subject alone (`cancer research`) is none.
"""
# ruff: noqa: RUF001 - words and signs of many scripts

from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.anchored import Anchor, Anchored

_LETTER: Final = r"[A-Za-z\x{c0}-\x{17f}]"  # every letter of the world would make the automaton a hundred times as large
_LEFT: Final = r"(?:^|[^A-Za-z0-9_\x{c0}-\x{17f}])"
_RIGHT: Final = r"(?:$|[^A-Za-z0-9_\x{c0}-\x{17f}])"
_TOLD: Final = rf"\s(?:(?:an?|the|el|la|los|las|le|les|une?|der|die|das|de|het|il|lo|um|uma|o)\s)?{_LETTER}[A-Za-z0-9'’\-\x{{c0}}-\x{{17f}}]{{2,}}(?:\s(?:(?:of|de|del|di|da)\s)?[a-z\x{{e0}}-\x{{ff}}]{{5,}})?"


def _said(entity: str, *wordings: str) -> Anchor:
    """Return what finds wordings in any case; a blank stands for any white space; after `…` one to three words say what."""
    whole = "|".join(_spread(wording) for wording in wordings if not wording.endswith(" …"))
    told = "|".join(_spread(wording.removesuffix(" …")) for wording in wordings if wording.endswith(" …"))
    ending = f"|(?:{told}){_TOLD}" if told else ""
    pattern = Pattern(f"{_LEFT}((?i:{whole}{ending})){_RIGHT}", entity, 0.6, 1)
    return Anchor(f"{_LEFT}(?i:{whole}{f'|{told}' if told else ''})", (pattern,), 4, 100)


def _spread(wording: str) -> str:
    return wording.replace("L+", _LETTER + "+").replace(" ?", "\x00").replace(" ", r"\s+").replace("\x00", r"\s?")


_HEALTH: Final = _said(
    "HEALTH",
    "diagnosed (?:with|as having) …", "suffer(?:s|ed|ing)? from …", "(?:being )?treated for …", "tested positive for …",
    "hiv(?:[- ]positive|\\+)", "(?:has|had|have) (?:aids|hiv|cancer|epilepsy|diabetes|schizophrenia|leuk(?:a)?emia|lupus|dementia|hepatitis(?: [abc])?|tuberculosis|depression|asthma|autism|adhd|ptsd|parkinson'?s|alzheimer'?s|multiple sclerosis|bipolar disorder)",
    "(?:is|am|was|i'm|she's|he's) (?:pregnant|disabled|suicidal|anorexic|bulimic|infertile)", "(?:her|my|his wife's) (?:pregnancy|miscarriage|abortion|chemotherapy|chemo|diagnosis|disability)",
    "(?:is|on) (?:chemotherapy|dialysis|sick leave|antidepressants|methadone)", "bipolar disorder", "type [12] diabet(?:es|ic)", "(?:cancer|aids|dialysis|psychiatric) patient", "disability (?:pension|benefits)", "addicted to …",
    "diagnose:? …", "(?:leidet|litt) (?:an|unter) …", "hiv[- ]positiv", "schwanger(?:schaft)?", "krankgeschrieben", "schwerbehindert", "erkrankte? an …",
    "diagnosticad[oa] (?:de|con) …", "(?:padece|sufre|padecía|padecido)(?: de)? …", "vih[- ]positiv[oa]", "seropositiv[oa]", "embarazada", "baja (?:por enfermedad|médica)", "discapacitad[oa]",
    "diagnostiquée? avec …", "(?:souffre|souffrait|atteinte?) de …", "séropositi(?:f|ve)", "enceinte de", "est enceinte", "en arrêt maladie", "invalidité",
    "gediagnosticeerd met …", "(?:lijdt|leed) aan …", "hiv[- ]positief", "zwanger", "ziekteverlof", "arbeidsongeschikt",
    "diagnosticad[oa] com …", "(?:sofre|sofria|padece) de …", "soropositiv[oa]", "(?:está )?grávida", "baixa médica",
    "diagnosticat[oa] …", "(?:soffre|soffriva|affett[oa]) (?:di|da) …", "sieropositiv[oa]", "incinta", "in malattia",
)  # fmt: skip
_FAITHS: Final = (
    "muslim|jewish|jew|christian|catholic|protestant|hindu|buddhist|sikh|atheist|mormon|orthodox|evangelical|baptist|jehovah'?s witness"
)
_RELIGION: Final = _said(
    "RELIGION",
    f"(?:practi[cs]ing|devout|observant|converted to|convert to|raised|born[- ]again|is an?|am an?|i'm an?|are|as an?) (?:{_FAITHS}|islam|judaism|christianity|catholicism|hinduism|buddhism)", "(?:his|her|my|their) (?:faith|religion|religious beliefs?)",
    "religion: …", "(?:attends|member of) (?:the )?(?:mosque|synagogue|church|parish|congregation|gurdwara|temple)",
    "(?:gläubige[rn]?|praktizierende[rn]?|ist|bin) (?:muslim(?:in)?|moslem|jude|jüdin|christ(?:in)?|katholi(?:k(?:in)?|sch)|evangelisch|protestantin?|atheist(?:in)?|buddhist(?:in)?|hindu)", "konfession: …", "aus der kirche ausgetreten",
    "(?:es|soy|católic[oa]|practicante) (?:musulm[aá]n[a]?|judí[oa]|cristian[oa]|católic[oa]|ate[oa]|budista|protestante|testigo de jehová)",
    "(?:est|suis|de confession) (?:musulman[e]?|jui(?:f|ve)|chrétien(?:ne)?|catholique|protestante?|athée|bouddhiste|israélite)",
    "(?:is|ben) (?:moslim[a]?|joods|christelijk|katholiek|protestants|atheïst|gereformeerd)", "(?:é|sou) (?:muçulman[oa]|judeu|judia|cristã?o?|católic[oa]|ateu|evangélic[oa]|espírita)",
    "(?:è|sono) (?:musulman[oa]|ebre[oa]|cristian[oa]|cattolic[oa]|ate[oa]|buddista)",
)  # fmt: skip
_POLITICS: Final = _said(
    "POLITICS",
    "(?:voted|votes|voting|vote) (?:for )?(?:the )?(?:democrats?|democratic|republicans?|labour|conservatives?|tory|tories|greens?|liberals?|trump|biden|afd|spd|cdu|vox|psoe|reform)", "(?:registered|lifelong|staunch|is a|am a|i'm a) (?:democrat|republican|conservative|liberal|communist|socialist|anarchist|libertarian|marxist|fascist)",
    "(?:member|supporter|activist|donor) of (?:the )?(?:L+ ){0,3}party", "political (?:opinions?|views?|beliefs?|affiliation)", "party member(?:ship)?",
    "(?:mitglied|parteimitglied) (?:der|bei der|in der) (?:L+ )?(?:cdu|csu|spd|fdp|afd|grünen|linken|partei|npd|bsw)", "wählt (?:die )?(?:cdu|csu|spd|fdp|afd|grünen?|linke)", "parteibuch",
    "(?:miembro|militante|afiliad[oa]) (?:del?|al) (?:psoe|pp|vox|podemos|sumar|partido(?: L+)?|erc|pnv)", "(?:vota|votó) (?:a|al|por) (?:psoe|pp|vox|podemos|sumar)", "(?:membre|adhérente?|militante?) du (?:parti(?: L+)?|ps|rn|pcf)", "vote (?:lepen|le pen|macron|rn)",
    "lid van (?:de )?(?:vvd|pvda|d66|pvv|cda|sp|groenlinks|L+ partij)", "(?:membro|filiad[oa]|militante) (?:do|ao) (?:pt|psd|ps|pcp|psdb|partido(?: L+)?)", "(?:iscritt[oa]|militante) (?:al|del|della) (?:pd|lega|partito(?: L+)?)",
)  # fmt: skip
_ORIENTATION: Final = _said(
    "ORIENTATION",
    "(?:is|am|i'm|was|are|he's|she's|openly|came out as|comes out as|identif(?:y|ies) as|being) (?:an? |openly )?(?:gay|lesbian|bisexual|homosexual|queer|asexual|pansexual|trans(?:gender|sexual)?|non-?binary|intersex|heterosexual|straight man|straight woman)", "(?:gay|lesbian|trans|transgender|bisexual) (?:man|woman|person|employee|colleague|couple|son|daughter)",
    "sexual orientation", "(?:her wife and she|same-sex (?:partner|spouse|couple|marriage))", "gender (?:reassignment|transition)",
    "(?:ist|bin|war) (?:offen )?(?:schwul|lesbisch|bisexuell|homosexuell|transgender|trans|queer|asexuell|nichtbinär)", "(?:es|soy) (?:gay|lesbiana|bisexual|homosexual|transexual|transgénero|no binari[oae])", "(?:est|suis) (?:gay|homosexuel(?:le)?|lesbienne|bisexuel(?:le)?|transgenre|transsexuel(?:le)?)",
    "(?:is|ben) (?:homo(?:seksueel)?|lesbisch|biseksueel|transgender)", "(?:é|sou) (?:gay|lésbica|bissexual|homossexual|transgênero|transexual)", "(?:è|sono) (?:gay|lesbica|bisessuale|omosessuale|transgender|transessuale)", "orientación sexual", "sexuelle orientierung", "orientation sexuelle", "seksuele geaardheid", "orientação sexual", "orientamento sessuale",
)  # fmt: skip
_UNION: Final = _said(
    "UNION",
    "(?:member|rep|representative|delegate|organi[sz]er|steward|official) (?:of|at|for|in) (?:the )?(?:L+ ){0,4}(?:trade |labou?r )?union", "(?:trade|labou?r) union (?:member(?:ship)?|rep(?:resentative)?|dues|delegate|activist|official)", "union (?:member(?:ship)?|dues|rep|card|steward)", "(?:joined|left) (?:the|a) (?:L+ ){0,3}union", "shop steward",
    "gewerkschafts?(?:mitglied(?:schaft)?|er(?:in)?|vertreter(?:in)?|sekretär(?:in)?)", "mitglied (?:der|bei der|in der) (?:gewerkschaft|ig metall|ver\\.?di|gew|igbce|ig bau)", "(?:afiliad[oa]|delegad[oa]|miembro) (?:sindical|al sindicato|del sindicato|de (?:ccoo|ugt|cgt))", "cuota sindical",
    "(?:syndiquée?|déléguée? syndicale?|adhérente? (?:à la|de la) (?:cgt|cfdt|fo|cftc)|membre (?:du|d'un) syndicat)", "(?:lid van (?:de )?(?:fnv|cnv|vakbond)|vakbondslid(?:maatschap)?)", "(?:sindicalizad[oa]|filiad[oa] (?:ao|no) sindicato|dirigente sindical)", "(?:iscritt[oa] (?:al sindacato|alla (?:cgil|cisl|uil))|sindacalista|rappresentante sindacale)",
)  # fmt: skip
_BIOMETRIC: Final = _said(
    "BIOMETRIC",
    "(?:his|her|my|their|your|employee|customer|patient)'?s? (?:finger ?prints?|iris scans?|retina(?:l)? scans?|face ?prints?|facial (?:scan|template|geometry)|voice ?prints?|palm ?prints?|dna (?:sample|profile|test|sequence)|biometric (?:data|template|profile)|genetic (?:data|profile|test results?)|genome)", "biometric (?:template|identifier|enrol?lment) (?:of|for) …", "dna (?:profile|sample) (?:of|from) …", "brca[12] (?:positive|mutation|carrier)", "carrier of (?:the )?[A-Za-z0-9]+ (?:gene|mutation)",
    "(?:sein|ihr|mein)e?n? (?:fingerabdr(?:uck|ücke)|irisscan|dna[- ]profil|gesichtsscan)", "(?:sus?|mis?) (?:huellas? (?:dactilar(?:es)?|digital(?:es)?)|perfil genético|escáner de iris)", "(?:ses|son|mes|mon) (?:empreintes? (?:digitales?|génétiques?)|profil adn)", "(?:zijn|haar|mijn) (?:vingerafdruk(?:ken)?|irisscan|dna-profiel)", "(?:suas?|minhas?) (?:impress(?:ão|ões) digita(?:l|is)|perfil genético)", "(?:sue|mie|sua|mia) (?:impront[ae] digital[ei]|profilo genetico)",
)  # fmt: skip
_CRIMINAL: Final = _said(
    "CRIMINAL",
    "(?:was|been|were|got|is) (?:previously )?(?:arrested|indicted|sentenced|imprisoned|jailed|found guilty|remanded)", "charged with …", "(?:(?:was|been|were) )?(?:convicted|found guilty) of …", "convicted (?:felon|murderer|rapist|sex offender|criminal)", "criminal (?:record|conviction|history|charges)", "pleaded guilty", "pled guilty", "(?:registered )?sex offender", "served (?:[A-Za-z0-9]+ ){1,2}(?:years?|months?) in (?:prison|jail)", "(?:on|released on|violated) (?:parole|probation)", "prior convictions?",
    "verurteilt wegen …", "(?:vorbestraft|vorstrafen?|wurde verhaftet|in untersuchungshaft|führungszeugnis)", "(?:condenad[oa]|imputad[oa]) (?:por|a) …", "(?:antecedentes penales|fue detenid[oa]|en prisión preventiva)", "condamnée? (?:pour|à) …", "(?:casier judiciaire|mise? en examen|en garde à vue|incarcérée?)", "(?:veroordeeld|aangehouden) (?:voor|wegens|tot) …", "strafblad", "(?:antecedentes criminais|foi pres[oa])", "(?:condannat[oa]|arrestat[oa]) per …", "(?:precedenti penali|fedina penale)",
)  # fmt: skip


def _reported(_value: str, pattern: Pattern) -> Judged:
    return Judged(pattern.entity, pattern.score)


SPECIAL = Detector(
    name="special_categories",
    version=1,
    search=Anchored("special_categories", (_HEALTH, _RELIGION, _POLITICS, _ORIENTATION, _UNION, _BIOMETRIC, _CRIMINAL), _reported),
    examples=(
        "She was diagnosed with multiple sclerosis.",
        "he is HIV positive",
        "er leidet an Depressionen",
        "padece diabetes tipo 2",
        "My boss is a practising Muslim",
        "she is openly lesbian",
        "a member of the transport workers union",
        "Mitglied der IG Metall",
        "he voted for the greens",
        "was convicted of fraud in 2009",
        "their fingerprints were taken",
        "elle est enceinte",
        "condenado por robo",
    ),
    counterexamples=(
        "cancer research",
        "the union of two sets",
        "a religious holiday",
        "the party starts at nine",
        "fingerprint of the certificate",
        "the suffering index",
        "a straight line",
        "the charge of the battery",
        "UNION ALL SELECT",
    ),
)

_PEOPLES: Final = (
    "Afghans?|African[- ]Americans?|Africans?|Albanians?|Algerians?|Americans?|Arabs?|Argentin(?:e|ian)s?|Armenians?|Asians?|Australians?|Austrians?|Bangladeshis?|"
    "Basques?|Belgians?|Bolivians?|Bosnians?|Brazilians?|British|Bulgarians?|Canadians?|Catalans?|Chechens?|Chileans?|Chinese|Colombians?|Croatians?|Cubans?|Cypriots?|Czechs?|Danish|"
    "Dutch|Ecuadorians?|Egyptians?|English(?:man|woman|men)|Eritreans?|Estonians?|Ethiopians?|Filipinos?|Finnish|French(?:man|woman|men)?|Georgians?|Germans?|Ghanaians?|Greeks?|Haitians?|"
    "Hispanics?|Hungarians?|Icelandic|Indians?|Indonesians?|Iranians?|Iraqis?|Irish(?:man|woman)?|Israelis?|Italians?|Jamaicans?|Japanese|Jordanians?|Kazakhs?|Kenyans?|Koreans?|"
    "Kurds?|Kurdish|Latin[oax]s?|Latvians?|Lebanese|Libyans?|Lithuanians?|Malaysians?|Maltese|Mexicans?|Moldovans?|Mongolians?|Moroccans?|Nepalese|Nigerians?|Norwegians?|"
    "Pakistanis?|Palestinians?|Peruvians?|Poles|Polish|Portuguese|Puerto Ricans?|Romanians?|Romani|Russians?|Saudis?|Scottish|Senegalese|Serbs?|Serbians?|Sinhalese|Slovaks?|Slovenians?|"
    "Somalis?|South Africans?|Spanish|Spaniards?|Sudanese|Swedish|Swedes?|Swiss|Syrians?|Taiwanese|Tamils?|Thai|Tibetans?|Tunisians?|Turkish|Turks?|Ugandans?|Ukrainians?|Uruguayans?|"
    "Uyghurs?|Venezuelans?|Vietnamese|Welsh(?:man|woman)?|Yemenis?|Zimbabweans?|"
    "Muslims?|Islamic|Jews?|Jewish|Christians?|Catholics?|Protestants?|Hindus?|Buddhists?|Sikhs?|Mormons?|Atheists?|Sunnis?|Shi'?as?|Shi'?ites?|Democrats?|Republicans?|Communists?|Marxists?|"
    "Tory|Tories|Zionists?|Socialists?"
)
_PEOPLE: Final = Pattern(rf"(?:^|[^\pL0-9_\-./])({_PEOPLES})(?:$|[^\pL0-9_\-./(]|[.\-](?:$|[^\pL0-9]))", "NRP", 0.5, 1)

NRP = Detector(
    name="nationalities",
    version=1,
    search=Anchored("nationalities", (Anchor(_PEOPLES, (_PEOPLE,), 4, 4),), _reported),
    examples=(
        "She is Japanese",
        "two Germans and",
        "the Catholic priest",
        "a Kurdish family",
        "Republicans voted",
        "an African-American judge",
    ),
    counterexamples=("polish the floor", "turkish_delight", "indians", "US-English", "Germany", "lang/French", "Chineses"),
)
