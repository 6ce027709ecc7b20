"""Chinese names in Latin letters: a closed set of syllables and few surnames, so that two words side by side tell themselves.

The model sees such names seldom, and takes them for firms or for words (`Weiming Ding`, `Hong Fan`).
"""

import re
from typing import Final

# The surnames of four fifths of those who bear a Chinese one, in pinyin and as Hong Kong, Taiwan and Singapore write them.
SURNAMES: Final = frozenset(
    """
    wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao
    cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao
    zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin yi chang qiao lai gong wen hong ni bao
    wong chan cheung leung kwok lau chow ng ho lam tse tsang yeung chiu hsu hsieh tsai chou chao kwan yip
    """.split(),  # noqa: SIM905 - words read best as words
)
# Words of other languages that are written like syllables: two of them are no name (`Long He`), and none tells a given name by itself.
_WORDS: Final = frozenset(
    """
    a an ban bang bin can china dan dang data die din do dong fan fun gang gun ha he hang ho hung lie long ma man me men mine nine no
    pan pen pin ping pie rang ran sang see she sing song so sun tan tang tie to wan wen win yen you yin
    """.split(),  # noqa: SIM905
)
# What is written like a name and is none.
_NOBODY: Final = frozenset(
    """
    hong-kong feng-shui yin-yang huang-he chang-jiang zhu-jiang huang-shan hua-shan tai-shan xi-an hai-nan he-nan hu-nan hu-bei he-bei
    fu-jian tai-wan wu-han guang-dong guang-xi wu-wei bei-jing shang-hai song-yuan tang-song han-tang ming-tang song-ming
    """.split(),  # noqa: SIM905
)
_SYLLABLE: Final = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ong|ian|iao|ing|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u))"
)
_GIVEN: Final = re.compile(f"{_SYLLABLE}{{1,2}}")


def is_name(first: str, second: str) -> bool:
    """Whether two words side by side, written large, are a surname and a given name, in either order."""
    one, other = first.lower(), second.lower()
    if (one not in SURNAMES and other not in SURNAMES) or f"{one}-{other}" in _NOBODY or {one, other} <= _WORDS:
        return False
    return (one in SURNAMES and _given(other)) or (other in SURNAMES and _given(one))


def _given(word: str) -> bool:
    return (word in SURNAMES or word not in _WORDS) and _GIVEN.fullmatch(word) is not None
