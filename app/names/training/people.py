"""Names of people by origin, for synthetic text and for swapping the people of annotated text.

Two thirds come from Faker's locales (MIT); names that it writes in other scripts are given here in the Latin spelling that
chats and mails use. One name in five is held out: the even treatment of origins is measured on names never trained on.
"""

import importlib
import random
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

HELD_OUT: Final = 5

_LOCALES: Final[Mapping[str, Sequence[str]]] = {
    "english": ("en_US", "en_GB", "en_IE", "en_NZ"),
    "indian": ("en_IN", "en_PK"),
    "african": ("en_KE", "en_NG", "tw_GH", "zu_ZA", "yo_NG", "ig_NG", "ha_NG", "sw"),
    "german": ("de_DE", "de_AT", "de_CH"),
    "hispanic": ("es_ES", "es_MX", "es_AR", "es_CO", "es_CL"),
    "french": ("fr_FR", "fr_CH", "fr_BE", "fr_CA"),
    "italian": ("it_IT",),
    "portuguese": ("pt_BR", "pt_PT"),
    "dutch": ("nl_NL", "nl_BE"),
    "nordic": ("sv_SE", "da_DK", "no_NO", "fi_FI"),
    "slavic": ("pl_PL", "cs_CZ", "sk_SK", "hr_HR", "sl_SI"),
    "baltic": ("lt_LT", "lv_LV", "et_EE"),
    "balkan": ("ro_RO", "hu_HU"),
    "turkic": ("tr_TR", "az_AZ"),
    "indonesian": ("id_ID",),
    "vietnamese": ("vi_VN",),
    "thai": ("en_TH",),
}
# Given names, then family names.
_SPELLED: Final[Mapping[str, tuple[str, str]]] = {
    "chinese": (
        "Wei Fang Jing Lei Yan Min Jun Hui Ling Xin Yu Hao Jie Tao Bo Chen Qiang Ping Hong Mei Lan Feng Kai Xiaoming Xiaoyu Jiahao Zihan Yuxuan"
        " Haoran Yifan Siyu Ruoxi Mingze Zhiyuan Xueqin Guang Dong Shan Rui Peng Bin Kun Yang Zhen Lihua Meiling Weiming Jianguo Xiuying Tingting"
        " Wing-Kei Ka-Ming Chi-Hung Wai-Man Siu-Ling Kin-Wah Hsin-Yi Chia-Hao Yu-Ting Pei-Shan",
        "Li Wang Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang Feng Yu Dong Xiao Cheng Cao"
        " Yuan Deng Fu Shen Zeng Peng Lu Su Jiang Cai Jia Ding Wei Xue Ye Yan Pan Du Dai Xia Zhong Tian Ren Fan Fang Shi Yao Tan Liao Zou Xiong Jin"
        " Hao Kong Bai Cui Kang Mao Qiu Qin Gu Hou Shao Meng Long Wan Duan Qian Wong Chan Cheung Lau Leung Ng Kwok Tsai Hsu Chiang Hsieh Chow Lam Yeung",
    ),
    "korean": (
        "Min-jun Seo-yeon Ji-hoon Ji-woo Hyun-woo Soo-jin Jae-hyun Eun-ji Young-ho Mi-sook Sung-min Hye-jin Dong-hyun Yuna Minho Jisoo Haneul Seojun"
        " Doyun Yerin Chaewon Taeyang Sujin Jiyoung Hyejin Kyung-soo Sang-woo Jin-young Bo-ra Ga-eun Na-yeon Tae-hyung Nam-joon Joon Sora Hana Yoona"
        " Seungwoo Minseo Hayoon Jiho Eunwoo Yejun Dahyun Sohee Inho Kwang-ho",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Ryu Hong Jeon Ko Moon Son Yang Bae Baek Heo Nam Shim Noh Ha"
        " Jeong Yoo Chung Min Jin Ji Eom Chae Won Bang Byun Cha Do Eun Gu Gil Ma Pyo Rhee Sung Tak Yim",
    ),
    "japanese": (
        "Haruto Yuto Sota Yuki Hayato Haruki Ryusei Koki Riku Ren Hina Yui Aoi Rin Sakura Miyu Kokona Mio Yuna Hanako Taro Kenji Hiroshi Takeshi Akira"
        " Kaori Naoko Yoko Keiko Emi Ayumi Megumi Satoshi Daisuke Shinji Makoto Kazuki Tomoko Mariko Noriko Masato Shota Tsubasa Chihiro Kiyoshi Osamu",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi"
        " Shimizu Saito Yamazaki Mori Abe Ikeda Hashimoto Yamashita Ishikawa Nakajima Maeda Fujita Ogawa Goto Okada Hasegawa Murakami Kondo Ishii"
        " Sakamoto Endo Aoki Fujii Nishimura Fukuda Ota Miura Okamoto Matsuda Nakagawa Harada Ono Tamura Takeuchi Kaneko Wada Nakayama Ishida Ueda",
    ),
    "arabic": (
        "Mohammed Ahmed Ali Omar Youssef Khaled Hassan Hussein Ibrahim Mahmoud Mustafa Tariq Karim Samir Nabil Faisal Abdullah Abdulrahman Bilal Hamza"
        " Zaid Anas Rami Ziad Fatima Aisha Mariam Nour Layla Yasmin Amina Hala Salma Rania Dina Huda Khadija Zainab Reem Lina Sana Farah Noor Hanan"
        " Walid Jamal Adel Fadi Marwan Sami Tamer Wael Yahya Zakaria Nasser Majid Salim Saad Rashid Hisham Ghassan",
        "Al-Masri Haddad Khoury Nassar Mansour Saleh Farouk Al-Sayed Hamdan Najjar Qasim Shaheen Darwish Barakat Al-Hashimi Al-Rashid Bakri Touma Aziz"
        " Salem Khalil Awad Hariri Al-Amin Jaber Kanaan Sabbagh Zidan Benali Bouazza Cherif Mansouri El-Amrani Belhaj Ouazzani Tahiri Alaoui El-Fassi"
        " Al-Zahrani Al-Otaibi Al-Ghamdi Suleiman Habib Rizk Daher Saadeh Maalouf Shadid Abboud Fayed Gamal Ramadan Sharif Taha Younis",
    ),
    "persian": (
        "Reza Amir Hossein Mehdi Arash Babak Dariush Farhad Kaveh Navid Omid Parviz Saeed Shahram Behnaz Elham Fatemeh Golnaz Laleh Mahsa Nasrin Parisa"
        " Roya Shirin Sahar Zahra Neda Maryam Nazanin Ladan Kamran Bijan Cyrus Farzad",
        "Ahmadi Hosseini Mohammadi Karimi Rahimi Moradi Jafari Sadeghi Rezaei Ebrahimi Kazemi Hashemi Tehrani Shirazi Esfahani Tabrizi Azizi Farahani"
        " Ghorbani Heidari Javadi Khosravi Mousavi Najafi Pahlavan Soltani Taheri Yazdani Zand Bahrami",
    ),
    "hebrew": (
        "Noam Itai Yael Tamar Shira Noa Avi Moshe Yosef David Eitan Omer Uri Amit Gal Hila Liat Michal Rivka Sarit Shlomo Yitzhak Ariel Asaf Dov Gilad",
        "Cohen Levi Mizrahi Peretz Biton Dahan Avraham Friedman Malka Azoulay Katz Yosef Amar Ohana Hadad Gabay Ben-David Shapira Segal Golan Barak"
        " Rosenberg Klein Weiss Halevi Ben-Ami Sharon Regev Tal Oren",
    ),
    "russian": (
        "Alexander Dmitri Sergei Andrei Alexei Maxim Ivan Mikhail Nikolai Vladimir Olga Natalia Svetlana Tatiana Irina Elena Ekaterina Anastasia"
        " Yulia Ksenia Pavel Oleg Igor Yuri Boris Anton Kirill Denis Ruslan Viktor Galina Lyudmila Oksana Taras Bohdan Andriy Mykola Volodymyr Iryna",
        "Ivanov Smirnov Kuznetsov Popov Sokolov Lebedev Kozlov Novikov Morozov Petrov Volkov Solovyov Vasiliev Zaitsev Pavlov Semenov Golubev"
        " Vinogradov Bogdanov Vorobyov Fedorov Mikhailov Belyaev Tarasov Belov Komarov Orlov Kiselev Makarov Andreev Kovalev Shevchenko Kovalenko"
        " Bondarenko Tkachenko Kravchenko Oliynyk Ivanova Petrova Sokolova Morozova Kuznetsova Popova Volkova Melnyk Lysenko Marchenko",
    ),
    "greek": (
        "Giorgos Dimitris Nikos Kostas Yannis Maria Eleni Katerina Sofia Anna Vasiliki Panagiotis Christos Thanasis Spyros Despina Ioanna Alexandros",
        "Papadopoulos Nikolaidis Georgiou Dimitriou Ioannou Papadakis Vasileiou Konstantinou Makris Angelopoulos Pappas Karagiannis Oikonomou"
        " Alexiou Antoniou Theodorou Stavropoulos Michailidis",
    ),
    "ethiopian": (
        "Abebe Tigist Haile Selam Dawit Bekele Meseret Yonas Hiwot Getachew Almaz Kebede Tesfaye Genet Solomon Birhanu Mulugeta Alemayehu Eyerusalem",
        "Tadesse Bekele Girma Haile Alemu Tesfaye Kebede Desta Worku Mekonnen Abate Assefa Wolde Gebre Negash Demissie Ayele Lemma Hailu Mengistu",
    ),
    "westafrican": (
        "Chidi Ngozi Emeka Adaeze Ifeoma Obinna Chinedu Amara Olu Tunde Folake Yetunde Segun Bola Femi Kwame Kofi Ama Akosua Yaw Abena Kwabena Efua"
        " Mamadou Fatou Ousmane Aminata Ibrahima Mariama Cheikh Awa Moussa Aissatou Modou Babacar Sekou Djeneba Adama",
        "Okafor Adeyemi Nwosu Eze Okonkwo Balogun Adebayo Okoye Obi Chukwu Nnamdi Mensah Owusu Boateng Asante Osei Appiah Agyeman Acheampong Diallo"
        " Ndiaye Traore Keita Coulibaly Diop Fall Sow Ba Cisse Toure Sy Camara Kone Ouedraogo Sanogo Ogunleye Afolabi Onyeka Uzoma Ekwueme",
    ),
    "southasian": (
        "Priya Ananya Arjun Rohan Kavya Deepika Sanjay Vikram Lakshmi Meera Rahul Sunita Anil Pooja Neha Amit Ravi Suresh Ramesh Venkatesh"
        " Murugan Selvi Karthik Divya Nimal Kumari Chaminda Dilini Tharindu Sadia Nasrin Rafiqul Shafiq Farzana Tanvir Nusrat Imran Ayesha Bilal Zubair"
        " Gurpreet Harjit Manpreet Jaswinder Simran Balwinder Harpreet",
        "Sharma Patel Singh Kumar Gupta Reddy Iyer Nair Menon Pillai Rao Naidu Chatterjee Banerjee Mukherjee Das Bose Ghosh Sen Desai Mehta Shah Joshi"
        " Kulkarni Deshpande Patil Jadhav Perera Fernando Silva Jayawardena Wickramasinghe Rahman Hossain Islam Begum Khatun Chowdhury Akhtar Malik"
        " Khan Qureshi Siddiqui Ansari Kaur Dhillon Gill Sandhu Sidhu Grewal Krishnamurthy Subramaniam Venkataraman Bhattacharya",
    ),
}


