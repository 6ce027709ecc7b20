# ruff: noqa: RUF001 - names of the world
"""Names of many origins that training never saw in its synthetic text, and everyday frames to put them in."""

from typing import Final

NAMES: Final[dict[str, tuple[str, str]]] = {
    "English": (
        "Alice Ariki Brandi Courtney Diamond Earl Emer Finbar George Irene Jamie-Leigh Kerrie Killian Kirsten Latoya Mandy Pedro Raven Rebekah Shayne Stacey Tane Tanner William",
        "Adams Allison Chapman Deane Denison Divenney Ellison Farley Farnon Foran Frye Gallagher Gartlan Gibbs Gillies Hutchinson Jefferies Keyes Marley McAuley McManus Ponce Stubbs Tanner",
    ),
    "Hispanic": (
        "Abel Aitana Angélica Ariela Danitza Doralisa Edita Eleuterio Gisela Gregorio Ivonne Jaider Jason Jeanette Justina Lara Lucia Lupita Nayibe Pelayo Pierre Vidal Wilber Ximena",
        "Acero Alegria Almansa Aros Bórquez Cantero Diéguez Espinal Girón Gomis Mellado Moles Mondragón Montenegro Murillo Olivé Palmer Plaza Prieto Sanjuan Serra Torres Veloso Villamil",
    ),
    "German": (
        "Annick Armin Britta Béatrice Cedric Celia Eliza Elke Erdmute Fernando Gesine Ilaria Iwona Jeffrey Joachim Jon Julijana Knud Lotti Ludivine Mélanie Raymond Sacha Telse",
        "Berthold Betschart Böck Ebert Friedl Gute Gutknecht Hattinger Hethur Holt Jüttner Krainer Kurzmann Pruschke Reicher Schreiber Schwab Sidler Siegrist Sorger Striebitz Wagenknecht Zollinger Zorbach",
    ),
    "French": (
        "Béatrice Christophe Cindy Colette Cédric Fatma Flora Florine Françoise Ines Jason Jean-Marc Karim Kenzo Kimberley Laora Leïla Lyam Mandy Myriam Nadia Rachid Rosario Yvan",
        "Bailly Benoit Blondiau Chevrolet Dehon Didier Dumas Délèze Fontaine Gagné Lamontagne Lapointe Lebeau Lemaître Lepage Létourneau Nicolay Peeters Rapin Renson Richer Riou Robin Warnier",
    ),
    "Slavic": (
        "Agáta Draga Jacek Jaromíra Jožica Judita Justina Justína Konštantín Lara Nadežda Natasza Nicole Nuša Radomír Samo Timotej Tine Valentina Viktorie Vlastimil Vít Štefica Željka",
        "Dekýšová Hošťák Jantošovič Jaroš Jasprica Klapka Lojek Malinová Masarík Müllerová Obšutová Ondruška Orlović Palková Papak Pavel Rajn Ritoša Romančíková Slavíková Tomečeková Zakrajšek Zorko Čižmešija",
    ),
    "African": (
        "Akoth Amos Anjolaoluwa Asmini Ekene Flora Gitonga Hadithi Hosea Imany Innocent Jason Jeffrey Kinubi Loise Njenga Nyawira Omotola Philomena Reagan Sowande Ta-tanisha Victor Zumaridi",
        "Abdi Afirifa Awinja Chepkwemoi Gigaba Imali Kaingu Khuboni Kunene Maduna Mageba Mapholoba Masese Mugendi Mugo Mutua Mzulwini Naserian Nodlomo Ntshiza Odetola Thomas Wabwile Wangila",
    ),
    "Chinese": (
        "Chia-Hao Fang Feng Guang Hao Hong Kai Kin-Wah Lei Ling Peng Qiang Tao Tingting Weiming Zhiyuan",
        "Bai Cao Ding Fan Fang Feng Gao Gu Hao Hu Kwok Li Liao Lin Luo Mao Pan Peng Su Wang Zeng Zhang Zhao Zheng",
    ),
    "Korean": (
        "Dong-hyun Haneul Hye-jin Inho Jisoo Sang-woo Seungwoo Sung-min Tae-hyung",
        "Eom Gu Hong Oh Ryu Seo Shim Won",
    ),
    "Japanese": (
        "Aoi Hiroshi Kazuki Kiyoshi Mariko Sota Taro Yuki",
        "Hasegawa Kaneko Kimura Kondo Mori Ogawa Okamoto Yamada Yoshida",
    ),
    "Arabic": (
        "Abdulrahman Adel Bilal Hala Hamza Huda Ibrahim Jamal Karim Noor Omar Rami Salim Sami",
        "Al-Masri Awad Bouazza El-Fassi Fayed Jaber Khalil Ouazzani Shadid Touma Younis",
    ),
    "Indian": (
        "Aaban Aaryan Advika Basheer Devansh Ganga Jamal Kawkab Latif Mad Nafesa Nathan Omar Qais Raghav Rohan Sabil Sabir Samar Thomas Ulfat Yawer Yutika Zahir",
        "Aazim Bhalla Borde Fernando Ghafoor Gola Jain Majeed Mangal Mitra Muni Nagi Peri Raid Raja Saal Saaqib Saariyah Sabil Saha Shukla Siddiqui Soman Talha",
    ),
    "Turkish": (
        "Allahverdi Asım Aysuna Azize Bayram Cevheri Cezayir Fəhmin Giz Gürelcem Kibar Mümtaz Nades Onat Süsen Toktuğ Tural Vacibe Verim Yağızkurt Ömür İlalmış İlkbahar İslam",
        "Akçay Arazlı Arslan Aslan Axundlu Axundzadə Bayramov Budaqlı Demirel Fərəcov Həsənov Həsənzadə Mirəhmədov Nəbiqızı Qafarov Sədalı Səfərli Yorulmaz İbrahimoğlu İhsanoğlu Şükürlü Ədiloğlu Əmirova Əsgərov",
    ),
    "Indonesian": (
        "Agus Aris Belinda Cahyo Cemeti Daru Drajat Ella Gilang Jaka Jumari Lalita Lasmanto Lembah Margana Marsudi Nrima Pangestu Raihan Rina Rizki Titi Utama Vanesa",
        "Damanik Habibi Hardiansyah Hidayat Hutasoit Kusumo Laksita Latupono Lestari Maulana Nasyiah Nasyidah Nugroho Nuraini Palastri Prasasta Simbolon Sitorus Situmorang Thamrin Utama Waskita Wijayanti Zulkarnain",
    ),
    "Persian": (
        "Babak Dariush Golnaz Ladan Mehdi Omid Parisa Saeed",
        "Bahrami Moradi Mousavi Sadeghi",
    ),
}

