/* The lists: ILO's eleven (2012), and the operational indicators of ILO and the European Commission (2009) with their strengths. The
 * names are in our words.
 *
 * What was compared: the eleven, with the opening pages of the publication. Of the operational sets the original could not be had:
 * adults in labour agree in their numbers (10, 10, 16, 9, 15, 7) with public summaries, and their strengths, like those of children in
 * labour, with one transcription. The two sets for sexual exploitation are from memory. The pages say this beside each result, by the
 * column `checked`: whoever compares a set with the original corrects the strengths and the column together. */
#include "work/cases/indicators_internal.h"

const char *const answer_names[ANSWERS] = {"-", "yes", "no", "unknown"};
const char *const strength_labels[STRENGTHS] = {N_("no indicator"), N_("weak"), N_("medium"), N_("strong")};

const char *const dimension_labels[DIMENSIONS] = {
    [DIMENSION_DECEPTION] = N_("Recruited by deception"),
    [DIMENSION_RECRUITMENT] = N_("Recruited by coercion"),
    [DIMENSION_ABUSE] = N_("Recruited by abuse of vulnerability"),
    [DIMENSION_EXPLOITATION] = N_("Exploitation"),
    [DIMENSION_COERCION] = N_("Coercion where the person is"),
    [DIMENSION_DEPENDENCE] = N_("Abuse of vulnerability where the person is"),
};

const char *const checked_labels[CHECKED_ORIGINAL + 1] = {
    [CHECKED_NOT] = N_("Written from memory: not checked against the original."),
    [CHECKED_COPY] = N_("Compared with a copy by others: not checked against the original."),
    [CHECKED_ORIGINAL] = N_("Compared with the publication."),
};

const struct indicator_set_about indicator_sets[INDICATOR_SETS] = {
    [INDICATORS_ADULT_LABOUR] = {"adult_labour", N_("Adult, labour"), false, CHECKED_COPY},
    [INDICATORS_ADULT_SEXUAL] = {"adult_sexual", N_("Adult, sexual exploitation"), false, CHECKED_NOT},
    [INDICATORS_CHILD_LABOUR] = {"child_labour", N_("Child, labour"), true, CHECKED_COPY},
    [INDICATORS_CHILD_SEXUAL] = {"child_sexual", N_("Child, sexual exploitation"), true, CHECKED_NOT},
};

const enum checked ilo_checked = CHECKED_ORIGINAL;
const char *const ilo_labels[ILO_INDICATORS] = {
    N_("Abuse of vulnerability"), N_("Deception"), N_("Restriction of movement"), N_("Isolation"), N_("Physical and sexual violence"),
    N_("Intimidation and threats"), N_("Retention of identity documents"), N_("Withholding of wages"), N_("Debt bondage"),
    N_("Abusive working and living conditions"), N_("Excessive overtime"),
};

#define S STRENGTH_STRONG
#define M STRENGTH_MEDIUM
#define W STRENGTH_WEAK
#define O STRENGTH_NONE

