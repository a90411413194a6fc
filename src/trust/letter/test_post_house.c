#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/db/test_db_open.h"
#include "trust/letter/test_post_house.h"

const struct actor post_operator = {.name = {"tester", 6}, .role = {"operator", 8}};

void post_house_reopen(struct post_house *h)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, NULL};
    struct err err = {0};
    node_close(h->node);
    if (node_open(h->dir, rooms, &h->node, &err) < 0)
        fail_msg("%s", err.text);
}

void post_house_open(struct post_house *h, const char *name)
{
    struct err err = {0};
    *h = (struct post_house){.a = arena_new()};
    snprintf(h->folder, sizeof h->folder, "/tmp/comity-post-XXXXXX");
    if (crypto_open(&err) < 0 || !mkdtemp(h->folder))
        fail_msg("%s", err.text);
    snprintf(h->dir, sizeof h->dir, "%s/node", h->folder);
    struct node_settings settings = {.agency = {str_from(name), STR("KH"), STR("shelter")}, .db_url = test_db_url(h->a)};
    if (node_create(h->dir, &settings, POST_NOW, &err) < 0)
        fail_msg("%s", err.text);
    post_house_reopen(h);
    struct partner *p = &h->self;
    *p = (struct partner){.name = str_from(name), .agency = str_from(name), .country = STR("KH"), .kind = STR("shelter"), .status = PARTNER_ACTIVE,
                          .daily_budget = 200, .paired_ms = POST_NOW};
    keyring_public(h->node->keys, KEYRING_AGENCY, p->agency_key);
    partner_id(p->agency_key, p->id);
    memcpy(p->tls_pin, p->agency_key, HASH_LEN);
    p->log_key = str_dup(h->a, log_vkey(h->node->log, h->a));
    if (post_key_current(h->node, POST_NOW, p->letter_key, &p->letter_key_until_ms, &err) < 0)
        fail_msg("%s", err.text);
}

void post_house_close(struct post_house *h)
{
    char command[128];
    node_close(h->node);
    arena_free(h->a);
    snprintf(command, sizeof command, "rm -rf '%s'", h->folder);
    assert_int_equal(system(command), 0);
}

static int put_partner(struct node *node, struct act *act, void *arg, struct err *err)
{
    (void)act;
    return partner_put(node->db, arg, err);
}

void post_house_meet(struct post_house *h, const struct post_house *other)
{
    struct err err = {0};
    struct partner copy = other->self;
    struct act act = {.verb = VERB_PAIR, .actor = &post_operator, .now_ms = POST_NOW};
    if (act_run(h->node, &act, put_partner, &copy, &err) < 0)
        fail_msg("%s", err.text);
}

int64_t post_house_count(struct post_house *h, const char *sql)
{
    struct db_stmt *q;
    struct err err = {0};
    if (db_prepare(h->node->db, sql, &q, &err) < 0 || db_step(q, &err) <= 0)
        fail_msg("%s", err.text);
    int64_t n = db_col_int(q, 0);
    db_reset(q);
    return n;
}

int64_t post_house_log_size(struct post_house *h)
{
    int64_t size = -1;
    struct err err = {0};
    if (log_size(h->node->log, h->node->db, &size, &err) < 0)
        fail_msg("%s", err.text);
    return size;
}

struct sending {
    const struct partner *to;
    const struct letter *letter;
    uint8_t *id;
};

static int send_one(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct sending *s = arg;
    int r = letter_send(node, s->to, s->letter, act->now_ms, s->id, err);
    act->has_object = r == 0;
    memcpy(act->object, s->id, ID_LEN);
    return r;
}

int post_house_send(struct post_house *h, const struct partner *to, const struct letter *l, int64_t now_ms, uint8_t id[static ID_LEN],
                    struct err *err)
{
    struct sending s = {to, l, id};
    struct act act = {.verb = VERB_SEND, .actor = &post_operator, .purpose = STR("identification"), .reference = STR("K-1"), .now_ms = now_ms};
    return act_run(h->node, &act, send_one, &s, err);
}
