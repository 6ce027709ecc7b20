"""The identifiers of Africa, Australia and New Zealand."""

from typing import Final

from app.detectors.identifiers.checks import luhn_digit, medicare
from app.detectors.identifiers.row import HEALTH, NATIONAL, TAX, Row

ROWS: Final = (
    # Australia and New Zealand
    Row("Australian tax file number", "AU_TFN", "999_999_999|999_999_99|9{8}", "tfn|tax file number|tax file", "au.tfn", TAX),
    Row("Australian Medicare number", "AU_MEDICARE", "[2-6]999_99999_9|[2-6]999_99999_9_9", "medicare|medicare card|medicare number|medicare no",
        medicare, HEALTH),
    Row("Australian business number", "AU_ABN", "99_999_999_999", "abn|australian business number", "au.abn", TAX),
    Row("Australian company number", "AU_ACN", "999_999_999", "acn|australian company number", "au.acn"),
    Row("Australian passport", "AU_PASSPORT", "[A-Z]{1,2}9{7}", "australian passport|passport|passport number"),
    Row("Australian driver's licence", "AU_DRIVER_LICENSE", "9{6,10}|9{3}_9{3}_9{3}", "driver licence|driver's licence|drivers licence|licence number|licence no"),
    Row("Australian health identifier", "AU_IHI", "8003_60[0-9]{2}_9{4}_9{4}", "ihi|individual healthcare identifier", luhn_digit, HEALTH, alone=0.4),
    Row("New Zealand tax number", "NZ_IRD", "99_?9_999_999|999_999_999|99_999_999", "ird|ird number|inland revenue", "nz.ird", TAX),
    Row("New Zealand health number", "NZ_NHI", "[A-HJ-NP-Z]{3}9{4}|[A-HJ-NP-Z]{3}99[A-HJ-NP-Z]{2}", "nhi|nhi number|national health index", family=""),
    Row("New Zealand bank account", "NZ_BANK_ACCOUNT", "99_9{4}_9{7}_9{2,3}", "bank account|account number|account", "nz.bankaccount"),
    # Africa
    Row("South African identity number", "ZA_ID", "99[01]9[0-3]9_9{4}_[012][89]9|99[01]9[0-3]99{4}[012]99", "id number|identity number|id no|south african id|rsa id", "za.idnr", NATIONAL, alone=0.5),
    Row("South African tax number", "ZA_TAX_ID", "[01239]9{9}", "tax number|income tax|sars|tax reference", "za.tin", TAX),
    Row("Nigerian identity number", "NG_NIN", "9{11}|9999_999_9999", "nin|national identification number|nimc", score=0.65),
    Row("Nigerian bank verification number", "NG_BVN", "22[0-9]{9}|9{11}", "bvn|bank verification number"),
    Row("Kenyan tax number", "KE_PIN", "[AP]9{9}[A-Z]", "kra pin|pin|kra", "ke.pin", TAX, alone=0.4),
    Row("Kenyan identity number", "KE_NATIONAL_ID", "9{7,8}", "huduma|kenyan id|maisha|kitambulisho"),
    Row("Ghana card", "GH_CARD", "GH[A]-9{9}-9", "ghana card|ghanacard|national id", alone=0.0),
    Row("Ghanaian taxpayer number", "GH_TIN", "[PCGQV]9{9}[0-9X]|[PCGQV]00[0-9X]{8}", "tin|ghana tin", "gh.tin", TAX),
    Row("Egyptian national number", "EG_NATIONAL_ID", "[23]99[01]9[0-3]99{7}", "الرقم القومي|رقم قومي|بطاقة الرقم القومي|egyptian id|national id"),
    Row("Egyptian tax number", "EG_TAX_ID", "999-?999-?999", "الرقم الضريبي|رقم التسجيل الضريبي", "eg.tn", TAX),
    Row("Moroccan identity card", "MA_CIN", "[A-Z]{1,2}9{5,6}", "cin|cine|carte nationale|البطاقة الوطنية"),
    Row("Algerian tax number", "DZ_NIF", "9{15}|9{20}", "nif|رقم التعريف الجبائي", "dz.nif"),
    Row("Tunisian tax number", "TN_MF", "9{7}/?[A-Z]/?[A-Z]/?[A-Z]/?9{3}", "matricule fiscal|mf", "tn.mf"),
    Row("Mauritian identity number", "MU_NID", "[A-Z]9{12}[0-9A-Z]", "nid|national identity", "mu.nid", NATIONAL),
    Row("Mozambican tax number", "MZ_NUIT", "9{9}", "nuit", "mz.nuit", TAX),
)  # fmt: skip
