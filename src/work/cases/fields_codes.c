/* fields_codes: the lists of codes behind the field table. Values and their words are those of HTCDS 2.0 (UNMigration, CC BY 4.0;
 * "Unaquainted" is literally its code) unless a list belongs to a cmt_ field. */
#include "work/cases/fields_internal.h"

const struct field_code codes_organisation_type[] = {
    {"NGO", N_("NGO")},
    {"LawEnforcement", N_("Law enforcement")},
    {"HealthServiceOrganisation", N_("Health service organisation")},
    {"CentralGovernmentOrganisation", N_("Central government organisation")},
    {"LocalGovernmentOrganisation", N_("Local government organisation")},
    {"ImmigrationService", N_("Immigration service")},
    {"LegalService", N_("Legal service")},
    {"CorporateBusiness", N_("Corporate business")},
    {"SchoolOrCollege", N_("School or college")},
    {NULL, NULL},
};

const struct field_code codes_gender[] = {
    {"Feminine", N_("Feminine")},
    {"Masculine", N_("Masculine")},
    {"TransgenderFeminine", N_("Transgender feminine")},
    {"TransgenderMasculine", N_("Transgender masculine")},
    {"NonConforming", N_("Non-conforming")},
    {"NonSpecifiedUnknown", N_("Not specified/unknown")},
    {NULL, NULL},
};

const struct field_code codes_marital_status[] = {
    {"Single", N_("Single")},
    {"Married", N_("Married")},
    {"Widowed", N_("Widowed")},
    {"Divorced", N_("Divorced")},
    {"Separated", N_("Separated")},
    {"RegisteredPartnership", N_("Registered partnership")},
    {NULL, NULL},
};

const struct field_code codes_highest_level_of_education[] = {
    {"EarlyChildhoodEducation", N_("Early childhood education")},
    {"PrimaryEducation", N_("Primary education")},
    {"LowerSecondaryEducation", N_("Lower secondary education")},
    {"UpperSecondaryEducation", N_("Upper secondary education")},
    {"PostSecondaryNonTertiaryEducation", N_("Post-secondary non-tertiary education")},
    {"ShortCycleTertiaryEducation", N_("Short-cycle tertiary education")},
    {"BachelorsOrEquivalentLevel", N_("Bachelor's or equivalent level")},
    {"MastersOrEquivalentLevel", N_("Master's or equivalent level")},
    {"DoctoralOrEquivalentLevel", N_("Doctoral or equivalent level")},
    {NULL, NULL},
};

const struct field_code codes_trafficking_status[] = {
    {"PossibleVictimOfTrafficking", N_("Possible victim of trafficking")},
    {"ActualVictimOfTrafficking", N_("Actual victim of trafficking")},
    {"NotAVictimOfTrafficking", N_("Not a victim of trafficking")},
    {NULL, NULL},
};

