/* htcds_words: how columns and values are called in the wild, beside the names of the standard. */
#include "work/cases/htcds.h"

#include <string.h>

#include "work/cases/columns_words.h"
#include "work/cases/dates.h"

/* Letters and digits, small; what is not ASCII stays. */
str htcds_key(struct arena *a, str text)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c | 0x20);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80)
            buf_byte(&b, c);
    }
    return buf_str(&b);
}

static bool same_key(str key, const char *name)
{
    size_t at = 0;
    for (const char *p = name; *p; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (uint8_t)c >= 0x80))
            continue;
        if (at >= key.len || key.p[at++] != c)
            return false;
    }
    return at == key.len;
}

/* Lists of persons that know nothing of HTCDS, in the languages of columns_words.c. */
static const struct field *usual_field(str key)
{
    static const char *const table[COLUMNS_FIELDS] = {
        [COLUMNS_ID] = "cmt_Reference",      [COLUMNS_NAME] = "cmt_NameInScript",   [COLUMNS_GIVEN] = "prs_FirstName",
        [COLUMNS_MIDDLE] = "prs_MiddleName", [COLUMNS_FAMILY] = "prs_SecondName",   [COLUMNS_BORN] = "prs_Birthdate",
        [COLUMNS_DOCUMENT] = "prs_IdentityNumber", [COLUMNS_COUNTRY] = "prs_Citizenship", [COLUMNS_PHONE] = "prs_MobilePhone",
        [COLUMNS_SEX] = "prs_Gender",        [COLUMNS_PLACE] = "prs_MailingCity",
    };
    enum columns_field f = columns_word_header(key, false);
    return f ? field_find(str_from(table[f])) : NULL;
}

/* Misspellings of the standard's own form and spreadsheets, and the standard's labels where ours are plainer. The form's prs_First_Name and
 * the like are the same key as the name. */
const struct field *htcds_word_field(str key)
{
    static const struct { const char *key, *field; } aliases[] = {
        {"victraffickinstatusdecisionmakingorg", "vic_TraffickingStatusDecisionMakingOrg"},
        {"traffickingstatusdecisionmakingorganization", "vic_TraffickingStatusDecisionMakingOrg"},
        {"secondname", "prs_SecondName"}, {"lastname", "prs_SecondName"}, {"prslastname", "prs_SecondName"}, {"familyname", "prs_SecondName"},
        {"traffickingstatusdecisionmakingorganisation", "vic_TraffickingStatusDecisionMakingOrg"}, {"roleinprocess", "per_RoleInProcess"},
        {"referringorganisation", "cas_ReferringOrganisation"}, {"referringprimarycaseworker", "cas_ReferringPrimaryCaseWorker"},
        {"incomingreferraldate", "cas_IncomingReferralDate"}, {"reasonforincomingreferral", "cas_ReasonForIncomingReferral"},
        {"incomingreferraldetails", "cas_IncomingReferralDetails"}, {"referredorganisation", "cas_ReferredOrganisation"},
        {"referredprimarycaseworker", "cas_ReferredPrimaryCaseWorker"}, {"reasonforoutgoingreferral", "cas_ReasonForOutgoingReferral"},
        {"outgoingreferraldate", "cas_OutgoingReferralDate"}, {"outgoingreferraldetails", "cas_OutgoingReferralDetails"},
        {"reasonforcaseclosure", "cas_ReasonForCaseClosure"}, {"roledetails", "per_RoleDetails"},
        {"mailingcity", "prs_MailingCity"}, {"mailingcountry", "prs_MailingCountry"}, {"mailingstateprovince", "prs_MailingState"},
        {"mailingstreet", "prs_MailingStreet"}, {"mailingzippostalcode", "prs_MailingPostalCode"},
        {"shippingcity", "org_ShippingCity"}, {"shippingcountry", "org_ShippingCountry"}, {"shippingstateprovince", "org_ShippingState"},
        {"shippingstreet", "org_ShippingStreet"}, {"shippingzippostalcode", "org_ShippingPostalCode"},
        {"status", "cas_Status"}, {"consent", "con_Consent"}, {"organisationname", "org_Name"}, {"organizationname", "org_Name"},
    };
    const struct field *found = NULL;
    if (key.len == 0)
        return NULL;
    for (size_t i = 0; i < n_fields; i++)
        if (same_key(key, fields[i].name))
            return &fields[i];
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (str_eq(key, str_from(aliases[i].key)))
            return field_find(str_from(aliases[i].field));
    for (size_t i = 0; i < n_fields; i++) { /* a label counts if it is one field's alone, and not "Type" or "City" of an event */
        if ((fields[i].unit != FIELD_OF_PERSON && fields[i].unit != FIELD_OF_FILE && fields[i].unit != FIELD_OF_REFERRAL) || !same_key(key, fields[i].label))
            continue;
        if (found)
            return NULL;
        found = &fields[i];
    }
    return found ? found : usual_field(key);
}

/* --- values --- */

