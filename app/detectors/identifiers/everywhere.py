"""What every country has: passports, cards, accounts, files, devices and vehicles, by the words that stand beside them."""

from typing import Final

from app.detectors.identifiers.checks import vin
from app.detectors.identifiers.row import Row

_PASSPORT: Final = (
    "passport|passport number|passport no|travel document|pasaporte|passeport|reisepass|reisepassnummer|passaporto|passaporte|paspoort|pass nr|"
    "passnummer|passnumer|паспорт|护照|護照|旅券|여권|جواز السفر|דרכון|paszport|pasaport|διαβατήριο|passi|passport id"
)
_NATIONAL: Final = (
    "national id|national identity|national identification|id card|identity card|identity number|id number|citizen id|government id|personal id|"
    "personal number|identification number|documento de identidad|número de identificación|carte d'identité|ausweisnummer|carta d'identità|"
    "identiteitskaart|documento de identidade|documento d'identità|civil id|personal identity number|personal identity|identity document number|identity document|"
    "cédula|cédula de identidad|cedula|documento nacional|residence permit|residence card|cédula de residencia|personal identification number|personnummer"
)
_SECURITY: Final = (
    "social security number|social security no|social insurance number|national insurance number|numéro de sécurité sociale|sécurité sociale|"
    "sozialversicherungsnummer|número de seguridad social|número de la seguridad social|número de segurança social|codice previdenziale|"
    "sociale zekerheid|rijksregisternummer|numéro national|ahv-nummer|ahv nr|numéro avs|nº de afiliación"
)
_TAX: Final = (
    "tax id|tax number|tax identification|tax identification number|taxpayer|taxpayer id|tin|tax file number|tax ref|tax reference|"
    "identificación fiscal|numéro fiscal|steuernummer|codice fiscale|belastingnummer|fiscaal nummer|vat number|vat id|vat no|vat reg no|"
    "tax code|numéro d'identification fiscale|número de identificación tributaria|registro único de contribuyentes|registro único de contribuyente|"
    "rol único tributario|registro nacional del contribuyente|nomor pokok wajib pajak|идентификационный номер налогоплательщика|"
    "ust-idnr|ust id|umsatzsteuer-id|mwst-nr|btw-nummer|btw nr|p.iva|partita iva"
)
_HEALTH: Final = (
    "health id|health number|health card|health insurance number|patient id|patient number|patient no|medicare number|medicaid|medicaid id|"
    "health insurance id|healthcare number"
)
_LICENCE: Final = (
    "driver's license|driver license|drivers license|driving license|driver's licence|driving licence|drivers licence|license number|licence number|"
    "führerschein|führerscheinnummer|permis de conduire|patente|carnet de conducir|permiso de conducir|licencia de conducir|rijbewijs|"
    "carta de condução|prawo jazdy|carteira de motorista|körkort|førerkort|kørekort|водительское удостоверение"
)
_ACCOUNT: Final = (
    "account number|account no|account num|account #|acct number|acct no|acct|a/c|a/c no|ac no|ac num|account ends with|account ending in|bank account|"
    "account id|checking account|savings account|kontonummer|konto nr|kto|kto nr|numéro de compte|número de cuenta|cuenta bancaria|"
    "numero di conto|conto corrente|rekeningnummer|número da conta|conta corrente|my account|account|ac number|numer konta|номер счета"
)
_RECORD: Final = (
    "mrn|medical record|medical record number|patient id|patient number|patient no|hospital number|chart number|nhc|historia clínica|"
    "número de historia|nº historia|número de historia clínica|patientennummer|fallnummer|dossier médical|numéro de dossier|ipp|patiëntnummer|"
    "patientnummer|cartella clinica|prontuário|processo clínico|medical file|episodio|episode number|encounter number|encounter id"
)
_INSURANCE: Final = (
    "policy number|policy no|policy id|insurance policy|insurance number|insurance id|member id|member number|subscriber id|group number|"
    "versicherungsnummer|versicherungsschein|número de póliza|póliza|numéro de police|numéro de contrat|numero di polizza|polizza|polisnummer|"
    "apólice|número da apólice|policy"
)
_REFERENCE: Final = (
    "confirmation number|confirmation no|booking number|booking reference|booking confirmation|booking confirmation number|booking id|booking code|"
    "reservation number|record locator|pnr|claim number|claim no|claim id|case number|case no|application no|application nos|application number|"
    "docket no|docket number|file number|employee id|employee number|staff number|personalnummer|student id|student number|matrikelnummer|"
    "customer number|customer id|client number|kundennummer|vertragsnummer|aktenzeichen|numéro client|numéro de dossier|número de cliente|"
    "número de expediente|expediente|numero cliente|klantnummer|número do cliente|número de processo|tracking number|loyalty number|"
    "frequent flyer|membership number|nºcol|nº col|número de colegiado|bar number|reg no|registration number|requêtes nos|affaire n°|"
    "chassis number|membership no|membership id|booking ref|confirmation code|"
    "mitgliedsnummer|sendungsnummer|vorgangsnummer|numéro de suivi|número de seguimiento|numero di tracking|volgnummer|lidnummer|loyalty no"
)
_PLATE: Final = (
    "license plate|licence plate|number plate|plate number|plate no|plate|vehicle registration|registration plate|car registration|vrm|reg number|"
    "kennzeichen|kfz kennzeichen|autokennzeichen|nummernschild|plaque d'immatriculation|immatriculation|plaque|matrícula|placa|placas|targa|"
    "kenteken|nummerplaat|tablica rejestracyjna|numer rejestracyjny|registreringsnummer|rekisterinumero|госномер|车牌|车牌号|車牌"
)
_SHORT: Final = (
    "ssn|ssn no|ssn number|ssn num|my social|social security number|social security no|last four of my social|last 4 of my social|last four of social|"
    "last four digits of ssn|last 4 digits of ssn|last four of ssn|last 4 ssn|last four ssn|last four digits of my social|last 4 of ssn"
)
_CARD: Final = (
    "card number|card no|card num|card|credit card|debit card|credit card number|card ending in|card ends with|card ending|visa|mastercard|amex|"
    "credit number|tarjeta|carte|karte|kreditkarte|carta|kaart|cartão"
)

