#include "work/cases/columns_words.h"

#include <string.h>

struct header_word {
    const char *key;
    enum columns_field field;
};

/* HTCDS 2.0. The standard's own tools do not agree on the names, so each is known by what is left without "_" and case:
 * prs_FirstName (field list) is prs_First_Name in the XForm, prs_SecondName is prs_Second_Name there, prs_LastName is what
 * Salesforce calls the same field; custom fields end in __c there (cut off before the key is made). prs_MiddleName,
 * prs_IdentityNumber are missing in the XForm. */
static const struct header_word htcds[] = {
    {"prsfirstname", COLUMNS_GIVEN},      {"prsgivenname", COLUMNS_GIVEN},      {"prsmiddlename", COLUMNS_MIDDLE},
    {"prssecondname", COLUMNS_FAMILY},    {"prslastname", COLUMNS_FAMILY},      {"prsfullname", COLUMNS_NAME},
    {"prsname", COLUMNS_NAME},            {"prsbirthdate", COLUMNS_BORN},       {"prsdateofbirth", COLUMNS_BORN},
    {"prsgender", COLUMNS_SEX},           {"prsidentitynumber", COLUMNS_DOCUMENT}, {"prsidnumber", COLUMNS_DOCUMENT},
    {"prshomephone", COLUMNS_PHONE},      {"prsmobilephone", COLUMNS_PHONE},    {"prsphone", COLUMNS_PHONE},
    {"prsmailingcity", COLUMNS_PLACE},    {"prscitizenship", COLUMNS_COUNTRY},  {"prsid", COLUMNS_ID},
    {"prspersonid", COLUMNS_ID},          {"casid", COLUMNS_ID},                {"cascasenumber", COLUMNS_ID},
};

