/* kinds: what agencies write to each other for people to read, and the letter that stands for one that is lost on both sides. */
#include "trust/letter/post.h"

const struct letter_kind letter_kinds_people[] = {
    /* name          for people  needs a grant  always */
    {"request",      true,       false,         false, NULL, NULL},
    {"answer",       true,       true,          false, NULL, NULL},
    {"referral",     true,       true,          false, NULL, NULL},
    {"statement",    true,       true,          false, NULL, NULL},
    {"notice",       true,       false,         false, NULL, NULL},
    {"attachment",   true,       true,          false, NULL, NULL},
    {"void",         true,       false,         true,  NULL, NULL}, /* its reference names what cannot be delivered any more */
    {0},
};
