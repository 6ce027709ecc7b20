"""Postal addresses: street and number as eleven countries write them, with flat, postcode and city where they follow; PO boxes; postcodes."""
# ruff: noqa: RUF001 - words and signs of many scripts

import re
from typing import Final

from app.core.finding import Detector, Judged, Pattern
from app.detectors.anchored import Anchor, Anchored, Several

# Letters of Latin, Greek and Cyrillic, in which streets are written here: what RE2 makes of `\p{L}` takes megabytes for each street's name.
_LARGE: Final = r"A-Z\x{c0}-\x{d6}\x{d8}-\x{de}\x{100}-\x{17f}\x{386}-\x{3ab}\x{400}-\x{42f}\x{1e00}-\x{1eff}"
_LITTLE: Final = r"a-z\x{df}-\x{f6}\x{f8}-\x{17f}\x{3ac}-\x{3ce}\x{430}-\x{45f}"
_LETTER: Final = r"A-Za-z\x{aa}\x{ba}\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{24f}\x{386}-\x{52f}\x{1e00}-\x{1fff}"
_NAME: Final = rf"[{_LARGE}][{_LETTER}'’.\-]*"
_END: Final = rf"(?:$|[^{_LETTER}0-9])"
_LEFT: Final = rf"(?:^|\\[nrt]|[^{_LETTER}0-9_./\-$#])"

# After the street of an English address: flat, city, state, postcode.
_UK: Final = r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}"
_CA: Final = r"[ABCEGHJ-NPRSTVXY][0-9][A-Z][ -]?[0-9][A-Z][0-9]"
_STATE: Final = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|"
    r"ON|QC|BC|AB|MB|SK|N[BSLTU]|PE|YT|NSW|VIC|QLD|TAS|ACT|SA|NT|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|"
    r"Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    r"Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|North (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|"
    r"Pennsylvania|Rhode Island|South (?:Carolina|Dakota)|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)"
)
_CITY: Final = rf"{_NAME}(?:[ \-]{_NAME}){{0,3}}"
_EIR: Final = r"[A-Z][0-9][0-9W] ?[0-9A-Z]{4}"
_UNIT: Final = r"(?:(?i:apt|apartment|suite|ste|unit|flat|floor|room|rm|#|building|bldg|fl)\.? ?#?[0-9A-Za-z\-]{1,6}|[0-9]{1,3}(?:st|nd|rd|th) (?i:floor))"
_TAIL: Final = (
    rf"(?:[,\s]{{1,2}}{_UNIT})?(?:,[ \n]{_CITY}|\n{_CITY})?(?:,[ \n]{_CITY})?"
    rf"(?:,?[ \n]{{1,2}}{_STATE}(?:,? {{1,2}}[0-9]{{4,5}}(?:-[0-9]{{4}})?)?|,?[ \n]{{1,2}}(?:{_UK}|{_CA}|{_EIR}|(?:- )?[0-9]{{4,6}}(?:-[0-9]{{4}})?))?(?:,?[ \n]{_CA})?"
)
_KIND: Final = (
    r"street|st|avenue|ave|av|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|ter|crescent|cres|close|highway|hwy|parkway|pkwy|"
    r"circle|cir|trail|trl|mews|grove|gardens|gdns|row|walk|parade|esplanade|quay|wharf|way|hill|rise|green|plaza|turnpike|pike|loop|alley|bypass|broadway"
)
_SURE: Final = r"street|avenue|road|boulevard|blvd|lane|drive|terrace|crescent|rd|ave"
_NUMBER: Final = r"[0-9]{1,5}[A-Za-z]?(?: ?[-–/] ?[0-9]{1,4}[A-Za-z]?)?(?: 1/2)?"
_ENGLISH: Final = Pattern(
    rf"{_LEFT}((?:{_UNIT},? )?{_NUMBER},? (?:(?:[NSEW]|[NS][EW]|North|South|East|West)\.? )?(?:(?:{_NAME}|[0-9]{{1,3}}(?:st|nd|rd|th)) ){{1,4}}"
    rf"(?i:{_KIND})\b\.?(?: (?:[NSEW]|[NS][EW]|North|South|East|West)\b)?{_TAIL}){_END}",
    "ADDRESS", 0.7, 1,
)  # fmt: skip
_LOWER: Final = Pattern(
    rf"{_LEFT}((?i:no )?[0-9]{{1,5}} (?:(?i:[a-z]{{2,}}|[0-9]{{1,3}}(?:st|nd|rd|th)) ){{1,3}}(?i:{_SURE})\b\.?{_TAIL}){_END}",
    "ADDRESS",
    0.55,
    1,
)
_BROADWAY: Final = Pattern(
    rf"{_LEFT}({_NUMBER} (?:[NSEW]\.? )?(?:Broadway|(?:Highway|Route|County Road|CR|US|State Route) [0-9]{{1,4}}){_TAIL}){_END}",
    "ADDRESS",
    0.6,
    1,
)
_AVENUES: Final = Pattern(rf"{_LEFT}({_NUMBER} (?:Avenue|Ave\.?) (?:of the {_NAME}|[A-Z]){_TAIL}){_END}", "ADDRESS", 0.6, 1)