const struct field_code codes_trafficking_status_decision_making_org[] = {
    {"Police", N_("Police")},
    {"NGO", N_("NGO")},
    {"CourtOrProsecution", N_("Court or prosecution")},
    {"NonPoliceGovernmentalOrganization", N_("Non-police governmental organization")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_relationship_to_trafficker[] = {
    {"Familial", N_("Family")},
    {"Acquainted", N_("Known before")},
    {"Unaquainted", N_("Not known before")},
    {NULL, NULL},
};

const struct field_code codes_recruitment_websites_and_apps[] = {
    {"Facebook", N_("Facebook")},
    {"Instagram", N_("Instagram")},
    {"WhatsApp", N_("WhatsApp")},
    {"Telegram", N_("Telegram")},
    {"FacebookMessenger", N_("Facebook Messenger")},
    {"Viber", N_("Viber")},
    {"SnapChat", N_("SnapChat")},
    {"Line", N_("Line")},
    {"4Sale", N_("4Sale")},
    {"WeChat", N_("WeChat")},
    {"QQ", N_("QQ")},
    {"QZone", N_("QZone")},
    {"TikTok", N_("TikTok")},
    {"Twitter", N_("Twitter")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_method_of_recruitment[] = {
    {"AtAPlaceOfBusiness", N_("At a place of business")},
    {"AtAnEducationalInstitution", N_("At an educational institution")},
    {"AtWork", N_("At work")},
    {"ThroughOnlineSocialNetworks", N_("Through online social networks")},
    {"ThroughAnOnlineAdvertisement", N_("Through an online advertisement")},
    {"ThroughATelevisionAdvert", N_("Through a television advert")},
    {"ThroughANewspaperAdvert", N_("Through a newspaper advert")},
    {"ThroughFamilyOrFamilyEvents", N_("Through family or family events")},
    {"ThroughFriendsOrSocialEvents", N_("Through friends or social events")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_methods_of_control[] = {
    {"PhysicalThreats", N_("Physical threats")},
    {"ThreatsLawEnforcement", N_("Threats of law enforcement")},
    {"ThreatensChildrenFamily", N_("Threatens children/family")},
    {"DebtBondage", N_("Debt bondage")},
    {"FalsePromises", N_("False promises")},
    {"PhysicalAbuse", N_("Physical abuse")},
    {"SexualAbuse", N_("Sexual abuse")},
    {"TakesEarnings", N_("Takes earnings")},
    {"RestrictsFinancialAccess", N_("Restricts financial access")},
    {"RestrictsMedicalCare", N_("Restricts medical care")},
    {"WithholdsNecessities", N_("Withholds necessities")},
    {"PsychologicalAbuse", N_("Psychological abuse")},
    {"PsychoactiveSubstance", N_("Psychoactive substance")},
    {"ExcessiveWorkingHours", N_("Excessive working hours")},
    {"WithholdsDocuments", N_("Withholds documents")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_type_of_exploitation[] = {
    {"ForcedLabour", N_("Forced labour")},
    {"SexualExploitation", N_("Sexual exploitation")},
    {"ChildLabour", N_("Child labour")},
    {"ForcedMarriage", N_("Forced marriage")},
    {"Servitude", N_("Servitude")},
    {"ForcedMilitaryByNonStateActors", N_("Forced to fight (for an armed group)")},
    {"OrganRemoval", N_("Organ removal")},
    {"ForcedBegging", N_("Forced begging")},
    {"ForcedAdoption", N_("Forced adoption")},
    {"Surrogacy", N_("Surrogacy")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_forced_labour_industry[] = {
    {"A_AgricultureForestryAndFishing", N_("Agriculture, forestry and fishing")},
    {"B_MiningAndQuarrying", N_("Mining and quarrying")},
    {"C_Manufacturing", N_("Manufacturing")},
    {"D_ElectricityGasSteamAndAirConditioningSupply", N_("Electricity, gas, steam and air conditioning supply")},
    {"E_WaterSupplySewerageWasteManagement", N_("Water supply; sewerage, waste management and remediation")},
    {"F_Construction", N_("Construction")},
    {"G_WholesaleAndRetailTradeRepairOfMotorVehicles", N_("Wholesale and retail trade; repair of motor vehicles and motorcycles")},
    {"H_TransportationAndStorage", N_("Transportation and storage")},
    {"I_AccommodationAndFoodServiceActivities", N_("Accommodation and food service activities")},
    {"J_InformationAndCommunication", N_("Information and communication")},
    {"K_FinancialAndInsuranceActivities", N_("Financial and insurance activities")},
    {"L_RealEstateActivities", N_("Real estate activities")},
    {"M_ProfessionalScientificAndTechnicalActivities", N_("Professional, scientific and technical activities")},
    {"N_AdministrativeAndSupportServiceActivities", N_("Administrative and support service activities")},
    {"O_PublicAdministrationAndDefence", N_("Public administration and defence; compulsory social security")},
    {"P_Education", N_("Education")},
    {"Q_HumanHealthAndSocialWorkActivities", N_("Human health and social work activities")},
    {"R_ArtsEntertainmentAndRecreation", N_("Arts, entertainment and recreation")},
    {"S_OtherServiceActivities", N_("Other service activities")},
    {"T_ActivitiesOfHouseholdsAsEmployers", N_("Activities of households as employers; undifferentiated goods- and services- producing activities of households for own use")},
    {"U_ActivitiesOfExtraterritorialOrganizations", N_("Activities of extraterritorial organizations and bodies")},
    {NULL, NULL},
};

const struct field_code codes_type_of_sex_exploitation[] = {
    {"Prostitution", N_("Prostitution")},
    {"Pornography", N_("Pornography")},
    {"RemoteInteractiveServices", N_("Remote interactive services")},
    {"PrivateSexualServices", N_("Private sexual services")},
    {NULL, NULL},
};

const struct field_code codes_vulnerabilities[] = {
    {"Addiction", N_("Addiction")},
    {"SocialGroup", N_("Social group")},
    {"Discrimination", N_("Discrimination")},
    {"Poverty", N_("Poverty")},
    {"DisabilityAndPhysicalHealth", N_("Disability and physical health")},
    {"MentalHealth", N_("Mental health")},
    {"Migration", N_("Migration")},
    {"Homelessness", N_("Homelessness")},
    {"AbuseSocialMedia", N_("Abuse - social media")},
    {"AbusePhysical", N_("Abuse - physical")},
    {"Education", N_("Education")},
    {"WorkEnvironment", N_("Work environment")},
    {NULL, NULL},
};

const struct field_code codes_role_in_process[] = {
    {"TravellingPartner", N_("Travelling partner")},
    {"Transporter", N_("Transporter")},
    {"RecruiterOrIntermediary", N_("Recruiter or intermediary")},
    {"BrokerTravelAgent", N_("Broker travel agent")},
    {"TransferredIndividual", N_("Handed the person over")},
    {"HarbouredIndividual", N_("Hid or housed the person")},
    {"SoldIndividual", N_("Sold the person")},
    {"BoughtIndividual", N_("Bought the person")},
    {"ReceivedIndividual", N_("Took the person in")},
    {"ControlledIndividual", N_("Controlled the person")},
    {"Smuggler", N_("Smuggler")},
    {"Abuser", N_("Abuser")},
    {"Kidnapper", N_("Kidnapper")},
    {"Exploiter", N_("Exploiter")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_case_status[] = {
    {"Active", N_("Active")},
    {"FollowUp", N_("Follow up")},
    {"Closed", N_("Closed")},
    {"ClosedReferred", N_("Closed referred")},
    {NULL, NULL},
};

const struct field_code codes_reason_for_incoming_referral[] = {
    {"AdditionalServicesRequired", N_("Additional services required")},
    {"MigrationOrChangeOfLocation", N_("Migration or change of location")},
    {"Other", N_("Other")},
    {NULL, NULL},
};

const struct field_code codes_event_type[] = {
    {"Recruitment", N_("Recruitment")},
    {"Transit", N_("Transit")},
    {"Exploitation", N_("Exploitation")},
    {NULL, NULL},
};

const struct field_code codes_plan_type[] = {
    {"Education", N_("Education")},
    {"Financial", N_("Financial")},
    {"Health", N_("Health")},
    {"LabourExploitationRehabilitation", N_("Labour exploitation rehabilitation")},
    {"Legal", N_("Legal")},
    {"Livelihood", N_("Livelihood")},
    {"RightsBasedTraining", N_("Rights-based training")},
    {"SexualExploitationRehabilitation", N_("Sexual exploitation rehabilitation")},
    {"SocialCare", N_("Social care")},
    {NULL, NULL},
};

const struct field_code codes_other_exploitation[] = {
    {"ExploitationOfCriminalActivities", N_("Exploitation of criminal activities")},
    {"IllegalAdoption", N_("Illegal adoption")},
    {"IllegalRemovalOfTissue", N_("Illegal removal of tissue or cells")},
    {NULL, NULL},
};

const struct field_code codes_other_control[] = {
    {"RestrictsMovement", N_("Restricts movement")},
    {NULL, NULL},
};

const struct field_code codes_legal_status[] = {
    {"Citizen", N_("Citizen")},
    {"RegularStay", N_("Regular stay")},
    {"IrregularStay", N_("Irregular stay")},
    {"ReflectionPeriod", N_("Recovery and reflection period")},
    {"VictimPermit", N_("Residence permit as a victim")},
    {"InternationalProtection", N_("International protection")},
    {"Stateless", N_("Stateless")},
    {NULL, NULL},
};

const struct field_code codes_contact_by[] = {
    {"Call", N_("Call")},
    {"Text", N_("Text message")},
    {"ThroughPartner", N_("Through a person or organisation")},
    {"InPersonOnly", N_("In person only")},
    {NULL, NULL},
};

const struct field_code codes_consent_state[] = {
    {"Given", N_("Given")},
    {"Refused", N_("Refused")},
    {"Withdrawn", N_("Withdrawn")},
    {NULL, NULL},
};

const struct field_code codes_consent_by[] = {
    {"Person", N_("The person")},
    {"Guardian", N_("A guardian")},
    {NULL, NULL},
};

const struct field_code codes_consent_method[] = {
    {"Signature", N_("Signature")},
    {"Thumbprint", N_("Thumbprint")},
    {"Voice", N_("Voice recording")},
    {NULL, NULL},
};

const struct field_code codes_consent_basis[] = {
    {"Consent", N_("Consent")},
    {"VitalInterests", N_("Vital interests")},
    {"LegalObligation", N_("Legal obligation")},
    {"PublicTask", N_("Public task")},
    {"LawEnforcement", N_("Law enforcement directive")},
    {NULL, NULL},
};

/* The values are those of access_purposes; the words are for the person. */
const struct field_code codes_consent_purposes[] = {
    {"casework", N_("To help with the case")},
    {"protection", N_("To protect and support")},
    {"identification", N_("To find out whether another agency can help already")},
    {"missing-person", N_("To find family")},
    {"investigation", N_("To find those who did this")},
    {"prosecution", N_("To bring those who did this to court")},
    {NULL, NULL},
};

/* What each stands for is in consent.c. */
const struct field_code codes_consent_elements[] = {
    {"Identity", N_("Name, birth date, nationality, family")},
    {"Contact", N_("Phone, address, how to make contact safely")},
    {"Experience", N_("What happened")},
    {"Employment", N_("Employer, recruiter, fees and debt")},
    {"Offenders", N_("Those who took part")},
    {"LegalStatus", N_("The right to stay")},
    {"Support", N_("Help given and planned")},
    {"Notes", N_("Notes of the caseworker")},
    {"Statement", N_("Her recorded statement, and how often she was interviewed")},
    {NULL, NULL},
};

const struct field_code codes_screening_sets[] = {
    {"adult_labour", N_("Adult, labour")},
    {"adult_sexual", N_("Adult, sexual exploitation")},
    {"child_labour", N_("Child, labour")},
    {"child_sexual", N_("Child, sexual exploitation")},
    {NULL, NULL},
};

const struct field_code codes_decision[] = {
    {"Presumed", N_("Presumed victim: protection begins now, without a complaint")},
    {"Identified", N_("Identified as a victim")},
    {"NotIdentified", N_("Not identified as a victim")},
    {"MoreTime", N_("More time is needed")},
    {NULL, NULL},
};

const struct field_code codes_part_in_file[] = {
    {"Client", N_("The person we help")},
    {"FamilyMember", N_("Family member")},
    {"Witness", N_("Witness")},
    {"Suspect", N_("Suspect")},
    {"Contact", N_("Contact")},
    {NULL, NULL},
};

const struct field_code codes_note_kind[] = {
    {"Note", N_("Note")},
    {"Conversation", N_("Conversation")},
    {"Telephone", N_("Telephone call")},
    {"Visit", N_("Visit")},
    {"SafetyAlert", N_("Safety alert")},
    {NULL, NULL},
};

const struct field_code codes_task_clock[] = {
    {"Hours8", N_("Within 8 hours")},
    {"Days3", N_("Within 3 days")},
    {"Days7", N_("Within 7 days")},
    {"Day", N_("By a day that is set")},
    {"None", N_("No hurry")},
    {NULL, NULL},
};

/* The elements of the offence, as elements_table.c says them. */
const struct field_code codes_element[] = {
    {"Recruitment", N_("Recruitment")},
    {"Transportation", N_("Transportation")},
    {"Transfer", N_("Transfer of the person or of control over the person")},
    {"Harbouring", N_("Harbouring")},
    {"Receipt", N_("Receipt")},
    {"Force", N_("Threat or use of force")},
    {"Coercion", N_("Other forms of coercion")},
    {"Abduction", N_("Abduction")},
    {"Fraud", N_("Fraud")},
    {"Deception", N_("Deception")},
    {"AbuseOfPower", N_("Abuse of power")},
    {"AbuseOfVulnerability", N_("Abuse of a position of vulnerability")},
    {"Payments", N_("Payments or benefits to a person who has control")},
    {"SexualExploitation", N_("Sexual exploitation")},
    {"ForcedLabour", N_("Forced labour or services, begging included")},
    {"Slavery", N_("Slavery or practices similar to slavery")},
    {"Servitude", N_("Servitude")},
    {"OrganRemoval", N_("Removal of organs")},
    {"CriminalActivities", N_("Exploitation of criminal activities")},
    {"Surrogacy", N_("Exploitation of surrogacy")},
    {"ForcedMarriage", N_("Exploitation of forced marriage")},
    {"IllegalAdoption", N_("Exploitation of illegal adoption")},
    {NULL, NULL},
};

const struct field_code codes_offence[] = {
    {"ImmigrationStatus", N_("Entry, stay or exit without permission")},
    {"FalseDocuments", N_("False or another's documents")},
    {"WorkWithoutPermit", N_("Work without a permit")},
    {"ProstitutionOffence", N_("Offence of prostitution law")},
    {"Drugs", N_("Drugs")},
    {"Theft", N_("Theft")},
    {"Cultivation", N_("Growing forbidden plants")},
    {"FraudOnline", N_("Fraud, online scams")},
    {"Begging", N_("Begging")},
    {"Other", N_("Another offence")},
    {NULL, NULL},
};

const struct field_code codes_laid_by[] = {
    {"Immigration", N_("Immigration authority")},
    {"Labour", N_("Labour inspection")},
    {"Police", N_("Police")},
    {"Prosecutor", N_("Prosecutor")},
    {NULL, NULL},
};

const struct field_code codes_finding[] = {
    {"Yes", N_("Yes")},
    {"No", N_("No")},
    {"Doubtful", N_("It cannot be excluded")},
    {NULL, NULL},
};

const struct field_code codes_outcome[] = {
    {"NotProsecuted", N_("She is not prosecuted")},
    {"Ended", N_("The proceedings are ended")},
    {"GoesOn", N_("The proceedings go on")},
    {NULL, NULL},
};

/* What each says, where it is from and how far that was checked: work/shield/bases.c. */
const struct field_code codes_basis[] = {
    {"CouncilOfEurope26", N_("Council of Europe Convention, article 26")},
    {"Directive2011", N_("Directive 2011/36/EU, article 8, as amended by (EU) 2024/1712")},
    {"Actip14", N_("ASEAN Convention (ACTIP), article 14(7)")},
    {"Malaysia", N_("Malaysia: Act 670, section 25")},
    {"Philippines", N_("Philippines: Republic Act 9208, section 17, as amended")},
    {"Thailand", N_("Thailand: Anti-Trafficking in Persons Act B.E. 2551, section 41")},
    {"Discretion", N_("No clause: the prosecutor's discretion")},
    {NULL, NULL},
};

const struct field_code codes_released_for[] = {
    {"charge", N_("A charge against her")},
    {"detention", N_("Her detention")},
    {"removal", N_("Her removal from the country")},
    {NULL, NULL},
};

const struct field_code codes_released_by[] = {
    {"HerYes", N_("She herself said yes to it")},
    {"CourtOrder", N_("A court ordered it")},
    {NULL, NULL},
};

/* The protocols that interviewers are trained in, and the parts they have in common: work/interviews/rules.h says what each is for. */
const struct field_code codes_protocol[] = {
    {"FreeAccount", N_("Free account first (PEACE, Mendez Principles)")},
    {"Nichd", N_("NICHD, for children")},
    {"Barnahus", N_("Barnahus, for children")},
    {"Cognitive", N_("Cognitive interview")},
    {"Other", N_("Another one")},
    {NULL, NULL},
};
const struct field_code codes_phase[] = {
    {"Rapport", N_("Arriving: who is here, what for, what she may refuse")},
    {"Account", N_("Her free account")},
    {"Clarify", N_("Questions to what she said, and those of the agencies")},
    {"Close", N_("The end: what happens next, whom she can reach, what she wants to add")},
    {NULL, NULL},
};
const struct field_code codes_interview_ground[] = {
    {"NewFacts", N_("New facts that could not have been asked before")},
    {"DefenceRight", N_("The defence has a right to put questions, and the recording does not meet it")},
    {"CourtOrder", N_("A court orders it")},
    {"OwnWish", N_("She asks for it herself")},
    {"BrokenRecording", N_("The recording cannot be used")},
    {"Safety", N_("Her safety, or that of somebody else, depends on it")},
    {NULL, NULL},
};
/* What a question is about: chosen by who asks. In which part of the interview it is asked is for who interviews. */
const struct field_code codes_topic[] = {
    {"Recruitment", N_("How she was found, and what was promised")},
    {"Journey", N_("The journey, and how borders were crossed")},
    {"Documents", N_("Passports and papers")},
    {"Work", N_("What she had to do, and how long")},
    {"Money", N_("Wages, fees and debt")},
    {"Place", N_("Where she lived or was held")},
    {"Force", N_("Threats and violence")},
    {"People", N_("Who took part")},
    {"Victims", N_("Others to whom it happened")},
    {"Health", N_("Her health")},
    {"Safety", N_("Her safety, and that of her family")},
    {"Other", N_("Something else")},
    {NULL, NULL},
};
