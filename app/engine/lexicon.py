"""Words around names, as data: titles, particles, generational suffixes, legal forms, and words that are names as well.

All in the plain form that `plain` gives: case folded, accents gone, without full stops. The lists are ours; they need not be complete,
since a word missing here costs a link or a false alarm, never a value.
"""

import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i", "ħ": "h"})


def plain(text: str) -> str:
    """Return `text` in lower case and without accents: `Łódź` → `lodz`. The length may change."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return unicodedata.normalize("NFC", "".join(c for c in bare if not unicodedata.combining(c)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands before a name, by the gender it tells. `ms singh` and `mr singh` are two people.
HONORIFICS: Final[dict[str, str]] = {
    **dict.fromkeys(
        _words(
            "mr mister sir lord herr herrn senor sr don monsieur signor signore sig meneer dhr senhor seu dom pan pana panu gospodin bay bey "
            "shri sri thiru messieurs mm herren dottore father fr brother king prince sheikh shaikh господин"
        ),
        "m",
    ),
    **dict.fromkeys(
        _words(
            "mrs ms miss mx madam madame dame lady frau fraulein senora sra senorita srta dona madame mme mademoiselle mlle signora sigra "
            "signorina mevrouw mevr mw senhora pani gospodja gospozha hanim smt shrimati sister queen princess mother госпожа"
        ),
        "f",
    ),
    **dict.fromkeys(
        _words(
            "dr doctor prof professor doktor docteur doctora doutor doutora dra dottor dott dottoressa ing dipl dipl-ing mag eng engr arch "
            "avv lic rev reverend rabbi imam pastor hon judge justice capt captain col colonel lt gen general maj major sgt sergeant cpl "
            "sen senator rep gov governor pres president chancellor minister ambassador st saint san santa hr fru familie dear hi hello hallo "
            "hola bonjour ciao ola cher chere liebe lieber estimado estimada caro cara beste geachte prezado prezada"
        ),
        "",
    ),
}
HONORIFICS["mx"] = ""
# What stands behind a name without a space between: Japanese, Korean and Chinese titles.
TRAILING: Final = ("さん", "さま", "様", "ちゃん", "くん", "君", "先生", "氏", "女士", "小姐", "님", "씨")
# Words within a name that no one is told by, as long as other words are left.
PARTICLES: Final = _words(
    "van von der den de del della dello di da das do dos du des la le las los el al ul ibn bin binti bint ben bat ap ab af av zu zum "
    "zur ten ter te het op y e i san st"
)
SUFFIXES: Final = _words("jr junior sr senior ii iii iv filho neto phd md mba esq dds rn")
# Of these, the ones that tell two people of one name apart.
GENERATIONS: Final = {"jr": "2", "junior": "2", "ii": "2", "filho": "2", "sr": "1", "senior": "1", "iii": "3", "neto": "3", "iv": "4"}
LEGAL_FORMS: Final = _words(
    "inc incorporated corp corporation co company ltd limited llc llp lp plc pty gmbh mbh ag kg kgaa ohg ug se ev sa sas sarl sasu snc "
    "eurl sl slu sau bv nv vof cv srl spa sapa sagl lda ltda eireli sp zoo oy oyj ab as asa aps a/s kft zrt bt sro spol doo dd ooo oao "
    "zao pao kk gk pvt pte sdn bhd jsc pjsc sicav holding group the of and und et y e &"
)

# Names that are words too, English first: alone they count only where a capital letter says more than the start of a sentence.
WORDS: Final = _words(
    "apple boots compass delta gap meta next oracle shell sprint subway target total visa "
    "admin agent agosto alto amber amor angel api april art ash assistant august autumn avril bailey baker bank banks barber baron basil "
    "bay bell best bill bird bishop black blanca blanco block blue bond bow bowl box branch brand bravo bridge bright brook brooks brown "
    "buck burns bush butcher butler campo carpenter carter case cash castillo chance chandler chapel chapman charity chase cherry chin "
    "chip christian church clark claro clay client close coal cole colt conde cook cooper cortes costa cotton court craft crane cross "
    "crystal customer daisy dale dame dark data dawn day dean december delgado demo diamond django docker dolly drake draw drew duke earl "
    "early east eve faith february field fields fine fish fisher flask flor flora flores ford forest foster fox france frank freeman "
    "french friday frost fuchs fuentes gardener ginger glass glen go god gold golden good grace grant gray green grey gross guerra guy "
    "hall harm harmony hart haven hay hazel heath heather hermosa hill him hoffnung hold holiday holly home hood hope host hunt hunter "
    "iglesia iris ivory ivy jack jade january janvier jasmine java jenkins jersey jewel jira job jordan joy judge juin july june jung "
    "junior justice kaiser keen king kit klein knight koch konig kraft kurz lake lance land lane lang laurel law leal lee light lily "
    "linden little lluvia long lord love low lucky luz mai major man manager mar march mark marks mars marsh marshall mason master max "
    "may meadow melody mercy mesa miles miller minor misty model monday money moon moss mother myrtle new newman noble node nord north "
    "november october olive orange page paris park parker parks pascal pat patient paz pearl penny pepper perl perla pierce pike pilar "
    "pink piper pool pope porter post potter pound powers prado price pride prince principal python queen rain ray read reed reich reina "
    "rey rich richter rico river rivers rob robin rock rocky rod rojo rosa rose roth royal rubio ruby rule rust rusty saber sage salt "
    "sand sandy saturday savage sawyer school schwarz september serrano server sharp shepherd shore short silver singer sky slim small "
    "snow sol sommer sons soto south spring square stark steel stein sterling stone storm street strong sue summer sun sunday sunny "
    "support swan swift system taylor team temple test thorn thursday tiger tiny tom tower trace trinity tuesday turner user vale valle "
    "valley vega verde villa viola violet virginia vogel wade walker wall ward waters way weaver wednesday weiss wells west wheeler white "
    "wild will willow winter winters wise wolf wood woods word worth wren wright york young zimmer"
)  # fmt: skip
