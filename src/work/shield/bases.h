/* bases: what a country's law says about not punishing those who were made to do it, with where that is from and how far it was checked.
 *
 *     for (size_t i = 0; i < shield_n_bases; i++)
 *         if (shield_basis_holds(str_from(shield_bases[i].code), STR("TH"))) offer(&shield_bases[i]);
 *
 * A table for people to read and mend, not legal advice: each line says how far it was checked. The codes are those of rul_Basis.
 * Where no clause is known, "Discretion" remains: the prosecutor's own, under the principle that the others express.
 */
#ifndef COMITY_SHIELD_BASES_H
#define COMITY_SHIELD_BASES_H

#include "ground/base/base.h"

struct shield_basis {
    const char *code;
    const char *countries; /* ISO 3166-1 alpha-2 with a space between two; NULL: all */
    const char *says;      /* a message */
    const char *source, *date; /* the text, and of when */
    const char *checked;   /* a message: how far it was held against its source */
};
extern const struct shield_basis shield_bases[];
extern const size_t shield_n_bases;

bool shield_basis_holds(str code, str country);
const struct shield_basis *shield_basis(str code); /* NULL if there is none */
/* Has its trafficking law a clause of its own, as far as this table knows? */
bool shield_has_clause(str country);

#endif