/* Codes under the names that the standard's definitions have for them. */
static const struct field_code *code_of(const struct field *f, str key)
{
    static const struct { const char *key, *code; } aliases[] = {
        {"threatoflawenforcement", "ThreatsLawEnforcement"}, {"psychoactivesubstances", "PsychoactiveSubstance"}, {"threats", "PhysicalThreats"},
        {"useschildren", "ThreatensChildrenFamily"}, {"unacquainted", "Unaquainted"}, {"notacquainted", "Unaquainted"}, {"laborexploitationrehabilitation", "LabourExploitationRehabilitation"},
        {"forcedlabor", "ForcedLabour"}, {"childlabor", "ChildLabour"},
    };
    for (const struct field_code *c = f->codes; c->value; c++)
        if (same_key(key, c->value) || same_key(key, c->label))
            return c;
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (str_eq(key, str_from(aliases[i].key)))
            return field_code_find(f, str_from(aliases[i].code));
    return NULL;
}

/* The code of a sex written in a word of any of our languages. */
static const struct field_code *code_of_sex(const struct field *f, str key)
{
    enum sex sex;
    if (!str_eq(str_from(f->name), STR("prs_Gender")) || !columns_word_sex(key, &sex))
        return NULL;
    return sex == SEX_FEMALE ? field_code_find(f, STR("Feminine")) : sex == SEX_MALE ? field_code_find(f, STR("Masculine"))
           : sex == SEX_OTHER ? field_code_find(f, STR("NonConforming")) : field_code_find(f, STR("NonSpecifiedUnknown"));
}

static const struct field_code *one_code(const struct field *f, struct arena *a, str text)
{
    str key = htcds_key(a, text);
    const struct field_code *code = key.len ? code_of(f, key) : NULL;
    return code ? code : key.len ? code_of_sex(f, key) : NULL;
}

/* All codes of a text that has sep between two; false if one of them is none. A label may hold commas and spaces, so the wider separators
 * are tried first. */
static bool add_codes(const struct field *f, struct arena *a, str text, const char *separators, struct buf *out)
{
    const struct field_code *whole = one_code(f, a, text);
    if (whole) {
        buf_addf(out, "%s%s", out->len ? " " : "", whole->value);
        return true;
    }
    str one;
    if (!*separators || !memchr(text.p, *separators, text.len))
        return *separators && separators[1] && add_codes(f, a, text, separators + 1, out);
    while (str_split(&text, *separators, &one))
        if (str_trim(one).len && !add_codes(f, a, str_trim(one), separators + 1, out))
            return false;
    return true;
}

static str read_codes(const struct field *f, struct arena *a, str cell)
{
    struct buf b = buf_new(a);
    if (f->type == FIELD_CODE) {
        const struct field_code *code = one_code(f, a, cell);
        return code ? str_from(code->value) : cell;
    }
    return add_codes(f, a, cell, ";\n|,/ ", &b) ? buf_str(&b) : cell; /* else field_check says what is wrong */
}

static str read_yes_no(struct arena *a, str cell)
{
    static const struct { const char *keys, *is; } words[] = {
        {" yes y true 1 x checked oui ja co ใช่ បាទ ចាស ", "yes"}, {" no n false 0 unchecked non nein khong ไม่ ទេ ", "no"}, {" unknown notknown notsure dontknow ", "unknown"},
    };
    str key = htcds_key(a, cell), padded = str_printf(a, " %.*s ", STR_ARG(key));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (key.len && str_contains(str_from(words[i].keys), padded))
            return str_from(words[i].is);
    return cell;
}

static int read_date(const struct field *f, const struct htcds_reading *reading, struct arena *a, str cell, str *out, struct err *err)
{
    char text[DATE_TEXT_MAX];
    struct date date;
    struct dates_rules rules = reading->dates;
    if (f->flags & FIELD_FUTURE)
        rules.today.year = (int16_t)(rules.today.year + 100);
    enum dates_result why = dates_read(cell, &rules, &date);
    if (why == DATES_EMPTY) {
        *out = STR("");
        return 0;
    }
    if (why != DATES_OK)
        return err_set(err, ERR_INPUT, "%s", dates_why(why));
    date_format(text, date);
    *out = str_dup(a, str_from(text));
    return 0;
}

static str country_named(const struct htcds_reading *reading, struct arena *a, str cell)
{
    str key = cell.len > 3 ? htcds_key(a, cell) : STR("");
    for (size_t i = 0; key.len && i < reading->n_countries; i++)
        if (str_eq(key, reading->countries[i].key))
            return reading->countries[i].code;
    return cell;
}

int htcds_value(const struct field *field, const struct htcds_reading *reading, struct arena *a, str cell, str *normal, struct err *err)
{
    bool is_text = field->type == FIELD_TEXT || field->type == FIELD_LONG || field->type == FIELD_YES_NO;
    cell = str_trim(text_nfc(reading->rules.text, a, cell));
    *normal = STR("");
    if (field->codes)
        cell = read_codes(field, a, cell);
    else if (field->type == FIELD_YES_NO)
        cell = read_yes_no(a, cell);
    else if (field->type == FIELD_COUNTRY)
        cell = country_named(reading, a, cell);
    if (!is_text && !(field->codes && field_code_find(field, cell)) && columns_word_nothing(htcds_key(a, cell)) && cell.len < 20)
        return 0;
    if (field->type == FIELD_DATE && read_date(field, reading, a, cell, &cell, err) < 0)
        return err->code;
    int r = field_check(field, &reading->rules, a, cell, normal, err);
    if (r < 0) { /* the column is named by whoever asked: the label in front is not needed */
        size_t label = strlen(field->label) + 2;
        if (strncmp(err->text, field->label, label - 2) == 0 && strlen(err->text) > label)
            memmove(err->text, err->text + label, strlen(err->text) - label + 1);
    }
    return r;
}