# {name}: given and family name; {given}, {family}: one of them.
FRAMES: Final = (
    "Could you check whether {name} has paid the deposit?",
    "{name} will take over the project from next week.",
    "I spoke with {name} about the delivery this morning.",
    "The contract was signed by {name} on behalf of the buyer.",
    "Write a thank-you note to {name} for the gift.",
    "Our new colleague is called {name}.",
    "Customer {name} complains about a late parcel.",
    "Please add {name} to the mailing list.",
    "Hi, this is {name}, I lost my password.",
    "Dear {given}, the files are ready.",
    "{given} forgot the keys again.",
    "Can you ask {given} to send the slides?",
    "we had lunch with {given} and talked about the trip",
    "Mrs {family} is waiting in the lobby.",
    "Dr. {family} prescribed antibiotics.",
    "The package for Mr {family} arrived.",
    "Passenger: {name}, seat 14C",
    "Student: {name}\nGrade: B",
    "signed, {name}",
    "According to {name}, sales rose by four percent.",
    '{{"applicant": "{name}", "approved": true}}',
    "name;age\n{name};34",
    "@team: {given} is on holiday until Monday",
    "Q: Who wrote the report? A: {name}",
)


def sentences(origin: str) -> list[tuple[str, int, int]]:
    """Return every frame with every pairing of the origin's names in turn: text, start and end of the name."""
    given, family = (names.split() for names in NAMES[origin])
    made = []
    for i in range(max(len(given), len(family))):
        first, last = given[i % len(given)], family[(i * 7 + i // len(family)) % len(family)]
        for frame in FRAMES:
            text = frame.format(name=f"{first} {last}", given=first, family=last)
            value = f"{first} {last}" if "{name}" in frame else first if "{given}" in frame else last
            start = text.index(value)
            made.append((text, start, start + len(value)))
    return made