# A street of whatever name, told by what follows it: town, state and ZIP code.
_ABBREVIATED: Final = _STATE.partition("|Alabama|")[0] + ")"
_TOLD: Final = Pattern(
    rf"{_LEFT}({_NUMBER},? (?:(?:[NSEW]|[NS][EW])\.? )?(?:(?:{_NAME}|[0-9]{{1,3}}(?:st|nd|rd|th)) ){{0,3}}{_NAME}(?:,? {_UNIT})?(?:,[ \n]|\n){_CITY},? {_ABBREVIATED},? (?:[0-9]{{4,5}}(?:-[0-9]{{4}})?|{_CA})){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip

# German and Dutch: the kind of street ends its name, the number follows.
_POSTCODE: Final = r"(?:[A-Z]{1,2}[- ])?[0-9]{4,5}(?: [A-Z]{2})?"
_AFTER: Final = rf"(?:,?[ \n]{{1,2}}(?:(?i:etage|stock|og|eg|hinterhaus|bus|boîte|bte|verdieping|hs)[ .]{{0,2}}[0-9A-Z]{{0,4}}[, \n]{{1,2}})?{_POSTCODE} {_CITY})?"
_GERMANIC_KIND: Final = (
    r"straße|strasse|str\.|straat|weg|allee|platz|gasse|gässli|ring|ufer|damm|chaussee|steig|graben|laan|plein|gracht|"
    r"kade|singel|dijk|steeg|lei|dreef|gatan|vägen|veien|vejen|gade|gaten|allé|katu|tie|utca|körút"
)
_GERMANIC: Final = Pattern(
    rf"{_LEFT}((?:{_NAME}[ \-]){{0,4}}[{_LARGE}]?[{_LETTER}\-]*(?i:{_GERMANIC_KIND})(?: {_NAME})? ?(?i:nr\.? ?)?[0-9]{{1,4}}(?: ?[a-zA-Z])?(?: ?[-/] ?[0-9]{{1,4}}[a-z]?)?{_AFTER}){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip
_PREPOSED: Final = Pattern(
    rf"{_LEFT}((?:Am|An der|An den|Auf dem|Auf der|Im|In der|In den|Zum|Zur|Unter den|Unter der|Hinter der|Vor dem|Bei der|Op de|Aan de) (?:{_NAME} ){{1,3}}[0-9]{{1,4}} ?[a-z]?,?[ \n]{_POSTCODE} {_CITY}){_END}",
    "ADDRESS", 0.6, 1,
)  # fmt: skip

_DUTCH: Final = Pattern(
    rf"{_LEFT}({_NAME}(?:[ \-](?:(?:van|de|den|der|het|ten|ter|'t) ){{0,2}}{_NAME}){{0,3}} [0-9]{{1,4}}(?: ?[a-zA-Z]{{1,3}}|-[0-9]{{1,3}})?,?[ \n][1-9][0-9]{{3}} ?[A-Z]{{2}}[ ,]{{1,2}}{_CITY}){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip

# Romance languages: the kind of street begins.
_SMALL: Final = (
    r"(?:(?i:de|du|des|la|le|les|el|los|las|del|della|delle|dei|degli|di|da|do|das|dos|dal|al|y|e|i|san|santa|sur)[ ]|[dDlL]['’])"
)
_NAMES: Final = rf"(?:{_SMALL}){{0,3}}(?:{_NAME}|[0-9]{{1,2}})(?:[ \-](?:{_SMALL}){{0,3}}{_NAME}){{0,6}}"
_PLACE: Final = rf"(?:[,\s\-–]{{1,4}}(?:[A-Z]{{1,2}}-)?[0-9]{{4,5}}(?:-[0-9]{{3}})?[,\s]{{1,2}}{_CITY}(?: \([A-Z]{{2}}\)| [A-Z]{{2}}\b)?)?"
_FRENCH: Final = Pattern(
    rf"{_LEFT}([0-9]{{1,4}}(?: ?(?:bis|ter|quater|[A-D])\b)?,? (?i:rue|avenue|av\.|boulevard|bd|boul\.|place|pl\.|chemin|impasse|allée|allées|quai|route|cours|square|passage|faubourg|ruelle|sentier|villa|cité|résidence|rond-point|esplanade|promenade|montée|voie) "
    rf"{_NAMES}(?:,? (?i:apt|appt|appartement|bât|bâtiment|étage|bte|boîte)\.? ?[0-9A-Z]{{1,4}})?{_PLACE}){_END}",
    "ADDRESS", 0.7, 1,
)  # fmt: skip
# In Belgium and Switzerland the number follows.
_FRENCH_SURE: Final = r"rue|avenue|av\.|boulevard|bd|chemin|impasse|allée|chaussée|drève|sentier|ruelle"
_FRENCH_KIND: Final = rf"{_FRENCH_SURE}|place|pl\.|quai|route|cours|square|clos"
_FRENCH_TOWN: Final = rf"(?:,[ \n]|[ \n])(?:[A-Z]{{1,2}}-)?[1-9][0-9]{{3}} {_CITY}"
_FRENCH_ABROAD: Final = Pattern(
    rf"{_LEFT}((?i:{_FRENCH_SURE}) {_NAMES},? [0-9]{{1,4}}[A-Za-z]?(?:(?:/| bte | boîte )[0-9A-Z]{{1,4}})?(?:{_FRENCH_TOWN})?"
    rf"|(?i:{_FRENCH_KIND}) {_NAMES},? [0-9]{{1,4}}[A-Za-z]?{_FRENCH_TOWN}){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip
_FLOOR: Final = r"(?:,? ?(?:[0-9]{1,2}(?: ?[ºª°.][oa]?)?(?:[ -]?(?:[A-Za-z]|izq|izda|dcha|der|int)\b\.?)?|(?i:piso|puerta|portal|esc|bajo|local|int|interno|scala|planta|apto|apartamento|bloco|sala|andar)\.? ?[0-9A-Z]{0,4}(?: ?[ºª])?)(?:[ºª°.]|\b)){0,3}"
_IBERIAN_KIND: Final = (
    r"c/|calle|c\.|avda\.?|avenida|av\.|plaza|pza\.?|plza\.?|paseo|pº|p\.º|camino|cno\.|ctra\.?|carretera|ronda|travesía|trav\.|glorieta|pasaje|urb\.|urbanización|"
    r"rua|r\.|travessa|largo|praça|alameda|estrada|rodovia|carrer|passeig|avinguda|via|viale|v\.le|piazza|p\.za|corso|c\.so|vicolo|strada|piazzale|lungotevere|contrada|località|calzada|cra|carrera|cr\.|diagonal"
)
_IBERIAN: Final = Pattern(
    rf"{_LEFT}((?i:{_IBERIAN_KIND})"
    rf" ?(?:{_NAMES}|[{_LITTLE}][{_LITTLE} ]{{2,30}})(?:,| )[ ]?(?i:n[ºo°.]{{0,2}} ?|núm\.? ?|numero |número |km\.? ?|# ?)?(?:[0-9]{{1,4}}(?:[-/][0-9]{{1,3}})?[A-Za-z]?|(?i:s/n)){_FLOOR}{_PLACE}){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip
_SLAVIC_KIND: Final = r"ul\.|ulica|al\.|aleja|pl\.|os\.|ulice|ул\.|улица|пр\.|проспект|пер\.|вул\."
_SLAVIC: Final = Pattern(
    rf"{_LEFT}((?i:{_SLAVIC_KIND}) ?{_NAMES},? ?(?:д\. ?|дом |буд\. ?)?[0-9]{{1,4}}[A-Za-zА-я]?(?:[/ ](?:m\. ?)?[0-9]{{1,4}})?(?:,? (?:кв\.|м\.|m\.) ?[0-9]{{1,4}})?"
    rf"(?:,? [0-9]{{2}}-[0-9]{{3}} {_CITY})?){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip
_EAST: Final = Pattern(
    r"([\p{Han}]{2,12}(?:路|街|大道|巷|弄)[0-9]{1,5}(?:号|號)(?:[\p{Han}0-9]{0,12}(?:室|楼|樓|单元|层))?|[\p{Han}\p{Hiragana}\p{Katakana}]{2,20}[0-9]{1,3}(?:丁目[0-9]{1,3}番(?:地)?(?:[0-9]{1,3}号)?|-[0-9]{1,3}-[0-9]{1,3})|"
    r"[\p{Hangul}]{2,12}(?:로|길) ?[0-9]{1,4}(?:-[0-9]{1,3})?(?:번길 ?[0-9]{1,4})?)",
    "ADDRESS", 0.6, 1,
)  # fmt: skip
_BOX_WORDS: Final = r"p\.? ?o\.? ?box|post office box|gpo box|private bag|locked bag|postfach|postbus|boîte postale|b\.p\.|bp|apartado(?: de correos| postal)?|caixa postal|casella postale|skrytka pocztowa|postboks|box postal"
_BOX: Final = Pattern(
    rf"{_LEFT}((?i:{_BOX_WORDS})"
    rf" ?(?:n[ºo°.]{{1,2}} ?)?[0-9][0-9 ]{{1,6}}[0-9](?:,? {_POSTCODE} {_CITY})?(?:,[ \n]{_CITY})?(?:,?[ ]{_STATE} [0-9]{{4,5}}(?:-[0-9]{{4}})?)?){_END}",
    "ADDRESS", 0.65, 1,
)  # fmt: skip
_MAIL_UK: Final = Pattern(rf"{_LEFT}((?:[{_LARGE}][{_LITTLE}]{{2,}},? ){_UK}|GIR 0AA){_END}", "ADDRESS", 0.55, 1)
# By itself: areas and letters that the Royal Mail uses. Areas of one letter only before a longer district: `M2 1TB` is a machine's memory.
_AREAS: Final = (
    r"A[BL]|B[ABDHLNRST]|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]|F[KY]|G[LUY]|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]|M[EKL]|N[EGNPRW]|O[LX]|"
    r"P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]|T[ADFNQRSW]|UB|W[ACDFNRSV]|YO|ZE"
)
_LONE_UK: Final = Pattern(
    rf"{_LEFT}((?:(?:{_AREAS})[0-9][0-9A-Z]?|[BEGLMNSW][0-9][0-9A-Z]) [0-9](?:[ABD-FHJLNP-RU-Z][ABD-HJLNP-UW-Z]|[GST][AD-GJLNP-SUW-Z])){_END}",
    "ADDRESS",
    0.5,
    1,
)
_CODE_WORDS: Final = r"zip[ _]?code|zip|post[ _]?code|postal[ _]?code|plz|postleitzahl|code postal|código postal|c\.p\.|cp|cap|postcode|cep|código de endereçamento|postnummer|pin ?code"
_KEY_WORDS: Final = r"(?:zip[ _]?code|post[ _]?code|postal[ _]?code|postleitzahl)"  # which stand in quotes before a colon, too
_MAIL_CODE: Final = Pattern(
    rf"(?i:\b(?:{_KEY_WORDS}[\"']?|{_CODE_WORDS})(?: is|:|=| )\s{{0,2}}[\"']?)"
    rf"([0-9]{{5}}(?:-[0-9]{{3,4}})?|{_UK}|{_CA}|[0-9]{{4}} ?[A-Z]{{2}}|[0-9]{{4}}(?:-[0-9]{{3}})?|[0-9]{{6}}|[0-9]{{2}}-[0-9]{{3}}|[A-Z][0-9]{{2}} ?[0-9A-Z]{{4}}|[0-9]{{3}} [0-9]{{2}}){_END}",
    "ADDRESS", 0.6, 1,
)  # fmt: skip

# Shapes that are anything else beside a short word: `plz` is also a wish.
_MAIL_KEY: Final = Pattern(
    rf"(?i:\b{_KEY_WORDS}[\"']?(?: is|:|=| )\s{{0,2}}[\"']?)([0-9]{{7,8}}|[0-9]{{3}}-[0-9]{{4}}|[A-Z]{{1,2}}-?[0-9]{{4,5}}){_END}",
    "ADDRESS",
    0.6,
    1,
)

_STOP: Final = re.compile(
    r"\b(?:the|of|in|on|at|to|is|are|was|were|for|with|from|by|and|or|that|this|these|miles?|km|years?|days?|minutes?|hours?|people|times?|percent|more|other|new|different|items?|lanes?|cars?|my|your|his|her|we|they|it|you|las|los|que|se|un|una|por)\b",
    re.IGNORECASE,
)


_KIND_AND_NAME: Final = re.compile(r"(c/|[^\W\d_]+[.º]*)(\s*)(\D*)", re.IGNORECASE)
_NO_OTHER_WORD: Final = frozenset({"c/", "calle", "avda", "avda.", "avenida", "av.", "plaza", "paseo", "rua", "r."})


def _named(value: str) -> bool:
    """Say whether a street has a name: `largo y 0` and `craneal 3` have none."""
    match = _KIND_AND_NAME.match(value)
    if match is None or not (match[2] or match[1].endswith(("/", "."))):
        return False
    return match[3] != match[3].lower() or match[1].lower() in _NO_OTHER_WORD


# The states of each first figure of a ZIP code (USPS), and the states whose codes have four figures (Australia Post).
_ZIP: Final = (
    "CT MA ME NH NJ RI VT", "DE NY PA", "DC MD NC SC VA WV", "AL FL GA MS TN", "IN KY MI OH", "IA MN MT ND SD WI", "IL KS MO NE", "AR LA OK TX",
    "AZ CO ID NM NV UT WY", "AK CA HI OR WA",
)  # fmt: skip
_FOUR: Final = frozenset("NSW VIC QLD TAS ACT SA NT WA".split())  # noqa: SIM905
_STATE_AND_CODE: Final = re.compile(r"([A-Z]{2,3}),? (\d)\d{3}(\d)?(?:-\d{4})?$")


def _posted(value: str) -> bool:
    """Say whether a state and its code belong together: `OK 73102`, not `OK 1000` or `ID 98765`."""
    match = _STATE_AND_CODE.search(value)
    if match is None:
        return True  # a Canadian one has a form of its own
    return match[1] in _ZIP[int(match[2])].split() if match[3] else match[1] in _FOUR


def _check(value: str, pattern: Pattern) -> Judged | None:
    if pattern is _LOWER and _STOP.search(value.partition(",")[0]):
        return None
    if pattern is _IBERIAN and not _named(value):
        return None
    if (pattern is _TOLD and not _posted(value)) or (pattern is _FRENCH_ABROAD and re.search(r" (?:19|20)\d\d$", value)):
        return None
    if re.match(r"via |(?:19|20)\d\d,", value):  # `via HTTP 200`, `2003, Tom Lane`
        return None
    return Judged(pattern.entity, pattern.score)


_ANCHORS: Final = (
    Anchor(
        rf"\b(?i:{_KIND}|route|county road|rue|bd|boul\.|chemin|impasse|allées?|quai|cours|passage|faubourg|ruelle|sentier|cité|résidence|rond-point|promenade|montée|voie)\b",
        (_ENGLISH, _LOWER, _BROADWAY, _AVENUES, _FRENCH), 80, 120, -1,
    ),
    Anchor(rf"(?i:{_GERMANIC_KIND})(?: [{_LARGE}][{_LETTER}]+)? ?(?i:nr\.? ?)?[0-9]", (_GERMANIC,), 70, 80),
    Anchor(rf"\b(?:Am|An de[rn]|Auf de[mr]|Im|In de[rn]|Zu[mr]|Unter de[rn]|Hinter der|Vor dem|Bei der|Op de|Aan de) [{_LARGE}]", (_PREPOSED,), 4, 110, 1),
    Anchor(rf"\b[1-9][0-9]{{3}} ?[A-Z]{{2}}[ ,]{{1,2}}[{_LARGE}]", (_DUTCH,), 70, 60),
    Anchor(r"(?:路|街|大道|巷|弄|丁目|로|길) ?[0-9]|[\p{Han}][0-9]{1,3}(?:丁目|-[0-9])", (_EAST,), 60, 80),
    Anchor(rf"(?i:{_BOX_WORDS}) ?(?:n[ºo°.]{{1,2}} ?)?[0-9]", (_BOX,), 4, 90),
    Anchor(rf"\b{_ABBREVIATED},? (?:[0-9]{{4,5}}\b|{_CA})", (_TOLD,), 90, 12, -1),
    Anchor(rf"\b{_UK}\b|GIR 0AA", (_MAIL_UK, _LONE_UK), 30, 4),
    Anchor(rf"\b(?i:{_KEY_WORDS}[\"']?|{_CODE_WORDS})(?: is|:|=| )", (_MAIL_CODE, _MAIL_KEY), 4, 30, 1),
)  # fmt: skip
# Theirs stand before a name as others' do behind one: `12 Av. de la Paix` and `Av. Paulista 12` are told apart by two looks, and so is
# `avenue Louise 54`, by a third.
_KIND_FIRST: Final = (
    Anchor(rf"(?:^|[^{_LETTER}0-9])(?i:{_IBERIAN_KIND})[ {_LETTER}0-9]", (_IBERIAN,), 4, 150),
    Anchor(rf"(?:^|[^{_LETTER}0-9])(?i:{_SLAVIC_KIND})[ {_LETTER}]", (_SLAVIC,), 4, 120, 1),
)
_NUMBER_LAST: Final = (Anchor(rf"(?:^|[^{_LETTER}0-9])(?i:{_FRENCH_KIND}) [{_LETTER}]", (_FRENCH_ABROAD,), 4, 120, 1),)


ADDRESSES = Detector(
    name="addresses",
    version=4,
    search=Several(*(Anchored("addresses", anchors, _check) for anchors in (_ANCHORS, _KIND_FIRST, _NUMBER_LAST))),
    identity=lambda value: re.sub(r"\W+", " ", value.casefold()).strip(),
    examples=(
        "742 Evergreen Terrace, Springfield, IL 62704",
        "She lives at 1600 Pennsylvania Ave NW, Washington, DC 20500.",
        "Flat 2, 10 Downing Street, London SW1A 2AA",
        "221B Baker Street",
        "Rue de la Loi 16, 1000 Bruxelles",
        "chemin de Beauval 79",
        "4 Dakota Rise, Lake Connor, NSW 5093",
        "90 Christopher Street, Dublin, D02 X285",
        "4 Orchard Wynd, Unit 7, Millbrook, NY 12545",
        "Av. Paulista 1578, São Paulo",
        "Damrak 1, 1012 LG Amsterdam",
        "12 Av. de la Grande Armée, 75016 Paris",
        "24 sussex drive",
        "Musterstraße 12a, 12345 Berlin",
        "Zum Alten Markt 5, 18055 Rostock",
        "Keizersgracht 123, 1015 CJ Amsterdam",
        "12 bis rue de la Paix, 75002 Paris",
        "Calle Mayor 5, 3º B, 28013 Madrid",
        "C/ Periodista Gabriel nº 3",
        "Via Roma 12, 00184 Roma (RM)",
        "Rua das Flores, 123, 1200-195 Lisboa",
        "ul. Marszałkowska 12/3, 00-590 Warszawa",
        "P.O. Box 1234, Austin, TX 78701",
        "Postfach 12 34",
        "zip code 90210",
        "北京市朝阳区建国路88号",
        "postcode 941-0615",
        "postcode 6347861",
        "postcode N27 A8R7",
        "rue Haute 12 bte 3, 1000 Bruxelles",
        "350 Fifth Avenue, 34th Floor, New York, NY 10118",
        "Postal code: H-2253",
        "avenue Louise 54",
    ),
    counterexamples=(
        "in 5 ways to drive",
        "12 items on the road",
        "3 Way Merge of 2 branches",
        "via HTTP 200",
        "Copyright 2003, Tom Lane.",
        "box 12 of 14",
        "1 Introduction",
        "2 miles down the road",
        "Square Enix 2024",
        "Place Order 12",
        "Route Table 12",
        "cours de Python 3",
        "rue de la Paix 2024",
        "42 Users Deleted, Batch Job, ID 98765",
        "12 Passed, Test Suite, OK 1000",
        "10 Results, Search Page, OR 1999",
        "zip 555-1234",
        "plz 12345678",
    ),
)