/* Strengths: adult labour, adult sexual, child labour, child sexual. */
#define IS(place) [(place) - 1]
const struct indicator indicators[INDICATORS] = {
    IS(D_JOB) = {"deceived_job", N_("Deceived about the job, place or employer"), DIMENSION_DECEPTION, {S, S, S, S}},
    IS(D_PAY) = {"deceived_pay", N_("Deceived about earnings"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_CONDITIONS) = {"deceived_conditions", N_("Deceived about the conditions of work"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_CONTRACT) = {"deceived_contract", N_("Deceived about the contract or whether it is lawful"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_HOUSING) = {"deceived_housing", N_("Deceived about housing and living"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_PAPERS) = {"deceived_papers", N_("Deceived about papers or the right to stay"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_TRAVEL) = {"deceived_travel", N_("Deceived about the journey or the terms of recruitment"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_FAMILY) = {"deceived_family", N_("Deceived about the family joining"), DIMENSION_DECEPTION, {M, M, M, M}},
    IS(D_MARRIAGE) = {"deceived_marriage", N_("Deceived by a promise of marriage or adoption"), DIMENSION_DECEPTION, {M, M, M, S}},
    IS(D_SCHOOL) = {"deceived_school", N_("Deceived about schooling"), DIMENSION_DECEPTION, {W, W, S, S}},

    IS(R_VIOLENCE) = {"recruited_violence", N_("Violence against the person, at recruitment"), DIMENSION_RECRUITMENT, {S, S, S, S}},
    IS(R_THREATS) = {"recruited_threats", N_("Threats of violence, at recruitment"), DIMENSION_RECRUITMENT, {M, S, S, S}},
    IS(R_ABDUCTION) = {"recruited_abduction", N_("Taken by force, sold, or forced into marriage or adoption"), DIMENSION_RECRUITMENT, {M, S, S, S}},
    IS(R_DEBT) = {"recruited_debt", N_("Debt bondage, at recruitment"), DIMENSION_RECRUITMENT, {M, S, S, S}},
    IS(R_PAPERS) = {"recruited_papers", N_("Papers taken away, at recruitment"), DIMENSION_RECRUITMENT, {M, S, M, S}},
    IS(R_CONFINED) = {"recruited_confined", N_("Isolated, confined or watched, at recruitment"), DIMENSION_RECRUITMENT, {M, S, M, S}},
    IS(R_DENOUNCE) = {"recruited_denounce", N_("Threat to report to the authorities, at recruitment"), DIMENSION_RECRUITMENT, {M, S, M, M}},
    IS(R_SHAME) = {"recruited_shame", N_("Threat to tell family or community, at recruitment"), DIMENSION_RECRUITMENT, {M, M, M, M}},
    IS(R_FAMILY) = {"recruited_family", N_("Violence or threats against the family, at recruitment"), DIMENSION_RECRUITMENT, {M, S, M, M}},
    IS(R_MONEY) = {"recruited_money", N_("Money taken or held, at recruitment"), DIMENSION_RECRUITMENT, {M, M, M, M}},

    IS(A_HARDSHIP) = {"abused_hardship", N_("Abuse of hardship in the family"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_NO_STATUS) = {"abused_no_status", N_("Abuse of an unlawful stay"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_SCHOOLING) = {"abused_schooling", N_("Abuse of little schooling or a foreign language"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_INFORMATION) = {"abused_information", N_("Abuse of missing information"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_CONTROL) = {"abused_control", N_("Already in the recruiter's hands"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_POVERTY) = {"abused_poverty", N_("Economic reasons, at recruitment"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_SUCCESS) = {"abused_success", N_("Untrue stories of others who succeeded abroad"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_LAW) = {"abused_law", N_("Untrue information about law and authorities"), DIMENSION_ABUSE, {M, M, O, O}},
    IS(A_FAMILY) = {"abused_family", N_("Family situation, at recruitment"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_PERSONAL) = {"abused_personal", N_("Personal situation, at recruitment"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_ATTACHED) = {"abused_attached", N_("Emotional dependency on the recruiter"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_AUTHORITIES) = {"abused_authorities", N_("Standing with the authorities, at recruitment"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_PAST) = {"abused_past", N_("Difficulties in the past, at recruitment"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_TRAVEL) = {"abused_travel", N_("Could not arrange the journey alone"), DIMENSION_ABUSE, {M, M, M, M}},
    IS(A_BELIEFS) = {"abused_beliefs", N_("Abuse of beliefs"), DIMENSION_ABUSE, {W, M, M, M}},
    IS(A_CONTEXT) = {"abused_context", N_("War, disaster or collapse at home"), DIMENSION_ABUSE, {W, W, M, M}},

    IS(X_HOURS) = {"work_hours", N_("Excessive days or hours of work"), DIMENSION_EXPLOITATION, {S, M, S, M}},
    IS(X_PAY) = {"work_pay", N_("Little or no pay"), DIMENSION_EXPLOITATION, {M, M, M, M}},
    IS(X_DEDUCTIONS) = {"work_deductions", N_("Wages manipulated"), DIMENSION_EXPLOITATION, {M, M, M, M}},
    IS(X_LIVING) = {"work_living", N_("Bad living conditions"), DIMENSION_EXPLOITATION, {M, M, M, M}},
    IS(X_WORKING) = {"work_conditions", N_("Very bad conditions of work"), DIMENSION_EXPLOITATION, {M, M, M, M}},
    IS(X_HAZARD) = {"work_hazard", N_("Dangerous work"), DIMENSION_EXPLOITATION, {M, M, M, S}},
    IS(X_LAW) = {"work_law", N_("Labour law or contract not kept"), DIMENSION_EXPLOITATION, {M, M, M, M}},
    IS(X_SOCIAL) = {"work_social", N_("No social protection"), DIMENSION_EXPLOITATION, {M, M, O, O}},
    IS(X_SCHOOL) = {"work_school", N_("Kept from schooling"), DIMENSION_EXPLOITATION, {W, W, M, M}},

    IS(C_PAPERS) = {"held_papers", N_("Papers taken away"), DIMENSION_COERCION, {S, S, S, S}},
    IS(C_DEBT) = {"held_debt", N_("Debt bondage"), DIMENSION_COERCION, {S, S, S, S}},
    IS(C_CONFINED) = {"held_confined", N_("Isolated, confined or watched"), DIMENSION_COERCION, {S, S, S, S}},
    IS(C_VIOLENCE) = {"held_violence", N_("Violence against the person"), DIMENSION_COERCION, {S, S, S, S}},
    IS(C_THREATS) = {"held_threats", N_("Threats of violence"), DIMENSION_COERCION, {M, S, S, S}},
    IS(C_CRIME) = {"held_crime", N_("Forced into unlawful acts"), DIMENSION_COERCION, {M, M, S, S}},
    IS(C_TASKS) = {"held_tasks", N_("Forced tasks or clients"), DIMENSION_COERCION, {M, S, S, S}},
    IS(C_INFLUENCE) = {"held_influence", N_("Under strong influence, or bound to one employer"), DIMENSION_COERCION, {M, S, S, S}},
    IS(C_PEERS) = {"held_peers", N_("Forced to act against others in the same place"), DIMENSION_COERCION, {M, M, M, M}},
    IS(C_LIE) = {"held_lie", N_("Forced to lie to authorities or family"), DIMENSION_COERCION, {M, M, M, M}},
    IS(C_DENOUNCE) = {"held_denounce", N_("Threat to report to the authorities"), DIMENSION_COERCION, {M, S, M, M}},
    IS(C_WORSE) = {"held_worse", N_("Threat of worse conditions"), DIMENSION_COERCION, {M, M, M, M}},
    IS(C_FAMILY) = {"held_family", N_("Violence or threats against the family"), DIMENSION_COERCION, {M, S, M, M}},
    IS(C_WAGES) = {"held_wages", N_("Wages withheld"), DIMENSION_COERCION, {M, M, M, M}},
    IS(C_SHAME) = {"held_shame", N_("Threat to tell family or community"), DIMENSION_COERCION, {W, M, M, M}},

    IS(V_DEPENDENCY) = {"now_dependency", N_("Depends on those who profit for daily life"), DIMENSION_DEPENDENCE, {M, M, M, M}},
    IS(V_UNKNOWN) = {"now_unknown", N_("Lost in an unknown place"), DIMENSION_DEPENDENCE, {M, M, M, M}},
    IS(V_POVERTY) = {"now_poverty", N_("Economic reasons, where the person is"), DIMENSION_DEPENDENCE, {M, M, M, M}},
    IS(V_FAMILY) = {"now_family", N_("Family situation, where the person is"), DIMENSION_DEPENDENCE, {M, M, M, M}},
    IS(V_AUTHORITIES) = {"now_authorities", N_("Standing with the authorities, where the person is"), DIMENSION_DEPENDENCE, {M, M, M, M}},
    IS(V_PAST) = {"now_past", N_("Difficulties in the past, used where the person is"), DIMENSION_DEPENDENCE, {W, W, M, M}},
    IS(V_PERSONAL) = {"now_personal", N_("Personal characteristics, used where the person is"), DIMENSION_DEPENDENCE, {W, W, M, M}},
};
