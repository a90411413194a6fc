/* relation: how members stand to files, as act_run looks it up in the act's own transaction.
 *
 * What: a table of files by id with their state and unit, and the parts that members have in them.
 * Why:  who may open a file is decided where it is opened, from what is true at that moment; nobody sees a file for her role alone.
 *
 *     access_file_put(node->db, &(struct access_file){.id = ..., .state = FILE_OPEN}, &err);
 *     access_part_put(node->db, &(struct access_part){.file = ..., .member = ..., .relation = RELATION_LEAD, .since_ms = now}, &err);
 *     access_relation(node->db, file, member, roles, now, &relation, &state, &err);
 *
 * Functions that write are for use inside an act. Ids are 128 random bits and say nothing. Not here: what is in a file (work/cases).
 */
#ifndef COMITY_ACCESS_RELATION_H
#define COMITY_ACCESS_RELATION_H

#include "ground/db/db.h"
#include "trust/access/access.h"

struct access_file {
    uint8_t id[ID_LEN];
    unsigned state; /* one of FILE_* */
    bool has_unit;
    uint8_t unit[ID_LEN];
};

struct access_part {
    uint8_t file[ID_LEN], member[ID_LEN];
    unsigned relation;         /* READER, WORKER, LEAD or GLASS */
    int64_t since_ms, until_ms; /* until_ms 0: until it is taken away */
};

/* Adds or replaces by id. */
MUST_USE int access_file_put(struct db *db, const struct access_file *file, struct err *err);
MUST_USE int access_file_get(struct db *db, const uint8_t id[static ID_LEN], struct access_file *out, struct err *err); /* ERR_NOT_FOUND */
MUST_USE int access_file_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err); /* with all parts in it and all stops */
/* Adds or replaces a member's part. */
MUST_USE int access_part_put(struct db *db, const struct access_part *part, struct err *err);
MUST_USE int access_part_drop(struct db *db, const uint8_t file[static ID_LEN], const uint8_t member[static ID_LEN], struct err *err);
/* Those who have a part in a file, in order of arrival; those whose time is over are left out. From arena. */
MUST_USE int access_parts(struct db *db, const uint8_t file[static ID_LEN], int64_t now_ms, struct arena *a, struct access_part **out, size_t *n,
                          struct err *err);

/* One RELATION_* and one FILE_*; both 0 when there is no such file. The own part counts before that of a supervisor unless it is less. */
MUST_USE int access_relation(struct db *db, const uint8_t file[static ID_LEN], const uint8_t member[static ID_LEN], unsigned roles, int64_t now_ms,
                             unsigned *relation, unsigned *state, struct err *err);

/* The unit of a member, if she has one. */
MUST_USE int access_unit_of(struct db *db, const uint8_t member[static ID_LEN], bool *has, uint8_t unit[static ID_LEN], struct err *err);

const char *access_relation_words(unsigned relation); /* "works on it": a message */

#endif
