/* score_internal: what score.c asks of the counts in score_list.c: how often a stranger's record shows a level of a field. */
#ifndef COMITY_MATCH_SCORE_INTERNAL_H
#define COMITY_MATCH_SCORE_INTERNAL_H

#include <stdlib.h>

#include "trust/match/score.h"

/* All within (0, 1]. level: enum score_* of the field. */
double score_list_name(const struct score_list *l, const struct match_unit *unit, int level);
double score_list_born(const struct score_list *l, struct date born, int level);
double score_list_born_part(const struct score_list *l, struct date born, bool month_known, bool agrees);
double score_list_document(const struct score_list *l, const struct match_units *units, int level);
double score_list_phone(bool agrees);
double score_list_sex(const struct score_list *l, enum sex sex, bool agrees);

int score_field_levels(enum score_field field); /* how many levels it has */

#endif