static const struct header_word usual[] = {
    /* identifiers of the record */
    {"id", COLUMNS_ID}, {"recid", COLUMNS_ID}, {"recordid", COLUMNS_ID}, {"caseid", COLUMNS_ID}, {"casenumber", COLUMNS_ID},
    {"caseno", COLUMNS_ID}, {"personid", COLUMNS_ID}, {"clientid", COLUMNS_ID}, {"fileno", COLUMNS_ID}, {"uid", COLUMNS_ID},
    {"uuid", COLUMNS_ID}, {"ref", COLUMNS_ID}, {"reference", COLUMNS_ID},
    /* the whole name */
    {"name", COLUMNS_NAME}, {"fullname", COLUMNS_NAME}, {"names", COLUMNS_NAME}, {"personname", COLUMNS_NAME},
    {"clientname", COLUMNS_NAME}, {"victimname", COLUMNS_NAME}, {"alias", COLUMNS_NAME}, {"othername", COLUMNS_NAME},
    {"nativename", COLUMNS_NAME}, {"nameenglish", COLUMNS_NAME}, {"namekhmer", COLUMNS_NAME}, {"khmername", COLUMNS_NAME},
    {"namethai", COLUMNS_NAME}, {"thainame", COLUMNS_NAME}, {"namekm", COLUMNS_NAME}, {"nameth", COLUMNS_NAME},
    {"namevi", COLUMNS_NAME}, {"namezh", COLUMNS_NAME}, {"nameru", COLUMNS_NAME}, {"nameen", COLUMNS_NAME},
    {"namelao", COLUMNS_NAME}, {"namelatin", COLUMNS_NAME}, {"nomcomplet", COLUMNS_NAME}, {"nometprenom", COLUMNS_NAME},
    {"nomprenom", COLUMNS_NAME}, {"hovaten", COLUMNS_NAME}, {"hoten", COLUMNS_NAME}, {"ชื่อสกุล", COLUMNS_NAME},
    {"ชื่อนามสกุล", COLUMNS_NAME}, {"ชื่อเต็ม", COLUMNS_NAME}, {"ឈ្មោះពេញ", COLUMNS_NAME}, {"គោត្តនាមនិងនាម", COLUMNS_NAME},
    {"ឈ្មោះ", COLUMNS_NAME}, {"фио", COLUMNS_NAME}, {"полноеимя", COLUMNS_NAME}, {"姓名", COLUMNS_NAME}, {"ຊື່ແລະນາມສະກຸນ", COLUMNS_NAME},
    /* given */
    {"given", COLUMNS_GIVEN}, {"givenname", COLUMNS_GIVEN}, {"givennames", COLUMNS_GIVEN}, {"firstname", COLUMNS_GIVEN},
    {"first", COLUMNS_GIVEN}, {"forename", COLUMNS_GIVEN}, {"forenames", COLUMNS_GIVEN}, {"fname", COLUMNS_GIVEN},
    {"prenom", COLUMNS_GIVEN}, {"prenoms", COLUMNS_GIVEN}, {"vorname", COLUMNS_GIVEN}, {"vornamen", COLUMNS_GIVEN},
    {"nombre", COLUMNS_GIVEN}, {"nombres", COLUMNS_GIVEN}, {"ten", COLUMNS_GIVEN}, {"ชื่อ", COLUMNS_GIVEN}, {"นาม", COLUMNS_GIVEN},
    {"នាម", COLUMNS_GIVEN}, {"នាមខ្លួន", COLUMNS_GIVEN}, {"имя", COLUMNS_GIVEN}, {"名", COLUMNS_GIVEN}, {"名字", COLUMNS_GIVEN},
    {"ຊື່", COLUMNS_GIVEN},
    {"middlename", COLUMNS_MIDDLE}, {"middlenames", COLUMNS_MIDDLE}, {"middle", COLUMNS_MIDDLE}, {"tendem", COLUMNS_MIDDLE},
    {"đem", COLUMNS_MIDDLE}, {"tenđem", COLUMNS_MIDDLE}, {"отчество", COLUMNS_MIDDLE}, {"patronymic", COLUMNS_MIDDLE},
    /* family; "Second Name" is HTCDS' label for it */
    {"family", COLUMNS_FAMILY}, {"familyname", COLUMNS_FAMILY}, {"lastname", COLUMNS_FAMILY}, {"last", COLUMNS_FAMILY},
    {"surname", COLUMNS_FAMILY}, {"secondname", COLUMNS_FAMILY}, {"lname", COLUMNS_FAMILY}, {"nom", COLUMNS_FAMILY},
    {"nomdefamille", COLUMNS_FAMILY}, {"nachname", COLUMNS_FAMILY}, {"familienname", COLUMNS_FAMILY}, {"apellido", COLUMNS_FAMILY},
    {"apellidos", COLUMNS_FAMILY}, {"ho", COLUMNS_FAMILY}, {"นามสกุล", COLUMNS_FAMILY}, {"สกุล", COLUMNS_FAMILY},
    {"គោត្តនាម", COLUMNS_FAMILY}, {"នាមត្រកូល", COLUMNS_FAMILY}, {"фамилия", COLUMNS_FAMILY}, {"姓", COLUMNS_FAMILY}, {"姓氏", COLUMNS_FAMILY},
    {"ນາມສະກຸນ", COLUMNS_FAMILY},
    /* birth date */
    {"born", COLUMNS_BORN}, {"dob", COLUMNS_BORN}, {"dateofbirth", COLUMNS_BORN}, {"birthdate", COLUMNS_BORN}, {"birth", COLUMNS_BORN},
    {"birthday", COLUMNS_BORN}, {"datebirth", COLUMNS_BORN}, {"bdate", COLUMNS_BORN}, {"yearofbirth", COLUMNS_BORN}, {"birthyear", COLUMNS_BORN},
    {"datedenaissance", COLUMNS_BORN}, {"naissance", COLUMNS_BORN}, {"neele", COLUMNS_BORN}, {"geburtsdatum", COLUMNS_BORN},
    {"geboren", COLUMNS_BORN}, {"fechadenacimiento", COLUMNS_BORN}, {"ngaysinh", COLUMNS_BORN}, {"namsinh", COLUMNS_BORN},
    {"วันเกิด", COLUMNS_BORN}, {"วันเดือนปีเกิด", COLUMNS_BORN}, {"ថ្ងៃខែឆ្នាំកំណើត", COLUMNS_BORN}, {"ថ្ងៃកំណើត", COLUMNS_BORN},
    {"датарождения", COLUMNS_BORN}, {"出生日期", COLUMNS_BORN}, {"生日", COLUMNS_BORN}, {"ວັນເກີດ", COLUMNS_BORN},
    /* documents */
    {"document", COLUMNS_DOCUMENT}, {"documentnumber", COLUMNS_DOCUMENT}, {"documentno", COLUMNS_DOCUMENT}, {"passport", COLUMNS_DOCUMENT},
    {"passportno", COLUMNS_DOCUMENT}, {"passportnumber", COLUMNS_DOCUMENT}, {"idnumber", COLUMNS_DOCUMENT}, {"idno", COLUMNS_DOCUMENT},
    {"idcard", COLUMNS_DOCUMENT}, {"idcardno", COLUMNS_DOCUMENT}, {"nationalid", COLUMNS_DOCUMENT}, {"identitynumber", COLUMNS_DOCUMENT},
    {"socsecid", COLUMNS_DOCUMENT}, {"ssn", COLUMNS_DOCUMENT}, {"numerodepasseport", COLUMNS_DOCUMENT}, {"passeport", COLUMNS_DOCUMENT},
    {"ausweisnummer", COLUMNS_DOCUMENT}, {"pasaporte", COLUMNS_DOCUMENT}, {"cmnd", COLUMNS_DOCUMENT}, {"cccd", COLUMNS_DOCUMENT},
    {"sohochieu", COLUMNS_DOCUMENT}, {"hochieu", COLUMNS_DOCUMENT}, {"เลขประจ\u0e4d\u0e32ตัวประชาชน", COLUMNS_DOCUMENT}, {"หนังสือเดินทาง", COLUMNS_DOCUMENT},
    {"เลขหนังสือเดินทาง", COLUMNS_DOCUMENT}, {"លិខិតឆ្លងដែន", COLUMNS_DOCUMENT}, {"អត្តសញ្ញាណប័ណ្ណ", COLUMNS_DOCUMENT}, {"паспорт", COLUMNS_DOCUMENT},
    {"护照", COLUMNS_DOCUMENT}, {"护照号码", COLUMNS_DOCUMENT}, {"身份证", COLUMNS_DOCUMENT}, {"身份证号", COLUMNS_DOCUMENT},
    {"country", COLUMNS_COUNTRY}, {"nationality", COLUMNS_COUNTRY}, {"citizenship", COLUMNS_COUNTRY}, {"documentcountry", COLUMNS_COUNTRY},
    {"issuingcountry", COLUMNS_COUNTRY}, {"nationalite", COLUMNS_COUNTRY}, {"quoctich", COLUMNS_COUNTRY}, {"สัญชาติ", COLUMNS_COUNTRY},
    {"សញ្ជាតិ", COLUMNS_COUNTRY}, {"гражданство", COLUMNS_COUNTRY}, {"国籍", COLUMNS_COUNTRY},
    /* phones */
    {"phone", COLUMNS_PHONE}, {"phones", COLUMNS_PHONE}, {"phonenumber", COLUMNS_PHONE}, {"phoneno", COLUMNS_PHONE}, {"tel", COLUMNS_PHONE},
    {"telephone", COLUMNS_PHONE}, {"mobile", COLUMNS_PHONE}, {"mobilephone", COLUMNS_PHONE}, {"homephone", COLUMNS_PHONE},
    {"cell", COLUMNS_PHONE}, {"cellphone", COLUMNS_PHONE}, {"contactnumber", COLUMNS_PHONE}, {"portable", COLUMNS_PHONE},
    {"telefon", COLUMNS_PHONE}, {"handy", COLUMNS_PHONE}, {"telefono", COLUMNS_PHONE}, {"sodienthoai", COLUMNS_PHONE},
    {"sođienthoai", COLUMNS_PHONE}, {"đienthoai", COLUMNS_PHONE}, {"โทรศัพท์", COLUMNS_PHONE}, {"เบอร์โทร", COLUMNS_PHONE},
    {"ទូរស័ព្ទ", COLUMNS_PHONE}, {"លេខទូរស័ព្ទ", COLUMNS_PHONE}, {"телефон", COLUMNS_PHONE}, {"电话", COLUMNS_PHONE},
    {"手机", COLUMNS_PHONE}, {"ໂທລະສັບ", COLUMNS_PHONE},
    /* sex */
    {"sex", COLUMNS_SEX}, {"gender", COLUMNS_SEX}, {"sexe", COLUMNS_SEX}, {"geschlecht", COLUMNS_SEX}, {"sexo", COLUMNS_SEX},
    {"gioitinh", COLUMNS_SEX}, {"เพศ", COLUMNS_SEX}, {"ភេទ", COLUMNS_SEX}, {"пол", COLUMNS_SEX}, {"性别", COLUMNS_SEX}, {"ເພດ", COLUMNS_SEX},
    /* places */
    {"place", COLUMNS_PLACE}, {"placeofbirth", COLUMNS_PLACE}, {"birthplace", COLUMNS_PLACE}, {"city", COLUMNS_PLACE}, {"town", COLUMNS_PLACE},
    {"suburb", COLUMNS_PLACE}, {"village", COLUMNS_PLACE}, {"province", COLUMNS_PLACE}, {"mailingcity", COLUMNS_PLACE},
    {"hometown", COLUMNS_PLACE}, {"lieudenaissance", COLUMNS_PLACE}, {"ville", COLUMNS_PLACE}, {"ort", COLUMNS_PLACE},
    {"geburtsort", COLUMNS_PLACE}, {"ciudad", COLUMNS_PLACE}, {"noisinh", COLUMNS_PLACE}, {"quequan", COLUMNS_PLACE}, {"จังหวัด", COLUMNS_PLACE},
    {"สถานที่เกิด", COLUMNS_PLACE}, {"ទីកន្លែងកំណើត", COLUMNS_PLACE}, {"ខេត្ត", COLUMNS_PLACE}, {"месторождения", COLUMNS_PLACE},
    {"местожительства", COLUMNS_PLACE}, {"город", COLUMNS_PLACE}, {"籍贯", COLUMNS_PLACE}, {"出生地", COLUMNS_PLACE},
};

