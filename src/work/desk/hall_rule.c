#include "work/desk/hall_rule.h"

#include <string.h>

#include "ground/crypto/crypto.h"
#include "work/desk/hall_internal.h"
#include "work/desk/hall_store.h"

int hall_rule_check(struct db *db, struct arena *a, struct hall_rule *rule, struct err *err)
{
    int r = hall_find(db, rule->now.id, a, &rule->was, err);
    if (r == 0 && (rule->now.rule.n_lanes < rule->was.rule.n_lanes || rule->now.rule.n_counters < rule->was.rule.n_counters))
        r = err_set(err, ERR_INPUT, N_("lanes and counters are not taken away, since somebody may still be there: close a lane, put a counter out of use"));
    return r < 0 ? r : hall_setup_check(&rule->now, err);
}

/* --- as bytes --- */

static void add_setup(struct buf *b, struct arena *a, const struct hall_setup *s)
{
    const str text = hall_setup_write(a, s);
    buf_u32(b, (uint32_t)text.len);
    buf_add(b, text);
}

bytes hall_rule_bytes(struct arena *a, const struct hall_rule *rule)
{
    struct buf b = buf_new(a);
    buf_add_bytes(&b, rule->now.id, ID_LEN);
    add_setup(&b, a, &rule->was);
    add_setup(&b, a, &rule->now);
    return buf_bytes(&b);
}

int hall_rule_asked(const struct approval *what, struct arena *a, struct hall_rule *out, struct err *err)
{
    struct reader in = reader_new(what->arguments);
    const bytes hall = reader_take(&in, ID_LEN), was = reader_take(&in, reader_u32(&in)), now = reader_take(&in, reader_u32(&in));
    if (what->verb != VERB_HALL_RULE || !reader_done(&in))
        return err_set(err, ERR_CORRUPT, "a rule of a hall that two agree on is of another length");
    *out = (struct hall_rule){0};
    int r = hall_setup_read(a, was, &out->was, err);
    if (r == 0)
        r = hall_setup_read(a, now, &out->now, err);
    memcpy(out->was.id, hall.p, ID_LEN);
    memcpy(out->now.id, hall.p, ID_LEN);
    return r;
}

/* --- the leaf for strangers --- */

/* A number for each of the two, another one for every rule: nobody recognises it. */
static uint64_t person_of(const struct day_posted *p, const uint8_t member[ID_LEN])
{
    uint8_t digest[HASH_LEN];
    const bytes parts[] = {str_bytes(STR("comity desk rule 1")), {p->hall, ID_LEN}, {p->rule, HASH_LEN}, {member, ID_LEN}};
    crypto_sha256_parts(digest, parts, 4);
    return get_u64be(digest) >> 1 | 1;
}

static struct day_posted posted_of(const struct hall_setup *setup, const uint8_t first[ID_LEN], const uint8_t second[ID_LEN])
{
    struct day_posted p = {.persons = {0}};
    memcpy(p.hall, setup->id, ID_LEN);
    day_rule_digest(&setup->rule, p.rule);
    p.persons[0] = person_of(&p, first);
    p.persons[1] = person_of(&p, second);
    return p;
}

/* --- by two members --- */

int hall_rule_ask(struct node *node, const struct actor *actor, const struct hall_rule *rule, str reason, int64_t now_ms, uint8_t approval[static ID_LEN],
                  struct err *err)
{
    struct arena *a = arena_new();
    struct act act = {.verb = VERB_HALL_RULE, .actor = actor, .reference = reason, .now_ms = now_ms, .arguments = hall_rule_bytes(a, rule)};
    int r = act_run(node, &act, NULL, NULL, err);
    memcpy(approval, act.approval, ID_LEN);
    arena_free(a);
    return r;
}

int hall_rule_agreed(struct node *node, struct act *act, void *approval, struct err *err)
{
    struct arena *a = arena_new();
    struct hall_rule rule;
    struct hall_setup is;
    int r = hall_rule_asked(approval, a, &rule, err);
    if (r == 0)
        r = hall_find(node->db, rule.now.id, a, &is, err);
    if (r == 0 && !str_eq(hall_setup_write(a, &is), hall_setup_write(a, &rule.was)))
        r = err_set(err, ERR_EXISTS, N_("the rule of this hall was changed meanwhile: it has to be asked for again"));
    if (r == 0) {
        act->has_object = true;
        memcpy(act->object, rule.now.id, ID_LEN);
        act->detail = str_dup(node->arena, hall_setup_write(a, &rule.now));
        r = hall_store_put(node->db, rule.now.id, str_bytes(act->detail), act->now_ms, err);
    }
    arena_free(a);
    return r;
}

int hall_rule_posted(struct node *node, struct act *act, void *approval, struct err *err)
{
    const struct approval *what = approval;
    struct arena *a = arena_new();
    struct hall_rule rule;
    int r = hall_rule_asked(what, a, &rule, err);
    if (r == 0) {
        struct day_posted posted = posted_of(&rule.now, what->first, what->second);
        r = day_book_posted(node, act, &posted, err);
    }
    arena_free(a);
    return r;
}

/* --- by whoever has the machine --- */

int hall_change(struct node *node, const struct actor *operator, const uint8_t first[static ID_LEN], const uint8_t second[static ID_LEN],
                int64_t now_ms, struct hall_setup *setup, struct err *err)
{
    struct arena *a = arena_new();
    struct hall_rule rule = {.now = *setup};
    int r = memcmp(first, second, ID_LEN) == 0 ? err_set(err, ERR_DENIED, "another rule of a hall takes two persons") : hall_rule_check(node->db, a, &rule, err);
    if (r == 0) {
        const struct day_posted posted = posted_of(&rule.now, first, second);
        r = day_book_post(node, &posted, now_ms, err);
    }
    if (r == 0)
        r = hall_make(node, operator, now_ms, setup, err);
    arena_free(a);
    return r;
}
