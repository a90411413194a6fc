#include "work/cases/ctdc.h"

#include <string.h>

#include "work/cases/columns_words.h"
#include "work/cases/consent.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

const str ctdc_variables[CTDC_VARIABLES] = {
#define V(name) {name, sizeof name - 1}
    V("yearOfRegistration"), V("gender"), V("ageBroad"), V("citizenship"), V("CountryOfExploitation"), V("traffickMonths"),
    V("meansDebtBondageEarnings"), V("meansThreats"), V("meansAbusePsyPhySex"), V("meansFalsePromises"), V("meansDrugsAlcohol"),
    V("meansDenyBasicNeeds"), V("meansExcessiveWorkHours"), V("meansWithholdDocs"), V("isForcedLabour"), V("isSexualExploit"),
    V("isOtherExploit"), V("typeOfLabourAgriculture"), V("typeOfLabourConstruction"), V("typeOfLabourDomesticWork"), V("typeOfLabourHospitality"),
    V("typeOfSexProstitution"), V("typeOfSexPornography"), V("recruiterRelationIntimatePartner"), V("recruiterRelationFriend"),
    V("recruiterRelationFamily"), V("recruiterRelationOther"),
#undef V
};

/* A flag is set when the field has one of the codes. The merging of means is the codebook's Appendix II. */
static const struct { const char *variable, *field, *codes; } flags[] = {
    {"meansDebtBondageEarnings", "vic_MethodsOfControl", "DebtBondage TakesEarnings"},
    {"meansThreats", "vic_MethodsOfControl", "PhysicalThreats ThreatensChildrenFamily ThreatsLawEnforcement"},
    {"meansAbusePsyPhySex", "vic_MethodsOfControl", "PsychologicalAbuse PhysicalAbuse SexualAbuse"},
    {"meansFalsePromises", "vic_MethodsOfControl", "FalsePromises"},
    {"meansDrugsAlcohol", "vic_MethodsOfControl", "PsychoactiveSubstance"},
    {"meansDenyBasicNeeds", "vic_MethodsOfControl", "RestrictsFinancialAccess RestrictsMedicalCare WithholdsNecessities"},
    {"meansDenyBasicNeeds", "cmt_OtherControl", "RestrictsMovement"}, /* HTCDS has no code for it */
    {"meansExcessiveWorkHours", "vic_MethodsOfControl", "ExcessiveWorkingHours"},
    {"meansWithholdDocs", "vic_MethodsOfControl", "WithholdsDocuments"},
    {"isForcedLabour", "vic_TypeOfExploitation", "ForcedLabour ChildLabour Servitude ForcedBegging"},
    {"isSexualExploit", "vic_TypeOfExploitation", "SexualExploitation"},
    {"isOtherExploit", "vic_TypeOfExploitation", "ForcedMarriage ForcedMilitaryByNonStateActors OrganRemoval ForcedAdoption Surrogacy Other"},
    {"isOtherExploit", "cmt_OtherExploitation", "ExploitationOfCriminalActivities IllegalAdoption IllegalRemovalOfTissue"},
    {"typeOfLabourAgriculture", "vic_ForcedLabourIndustry", "A_AgricultureForestryAndFishing"},
    {"typeOfLabourConstruction", "vic_ForcedLabourIndustry", "F_Construction"},
    {"typeOfLabourDomesticWork", "vic_ForcedLabourIndustry", "T_ActivitiesOfHouseholdsAsEmployers"},
    {"typeOfLabourHospitality", "vic_ForcedLabourIndustry", "I_AccommodationAndFoodServiceActivities"},
    {"typeOfSexProstitution", "vic_TypeOfSexExploitation", "Prostitution"},
    {"typeOfSexPornography", "vic_TypeOfSexExploitation", "Pornography"},
    {"recruiterRelationFriend", "vic_RelationshipToTrafficker", "Acquainted"},
    {"recruiterRelationFamily", "vic_RelationshipToTrafficker", "Familial"},
    {"recruiterRelationOther", "vic_RelationshipToTrafficker", "Unaquainted"},
};

static str *cell_of(str cells[static CTDC_VARIABLES], const char *variable)
{
    for (size_t i = 0; i < CTDC_VARIABLES; i++)
        if (str_eq(ctdc_variables[i], str_from(variable)))
            return &cells[i];
    return NULL;
}

static bool has_one_of(str values, str codes)
{
    str code;
    while (str_split(&codes, ' ', &code))
        if (consent_lists(values, code))
            return true;
    return false;
}