_PHONE: Final = (
    "phone number|phone no|mobile number|mobile no|contact number|contact no|cell number|cell phone|telephone number|telephone no|whatsapp number|"
    "fax number|número de teléfono|teléfono móvil|numéro de téléphone|telefonnummer|handynummer|numero di telefono|telefoonnummer|número de telefone|"
    "numer telefonu|номер телефона|电话号码|手机号|手机号码|電話番号|전화번호"
)

ROWS: Final = (
    Row("Passport of another country", "PASSPORT", "[A-Z]{0,3}_9{6,9}|9{4}#9{6}|99#99#9{6}|[A-Z]99[A-Z]{2}9{5}|[A-Z]{2}9{6}[A-Z]{1,2}|[CFGHJKLMNPRTVWXYZ][A-Z0-9]{7}9", _PASSPORT, score=0.65),
    Row("National identity number of another country", "NATIONAL_ID", "[A-Z]{0,2}_9{6,18}[A-Z]?|9{2,4}#9{2,7}#9{1,5}|9{3}#9{3}#9{3}#9{2,3}|9.9{3}.9{3}|9.9{3}.9{3}#[0-9A-Z]|[A-Z]{2}_99_99_99_[A-Z]|"
        "9[0-9A-Z]{4,7}9|9[0-9A-Z]{5,8}",
        _NATIONAL, score=0.6),
    Row("Social security number of another country", "NATIONAL_ID", "[A-Z]{0,2}_9{8,15}[A-Z]?|9{2,4}#9{2,7}#9{1,5}|99.99.99-999.99|99#99#99#9{3}#99|9{3}.9{4}.9{4}.99|9_99_99_99_9{3}_9{3}_99|99#9{6}#[A-Z]#9{3}",
        _SECURITY, score=0.6, near=20),
    Row("Tax number of another country", "TAX_ID", "[A-Z]{0,3}_9{7,14}[A-Z]?|9{2,3}#9{3}#9{3,4}|9{2}-9{7}|9{3}#9{2}#9{4}|[A-Z]{0,2}_9{2}#9{3}#9{3}#9{3}|[A-Z]{0,2}_9{3}#9{4}#99#9{3}|[A-Z]{2}_9{9}B99|"
        "[A-Z]{2}_[0-9A-Z]{2}_9{9}|[A-Z]{2}_9{3}#9{3}#9{3}|9{7,9}-[0-9K]|9{6}-[0-9K]|9{2}#9{6}#9{3}#9|9{4}#9{6}#9{3}#9|9{3}#9{3}#9{3}#9{3}#9{3}|9{2,3}/9{3}/9{4,5}|"
        "9{3}#9{3}#9{3}#9|9{1,2}-9{2}-9{5}-9|9{8,10}-9{1,3}", _TAX, score=0.6),
    Row("VAT number beside its name alone", "TAX_ID", "[A-Z]{2}_9{8,12}|[A-Z]{2}_9{2}#9{3}#9{3}#9{3}|[A-Z]{2}_9{3}_9{4}_99|[A-Z]{2}_9{3}_9{4}_99_9{3}|[A-Z]{2}_9{9}B99|"
        "[A-Z]{2}_[0-9A-Z]{2}_9{9}|[A-Z]{2}_9{3}#9{3}#9{3}|[A-Z]{3}-9{3}.9{3}.9{3}|[A-Z]{2}_9{7,8}[A-Z]{1,2}", "vat|tva|iva|btw|mwst|ust", score=0.6, near=12),
    Row("Health number of another country", "HEALTH_ID", "[A-Z]{0,4}_9{6,14}[A-Z]?|9{3,4}#9{3,4}#9{3,4}", _HEALTH, score=0.6),
    Row("Driving licence of another country", "DRIVER_LICENSE", "[A-Z]{0,3}_9{5,14}[A-Z]{0,2}|[A-Z]{1,2}#9{3}#9{3}#9{3}|[A-Z]{1,5}9{4,10}[A-Z]{0,3}9{0,2}|99AA9{5}", _LICENCE, score=0.6),
    # Money
    Row("IBAN as it was said", "IBAN_CODE", "[A-Z]{2}99[0-9A-Z]{10,30}|[A-Z]{2}99#XXXX#XXXX#XXXX#XXXX#XXXX#X{1,4}|[A-Z]{2}99#XXXX#XXXX#XXXX#X{1,4}|[A-Z]{2}99#XXXX#XXXX#XXXX#XXXX#X{1,4}",
        "iban|iban number|iban no|iban code|iban nr", score=0.6, near=20),
    Row("Bank account number", "US_BANK_NUMBER", "9{6,17}|9{3,6}#9{4,10}|9{2,4}#9{3,4}#9{3,7}", _ACCOUNT, score=0.6, near=40),
    Row("End of an account number", "ACCOUNT_NUMBER", "9{4,5}", _ACCOUNT, score=0.55, near=14),
    Row("ABA routing number", "ABA_ROUTING_NUMBER", "[0-3678]9{8}|[0-3678]9{3}-9{4}-9", "routing|routing number|aba|aba number|rtn|aba routing|routing no|transit number", "us.rtn"),
    Row("UK sort code", "UK_SORT_CODE", "99-99-99|99 99 99|9{6}", "sort code|sortcode|sort-code"),
    Row("German bank code", "DE_BLZ", "[1-8]99_999_99", "blz|bankleitzahl"),
    Row("Australian BSB", "AU_BSB", "999-999|9{6}", "bsb|bsb number"),
    Row("Canadian transit number", "CA_TRANSIT", "9{5}-9{3}", "transit|transit number|institution number"),
    Row("Indian bank code (IFSC)", "IN_IFSC", "[A-Z]{4}0[A-Z0-9]{6}", "ifsc|ifsc code"),
    Row("Mexican bank account (CLABE)", "MX_CLABE", "9{18}|999_999_9{11}_9", "clabe|clabe interbancaria"),
    Row("Spanish bank account (CCC)", "ES_CCC", "9{4}_9{4}_99_9{10}", "ccc|cuenta|código cuenta cliente|número de cuenta", "es.ccc"),
    Row("SWIFT or BIC", "SWIFT_CODE", "[A-Z]{6}[A-Z0-9]{2}|[A-Z]{6}[A-Z0-9]{5}", "swift|bic|swift code|bic code|swift/bic|bic/swift", "bic"),
    Row("End of a social security number", "US_SSN", "9{4}", _SHORT, score=0.6, near=24),
    Row("End of a card number", "CREDIT_CARD", "9{4}", _CARD, score=0.55, near=12),
    Row("Card number as it was said", "CREDIT_CARD", "9{4}_9{4}_9{4}_9{4}|9{4}_9{6}_9{5}|9{12,19}|9{4}#9{4}#9{4}#9{1,3}", _CARD, score=0.65),
    Row("Card security code", "CARD_SECURITY_CODE", "9{3,4}", "cvv|cvc|security code|card verification|csc|prüfnummer|código de seguridad|cryptogramme", score=0.6, near=16),
    # Health and insurance
    Row("Medical record number", "MEDICAL_RECORD", "[A-Z]{0,3}_9{5,12}|9{2,4}-9{2,4}-9{2,4}|9{4,8}/9{1,4}", _RECORD, score=0.65, near=40),
    Row("Insurance policy or member number", "INSURANCE_NUMBER", "[A-Z]{1,4}_9{5,14}|9{6,14}|[A-Z]{0,3}9{2,5}#[0-9A-Z]{2,9}|9{3}#AAA#9{3}|[A-Z]{2,5}#9{2,4}#9{4,8}", _INSURANCE, score=0.6, near=30),
    # Files
    Row("File, claim, booking, employee or customer number", "REFERENCE_NUMBER",
        "[A-Z]{1,4}_9{3,12}|9{4,14}|9{2,6}/9{2,4}|[A-Z]{1,3}_9{1,3}_[A-Z]{1,3}_9{1,3}|9{1,3}_[A-Z]{1,3}_9{1,3}|[0-9][0-9A-Z]{4,9}|[A-Z][0-9A-Z]{1,8}9|"
        "9{2}_9{2}_9{4,6}|1Z[0-9A-Z]{16}|[A-Z]{2,4}#9{2,4}#9{3,8}|9{2,4}#[A-Z]{1,4}#9{3,8}|[A-Z]{1,3}9[A-Z0-9]{1,4}|[A-Z]#9#[A-Z]#9#[A-Z]#9|9#[A-Z]#9#[A-Z]#9#[A-Z]|9{1,2}_[A-Z]{1,3}_9{1,2}_[A-Z]|[A-Z]{2}_9{2}_[A-Z]_9",
        _REFERENCE, score=0.6, near=24),
    Row("Application to a court", "REFERENCE_NUMBER", "9{3,5}/99", "no|nos|application|applications|case|cases|requête|requêtes|n°|beschwerde", near=8),
    Row("Telephone number of no plan that we know", "PHONE_NUMBER", "9{7,13}|9{2,4}#9{3,4}#9{3,5}|9{3,5}#9{3,6}|9{2,3}#9{2,3}#9{2,3}#9{2,3}", _PHONE, score=0.55, near=20),
    # Things
    Row("Vehicle identification number", "VIN", "[A-HJ-NPR-Z0-9]{17}", "vin|vehicle identification|vehicle identification number|chassis number|fahrgestellnummer|fin|numéro de châssis|bastidor|telaio|chassisnummer", vin, alone=0.5),
    Row("Vehicle plate", "VEHICLE_PLATE",
        "[A-ZÄÖÜ]{1,3}_[A-Z]{1,2}_9{1,4}[EH]?|[A-Z]{2}_9{2,3}_[A-Z]{2,3}|9{4}_[A-Z]{3}|9{1,3}_[A-Z]{2,3}_9{1,4}|[A-Z]{3}_9{3,4}|[A-Z]99?_[A-Z]{3}|9[A-Z]{3}999|"
        "[A-Z]{3}9[A-Z]99|[A-Z]{3}_99_[A-Z]|[A-Z]{1,2}_9{4,6}|9{2}_[A-Z]{2}_9{2}|[A-Z]{2}_99_[A-Z]{1,3}_9{4}|[A-Z]_999_[A-Z]{2}|9_[A-Z]{2,3}_9{2,3}|"
        "[A-Z]{2}_9{4}_[A-Z]{2}|[A-Z]{2}#99#9{3}|[A-Z]{2}_9{3}_9{3}|[A-Z]{3}_9[A-Z]9{2}|[A-Z]{3}_99_99|99[A-Z]_9{5}|"
        "[A-Z]{2}_9{3,6}|9{3,4}_[A-Z]{2,3}|[A-Z]99_9[A-Z]{2}|[A-Z]{1,3}-9{1,4}-[A-Z]{1,3}|99[A-Z]{2}9{2,3}", _PLATE, score=0.6, near=30),
    Row("Device number (IMEI)", "IMEI", "99_9{6}_9{6}_9|9{15,16}|9{8}_9{6}_9", "imei|imei number|device id|meid", "imei"),
    Row("SIM card or subscriber number", "IMSI", "9{14,15}|89[0-9]{16,18}", "imsi|iccid|sim card number|sim number"),
)  # fmt: skip
