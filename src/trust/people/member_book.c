/* The names of members that were unsealed before. */
#include <stdlib.h>
#include <string.h>

#include "trust/people/people_internal.h"

#define ENTRIES 256 /* then it begins anew */

struct member_book {
    struct arena *arena;
    struct { struct vault_id record; struct member member; } entries[ENTRIES];
    size_t n;
};

struct member_book *member_book_new(void)
{
    struct member_book *b = mem_calloc(1, sizeof *b);
    b->arena = arena_new();
    return b;
}

void member_book_free(struct member_book *b)
{
    if (!b)
        return;
    member_book_forget(b);
    arena_free(b->arena);
    free(b);
}

static void wipe(str s)
{
    crypto_wipe((void *)(uintptr_t)s.p, s.len); /* the book's own copy */
}

void member_book_forget(struct member_book *b)
{
    for (size_t i = 0; i < b->n; i++) {
        wipe(b->entries[i].member.name);
        wipe(b->entries[i].member.login);
        wipe(b->entries[i].member.languages);
    }
    b->n = 0;
    arena_reset(b->arena);
}

static void copy_texts(struct arena *a, const struct member *from, struct member *to)
{
    to->name = str_dup(a, from->name);
    to->login = str_dup(a, from->login);
    to->languages = str_dup(a, from->languages);
}

bool people_book_find(const struct member_book *b, const struct vault_id *record, struct arena *a, struct member *out)
{
    for (size_t i = 0; b && i < b->n; i++)
        if (memcmp(b->entries[i].record.b, record->b, ID_LEN) == 0) {
            copy_texts(a, &b->entries[i].member, out);
            return true;
        }
    return false;
}

void people_book_add(struct member_book *b, const struct vault_id *record, const struct member *m)
{
    if (!b)
        return;
    if (b->n == ENTRIES)
        member_book_forget(b);
    b->entries[b->n].record = *record;
    copy_texts(b->arena, m, &b->entries[b->n++].member);
}