static enum columns_field find(const struct header_word *words, size_t n, str key)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(key, str_from(words[i].key)))
            return words[i].field;
    return COLUMNS_NONE;
}

enum columns_field columns_word_header(str key, bool htcds_only)
{
    enum columns_field field = find(htcds, sizeof htcds / sizeof htcds[0], key);
    return field || htcds_only ? field : find(usual, sizeof usual / sizeof usual[0], key);
}

/* Numbers as in ISO/IEC 5218: 0 not known, 1 male, 2 female, 9 not applicable. HTCDS codes its prs_Gender in words. */
bool columns_word_sex(str key, enum sex *out)
{
    static const struct {
        enum sex sex;
        const char *keys; /* between spaces */
    } sexes[] = {
        {SEX_FEMALE, " f female w woman girl weiblich frau femme feminin feminine fille femenino mujer nu nữ 2 หญิง ญ ស្រី ж жен женский женщина "
                     "女 女性 ຍິງ "},
        {SEX_MALE, " m male man boy mannlich maennlich mann homme masculin masculine garcon masculino hombre h nam 1 ชาย ช ប្រុស м муж мужской мужчина "
                   "男 男性 ຊາຍ "},
        {SEX_OTHER, " x o other d divers diverse nonbinary nonconforming transgenderfeminine transgendermasculine trans transgender autre andere khac อื่นๆ "
                    "ផ្សេង другой 其他 "},
        {SEX_UNKNOWN, " 0 9 u unknown nonspecifiedunknown notspecifiedunknown notspecified "},
    };
    char padded[64];
    if (key.len + 2 > sizeof padded)
        return false;
    padded[0] = padded[key.len + 1] = ' ';
    memcpy(padded + 1, key.p, key.len);
    for (size_t i = 0; i < sizeof sexes / sizeof sexes[0]; i++) {
        if (str_contains(str_from(sexes[i].keys), (str){padded, key.len + 2})) {
            *out = sexes[i].sex;
            return true;
        }
    }
    return false;
}

