/* For tests: see test_statement_house.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "ground/db/test_db_open.h"
#include "work/statements/test_statement_house.h"

static struct actor member(struct fixture *f, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    struct actor who = {.name = STR("a member"), .role = STR("member"), .member = {first}};
    OK(access_member_put(f->node->db, &m, &f->err));
    return who;
}

int house_set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&cases_schema, &statements_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    char *parent = arena_alloc(a, 64);
    *state = f;
    f->a = a;
    snprintf(parent, 64, "/tmp/comity-recording-XXXXXX");
    f->parent = mkdtemp(parent);
    f->dir = str_printf(a, "%s/node", f->parent).p;
    struct node_settings settings = {.agency = {STR("Lotus House (practice)"), STR("KH"), STR("shelter")}, .db_url = test_db_url(a)};
    OK(crypto_open(&f->err));
    OK(node_create(f->dir, &settings, NOW, &f->err));
    OK(node_open(f->dir, rooms, &f->node, &f->err));
    OK(names_open(&f->names, &f->err));
    f->lead = member(f, 1);
    f->other = member(f, 2);
    f->w = (struct casework){.node = f->node, .names = f->names, .actor = &f->lead, .purpose = STR("protection"), .now_ms = NOW};
    struct casefile_change change = {.record = {.unit = FIELD_OF_FILE}};
    OK(casefile_new(&f->w, a, &change, 1, f->file, &f->err));
    OK(recording_begin(&f->w, f->file, f->interview, STR("video/webm"), f->id, &f->err));
    return 0;
}

int house_tear_down(void **state)
{
    struct fixture *f = *state;
    node_close(f->node);
    names_close(f->names);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->parent);
    (void)!system(command);
    arena_free(f->a);
    return 0;
}

bytes house_media(struct fixture *f, int i)
{
    uint8_t *p = arena_alloc(f->a, 3000);
    for (int k = 0; k < 3000; k++)
        p[k] = (uint8_t)(i * 31 + k);
    return (bytes){p, (size_t)(2000 + i)};
}

int house_append(struct fixture *f, int i, int64_t *have)
{
    return recording_append(&f->w, f->id, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = house_media(f, i)}, have, &f->err);
}
