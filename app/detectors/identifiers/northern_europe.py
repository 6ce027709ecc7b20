"""The identifiers of northern and eastern Europe."""
# ruff: noqa: RUF001 - words and signs of many scripts

from typing import Final

from app.detectors.identifiers.checks import polish_card
from app.detectors.identifiers.row import HEALTH, NATIONAL, TAX, Row

ROWS: Final = (
    # Nordic countries
    Row("Swedish personal number", "SE_PERSONNUMMER", "9{6}[-+]?9{4}|[12][90]9{6}[-+]?9{4}",
        "personnummer|pnr|samordningsnummer|persnr", "se.personnummer", NATIONAL, alone=0.5),
    Row("Swedish organisation number", "SE_ORGANISATIONSNUMMER", "9{6}-?9{4}", "organisationsnummer|org nr|orgnr", "se.orgnr"),
    Row("Norwegian birth number", "NO_FODSELSNUMMER", "9{6}_9{5}", "fødselsnummer|fodselsnummer|personnummer|fnr|f.nr.|d nummer", "no.fodselsnummer", NATIONAL, alone=0.5, bare=True),
    Row("Danish CPR number", "DK_CPR", "[0-3]9[01]9{3}_9{4}|[0-3]9[01]9{3}9{4}", "cpr|cpr nummer|personnummer|cpr nr", "dk.cpr", NATIONAL),
    Row("Finnish personal identity code", "FI_PERSONAL_IDENTITY_CODE", "[0-3]9[01]9{3}[-+YXWVUABCDEF]9{3}[0-9A-Y]",
        "henkilötunnus|hetu|sosiaaliturvatunnus|personbeteckning", "fi.hetu", NATIONAL, alone=0.7),
    Row("Icelandic kennitala", "IS_KENNITALA", "[0-7]9[01]9{3}_9{4}", "kennitala|kt|kt.", "is_.kennitala", NATIONAL),
    # Baltic countries
    Row("Estonian personal code", "EE_ISIKUKOOD", "[1-8]9{10}", "isikukood|ik", "ee.ik", NATIONAL, alone=0.4, bare=True),
    Row("Latvian personal code", "LV_PERSONAS_KODS", "[0-3]9{5}-?9{5}|32_?9{9}", "personas kods|personas kodu|pk", "lv.pvn", NATIONAL),
    Row("Lithuanian personal code", "LT_ASMENS_KODAS", "[1-6]9{10}", "asmens kodas|asmens kodą|a.k.", "lt.asmens", NATIONAL, alone=0.4, bare=True),
    # Poland, Czechia, Slovakia, Hungary
    Row("Polish PESEL", "PL_PESEL", "9{11}", "pesel|nr pesel", "pl.pesel", NATIONAL, alone=0.4, bare=True),
    Row("Polish NIP", "PL_NIP", "9{10}|999-999-99-99|999-99-99-999", "nip|numer identyfikacji podatkowej", "pl.nip", TAX),
    Row("Polish REGON", "PL_REGON", "9{9}|9{14}", "regon", "pl.regon"),
    Row("Polish identity card", "PL_ID_CARD", "[A-Z]{3}_9{6}", "dowód osobisty|dowod|nr dowodu|seria i numer|dowodu osobistego", polish_card),
    Row("Polish passport", "PL_PASSPORT", "[A-Z]{2}_9{7}", "paszport|nr paszportu|paszportu"),
    Row("Czech birth number", "CZ_RODNE_CISLO", "9{6}/?9{3,4}", "rodné číslo|r.č.|rč|rodneho cisla|rodného čísla", "cz.rc", NATIONAL),
    Row("Slovak birth number", "SK_RODNE_CISLO", "9{6}/9{4}|9{10}", "rodné číslo|r.č.|rodneho cisla", "sk.rc", NATIONAL),
    Row("Hungarian tax number", "HU_TAX_ID", "8_?9{9}|89{9}", "adóazonosító|adóazonosító jel|adószám", score=0.7),
    Row("Hungarian social security number", "HU_TAJ", "999_999_999", "taj|taj szám|tajszám", family=HEALTH),
    Row("Hungarian identity card", "HU_ID_CARD", "9{6}[A-Z]{2}", "személyi igazolvány|személyi szám|személyi"),
    # South-eastern Europe
    Row("Romanian CNP", "RO_CNP", "[1-9]9{12}", "cnp|cod numeric personal", "ro.cnp", NATIONAL, alone=0.5),
    Row("Romanian identity card", "RO_ID_CARD", "[A-Z]{2}_9{6}", "carte de identitate|buletin|seria|ci seria"),
    Row("Bulgarian EGN", "BG_EGN", "9{10}", "егн|egn|единен граждански номер", "bg.egn", NATIONAL),
    Row("Bulgarian number of a foreigner", "BG_PNF", "9{10}", "лнч|lnch|личен номер на чужденец", "bg.pnf"),
    Row("Croatian OIB", "HR_OIB", "9{11}", "oib|osobni identifikacijski broj", "hr.oib", NATIONAL),
    Row("Slovenian EMŠO", "SI_EMSO", "[0-3]9[01]9{10}", "emšo|emso", "si.emso", NATIONAL, alone=0.5),
    Row("Slovenian tax number", "SI_TAX_ID", "[1-9]9{7}", "davčna številka|davčna", "si.ddv", TAX),
    Row("Unique master citizen number (former Yugoslavia)", "JMBG", "[0-3]9[01]9{10}", "jmbg|jedinstveni matični broj|матични број|јмбг", "si.emso", NATIONAL),
    Row("Greek AMKA", "GR_AMKA", "[0-3]9[01]9{8}", "αμκα|amka|α.μ.κ.α.", "gr.amka", HEALTH),
    Row("Greek tax number", "GR_AFM", "9{9}", "αφμ|afm|α.φ.μ.", "gr.vat", TAX),
    Row("Greek identity card", "GR_ID_CARD", "[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧA-Z]{1,2}_9{6}", "ταυτότητα|αδτ|α.δ.τ.|δελτίο ταυτότητας|αριθμός ταυτότητας"),
    Row("Cypriot tax number", "CY_TAX_ID", "9{8}[A-Z]", "φπα|αφμ|tic", "cy.vat", TAX),
    Row("Albanian personal number", "AL_NIPT", "[A-Z]9{8}[A-Z]", "nipt|nuis|nid|numri personal", "al.nipt", TAX),
    Row("Turkish identity number", "TR_NATIONAL_ID", "[1-9]9{10}", "tc kimlik|t.c. kimlik|kimlik no|tckn|kimlik numarası|tc no|t.c.", "tr.tckimlik", NATIONAL),
    Row("Turkish tax number", "TR_TAX_ID", "9{10}", "vkn|vergi no|vergi kimlik|vergi numarası", "tr.vkn", TAX),
    # Ukraine, Belarus, Moldova, Russia
    Row("Ukrainian taxpayer number", "UA_RNTRC", "9{10}", "рнокпп|іпн|инн|ипн|rntrc|ідентифікаційний код", "ua.rntrc", TAX),
    Row("Belarusian personal number", "BY_NATIONAL_ID", "[1-6]9{6}[ABCKEMH]9{3}[A-Z]{2}9", "личный номер|идентификационный номер|asabisty numar"),
    Row("Belarusian taxpayer number", "BY_UNP", "[1-9]9{8}|[A-Z]{2}9{7}", "унп|unp", "by.unp"),
    Row("Moldovan IDNP", "MD_IDNP", "[0129]9{12}", "idnp|cod personal"),
    Row("Russian taxpayer number", "RU_INN", "9{12}|9{10}", "инн|inn", "ru.inn", TAX),
    Row("Russian insurance account", "RU_SNILS", "999-999-999_99|9{11}", "снилс|snils|страховой номер"),
    Row("Russian passport", "RU_PASSPORT", "99_99_9{6}|9{4}_9{6}", "паспорт|паспорта|паспорт рф|серия и номер|серия"),
)  # fmt: skip
