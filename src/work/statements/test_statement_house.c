/* For tests: see test_statement_house.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "trust/act/test_node.h"
#include "work/requests/tie.h"
#include "work/statements/test_statement_house.h"

int house_set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&cases_schema, &requests_schema, &statements_schema, NULL};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    if (test_node_open(a, rooms, NOW, &f->dir, &f->node) < 0)
        return -1;
    OK(names_open(&f->names, &f->err));
    f->lead = test_node_member(f->node, 1, ROLE_CASEWORKER, 0);
    f->other = test_node_member(f->node, 2, ROLE_CASEWORKER, 0);
    f->w = (struct casework){.node = f->node, .names = f->names, .actor = &f->lead, .purpose = STR("protection"), .now_ms = NOW};
    struct casefile_change change = {.record = {.unit = FIELD_OF_FILE}};
    OK(casefile_new(&f->w, a, &change, 1, f->file, &f->err));
    OK(recording_begin(&f->w, f->file, f->interview, STR("video/webm"), f->id, &f->err));
    return 0;
}

int house_tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    names_close(f->names);
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
