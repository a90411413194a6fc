#include "work/shield/bases.h"

#define COUNCIL "AL AD AM AT AZ BE BA BG BY HR CY CZ DK EE FI FR GE DE GR HU IS IE IL IT LV LI LT LU MT MD MC ME NL MK NO PL PT RO SM RS SK SI ES SE CH TR UA GB"
#define UNION "AT BE BG HR CY CZ EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE" /* without Denmark, which takes no part */
#define ASEAN "BN KH ID LA MY MM PH SG TH VN"
#define FROM_MEMORY N_("Written from general knowledge and not yet held against the text: read the text before you rely on it.")
#define LISTED N_("That this country has such a clause is from a survey of 2017; the wording is not yet held against the text: read it before you rely on it.")

const struct shield_basis shield_bases[] = {
    {"CouncilOfEurope26", COUNCIL,
     N_("Each party provides for the possibility of not imposing penalties on victims for their involvement in unlawful activities, to the extent that they have been compelled to do so."),
     "Council of Europe Convention on Action against Trafficking in Human Beings (CETS 197), article 26", "2005-05-16", FROM_MEMORY},
    {"Directive2011", UNION,
     N_("Authorities are entitled not to prosecute or impose penalties on victims for involvement in criminal or other unlawful activities which they have been compelled to commit as a direct consequence of being trafficked."),
     "Directive 2011/36/EU, article 8, as amended by Directive (EU) 2024/1712, to be transposed by 2026-07-15", "2024-06-13", FROM_MEMORY},
    {"Actip14", ASEAN,
     N_("Each party, subject to its domestic law and in appropriate cases, considers not holding victims criminally or administratively liable for unlawful acts that are directly related to the acts of trafficking."),
     "ASEAN Convention Against Trafficking in Persons, Especially Women and Children, article 14(7)", "2015-11-21", FROM_MEMORY},
    {"Malaysia", "MY",
     N_("A trafficked person is not prosecuted for illegal entry, unlawful stay, or false travel documents that were obtained for entering, where these acts are the direct consequence of trafficking."),
     "Anti-Trafficking in Persons and Anti-Smuggling of Migrants Act 2007 (Act 670), section 25", "2007, as amended", LISTED},
    {"Philippines", "PH",
     N_("A trafficked person is recognised as a victim and is not penalised for unlawful acts committed as a direct result of, or as an incident or in relation to, being trafficked."),
     "Republic Act 9208 (2003), section 17, as amended by Republic Acts 10364 (2012) and 11862 (2022)", "2022", LISTED},
    {"Thailand", "TH",
     N_("The inquiry official does not proceed against a trafficked person for entry or stay without permission, false information, forged travel documents, prostitution offences or work without a permit, unless the Minister of Justice permits it in writing."),
     "Anti-Trafficking in Persons Act B.E. 2551 (2008), section 41", "2008, as amended", LISTED},
    {"Discretion", NULL,
     N_("No clause of its own in the law of the country is relied on: the prosecutor's discretion, in the light of the principle that victims are not punished for what they were made to do."),
     "General powers of the prosecutor; OSCE policy recommendations (2013); ICAT issue brief 8. In a survey of 2017 Cambodia and Viet Nam had no clause", "2017",
     N_("That there was no clause is from a survey of 2017: look whether there is one by now.")},
};
const size_t shield_n_bases = sizeof shield_bases / sizeof shield_bases[0];

const struct shield_basis *shield_basis(str code)
{
    for (size_t i = 0; i < shield_n_bases; i++)
        if (str_eq(code, str_from(shield_bases[i].code)))
            return &shield_bases[i];
    return NULL;
}

bool shield_basis_holds(str code, str country)
{
    const struct shield_basis *b = shield_basis(code);
    return b && (!b->countries || (country.len == 2 && str_contains(str_from(b->countries), country)));
}

bool shield_has_clause(str country)
{
    return shield_basis_holds(STR("Malaysia"), country) || shield_basis_holds(STR("Philippines"), country) || shield_basis_holds(STR("Thailand"), country);
}
