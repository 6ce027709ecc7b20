"""The identifiers of Asia and the Middle East."""

from typing import Final

from app.detectors.identifiers.checks import hong_kong, korean, luhn_digit, nric, taiwanese
from app.detectors.identifiers.row import NATIONAL, TAX, Row

ROWS: Final = (
    # India, Pakistan, Bangladesh, Sri Lanka, Nepal
    Row("Indian Aadhaar", "IN_AADHAAR", "[2-9]999_9999_9999", "aadhaar|aadhar|adhaar|adhar|uidai|आधार", "in_.aadhaar", NATIONAL),
    Row("Indian PAN", "IN_PAN", "[A-Z]{3}[ABCFGHLJPT][A-Z]9{4}[A-Z]", "pan|pan card|pan number|permanent account|पैन", "in_.pan", TAX, alone=0.5),
    Row("Indian voter card", "IN_VOTER", "[A-Z]{3}9{7}", "voter id|voter|epic|elector", "in_.epic", NATIONAL),
    Row("Indian GST number", "IN_GSTIN", "99[A-Z]{5}9{4}[A-Z][0-9A-Z]Z[0-9A-Z]", "gstin|gst|gst number", "in_.gstin", TAX, alone=0.6),
    Row("Indian passport", "IN_PASSPORT", "[A-PR-WY]_?[1-9]9_?9{4}[1-9]", "passport|passport no|passport number|indian passport"),
    Row("Indian driving licence", "IN_DRIVER_LICENSE", "[A-Z]{2}_?99_?[12]9{3}_?9{7}", "driving licence|driving license|dl no|dl number|licence"),
    Row("Indian vehicle registration", "IN_VEHICLE_REGISTRATION", "[A-Z]{2}_99?_[A-Z]{1,3}_9{4}", "vehicle|registration|car number|number plate|rto|reg no|bike|plate"),
    Row("Indian provident fund number (UAN)", "IN_UAN", "1[0-9]{11}", "uan|universal account|epfo|pf number"),
    Row("Pakistani identity card", "PK_CNIC", "9{5}-9{7}-9|9{13}", "cnic|nic|nadra|شناختی", "pk.cnic", NATIONAL, alone=0.5),
    Row("Bangladeshi identity number", "BD_NID", "9{10}|9{13}|9{17}", "nid|national id|জাতীয় পরিচয়পত্র"),
    Row("Sri Lankan identity number", "LK_NIC", "9{9}[VX]|[12]9{11}", "nic|national identity"),
    # China, Taiwan, Hong Kong, Macao
    Row("Chinese resident identity card", "CN_RESIDENT_ID", "[1-9]9{16}[0-9X]", "身份证|身份证号|身份证号码|公民身份号码|resident identity|id card", "cn.ric", NATIONAL, alone=0.6, bare=True),
    Row("Chinese passport", "CN_PASSPORT", "[EGDSP][A-Z]?9{7,8}", "护照|护照号|护照号码|护照號碼"),
    Row("Chinese social credit code", "CN_USCC", "[0-9A-HJ-NPQRTUWXY]{2}9{6}[0-9A-HJ-NPQRTUWXY]{10}", "统一社会信用代码|信用代码|uscc", "cn.uscc", TAX),
    Row("Taiwanese identity number", "TW_NATIONAL_ID", "[A-Z][1289]9{8}", "身分證|身分證字號|身份證|統一證號|national id", taiwanese, NATIONAL, alone=0.4),
    Row("Hong Kong identity card", "HK_ID", "[A-Z]{1,2}9{6}_?[0-9A]|[A-Z]{1,2}9{6}([0-9A])", "hkid|hong kong id|香港身份證|身份證|身份證號碼", hong_kong, NATIONAL, alone=0.0),
    # Japan, Korea
    Row("Japanese individual number", "JP_MY_NUMBER", "9999_9999_9999", "マイナンバー|個人番号|my number|mynumber|kojin bango", "jp.in_", NATIONAL),
    Row("Japanese driving licence", "JP_DRIVER_LICENSE", "9{12}", "免許証|運転免許|免許証番号"),
    Row("Japanese passport", "JP_PASSPORT", "[A-Z]{2}9{7}", "旅券|旅券番号|パスポート|パスポート番号"),
    Row("Japanese residence card", "JP_RESIDENCE_CARD", "[A-Z]{2}9{8}[A-Z]{2}", "在留カード|在留カード番号|residence card", alone=0.0),
    Row("Korean resident number", "KR_RRN", "99[01]9[0-3]9-?[1-8]9{6}", "주민등록번호|주민번호|rrn|resident registration|외국인등록번호", korean, NATIONAL, alone=0.4),
    Row("Korean driving licence", "KR_DRIVER_LICENSE", "99-99-9{6}-99|9{12}", "운전면허|면허번호|운전면허번호|driver license"),
    Row("Korean passport", "KR_PASSPORT", "[MSRODG][0-9]{3}[0-9A-Z]9{4}", "여권|여권번호"),
    Row("Korean business number", "KR_BRN", "999-99-9{5}", "사업자등록번호|사업자번호", "kr.brn", TAX),
    # South-east Asia
    Row("Singaporean NRIC or FIN", "SG_NRIC_FIN", "[STFGM]9{7}[A-Z]", "nric|fin|ic number|nric no|identity card", nric, NATIONAL, alone=0.5),
    Row("Singaporean company number", "SG_UEN", "9{8,9}[A-Z]|[TSR]99[A-Z]{2}9{4}[A-Z]", "uen", "sg.uen"),
    Row("Malaysian identity card", "MY_NRIC", "99[01]9[0-3]9-?99-?9{4}", "mykad|nric|ic number|kad pengenalan|no. kp|ic no|no ic", "my.nric", NATIONAL),
    Row("Thai national identity number", "TH_TNIN", "[1-8]9{12}|[1-8]#9999#99999#99#9", "บัตรประชาชน|เลขประจำตัวประชาชน|เลขบัตรประชาชน|thai id|tnin", "th.pin", NATIONAL, alone=0.4),
    Row("Indonesian identity number (NIK)", "ID_NIK", "[1-9]9{15}", "nik|ktp|nomor induk kependudukan|no ktp", "id.nik", NATIONAL),
    Row("Indonesian taxpayer number", "ID_NPWP", "99.999.999.9-999.999|9{15,16}", "npwp", "id.npwp", TAX, alone=0.5),
    Row("Philippine PhilSys number", "PH_PSN", "9{4}-9{4}-9{4}-9{4}|9{4}-9{7}-9|9{12}|9{16}", "philsys|philid|psn|umid|national id"),
    Row("Philippine taxpayer number", "PH_TIN", "999-999-999|999-999-999-9{3,5}|9{9}", "tin|bir"),
    Row("Philippine social security number", "PH_SSS", "99-9{7}-9|9{10}", "sss|sss number"),
    Row("Vietnamese citizen card", "VN_CCCD", "0[0-9]{2}[0-9]{9}|9{9}", "cccd|cmnd|căn cước|căn cước công dân|số cccd|chứng minh nhân dân"),
    Row("Vietnamese tax number", "VN_MST", "9{10}|9{10}-999", "mã số thuế|mst", "vn.mst", TAX),
    # Middle East and Central Asia
    Row("Israeli identity number", "IL_ID", "9{8,9}|9{8}-9|9-9{7}-9", "תעודת זהות|מספר זהות|ת.ז.|ת״ז|teudat zehut|israeli id", "il.idnr", NATIONAL),
    Row("Saudi identity number", "SA_NATIONAL_ID", "[12]9{9}", "الهوية الوطنية|رقم الهوية|iqama|إقامة|هوية|saudi id"),
    Row("Emirates ID", "AE_EMIRATES_ID", "784_9{4}_9{7}_9", "emirates id|الهوية الإماراتية|رقم الهوية|eid", luhn_digit, NATIONAL, alone=0.6),
    Row("Iranian national code", "IR_NATIONAL_ID", "9{10}", "کد ملی|شماره ملی|کدملی"),
    Row("Kuwaiti civil number", "KW_CIVIL_ID", "[23]9{11}", "الرقم المدني|البطاقة المدنية|civil id"),
    Row("Qatari identity number", "QA_ID", "[23]9{10}", "qid|qatar id|البطاقة الشخصية"),
    Row("Kazakh individual number", "KZ_IIN", "9{12}", "иин|жсн|iin"),
    Row("Uzbek personal number", "UZ_PINFL", "[1-6]9{13}", "пинфл|jshshir|pinfl|жшшир"),
)  # fmt: skip
