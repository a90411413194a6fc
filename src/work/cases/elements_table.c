/* elements_table: the parts of the offence, and which codes point to which.
 *
 * Sources: Protocol to Prevent, Suppress and Punish Trafficking in Persons (Palermo Protocol), article 3; Directive 2011/36/EU, article 2, as
 * amended by Directive (EU) 2024/1712; for debt bondage and the like the Supplementary Convention on the Abolition of Slavery (1956),
 * article 1; for hours of work the ILO's indicators of forced labour (2012). Codes are those of HTCDS 2.0 and our own (fields_codes.c).
 */
#include "work/cases/elements.h"

#define PROTOCOL N_("Palermo Protocol, article 3(a)")
#define DIRECTIVE N_("Directive 2011/36/EU, article 2(3)")
#define AMENDED N_("Directive (EU) 2024/1712, article 1")

const char *const element_group_label[ELEMENT_GROUPS] = {
    [ELEMENT_ACT] = N_("The act"), [ELEMENT_MEANS] = N_("Means"), [ELEMENT_PURPOSE] = N_("Purpose"),
};

const struct element elements[ELEMENTS] = {
    [ELEMENT_RECRUITMENT] = {"Recruitment", ELEMENT_ACT, N_("Recruitment"), PROTOCOL},
    [ELEMENT_TRANSPORTATION] = {"Transportation", ELEMENT_ACT, N_("Transportation"), PROTOCOL},
    [ELEMENT_TRANSFER] = {"Transfer", ELEMENT_ACT, N_("Transfer of the person or of control over the person"), PROTOCOL},
    [ELEMENT_HARBOURING] = {"Harbouring", ELEMENT_ACT, N_("Harbouring"), PROTOCOL},
    [ELEMENT_RECEIPT] = {"Receipt", ELEMENT_ACT, N_("Receipt"), PROTOCOL},
    [ELEMENT_FORCE] = {"Force", ELEMENT_MEANS, N_("Threat or use of force"), PROTOCOL},
    [ELEMENT_COERCION] = {"Coercion", ELEMENT_MEANS, N_("Other forms of coercion"), PROTOCOL},
    [ELEMENT_ABDUCTION] = {"Abduction", ELEMENT_MEANS, N_("Abduction"), PROTOCOL},
    [ELEMENT_FRAUD] = {"Fraud", ELEMENT_MEANS, N_("Fraud"), PROTOCOL},
    [ELEMENT_DECEPTION] = {"Deception", ELEMENT_MEANS, N_("Deception"), PROTOCOL},
    [ELEMENT_ABUSE_OF_POWER] = {"AbuseOfPower", ELEMENT_MEANS, N_("Abuse of power"), PROTOCOL},
    [ELEMENT_ABUSE_OF_VULNERABILITY] = {"AbuseOfVulnerability", ELEMENT_MEANS, N_("Abuse of a position of vulnerability"), PROTOCOL},
    [ELEMENT_PAYMENTS] = {"Payments", ELEMENT_MEANS, N_("Payments or benefits to a person who has control"), PROTOCOL},
    [ELEMENT_SEXUAL_EXPLOITATION] = {"SexualExploitation", ELEMENT_PURPOSE, N_("Sexual exploitation"), PROTOCOL},
    [ELEMENT_FORCED_LABOUR] = {"ForcedLabour", ELEMENT_PURPOSE, N_("Forced labour or services, begging included"), PROTOCOL},
    [ELEMENT_SLAVERY] = {"Slavery", ELEMENT_PURPOSE, N_("Slavery or practices similar to slavery"), PROTOCOL},
    [ELEMENT_SERVITUDE] = {"Servitude", ELEMENT_PURPOSE, N_("Servitude"), PROTOCOL},
    [ELEMENT_ORGANS] = {"OrganRemoval", ELEMENT_PURPOSE, N_("Removal of organs"), PROTOCOL},
    [ELEMENT_CRIMINAL_ACTIVITIES] = {"CriminalActivities", ELEMENT_PURPOSE, N_("Exploitation of criminal activities"), DIRECTIVE},
    [ELEMENT_SURROGACY] = {"Surrogacy", ELEMENT_PURPOSE, N_("Exploitation of surrogacy"), AMENDED},
    [ELEMENT_FORCED_MARRIAGE] = {"ForcedMarriage", ELEMENT_PURPOSE, N_("Exploitation of forced marriage"), AMENDED},
    [ELEMENT_ILLEGAL_ADOPTION] = {"IllegalAdoption", ELEMENT_PURPOSE, N_("Exploitation of illegal adoption"), AMENDED},
};

