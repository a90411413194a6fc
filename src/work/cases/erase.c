/* Erasing a person: see erase.h. */
#include "work/cases/erase.h"

#include <string.h>

#include "trust/match/search.h"
#include "work/cases/record_store.h"

#define PLACES_MAX 200

int erase_sealed(struct node *node, enum vault_kind kind, const struct vault_id *id, struct err *err)
{
    int r = vault_erase(node->vault, node->db, kind, id, err);
    return r == ERR_NOT_FOUND ? 0 : r;
}

static int drop_in_rooms(struct node *node, struct act *act, const struct erase *what, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    int r = 0;
    for (const struct erase_room *room = what->rooms; r == 0 && room && room->name; room++)
        r = room->drop(node, act, whom, a, err);
    return r;
}

/* Of one file: the whole of it when she is its only person. */
static int erase_in_file(struct node *node, struct act *act, const struct erase *what, const struct record_place *place, struct arena *a, struct err *err)
{
    struct record *all;
    struct vault_id *identities;
    size_t n = 0, persons = 0, n_identities;
    int r = records_of(node, place->file, a, &all, &n, err);
    for (size_t i = 0; i < n; i++)
        persons += all[i].unit == FIELD_OF_PERSON;
    const struct erase_whom whom = {place->file, place->record, persons == 1, &what->id};
    if (r == 0)
        r = drop_in_rooms(node, act, what, &whom, a, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        bool hers = memcmp(all[i].id, place->record, ID_LEN) == 0 || (all[i].has_about && memcmp(all[i].about, place->record, ID_LEN) == 0);
        if (persons == 1 || hers)
            r = act_forget(node, all[i].id, NULL, err);
    }
    if (r == 0 && persons > 1)
        return record_erase(node, place->file, place->record, a, err);
    if (r == 0)
        r = records_erase(node, place->file, a, &identities, &n_identities, err);
    return r < 0 ? r : access_file_drop(node->db, place->file, err);
}

int erase_person(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct erase *what = arg;
    const struct vault_id *id = &what->id;
    const struct erase_whom anywhere = {.identity = id};
    struct arena *a = arena_new();
    struct record_place *places = arena_array(a, struct record_place, PLACES_MAX);
    size_t n = 0;
    bytes content;
    int r = vault_get(node->vault, node->db, VAULT_IDENTITY, id, a, &content, err);
    if (r == 0)
        r = record_places(node->db, id, places, PLACES_MAX, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = erase_in_file(node, act, what, &places[i], a, err);
    if (r == 0)
        r = drop_in_rooms(node, act, what, &anywhere, a, err);
    if (r == 0 && (r = vault_erase(node->vault, node->db, VAULT_IDENTITY, id, err)) == ERR_NOT_FOUND)
        r = 0; /* it went with her file */
    if (r == 0)
        r = act_forget(node, id->b, NULL, err);
    act->has_object = true;
    memcpy(act->object, id->b, ID_LEN);
    arena_free(a);
    return r;
}

int erase_clean(struct node *node, const struct vault_id *id, const struct erase_room *rooms, struct err *err)
{
    struct names *names;
    struct arena *a = arena_new();
    int r = names_open(&names, err);
    if (r == 0) {
        r = search_forget(node_path(node, a, "search"), node->keys, names, id, err);
        names_close(names);
    }
    if (r == ERR_CORRUPT)
        r = 0; /* a damaged index is made anew, from the vault, by the next search */
    arena_free(a);
    for (; r == 0 && rooms && rooms->name; rooms++)
        r = rooms->after ? rooms->after(node, err) : 0;
    return r < 0 ? r : db_scrub(node->db, err);
}

static int whom(const struct approval *what, struct vault_id *id, struct err *err)
{
    if (what->arguments.len != ID_LEN)
        return err_set(err, ERR_CORRUPT, N_("what was asked of a second person is damaged"));
    memcpy(id->b, what->arguments.p, ID_LEN);
    return 0;
}

int erase_agreed(struct node *node, struct act *act, const struct approval *what, const struct erase_room *rooms, struct err *err)
{
    struct erase erase = {.rooms = rooms};
    int r = whom(what, &erase.id, err);
    return r < 0 ? r : erase_person(node, act, &erase, err);
}

int erase_after(struct node *node, const struct approval *what, const struct erase_room *rooms, struct err *err)
{
    struct vault_id id;
    int r = whom(what, &id, err);
    if (r == 0)
        r = erase_clean(node, &id, rooms, err);
    return r == ERR_RETRY ? 0 : r; /* somebody is reading: the pages are rewritten after the next erasure */
}
