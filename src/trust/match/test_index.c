/* index: what is in the vault can be found through the maps; what was erased cannot; a second run costs nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/db/test_db_open.h"
#include "trust/match/index_internal.h"
#include "trust/match/question.h"

#define NOW INT64_C(1795470000000) /* November 2026 */

static const struct index_partner north = {{1, 2, 3}}, south = {{4, 5, 6}};
static struct names *names;

/* A node in a fresh folder. */
struct house {
    struct arena *a;
    struct node *node;
    char dir[64], folder[64];
};

static void open_house(struct house *h)
{
    static const struct db_schema *const rooms[] = {&index_schema, NULL};
    struct err err = {0};
    h->a = arena_new();
    snprintf(h->folder, sizeof h->folder, "/tmp/comity-index-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    snprintf(h->dir, sizeof h->dir, "%s/node", h->folder);
    struct node_settings settings = {.agency = {STR("Test Agency"), STR("KH"), STR("police")}, .db_url = test_db_url(h->a)};
    if (node_create(h->dir, &settings, NOW, &err) < 0 || node_open(h->dir, rooms, &h->node, &err) < 0)
        fail_msg("%s", err.text);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void close_house(struct house *h)
{
    node_close(h->node);
    arena_free(h->a);
    assert_int_equal(nftw(h->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* The i-th invented person. */
static struct identity person(struct arena *a, int i)
{
    static const char *const given[] = {"Dara", "Sophea", "Nikolai", "Thanh", "Maria", "Somchai", "Elena", "Bopha"};
    static const char *const family[] = {"Kolvanich", "Rattanakosin", "Bredikhin", "Phamtran", "Oxenstern", "Velasquez", "Mondulkiri"};
    struct name *n = arena_new_of(a, struct name);
    n->given = str_from(given[i % 8]);
    n->family = str_from(family[i / 8 % 7]);
    struct document *d = arena_new_of(a, struct document);
    d->number = str_printf(a, "N%07d", 1000000 + i * 7919);
    d->country = STR("KH");
    return (struct identity){.names = n, .n_names = 1, .documents = d, .n_documents = 1,
                             .born = {(int16_t)(1960 + i % 50), (uint8_t)(1 + i % 12), (uint8_t)(1 + i % 28)}};
}

static struct vault_id put(struct house *h, int i)
{
    struct err err = {0};
    struct vault_id id;
    struct identity who = person(h->a, i);
    assert_int_equal(vault_put(h->node->vault, h->node->db, VAULT_IDENTITY, identity_encode(h->a, &who), NULL, &id, NULL, &err), 0);
    return id;
}

static struct index_stats run_index(struct house *h, const struct index_partner partners[], size_t n)
{
    struct err err = {0};
    struct index_stats stats;
    struct actor actor = act_operator(h->a);
    struct index_options options = {.epoch = index_epoch(NOW), .actor = &actor, .now_ms = NOW};
    if (index_build(h->node, names, partners, n, &options, &stats, &err) < 0)
        fail_msg("%s", err.text);
    return stats;
}

/* Asks about person i in the partner's maps; gives the record the most keys met, or false. */
static bool ask(struct house *h, const struct index_partner *partner, int i, struct vault_id *id)
{
    struct err err = {0};
    struct match_key keys[MATCH_KEYS_MAX];
    struct identity who = person(h->a, i);
    size_t n = match_keys(names, h->a, &who, MATCH_SIDE_ASKER, keys), n_maps, n_hits;
    struct index_map *listed;
    struct map *maps[64];
    struct match_hit *hits;
    oprf_point public_key;
    struct question *q;
    oprf_point evaluated[QUESTION_POINTS];
    oprf_output outputs[QUESTION_POINTS];
    uint8_t proof[OPRF_PROOF_LEN];
    assert_int_equal(index_maps(h->node, h->a, partner, &listed, &n_maps, &err), 0);
    for (size_t m = 0; m < n_maps; m++) {
        assert_int_equal(listed[m].delta, m);
        assert_int_equal(map_open(listed[m].path, &maps[m], &err), 0);
        assert_memory_equal(map_info(maps[m])->partner, partner->id, ID_LEN);
        assert_string_equal(map_info(maps[m])->ruleset, names_ruleset(names));
    }
    assert_int_equal(keyring_match_public(h->node->keys, index_epoch(NOW), &public_key, &err), 0);
    assert_int_equal(question_make(keys, n, &q, &err), 0);
    assert_int_equal(keyring_match_evaluate(h->node->keys, index_epoch(NOW), question_points(q), QUESTION_POINTS, evaluated, proof, &err), 0);
    assert_int_equal(question_open(q, &public_key, evaluated, proof, outputs, &err), 0);
    assert_int_equal(question_lookup(outputs, n, maps, n_maps, h->a, &hits, &n_hits, &err), 0);
    question_free(q);
    for (size_t m = 0; m < n_maps; m++)
        map_close(maps[m]);
    /* the person itself meets every key that both sides have; others of the same name only a few */
    if (n_hits == 0 || (unsigned)__builtin_popcountll(hits[0].keys) * 2 < n)
        return false;
    assert_int_equal(hits[0].bits, match_bits(&who));
    assert_int_equal(index_resolve(h->node, partner, index_epoch(NOW), hits[0].handle, id, &err), 0);
    return true;
}

static size_t files_in(struct house *h, const char *folder)
{
    size_t n = 0;
    DIR *d = opendir(node_path(h->node, h->a, folder));
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.' && strcmp(e->d_name, "lock") != 0;
    closedir(d);
    return n;
}

static const char *map_folder(struct house *h, const struct index_partner *p)
{
    return str_printf(h->a, "maps/%s", hex_encode(h->a, (bytes){p->id, ID_LEN}).p).p;
}

static void test_everyone_is_found(void **state)
{
    (void)state;
    struct house h;
    struct vault_id ids[60], found;
    open_house(&h);
    for (int i = 0; i < 60; i++)
        ids[i] = put(&h, i);
    struct index_stats s = run_index(&h, &north, 1);
    assert_int_equal(s.records, 60);
    assert_int_equal(s.fresh, 60);
    assert_int_equal(s.maps, 1);
    assert_true(s.evaluated > 0 && s.evaluated <= s.keys);
    for (int i = 0; i < 60; i++) {
        assert_true(ask(&h, &north, i, &found));
        assert_memory_equal(found.b, ids[i].b, ID_LEN);
    }
    assert_false(ask(&h, &north, 1000, &found));
    close_house(&h);
}

static void test_second_run_new_partner_and_delta(void **state)
{
    (void)state;
    struct house h;
    struct vault_id found, late;
    const struct index_partner both[] = {north, south};
    open_house(&h);
    for (int i = 0; i < 20; i++)
        put(&h, i);
    run_index(&h, both, 1);
    struct index_stats s = run_index(&h, both, 1); /* nothing to do */
    assert_int_equal(s.fresh, 0);
    assert_int_equal(s.maps, 0);
    assert_int_equal(s.records, 20);
    s = run_index(&h, both, 2); /* a partner more: no evaluation */
    assert_int_equal(s.evaluated, 0);
    assert_int_equal(s.maps, 1);
    assert_true(ask(&h, &south, 7, &found));
    late = put(&h, 33); /* a record more: one delta for each */
    assert_false(ask(&h, &north, 33, &found));
    s = run_index(&h, both, 2);
    assert_int_equal(s.fresh, 1);
    assert_int_equal(s.maps, 2);
    assert_int_equal(files_in(&h, map_folder(&h, &north)), 2);
    assert_true(ask(&h, &north, 33, &found));
    assert_memory_equal(found.b, late.b, ID_LEN);
    assert_true(ask(&h, &south, 33, &found));
    assert_true(ask(&h, &south, 7, &found));
    close_house(&h);
}

static void test_many_deltas_become_a_base(void **state)
{
    (void)state;
    struct house h;
    struct vault_id found;
    open_house(&h);
    for (int i = 0; i < DELTAS_MAX + 3; i++) {
        put(&h, i);
        run_index(&h, &north, 1);
    }
    assert_int_equal(files_in(&h, map_folder(&h, &north)), 2); /* a new base and what came after it */
    for (int i = 0; i < DELTAS_MAX + 3; i++)
        assert_true(ask(&h, &north, i, &found));
    close_house(&h);
}

static void test_erased_records_are_gone(void **state)
{
    (void)state;
    struct house h;
    struct vault_id ids[30], found;
    struct err err = {0};
    open_house(&h);
    for (int i = 0; i < 25; i++)
        ids[i] = put(&h, i);
    run_index(&h, &north, 1);
    for (int i = 25; i < 30; i++)
        ids[i] = put(&h, i);
    run_index(&h, &north, 1);
    assert_int_equal(vault_erase(h.node->vault, h.node->db, VAULT_IDENTITY, &ids[3], &err), 0);
    assert_int_equal(vault_erase(h.node->vault, h.node->db, VAULT_IDENTITY, &ids[27], &err), 0);
    ids[0] = put(&h, 40);
    struct index_stats s = run_index(&h, &north, 1);
    assert_int_equal(s.erased, 2);
    assert_int_equal(s.fresh, 1);
    assert_int_equal(s.records, 29);
    assert_int_equal(files_in(&h, "maps/held"), 1);
    assert_int_equal(files_in(&h, map_folder(&h, &north)), 1);
    assert_false(ask(&h, &north, 3, &found));
    assert_false(ask(&h, &north, 27, &found));
    for (int i = 1; i < 30; i++) {
        if (i != 3 && i != 27) {
            assert_true(ask(&h, &north, i, &found));
            assert_memory_equal(found.b, ids[i].b, ID_LEN);
        }
    }
    assert_true(ask(&h, &north, 40, &found));
    assert_memory_equal(found.b, ids[0].b, ID_LEN);
    s = run_index(&h, &north, 1);
    assert_int_equal(s.erased + s.fresh + s.maps, 0);
    close_house(&h);
}

/* A run for one partner after an erasure: the others' old maps, which still have the erased record, are withdrawn. */
static void test_erasure_reaches_every_partner(void **state)
{
    (void)state;
    struct house h;
    struct vault_id first, found;
    struct err err = {0};
    struct index_map *maps;
    size_t n;
    const struct index_partner both[] = {north, south};
    open_house(&h);
    first = put(&h, 0);
    put(&h, 1);
    run_index(&h, both, 2);
    assert_int_equal(vault_erase(h.node->vault, h.node->db, VAULT_IDENTITY, &first, &err), 0);
    run_index(&h, both, 1);
    assert_int_equal(index_maps(h.node, h.a, &south, &maps, &n, &err), 0);
    assert_int_equal(n, 0);
    run_index(&h, both, 2);
    assert_false(ask(&h, &south, 0, &found));
    assert_true(ask(&h, &south, 1, &found));
    assert_int_equal(files_in(&h, map_folder(&h, &south)), 1);
    close_house(&h);
}

static void test_empty_vault_and_no_index(void **state)
{
    (void)state;
    struct house h;
    struct err err = {0};
    struct vault_id id;
    uint32_t epoch;
    open_house(&h);
    assert_int_equal(index_current(h.node, &epoch, &err), ERR_NOT_FOUND);
    struct index_stats s = run_index(&h, &north, 1);
    assert_int_equal(s.records, 0);
    assert_int_equal(s.maps, 1);
    assert_int_equal(index_current(h.node, &epoch, &err), 0);
    assert_int_equal(epoch, 82);
    assert_int_equal(index_resolve(h.node, &north, epoch, 12345, &id, &err), ERR_NOT_FOUND);
    close_house(&h);
}

/* What a run that was killed leaves behind harms nobody and is swept away. */
static void test_leftovers(void **state)
{
    (void)state;
    struct house h;
    struct vault_id found;
    open_house(&h);
    put(&h, 1);
    run_index(&h, &north, 1);
    static const char *const left[] = {"maps/held/82-2.held.tmp", "maps/held/82-2.held"};
    for (size_t i = 0; i < 2; i++) {
        int fd = open(node_path(h.node, h.a, left[i]), O_WRONLY | O_CREAT, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, "half", 4), 4);
        close(fd);
    }
    assert_true(ask(&h, &north, 1, &found));
    put(&h, 2);
    run_index(&h, &north, 1);
    assert_true(ask(&h, &north, 2, &found));
    assert_int_equal(files_in(&h, "maps/held"), 2);
    close_house(&h);
}

static void test_damaged_evaluations_are_refused(void **state)
{
    (void)state;
    struct house h;
    struct err err = {0};
    open_house(&h);
    put(&h, 1);
    run_index(&h, &north, 1);
    const char *path = index_held_path(h.node, h.a, 82, 1);
    bytes content;
    assert_int_equal(file_read(h.a, path, 1 << 20, &content, &err), 0);
    struct actor actor = act_operator(h.a);
    struct index_options options = {.epoch = 82, .actor = &actor, .now_ms = NOW};
    for (size_t at = 0; at < content.len; at += 13) {
        ((uint8_t *)content.p)[at] ^= 1;
        assert_int_equal(file_write(path, content, 0600, &err), 0);
        struct index_stats stats;
        assert_int_equal(index_build(h.node, names, &south, 1, &options, &stats, &err), ERR_CORRUPT);
        ((uint8_t *)content.p)[at] ^= 1;
    }
    assert_int_equal(file_write(path, (bytes){content.p, 24}, 0600, &err), 0); /* cut after its header */
    struct index_stats stats;
    assert_int_equal(index_build(h.node, names, &south, 1, &options, &stats, &err), ERR_CORRUPT);
    assert_int_equal(file_write(path, content, 0600, &err), 0);
    run_index(&h, &south, 1);
    close_house(&h);
}

static void test_new_epoch(void **state)
{
    (void)state;
    struct house h;
    struct err err = {0};
    open_house(&h);
    put(&h, 1);
    run_index(&h, &north, 1);
    struct actor actor = act_operator(h.a);
    struct index_options options = {.epoch = 83, .actor = &actor, .now_ms = NOW};
    struct index_stats stats;
    assert_int_equal(index_build(h.node, names, &north, 1, &options, &stats, &err), 0);
    assert_int_equal(stats.fresh, 1);
    uint32_t epoch;
    assert_int_equal(index_current(h.node, &epoch, &err), 0);
    assert_int_equal(epoch, 83);
    assert_int_equal(files_in(&h, "maps/held"), 1);
    assert_int_equal(files_in(&h, map_folder(&h, &north)), 1);
    close_house(&h);
}

static void test_handles(void **state)
{
    struct err err = {0};
    (void)state;
    struct house h;
    open_house(&h);
    struct index_handles n82, n83, s82;
    assert_int_equal(index_handles_open(&n82, h.node->keys, &north, 82, &err), 0);
    assert_int_equal(index_handles_open(&n83, h.node->keys, &north, 83, &err), 0);
    assert_int_equal(index_handles_open(&s82, h.node->keys, &south, 82, &err), 0);
    size_t same = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t ordinal = i < 4000 ? i : i * 858993459u;
        uint32_t handle = index_handle(&n82, ordinal);
        assert_int_equal(index_ordinal(&n82, handle), ordinal);
        same += handle == index_handle(&n83, ordinal);
        same += handle == index_handle(&s82, ordinal);
        same += handle == ordinal;
    }
    assert_in_range(same, 0, 3);
    close_house(&h);
}

static int open_names(void **state)
{
    (void)state;
    struct err err = {0};
    return names_open(&names, &err);
}

static int close_names(void **state)
{
    (void)state;
    names_close(names);
    return 0;
}

int main(void)
{
    struct err err = {0};
    if (crypto_open(&err) < 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everyone_is_found), cmocka_unit_test(test_second_run_new_partner_and_delta),
        cmocka_unit_test(test_many_deltas_become_a_base), cmocka_unit_test(test_erased_records_are_gone),
        cmocka_unit_test(test_erasure_reaches_every_partner),
        cmocka_unit_test(test_empty_vault_and_no_index), cmocka_unit_test(test_leftovers),
        cmocka_unit_test(test_damaged_evaluations_are_refused), cmocka_unit_test(test_new_epoch), cmocka_unit_test(test_handles),
    };
    return cmocka_run_group_tests(tests, open_names, close_names);
}
