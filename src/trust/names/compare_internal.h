/* compare_internal: what a comparison measures before it is weighed, so that the weights can be learned and tested. */
#ifndef COMITY_NAMES_COMPARE_INTERNAL_H
#define COMITY_NAMES_COMPARE_INTERNAL_H

#include "trust/names/names.h"

/* All in 0 .. 1 unless said otherwise. Agreement is evidence for the pair over the evidence of each word for itself. */
struct name_measures {
    double agreement;      /* of the words that were paired, by their evidence; may be negative */
    double worst;          /* the worst of them; may be negative */
    double missing_less;   /* share of the name with less left over that found no partner */
    double missing_more;   /* the same for the other name */
    double evidence;       /* summed, in nats: a long agreement is worth more than a short one; any number */
    size_t pairs;          /* words paired */
    bool reordered;        /* partners stand in another order */
    bool joined;           /* two words of one are one word of the other */
    bool initials;         /* an initial stands for a word */
    bool minor_missing;    /* only a middle name or particle is missing */
    bool identical;        /* all paired words are letter for letter the same */
};

void names_measure(const struct names *n, struct arena *scratch, const struct name *a, const struct name *b, struct name_measures *out);

#endif