static str gender(const struct record *person)
{
    static const struct { const char *code, *is; } table[] = {
        {"Feminine", "Woman"}, {"Masculine", "Man"}, {"TransgenderFeminine", "Trans/Transgender/NonConforming"},
        {"TransgenderMasculine", "Trans/Transgender/NonConforming"}, {"NonConforming", "Trans/Transgender/NonConforming"},
    };
    str code = record_text(person, "prs_Gender");
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_eq(code, str_from(table[i].code)))
            return str_from(table[i].is);
    return STR("");
}

/* The day on which she came to the agency: that of the referral, or the day on which the file was opened. What is not known of it is the middle. */
static struct date middle(struct date d)
{
    return (struct date){d.year, d.month ? d.month : 7, d.day ? d.day : d.month ? 15 : 1};
}

static struct date registered(const struct ctdc_file *file)
{
    struct date day;
    for (size_t i = 0; i < file->n; i++)
        if (file->records[i].unit == FIELD_OF_REFERRAL && date_parse_iso(record_text(&file->records[i], "cas_IncomingReferralDate"), &day) && day.year)
            return middle(day);
    return file->opened;
}

static str age_band(const struct record *person, struct date on)
{
    static const struct { int to; const char *band; } bands[] = {
        {8, "0—8"}, {17, "9—17"}, {20, "18—20"}, {23, "21—23"}, {26, "24—26"}, {29, "27—29"}, {38, "30—38"}, {47, "39—47"}, {200, "48+"},
    };
    struct date born;
    if (!date_parse_iso(record_text(person, "prs_Birthdate"), &born) || born.year == 0)
        return STR("");
    born = middle(born);
    int age = on.year - born.year - (on.month < born.month || (on.month == born.month && on.day < born.day));
    for (size_t i = 0; age >= 0 && i < sizeof bands / sizeof bands[0]; i++)
        if (age <= bands[i].to)
            return str_from(bands[i].band);
    return STR("");
}

static bool is_about(const struct record *r, const struct record *person)
{
    return !r->has_about || memcmp(r->about, person->id, ID_LEN) == 0;
}

static str country_of_exploitation(struct arena *a, const struct ctdc_file *file, const struct record *person)
{
    for (size_t i = 0; i < file->n; i++) {
        const struct record *r = &file->records[i];
        str country = r->unit == FIELD_OF_EVENT ? record_text(r, "hte_Country") : STR("");
        if (country.len && is_about(r, person) && str_eq(record_text(r, "hte_Type"), STR("Exploitation")))
            return columns_word_country3(a, country);
    }
    return columns_word_country3(a, file->country);
}

/* From the first dated event to the last: known only when there are two. */
static str months(const struct ctdc_file *file, const struct record *person)
{
    int first = 0, last = 0, n = 0;
    for (size_t i = 0; i < file->n; i++) {
        const struct record *r = &file->records[i];
        struct date day;
        if (r->unit != FIELD_OF_EVENT || !is_about(r, person) || !date_parse_iso(record_text(r, "hte_Date"), &day) || !day.year || !day.month)
            continue;
        int month = day.year * 12 + day.month;
        first = n == 0 || month < first ? month : first;
        last = n == 0 || month > last ? month : last;
        n++;
    }
    if (n < 2)
        return STR("");
    return last - first <= 12 ? STR("0—12 (0-1 yr)") : last - first <= 24 ? STR("13—24 (1-2 yrs)") : STR("25+ (2+ yrs)");
}

static bool is_victim(const struct record *person)
{
    str part = record_text(person, "cmt_PartInFile"), status = record_text(person, "vic_TraffickingStatus");
    return person->unit == FIELD_OF_PERSON && !str_eq(status, STR("NotAVictimOfTrafficking")) && (part.len == 0 || str_eq(part, STR("Client")));
}

bool ctdc_row(struct arena *a, const struct ctdc_file *file, const struct record *person, str cells[static CTDC_VARIABLES])
{
    if (!is_victim(person))
        return false;
    struct date on = registered(file);
    for (size_t i = 0; i < CTDC_VARIABLES; i++)
        cells[i] = STR("");
    *cell_of(cells, "yearOfRegistration") = str_printf(a, "%d", on.year);
    *cell_of(cells, "gender") = gender(person);
    *cell_of(cells, "ageBroad") = age_band(person, on);
    *cell_of(cells, "citizenship") = columns_word_country3(a, record_text(person, "prs_Citizenship"));
    *cell_of(cells, "CountryOfExploitation") = country_of_exploitation(a, file, person);
    *cell_of(cells, "traffickMonths") = months(file, person);
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        if (has_one_of(record_text(person, flags[i].field), str_from(flags[i].codes)))
            *cell_of(cells, flags[i].variable) = STR("1");
    return true;
}
