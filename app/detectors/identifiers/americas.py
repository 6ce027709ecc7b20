"""The identifiers of the Americas."""

from typing import Final

from app.detectors.identifiers.checks import mbi, npi
from app.detectors.identifiers.row import HEALTH, NATIONAL, TAX, Row

ROWS: Final = (
    # United States
    Row("US taxpayer number (ITIN)", "US_ITIN", "[9]99_[4-9]9_9999",
        "itin|individual taxpayer|taxpayer identification", "us.itin", TAX, alone=0.0),
    Row("US employer number (EIN)", "US_EIN", "99-9{7}|9{9}", "ein|employer identification|fein|federal tax id", "us.ein", TAX),
    Row("US passport", "US_PASSPORT", "9{9}|[A-Z]9{8}", "us passport|u.s. passport|american passport|passport|passport number|passport no"),
    Row("US Medicare number", "US_MBI", "[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]9_[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]9_[AC-HJKMNP-RT-Y]{2}99",
        "medicare|mbi|medicare beneficiary|medicare number", mbi, HEALTH, alone=0.5),
    Row("US health provider number (NPI)", "US_NPI", "[12]9{9}", "npi|national provider identifier|provider number", npi),
    Row("US DEA registration", "MEDICAL_LICENSE", "[ABCDEFGHJKLMPRSTUX][A-Z9]9{7}", "dea|dea number|dea registration|medical license|medical licence", "", score=0.7),
    Row("US driver's licence", "US_DRIVER_LICENSE",
        "[A-Z]9{6,8}|[A-Z]9{12,14}|[A-Z]{2}9{6,7}|9{7,10}|9{3}_9{3}_9{3}|[A-Z]999_9999_9999|[A-Z]9{3}_9{3}_9{2}_9{3}_9|[A-Z]_9{3}_9{3}_9{3}_9{3}|[A-Z]{3}[A-Z*]{2}[A-Z0-9]{7}",
        "driver license|driver's license|drivers license|driver license number|dl number|dl no|dl#|driving license|driver licence|driver's licence|dmv", score=0.65),
    # Canada
    Row("Canadian social insurance number", "CA_SIN", "999_999_999", "sin|social insurance|social insurance number|nas|numéro d'assurance sociale", "ca.sin", NATIONAL),
    Row("Canadian health number (British Columbia)", "CA_BC_PHN", "9999_999_999", "phn|personal health number|msp|care card", "ca.bc_phn", HEALTH),
    Row("Canadian health card", "CA_HEALTH_ID", "9999_999_999_[A-Z]{2}|9999_999_999|[A-Z]{4}_9999_9999|9{9,10}|99999_9999",
        "ohip|health card|ramq|carte soleil|assurance maladie|ahcip|health card number", family=HEALTH, score=0.65),
    Row("Canadian business number", "CA_BN", "9{9}_[A-Z]{2}_9{4}|9{9}", "business number|gst|hst|numéro d'entreprise", "ca.bn"),
    Row("Canadian passport", "CA_PASSPORT", "[A-Z]{2}_9{6}|[A-Z]9{6}[A-Z]{2}", "canadian passport|passport|passeport"),
    Row("Ontario driver's licence", "CA_DRIVER_LICENSE", "[A-Z]9{4}_9{5}_9{5}", "driver's licence|driver licence|permis de conduire|drivers licence", alone=0.0),
    # Brazil
    Row("Brazilian CPF", "BR_CPF", "999.999.999-99|9{9}-?99|999 999 999 99", "cpf|c.p.f.|cadastro de pessoas físicas", "br.cpf", NATIONAL, alone=0.5),
    Row("Brazilian CNPJ", "BR_CNPJ", "99.999.999/9999-99|9{8}/9{4}-99|9{14}", "cnpj", "br.cnpj", TAX, alone=0.5),
    Row("Brazilian identity card (RG)", "BR_RG", "99.999.999-[0-9X]|9{7,9}|9{8}-?[0-9X]|9.999.999", "rg|registro geral|carteira de identidade|identidade"),
    Row("Brazilian driving licence", "BR_CNH", "9{11}", "cnh|carteira de habilitação|habilitação"),
    Row("Brazilian health card", "BR_CNS", "[1-2789]9{14}|[1-2789]99_9999_9999_9999", "cns|cartão sus|cartão nacional de saúde|sus", family=HEALTH),
    Row("Brazilian worker number (PIS)", "BR_PIS", "999.99999.99-9|9{11}", "pis|pasep|nis|nit"),
    Row("Brazilian voter number", "BR_VOTER_ID", "9{4}_9{4}_9{4}", "título de eleitor|titulo eleitoral"),
    # Mexico, Central America, the Caribbean
    Row("Mexican CURP", "MX_CURP", "[A-Z]{4}9{6}[HMX][A-Z]{5}[0-9A-Z]9", "curp", "mx.curp", NATIONAL, alone=0.7),
    Row("Mexican RFC", "MX_RFC", "[A-ZÑ&]{3,4}_9{6}_[0-9A-Z]{3}", "rfc|registro federal de contribuyentes", "mx.rfc", TAX),
    Row("Mexican social security number", "MX_NSS", "99_99_99_9999_9|9{11}", "nss|imss|número de seguridad social"),
    Row("Mexican voter key", "MX_CLAVE_ELECTOR", "[A-Z]{6}9{8}[HM]9{3}", "clave de elector|ine|credencial para votar"),
    Row("Guatemalan tax number", "GT_NIT", "9{2,11}-?[0-9K]", "nit", "gt.nit", TAX, score=0.6),
    Row("Guatemalan identity number (DPI)", "GT_DPI", "9999_99999_9999|9{13}", "dpi|cui|documento personal de identificación"),
    Row("Salvadoran tax number", "SV_NIT", "9999-9{6}-999-9|9{14}", "nit", "sv.nit", TAX),
    Row("Salvadoran identity number", "SV_DUI", "9{8}-9", "dui|documento único de identidad"),
    Row("Costa Rican identity number", "CR_CEDULA", "9-9999-9999|9{9,10}", "cédula|cedula", "cr.cpf", NATIONAL),
    Row("Dominican identity number", "DO_CEDULA", "999-9{7}-9|9{11}", "cédula|cedula", "do.cedula", NATIONAL, alone=0.4),
    Row("Cuban identity number", "CU_NI", "9{11}", "carné de identidad|carnet de identidad|número de identidad", "cu.ni", NATIONAL),
    # South America
    Row("Argentine identity number", "AR_DNI", "99.999.999|9{7,8}", "dni|d.n.i.|documento", "ar.dni", NATIONAL),
    Row("Argentine tax number", "AR_CUIT", "[23]9-9{8}-9|[23]9{10}", "cuit|cuil", "ar.cuit", TAX, alone=0.5),
    Row("Argentine bank account", "AR_CBU", "9{22}|9{8}_9{14}", "cbu|cvu", "ar.cbu", alone=0.4),
    Row("Chilean RUT", "CL_RUT", "99?.999.999-[0-9K]|9{7,8}-[0-9K]|9{8}[0-9K]", "rut|r.u.t.|rol único tributario", "cl.rut", NATIONAL, alone=0.5),
    Row("Colombian identity number", "CO_CEDULA", "9{6,10}|9{1,4}.999.999", "cédula|cedula de ciudadanía|cédula de ciudadanía|c.c.", score=0.65),
    Row("Colombian tax number", "CO_NIT", "999.999.999-9|9{9}-?9", "nit|n.i.t.", "co.nit", TAX),
    Row("Ecuadorian identity number", "EC_CEDULA", "[0-3]9{9}|[0-3]9{8}-9", "cédula|cedula|ci", "ec.ci", NATIONAL),
    Row("Ecuadorian taxpayer number", "EC_RUC", "9{10}001", "ruc", "ec.ruc", TAX),
    Row("Peruvian identity number", "PE_DNI", "9{8}|9{8}-[0-9A-Z]", "dni|cui", "pe.cui", NATIONAL),
    Row("Peruvian taxpayer number", "PE_RUC", "[12]9{10}", "ruc", "pe.ruc", TAX),
    Row("Paraguayan taxpayer number", "PY_RUC", "9{5,8}-9", "ruc", "py.ruc", TAX),
    Row("Uruguayan identity number", "UY_CI", "9.999.999-9|9{7}-?9", "cédula|ci|c.i.|cédula de identidad"),
    Row("Uruguayan taxpayer number", "UY_RUT", "9{12}", "rut", "uy.rut", TAX),
    Row("Venezuelan identity number", "VE_CEDULA", "[VE]-?9{6,8}|[VE]-?99?.999.999", "cédula|cedula|c.i."),
    Row("Venezuelan taxpayer number", "VE_RIF", "[VEJPG]-?9{8}-?9", "rif", "ve.rif", TAX, alone=0.4),
    Row("Bolivian identity number", "BO_CI", "9{5,8}|9{5,8}_[A-Z]{2}", "cédula de identidad|carnet de identidad|ci"),
)  # fmt: skip