/* Every code of these fields stands here, so that a new one is not forgotten (test_elements.c). */
const struct element_rule element_rules[] = {
    {"vic_MethodOfRecruitment", NULL, ELEMENT_RECRUITMENT, "whatever the way, it says that she was recruited"},

    {"hte_Type", "Recruitment", ELEMENT_RECRUITMENT, "the act itself"},
    {"hte_Type", "Transit", ELEMENT_TRANSPORTATION, "a movement on the way"},
    {"hte_Type", "Exploitation", ELEMENT_NONE, "which form it took is in vic_TypeOfExploitation"},

    {"per_RoleInProcess", "TravellingPartner", ELEMENT_NONE, "to travel along is not yet to transport"},
    {"per_RoleInProcess", "Transporter", ELEMENT_TRANSPORTATION, "the act itself"},
    {"per_RoleInProcess", "RecruiterOrIntermediary", ELEMENT_RECRUITMENT, "the act itself"},
    {"per_RoleInProcess", "BrokerTravelAgent", ELEMENT_TRANSPORTATION, "arranged the journey"},
    {"per_RoleInProcess", "TransferredIndividual", ELEMENT_TRANSFER, "the act itself"},
    {"per_RoleInProcess", "HarbouredIndividual", ELEMENT_HARBOURING, "the act itself"},
    {"per_RoleInProcess", "SoldIndividual", ELEMENT_TRANSFER, "control over her went to another"},
    {"per_RoleInProcess", "SoldIndividual", ELEMENT_PAYMENTS, "for payment"},
    {"per_RoleInProcess", "BoughtIndividual", ELEMENT_RECEIPT, "control over her came from another"},
    {"per_RoleInProcess", "BoughtIndividual", ELEMENT_PAYMENTS, "for payment"},
    {"per_RoleInProcess", "ReceivedIndividual", ELEMENT_RECEIPT, "the act itself"},
    {"per_RoleInProcess", "ControlledIndividual", ELEMENT_NONE, "how is in the methods of control"},
    {"per_RoleInProcess", "Smuggler", ELEMENT_TRANSPORTATION, "moved her over a border"},
    {"per_RoleInProcess", "Abuser", ELEMENT_FORCE, "use of force"},
    {"per_RoleInProcess", "Kidnapper", ELEMENT_ABDUCTION, "the means itself"},
    {"per_RoleInProcess", "Exploiter", ELEMENT_NONE, "which form it took is in vic_TypeOfExploitation"},
    {"per_RoleInProcess", "Other", ELEMENT_NONE, "says nothing by itself"},

    {"vic_MethodsOfControl", "PhysicalThreats", ELEMENT_FORCE, "threat of force"},
    {"vic_MethodsOfControl", "ThreatsLawEnforcement", ELEMENT_COERCION, "threat of another harm than force"},
    {"vic_MethodsOfControl", "ThreatensChildrenFamily", ELEMENT_FORCE, "threat of force to others"},
    {"vic_MethodsOfControl", "DebtBondage", ELEMENT_COERCION, "a debt holds her"},
    {"vic_MethodsOfControl", "DebtBondage", ELEMENT_SLAVERY, "Convention of 1956, article 1(a)"},
    {"vic_MethodsOfControl", "FalsePromises", ELEMENT_DECEPTION, "the means itself"},
    {"vic_MethodsOfControl", "PhysicalAbuse", ELEMENT_FORCE, "use of force"},
    {"vic_MethodsOfControl", "SexualAbuse", ELEMENT_FORCE, "use of force"},
    {"vic_MethodsOfControl", "TakesEarnings", ELEMENT_COERCION, "without money she cannot leave"},
    {"vic_MethodsOfControl", "RestrictsFinancialAccess", ELEMENT_COERCION, "without money she cannot leave"},
    {"vic_MethodsOfControl", "RestrictsMedicalCare", ELEMENT_COERCION, "withholds what she needs"},
    {"vic_MethodsOfControl", "WithholdsNecessities", ELEMENT_COERCION, "withholds what she needs"},
    {"vic_MethodsOfControl", "PsychologicalAbuse", ELEMENT_COERCION, "pressure without force"},
    {"vic_MethodsOfControl", "PsychoactiveSubstance", ELEMENT_COERCION, "takes her will, or makes her dependent"},
    {"vic_MethodsOfControl", "ExcessiveWorkingHours", ELEMENT_FORCED_LABOUR, "one of the ILO's indicators"},
    {"vic_MethodsOfControl", "WithholdsDocuments", ELEMENT_COERCION, "without documents she cannot leave"},
    {"vic_MethodsOfControl", "Other", ELEMENT_NONE, "says nothing by itself"},
    {"cmt_OtherControl", "RestrictsMovement", ELEMENT_COERCION, "she cannot leave"},

    {"vic_TypeOfExploitation", "ForcedLabour", ELEMENT_FORCED_LABOUR, "the purpose itself"},
    {"vic_TypeOfExploitation", "SexualExploitation", ELEMENT_SEXUAL_EXPLOITATION, "the purpose itself"},
    {"vic_TypeOfExploitation", "ChildLabour", ELEMENT_FORCED_LABOUR, "labour of one who cannot agree to it"},
    {"vic_TypeOfExploitation", "ForcedMarriage", ELEMENT_FORCED_MARRIAGE, "the purpose itself"},
    {"vic_TypeOfExploitation", "ForcedMarriage", ELEMENT_SLAVERY, "Convention of 1956, article 1(c)"},
    {"vic_TypeOfExploitation", "Servitude", ELEMENT_SERVITUDE, "the purpose itself"},
    {"vic_TypeOfExploitation", "ForcedMilitaryByNonStateActors", ELEMENT_FORCED_LABOUR, "forced services"},
    {"vic_TypeOfExploitation", "OrganRemoval", ELEMENT_ORGANS, "the purpose itself"},
    {"vic_TypeOfExploitation", "ForcedBegging", ELEMENT_FORCED_LABOUR, "Directive 2011/36/EU, article 2(3): begging included"},
    {"vic_TypeOfExploitation", "ForcedAdoption", ELEMENT_ILLEGAL_ADOPTION, "the purpose itself"},
    {"vic_TypeOfExploitation", "Surrogacy", ELEMENT_SURROGACY, "the purpose itself"},
    {"vic_TypeOfExploitation", "Other", ELEMENT_NONE, "says nothing by itself"},
    {"cmt_OtherExploitation", "ExploitationOfCriminalActivities", ELEMENT_CRIMINAL_ACTIVITIES, "the purpose itself"},
    {"cmt_OtherExploitation", "IllegalAdoption", ELEMENT_ILLEGAL_ADOPTION, "the purpose itself"},
    {"cmt_OtherExploitation", "IllegalRemovalOfTissue", ELEMENT_ORGANS, "the nearest that the law names"},
    {"vic_ForcedLabourIndustry", NULL, ELEMENT_FORCED_LABOUR, "the industry in which it was"},
    {"vic_TypeOfSexExploitation", NULL, ELEMENT_SEXUAL_EXPLOITATION, "the form it took"},
};
const size_t n_element_rules = sizeof element_rules / sizeof element_rules[0];