bool columns_word_nothing(str key)
{
    static const char *const nothing[] = {"",        "na",        "nil",       "none",     "null",      "unknown",  "unk",       "notknown", "nan",
                                          "inconnu", "inconnue",  "unbekannt", "keine",    "desconocido", "khongro", "khongco", "ไม่ทราบ", "ไม่มี",
                                          "មិនដឹង", "គ្មាន", "неизвестно", "нет", "不详", "未知", "无", "nfn", "nln", "lnu", "fnu"};
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        if (str_eq(key, str_from(nothing[i])))
            return true;
    return false;
}

/* ISO 3166-1: alpha-3 and alpha-2 side by side. */
static const char countries[] =
    "ANDAD AREAE AFGAF ATGAG AIAAI ALBAL ARMAM AGOAO ATAAQ ARGAR ASMAS AUTAT AUSAU ABWAW ALAAX AZEAZ BIHBA BRBBB BGDBD BELBE "
    "BFABF BGRBG BHRBH BDIBI BENBJ BLMBL BMUBM BRNBN BOLBO BESBQ BRABR BHSBS BTNBT BVTBV BWABW BLRBY BLZBZ CANCA CCKCC CODCD "
    "CAFCF COGCG CHECH CIVCI COKCK CHLCL CMRCM CHNCN COLCO CRICR CUBCU CPVCV CUWCW CXRCX CYPCY CZECZ DEUDE DGADG DJIDJ DNKDK "
    "DMADM DOMDO DZADZ XEAEA ECUEC ESTEE EGYEG ESHEH ERIER ESPES ETHET FINFI FJIFJ FLKFK FSMFM FROFO FRAFR GABGA GBRGB GRDGD "
    "GEOGE GUFGF GGYGG GHAGH GIBGI GRLGL GMBGM GINGN GLPGP GNQGQ GRCGR SGSGS GTMGT GUMGU GNBGW GUYGY HKGHK HMDHM HNDHN HRVHR "
    "HTIHT HUNHU XICIC IDNID IRLIE ISRIL IMNIM INDIN IOTIO IRQIQ IRNIR ISLIS ITAIT JEYJE JAMJM JORJO JPNJP KENKE KGZKG KHMKH "
    "KIRKI COMKM KNAKN PRKKP KORKR KWTKW CYMKY KAZKZ LAOLA LBNLB LCALC LIELI LKALK LBRLR LSOLS LTULT LUXLU LVALV LBYLY MARMA "
    "MCOMC MDAMD MNEME MAFMF MDGMG MHLMH MKDMK MLIML MMRMM MNGMN MACMO MNPMP MTQMQ MRTMR MSRMS MLTMT MUSMU MDVMV MWIMW MEXMX "
    "MYSMY MOZMZ NAMNA NCLNC NERNE NFKNF NGANG NICNI NLDNL NORNO NPLNP NRUNR NIUNU NZLNZ OMNOM PANPA PERPE PYFPF PNGPG PHLPH "
    "PAKPK POLPL SPMPM PCNPN PRIPR PSEPS PRTPT PLWPW PRYPY QATQA REURE ROURO SRBRS RUSRU RWARW SAUSA SLBSB SYCSC SDNSD SWESE "
    "SGPSG SHNSH SVNSI SJMSJ SVKSK SLESL SMRSM SENSN SOMSO SURSR SSDSS STPST SLVSV SXMSX SYRSY SWZSZ TCATC TCDTD ATFTF TGOTG "
    "THATH TJKTJ TKLTK TLSTL TKMTM TUNTN TONTO TURTR TTOTT TUVTV TWNTW TZATZ UKRUA UGAUG UMIUM USAUS URYUY UZBUZ VATVA VCTVC "
    "VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS XKKXK YEMYE MYTYT ZAFZA ZMBZM ZWEZW ";

str columns_word_country(struct arena *a, str cell)
{
    char key[3];
    if (cell.len != 2 && cell.len != 3)
        return STR("");
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.p[i];
        key[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    for (const char *p = countries; *p; p += 6)
        if (cell.len == 3 ? memcmp(p, key, 3) == 0 : memcmp(p + 3, key, 2) == 0)
            return str_dup(a, (str){p + 3, 2});
    return STR("");
}

str columns_word_country3(struct arena *a, str alpha2)
{
    for (const char *p = countries; alpha2.len == 2 && *p; p += 6)
        if (memcmp(p + 3, alpha2.p, 2) == 0)
            return str_dup(a, (str){p, 3});
    return STR("");
}