class Origin(NamedTuple):
    """Given and family names of one origin."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def held_out(name: str) -> bool:
    """Say whether a name stays out of training."""
    return zlib.crc32(name.casefold().encode()) % HELD_OUT == 0


@cache
def origins(*, held: bool = False) -> Mapping[str, Origin]:
    """Return the names to train on by origin or, if `held`, those to measure on."""
    found = {name: _faker(locales) for name, locales in _LOCALES.items()}
    found |= {name: Origin(tuple(given.split()), tuple(family.split())) for name, (given, family) in _SPELLED.items()}
    return {name: Origin(*(tuple(one for one in part if held_out(one) == held) for part in origin)) for name, origin in found.items()}


def _faker(locales: Sequence[str]) -> Origin:
    given: set[str] = set()
    family: set[str] = set()
    for locale in locales:
        try:
            provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for field in ("first_names", "first_names_male", "first_names_female", "first_names_unisex"):
            given.update(_table(provider, field))
        for field in ("last_names", "last_names_male", "last_names_female"):
            family.update(_table(provider, field))
    return Origin(tuple(sorted(given)), tuple(sorted(family)))


def _table(provider: type, field: str) -> list[str]:
    value = getattr(provider, field, ())
    return [str(name) for name in value] if isinstance(value, (list, tuple, dict)) else []


def someone(chance: random.Random) -> tuple[str, str]:
    """Return a given and a family name, the origins being equally likely."""
    known = origins()
    origin = known[chance.choice(sorted(known))]
    if chance.random() < 0.03:
        return chance.choice(origin.given), chance.choice(known[chance.choice(sorted(known))].family)
    return chance.choice(origin.given), chance.choice(origin.family)
