/* identity: what is known of who a person is: names in several scripts, birth date, documents, phones.
 *
 * What: the one struct that travels from an import to the vault, to the keys of the blind question, to local search.
 * Why:  every room that handles a person's identity handles this, and nothing else has to know how it is stored.
 *
 *     struct identity who = {0};
 *     who.names = &(struct name){.given = STR("Dara"), .family = STR("Sok")};  who.n_names = 1;
 *     who.born = (struct date){1990, 3, 5};
 *
 * Strings are UTF-8 as they came (NFC, trimmed); folding happens in names.h. Everything borrows; copies come from arena.
 */
#ifndef COMITY_NAMES_IDENTITY_H
#define COMITY_NAMES_IDENTITY_H

#include "ground/base/base.h"

struct name {
    str given;  /* given and middle names */
    str family;
    str full;   /* the whole name in any order, when the parts are not told apart; else empty */
};

struct document {
    str number;
    str country; /* ISO 3166-1 alpha-2, upper case, or empty */
};

enum sex { SEX_UNKNOWN = 0, SEX_FEMALE = 'f', SEX_MALE = 'm', SEX_OTHER = 'x' };

struct identity {
    struct name *names;
    size_t n_names;
    struct date born;
    struct document *documents;
    size_t n_documents;
    str *phones; /* as written; phone_national_tail() in match makes them comparable */
    size_t n_phones;
    str *places;
    size_t n_places;
    enum sex sex;
    str source_id; /* the id the record had in its source, or empty */
    bool presumed; /* presumed or identified as a victim, and partners who ask blindly may learn that one word */
};

#define IDENTITY_NAMES_MAX 32
#define IDENTITY_LIST_MAX 32 /* documents, phones, places each */
#define IDENTITY_TEXT_MAX 1024

/* Canonical bytes, from arena: equal identities give equal bytes. First byte is the format's version. */
bytes identity_encode(struct arena *a, const struct identity *who);
/* The inverse; strings borrow from in, arrays from arena. ERR_CORRUPT on anything that identity_encode did not write. */
MUST_USE int identity_decode(struct arena *a, bytes in, struct identity *out, struct err *err);

#endif
