/* fields_internal: the lists of codes, shared by fields_codes.c and fields_table.c. Private to work/cases. */
#ifndef COMITY_CASES_FIELDS_INTERNAL_H
#define COMITY_CASES_FIELDS_INTERNAL_H

#include "work/cases/fields.h"

/* Each ends with a NULL value. */
extern const struct field_code codes_case_status[], codes_consent_basis[], codes_consent_by[], codes_consent_elements[],
    codes_consent_method[], codes_consent_purposes[], codes_consent_state[], codes_element[], codes_decision[], codes_screening_sets[], codes_contact_by[], codes_event_type[], codes_forced_labour_industry[],
    codes_gender[], codes_highest_level_of_education[], codes_legal_status[], codes_marital_status[],
    codes_method_of_recruitment[], codes_methods_of_control[], codes_organisation_type[], codes_other_control[],
    codes_other_exploitation[], codes_plan_type[], codes_reason_for_incoming_referral[], codes_recruitment_websites_and_apps[],
    codes_relationship_to_trafficker[], codes_role_in_process[], codes_trafficking_status[], codes_trafficking_status_decision_making_org[],
    codes_type_of_exploitation[], codes_type_of_sex_exploitation[], codes_vulnerabilities[], codes_part_in_file[], codes_note_kind[], codes_task_clock[], codes_offence[],
    codes_laid_by[], codes_finding[], codes_outcome[], codes_basis[], codes_released_for[], codes_released_by[], codes_protocol[], codes_phase[], codes_interview_ground[], codes_topic[];

#endif
