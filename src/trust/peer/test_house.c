#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/db/test_db_open.h"
#include "trust/match/index.h"
#include "trust/peer/test_house.h"

const struct actor test_operator = {.name = {"tester", 6}, .role = {"operator", 8}};

void house_open(struct house *h, str agency, str country, str kind)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, NULL};
    house_open_rooms(h, agency, country, kind, rooms);
}

void house_open_rooms(struct house *h, str agency, str country, str kind, const struct db_schema *const *rooms)
{
    struct err err = {0};
    *h = (struct house){.a = arena_new()};
    snprintf(h->folder, sizeof h->folder, "/tmp/comity-peer-XXXXXX");
    if (crypto_open(&err) < 0 || !mkdtemp(h->folder))
        fail_msg("%s", err.text);
    snprintf(h->dir, sizeof h->dir, "%s/node", h->folder);
    struct node_settings settings = {.agency = {agency, country, kind}, .db_url = test_db_url(h->a)};
    if (node_create(h->dir, &settings, clock_now_ms(), &err) < 0 || node_open(h->dir, rooms, &h->node, &err) < 0 ||
        pair_identity(h->node, h->a, clock_now_ms(), &h->identity, &err) < 0)
        fail_msg("%s", err.text);
}

void house_close(struct house *h)
{
    char command[128];
    node_close(h->node);
    arena_free(h->a);
    snprintf(command, sizeof command, "rm -rf '%s'", h->folder);
    assert_int_equal(system(command), 0);
}

void house_accept(struct house *h, struct house *from, str address, const struct pair_letter_key *letter, int64_t budget)
{
    struct err err = {0};
    struct wire_card card;
    struct pair_terms terms = {.daily_budget = budget};
    int64_t now = clock_now_ms();
    if (pair_invite(from->node, &test_operator, address, letter, now, from->a, &card, &err) < 0 ||
        pair_accept(h->node, &test_operator, &card, &terms, now, h->a, &h->other, &err) < 0)
        fail_msg("%s", err.text);
}

void house_pair(struct house *x, struct house *y, int64_t budget)
{
    house_accept(x, y, STR("127.0.0.1:7443"), NULL, budget);
    house_accept(y, x, STR("127.0.0.1:7443"), NULL, budget);
}

struct identity some_identity(struct arena *a, str given, str family, struct date born, str document)
{
    struct name *n = arena_new_of(a, struct name);
    struct document *d = arena_new_of(a, struct document);
    *n = (struct name){.given = given, .family = family};
    d->number = document;
    return (struct identity){.names = n, .n_names = 1, .born = born, .documents = d, .n_documents = document.len > 0};
}

static int put(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)act;
    struct vault_id id;
    return vault_put(node->vault, node->db, VAULT_IDENTITY, *(bytes *)arg, NULL, &id, NULL, err);
}

void house_add(struct house *h, str given, str family, struct date born, str document)
{
    struct err err = {0};
    struct identity who = some_identity(h->a, given, family, born, document);
    bytes content = identity_encode(h->a, &who);
    struct act act = {.verb = VERB_IMPORT, .actor = &test_operator, .now_ms = clock_now_ms()};
    if (act_run(h->node, &act, put, &content, &err) < 0)
        fail_msg("%s", err.text);
}

void house_index(struct house *h)
{
    struct err err = {0};
    struct names *names;
    struct partner *p = NULL;
    size_t n = 0;
    struct index_stats stats;
    struct index_partner ids[8];
    int64_t now = clock_now_ms();
    if (names_open(&names, &err) < 0 || partner_list(h->node->db, h->a, &p, &n, &err) < 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < n; i++)
        memcpy(ids[i].id, p[i].id, ID_LEN);
    struct index_options options = {.epoch = index_epoch(now), .actor = &test_operator, .now_ms = now};
    if (index_build(h->node, names, ids, n, &options, &stats, &err) < 0)
        fail_msg("%s", err.text);
    names_close(names);
}

int64_t house_log_size(struct house *h)
{
    int64_t size = -1;
    struct err err = {0};
    if (log_size(h->node->log, h->node->db, &size, &err) < 0)
        fail_msg("%s", err.text);
    return size;
}
