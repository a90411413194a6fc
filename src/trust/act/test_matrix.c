/* The verb table walked whole: pure, every verb x roles (none, one, two) x relation x state x proof x purpose x reference; and through
 * act_run, with every way in which a member can stand to a file. What must come out is written by hand in test_expected.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "trust/act/approval.h"
#include "trust/act/test_expected.h"
#include "trust/act/test_node.h"

#define NOW 1795467960123
#define DAY (INT64_C(24) * 3600 * 1000)

struct fixture {
    struct arena *a;
    const char *dir;
    struct node *node;
    uint8_t north[ID_LEN], south[ID_LEN]; /* units */
};

static int set_up(void **state)
{
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    f->a = a;
    memset(f->north, 0xa1, ID_LEN);
    memset(f->south, 0xa2, ID_LEN);
    if (test_node_open(a, NULL, NOW, &f->dir, &f->node) < 0)
        return -1;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    test_node_close(f->node, f->dir);
    arena_free(f->a);
    return 0;
}

/* --- the pure walk --- */

static const struct { char letter; unsigned bit; bool member; } roles[] = {
    {'o', ROLE_OPERATOR, false}, {'t', ROLE_PARTNER, false}, {'n', ROLE_NODE, false}, {'c', ROLE_CASEWORKER, true}, {'i', ROLE_INVESTIGATOR, true},
    {'p', ROLE_PROSECUTOR, true}, {'s', ROLE_SUPERVISOR, true}, {'d', ROLE_DPO, true}, {'a', ROLE_AUDITOR, true}, {'m', ROLE_ADMINISTRATOR, true}, {'h', ROLE_OFFICER, true},
};
enum { N_ROLES = sizeof roles / sizeof roles[0] };

static const struct { char letter; unsigned bit; } relations[] = {
    {0, 0}, {'N', RELATION_NONE}, {'R', RELATION_READER}, {'W', RELATION_WORKER}, {'L', RELATION_LEAD}, {'S', RELATION_SUPERVISOR}, {'G', RELATION_GLASS},
}, states[] = {{'O', FILE_OPEN}, {'C', FILE_CLOSED}};

/* When she proved who she is, and whether that is fresh: the edges too, and a clock that was set back. */
static const struct { int64_t proved_ms; bool fresh; } proofs[] = {
    {0, false}, {NOW - ACCESS_FRESH_MS, false}, {NOW - ACCESS_FRESH_MS + 1, true}, {NOW, true}, {NOW + ACCESS_FRESH_MS, true}, {NOW + ACCESS_FRESH_MS + 1, false},
};

static const struct { str text; bool good; bool possible; } purposes[] = {
    {STR(""), false, true}, {STR("casework"), true, true}, {STR("curiosity"), false, false}, {STR("casewor"), false, false},
};
static char long_reference[ACCESS_REFERENCE_MAX + 2];

static int decided(const struct access_rule *rule, const struct access_asker *asker, str purpose, str reference)
{
    struct err err = {0};
    int r = access_decide(rule, asker, purpose, reference, &err);
    assert_int_equal(r, err.code);
    return r == 0 && access_needs_second(rule, asker->roles) ? ERR_PARKED : r;
}

/* Of one asker: every purpose and every reference. A purpose or reference that cannot be is refused even where none is needed. */
static void walk_words(enum verb v, const struct expected_row *row, const struct access_asker *asker, const struct expected_asker *who, int64_t *n)
{
    const struct { str text; bool good, possible; } references[] = {
        {STR(""), false, true}, {STR(" \t"), false, true}, {STR("case 7"), true, true}, {{long_reference, ACCESS_REFERENCE_MAX}, true, true},
        {{long_reference, ACCESS_REFERENCE_MAX + 1}, true, false},
    };
    for (size_t p = 0; p < sizeof purposes / sizeof purposes[0]; p++)
        for (size_t r = 0; r < sizeof references / sizeof references[0]; r++) {
            int wanted = expected_verdict(row, who, purposes[p].good, references[r].good);
            if (!purposes[p].possible || !references[r].possible)
                wanted = ERR_DENIED;
            int got = decided(&verbs[v].rule, asker, purposes[p].text, references[r].text);
            if (got != wanted)
                fail_msg("%s by \"%s\"%s relation %c state %c fresh %d purpose %zu reference %zu: %s, not %s", row->verb, who->roles,
                         who->member ? " (member)" : "", who->relation ? who->relation : '-', who->state ? who->state : '-', who->fresh, p, r, err_word(got),
                         err_word(wanted));
            ++*n;
        }
}

/* A purpose against the person: refused while the file is stopped, to everybody, and where a purpose is asked for and no file is named. */
static void walk_against(enum verb v, const struct expected_row *row, const struct access_asker *asker, const struct expected_asker *who, int64_t *n)
{
    for (int stopped = 0; stopped < 2; stopped++) {
        struct access_asker at = *asker;
        at.stopped = stopped;
        int wanted = stopped || (strchr(row->says, 'p') && !who->relation) ? ERR_DENIED : expected_verdict(row, who, true, true);
        int got = decided(&verbs[v].rule, &at, STR("removal"), STR("case 7"));
        if (got != wanted)
            fail_msg("%s by \"%s\" for removal, stopped %d, relation %c: %s, not %s", row->verb, who->roles, stopped, who->relation ? who->relation : '-',
                     err_word(got), err_word(wanted));
        /* what goes against nobody goes on */
        assert_int_equal(decided(&verbs[v].rule, &at, STR("protection"), STR("case 7")), expected_verdict(row, who, true, true));
        *n += 2;
    }
}

static void walk_askers(enum verb v, const struct expected_row *row, unsigned bits, const char *letters, bool member, int64_t *n)
{
    for (size_t k = 0; k < sizeof relations / sizeof relations[0]; k++)
        for (size_t s = 0; s < (relations[k].letter ? sizeof states / sizeof states[0] : 1); s++)
            for (size_t t = 0; t < sizeof proofs / sizeof proofs[0]; t++) {
                const struct access_asker asker = {.roles = bits | (member ? ROLE_MEMBER : 0), .relation = relations[k].bit,
                                                   .state = relations[k].letter ? states[s].bit : 0, .proved_ms = proofs[t].proved_ms, .now_ms = NOW};
                const struct expected_asker who = {letters, member, relations[k].letter, relations[k].letter ? states[s].letter : 0, proofs[t].fresh};
                walk_words(v, row, &asker, &who, n);
                walk_against(v, row, &asker, &who, n);
            }
}

static void test_every_verb_role_relation_state_proof_purpose_reference(void **state)
{
    (void)state;
    int64_t n = 0;
    memset(long_reference, 'x', sizeof long_reference - 1);
    assert_int_equal(N_EXPECTED, N_VERBS);
    for (int v = 0; v < N_VERBS; v++) {
        const struct expected_row *row = expected_row(verbs[v].name);
        assert_non_null(row);
        walk_askers((enum verb)v, row, 0, "", false, &n); /* somebody without any role */
        walk_askers((enum verb)v, row, 0, "", true, &n);  /* invited */
        for (size_t one = 0; one < N_ROLES; one++)
            for (size_t two = one; two < N_ROLES; two++) {
                const char letters[3] = {roles[one].letter, two == one ? '\0' : roles[two].letter};
                walk_askers((enum verb)v, row, roles[one].bit | roles[two].bit, letters, roles[one].member || roles[two].member, &n);
            }
    }
    assert_true(n > 3000000);
}

/* Who may be the second: every verb, every combination of two roles; never the first. */
static void test_every_second(void **state)
{
    (void)state;
    for (int v = 0; v < N_VERBS; v++)
        for (size_t one = 0; one < N_ROLES; one++)
            for (size_t two = one; two < N_ROLES; two++) {
                const char *seconds = expected_row(verbs[v].name)->seconds;
                bool may = strchr(seconds, roles[one].letter) || strchr(seconds, roles[two].letter);
                struct err err = {0};
                unsigned bits = roles[one].bit | roles[two].bit | ROLE_MEMBER;
                assert_int_equal(access_second(&verbs[v].rule, bits, false, &err), may ? 0 : ERR_DENIED);
                assert_int_equal(access_second(&verbs[v].rule, bits, true, &err), ERR_DENIED);
            }
}

/* --- through act_run, with the database --- */

static void put_member(struct fixture *f, uint8_t id[static ID_LEN], unsigned bits, const uint8_t *unit)
{
    struct err err = {0};
    struct access_member m = {.roles = bits, .state = MEMBER_ACTIVE, .has_unit = unit != NULL};
    crypto_random(id, ID_LEN);
    memcpy(m.id, id, ID_LEN);
    if (unit)
        memcpy(m.unit, unit, ID_LEN);
    assert_int_equal(access_member_put(f->node->db, &m, &err), 0);
}

static void put_part(struct fixture *f, const uint8_t *file, const uint8_t *member, unsigned relation, int64_t until_ms)
{
    struct err err = {0};
    struct access_part part = {.relation = relation, .since_ms = NOW - DAY, .until_ms = until_ms};
    memcpy(part.file, file, ID_LEN);
    memcpy(part.member, member, ID_LEN);
    assert_int_equal(access_part_put(f->node->db, &part, &err), 0);
}

static void put_file(struct fixture *f, uint8_t id[static ID_LEN], unsigned state, const uint8_t *unit)
{
    struct err err = {0};
    struct access_file file = {.state = state, .has_unit = unit != NULL};
    crypto_random(id, ID_LEN);
    memcpy(file.id, id, ID_LEN);
    if (unit)
        memcpy(file.unit, unit, ID_LEN);
    assert_int_equal(access_file_put(f->node->db, &file, &err), 0);
}

static int64_t leaves(struct fixture *f)
{
    int64_t size = -1;
    struct err err = {0};
    assert_int_equal(log_size(f->node->log, f->node->db, &size, &err), 0);
    return size;
}

static int act_of(struct fixture *f, enum verb v, const uint8_t *member, const uint8_t *file, bool fresh, bool purpose, bool reference)
{
    struct err err = {0};
    struct actor who = {.name = STR("somebody"), .role = STR("member"), .proved_ms = fresh ? NOW : NOW - ACCESS_FRESH_MS};
    struct act act = {.verb = v, .actor = &who, .now_ms = NOW, .has_file = file != NULL};
    memcpy(who.member, member, ID_LEN);
    if (file)
        memcpy(act.file, file, ID_LEN);
    act.purpose = purpose ? STR("casework") : STR("");
    act.reference = reference ? STR("case 7") : STR("");
    int64_t before = leaves(f);
    int r = act_run(f->node, &act, NULL, NULL, &err);
    assert_true(leaves(f) == before + 1); /* whatever comes of it, it is in the log */
    return r;
}

/* Every way to stand to a file: as it is stored, and the letter that must come of it. */
static const struct {
    unsigned part;       /* 0: none */
    int64_t until_ms;    /* from NOW; 0: for good */
    bool supervisor;
    char unit, file;     /* n north, s south, 0 none */
    char relation;
} standings[] = {
    {0, 0, false, 0, 0, 'N'},                       {0, 0, false, 'n', 'n', 'N'},                   {0, 0, false, 'n', 0, 'N'},
    {RELATION_READER, 0, false, 0, 0, 'R'},         {RELATION_WORKER, 0, false, 0, 'n', 'W'},       {RELATION_LEAD, 0, false, 's', 'n', 'L'},
    {RELATION_GLASS, DAY, false, 0, 'n', 'G'},      {RELATION_GLASS, 1, false, 0, 'n', 'G'},        {RELATION_GLASS, -1, false, 0, 'n', 'N'},
    {RELATION_READER, -1, false, 0, 0, 'N'},        {RELATION_WORKER, -DAY, false, 0, 0, 'N'},      {RELATION_LEAD, -1, false, 0, 0, 'N'},
    {RELATION_WORKER, DAY, false, 0, 0, 'W'},
    /* supervisors: of the file's unit, of another, of none; of a file without a unit all of them */
    {0, 0, true, 'n', 'n', 'S'},                    {0, 0, true, 's', 'n', 'N'},                    {0, 0, true, 0, 'n', 'N'},
    {0, 0, true, 0, 0, 'S'},                        {0, 0, true, 's', 0, 'S'},
    /* supervisors with a part of their own: the greater of both */
    {RELATION_READER, 0, true, 'n', 'n', 'S'},      {RELATION_WORKER, 0, true, 'n', 'n', 'S'},      {RELATION_LEAD, 0, true, 'n', 'n', 'L'},
    {RELATION_GLASS, DAY, true, 'n', 'n', 'S'},     {RELATION_READER, 0, true, 's', 'n', 'R'},      {RELATION_LEAD, 0, true, 's', 'n', 'L'},
    {RELATION_LEAD, -1, true, 's', 'n', 'N'},       {RELATION_LEAD, -1, true, 'n', 'n', 'S'},       {RELATION_GLASS, DAY, true, 's', 'n', 'G'},
};

static const uint8_t *unit_of(const struct fixture *f, char letter)
{
    return letter == 'n' ? f->north : letter == 's' ? f->south : NULL;
}

static void walk_standing(struct fixture *f, size_t k, const char *letters, unsigned bits)
{
    uint8_t member[ID_LEN], files[2][ID_LEN];
    put_member(f, member, bits, unit_of(f, standings[k].unit));
    for (int s = 0; s < 2; s++) {
        put_file(f, files[s], states[s].bit, unit_of(f, standings[k].file));
        if (standings[k].part)
            put_part(f, files[s], member, standings[k].part, standings[k].until_ms ? NOW + standings[k].until_ms : 0);
    }
    for (int v = 0; v < N_VERBS; v++) {
        const struct expected_row *row = expected_row(verbs[v].name);
        if (!row->relations[0])
            continue;
        for (int s = 0; s < 2; s++)
            for (int said = 0; said < 8; said++) {
                const struct expected_asker who = {letters, true, standings[k].relation, states[s].letter, said & 4};
                int wanted = expected_verdict(row, &who, said & 1, said & 2);
                int got = act_of(f, (enum verb)v, member, files[s], said & 4, said & 1, said & 2);
                if (got != wanted)
                    fail_msg("%s, standing %zu as \"%s\", state %c, said %d: %s, not %s", row->verb, k, letters, states[s].letter, said, err_word(got),
                             err_word(wanted));
            }
    }
}

static void test_every_way_to_stand_to_a_file(void **state)
{
    struct fixture *f = *state;
    for (size_t k = 0; k < sizeof standings / sizeof standings[0]; k++) {
        if (standings[k].supervisor) {
            walk_standing(f, k, "s", ROLE_SUPERVISOR);
            walk_standing(f, k, "sd", ROLE_SUPERVISOR | ROLE_DPO);
        } else {
            walk_standing(f, k, "c", ROLE_CASEWORKER);
            walk_standing(f, k, "d", ROLE_DPO); /* a part in a file does not make up for a role */
            walk_standing(f, k, "im", ROLE_INVESTIGATOR | ROLE_ADMINISTRATOR);
        }
    }
}

/* A file's life, and that of a member's part in it: what may be at each step is decided from what is true then. */
static void test_every_transition(void **state)
{
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t member[ID_LEN], file[ID_LEN];
    put_member(f, member, ROLE_CASEWORKER, NULL);
    put_file(f, file, FILE_OPEN, f->north);
#define MAY(verb, verdict) assert_int_equal(act_of(f, verb, member, file, true, true, true), verdict)
    MAY(VERB_FILE_LOOK, ERR_DENIED);
    MAY(VERB_GLASS, 0); /* nothing is done by the verb alone: its function gives the part */
    put_part(f, file, member, RELATION_GLASS, NOW + DAY);
    MAY(VERB_FILE_LOOK, 0);
    MAY(VERB_FILE_WRITE, ERR_DENIED);
    MAY(VERB_GLASS, ERR_DENIED); /* not twice at once */
    put_part(f, file, member, RELATION_GLASS, NOW); /* over */
    MAY(VERB_FILE_LOOK, ERR_DENIED);
    MAY(VERB_GLASS, 0);
    put_part(f, file, member, RELATION_READER, 0);
    MAY(VERB_FILE_LOOK, 0);
    MAY(VERB_FILE_WRITE, ERR_DENIED);
    put_part(f, file, member, RELATION_WORKER, 0);
    MAY(VERB_FILE_WRITE, 0);
    MAY(VERB_FILE_STATE, ERR_DENIED);
    put_part(f, file, member, RELATION_LEAD, 0);
    MAY(VERB_FILE_STATE, 0);
    assert_int_equal(access_file_put(f->node->db, &(struct access_file){.id = {0}, .state = FILE_OPEN}, &err), 0); /* another file changes nothing */
    struct access_file closed = {.state = FILE_CLOSED};
    memcpy(closed.id, file, ID_LEN);
    assert_int_equal(access_file_put(f->node->db, &closed, &err), 0);
    MAY(VERB_FILE_WRITE, ERR_DENIED);
    MAY(VERB_FILE_LOOK, 0);
    MAY(VERB_FILE_STATE, 0);
    closed.state = FILE_OPEN;
    assert_int_equal(access_file_put(f->node->db, &closed, &err), 0);
    MAY(VERB_FILE_WRITE, 0);
    assert_int_equal(access_part_drop(f->node->db, file, member, &err), 0);
    MAY(VERB_FILE_LOOK, ERR_DENIED);
    put_part(f, file, member, RELATION_LEAD, 0);
    assert_int_equal(access_file_drop(f->node->db, file, &err), 0);
    MAY(VERB_FILE_LOOK, ERR_NOT_FOUND);
    MAY(VERB_GLASS, ERR_NOT_FOUND);
    struct access_member gone = {.roles = ROLE_CASEWORKER, .state = MEMBER_SUSPENDED};
    memcpy(gone.id, member, ID_LEN);
    put_file(f, file, FILE_OPEN, NULL);
    put_part(f, file, member, RELATION_LEAD, 0);
    MAY(VERB_FILE_LOOK, 0);
    assert_int_equal(access_member_put(f->node->db, &gone, &err), 0);
    MAY(VERB_FILE_LOOK, ERR_DENIED);
#undef MAY
}

static int act_against(struct fixture *f, enum verb v, struct actor *who, const uint8_t *file, const char *purpose)
{
    struct err err = {0};
    struct act act = {.verb = v, .actor = who, .purpose = str_from(purpose), .reference = STR("case 7"), .now_ms = NOW, .has_file = true};
    memcpy(act.file, file, ID_LEN);
    return act_run(f->node, &act, NULL, NULL, &err);
}

/* Whatever verb, whoever asks, who has the machine too: while a file is stopped, no act on it goes against a person. */
static void test_a_stopped_file_lets_nothing_through(void **state)
{
    static const char *const against[] = {"charge", "detention", "removal"};
    struct fixture *f = *state;
    struct err err = {0};
    uint8_t member[ID_LEN], file[ID_LEN], other[ID_LEN];
    put_member(f, member, ROLE_INVESTIGATOR | ROLE_PROSECUTOR | ROLE_SUPERVISOR, NULL);
    put_file(f, file, FILE_OPEN, NULL);
    put_file(f, other, FILE_OPEN, NULL);
    put_part(f, file, member, RELATION_LEAD, 0);
    put_part(f, other, member, RELATION_LEAD, 0);
    struct access_stop one = {.since_ms = NOW}, two = {.since_ms = NOW, .about = {7}};
    memcpy(one.file, file, ID_LEN);
    memcpy(two.file, file, ID_LEN);
    assert_int_equal(access_stop_put(f->node->db, &one, &err), 0);
    assert_int_equal(access_stop_put(f->node->db, &one, &err), 0); /* once is enough */
    assert_int_equal(access_stop_put(f->node->db, &two, &err), 0);
    struct actor hers = {.name = STR("somebody"), .role = STR("member"), .proved_ms = NOW}, operators = {.name = STR("root"), .role = STR("operator")};
    memcpy(hers.member, member, ID_LEN);
    for (size_t k = 0; k < sizeof against / sizeof against[0]; k++)
        for (int v = 0; v < N_VERBS; v++) {
            assert_int_equal(act_against(f, (enum verb)v, &hers, file, against[k]), ERR_DENIED);
            assert_int_equal(act_against(f, (enum verb)v, &operators, file, against[k]), ERR_DENIED);
        }
    assert_int_equal(act_against(f, VERB_FILE_LOOK, &hers, file, "protection"), 0);
    assert_int_equal(act_against(f, VERB_FILE_LOOK, &hers, other, "charge"), 0);
    assert_int_equal(access_stop_lift(f->node->db, file, one.about, &err), 0);
    assert_int_equal(act_against(f, VERB_FILE_LOOK, &hers, file, "charge"), ERR_DENIED); /* the second stands */
    assert_int_equal(access_stop_lift(f->node->db, file, two.about, &err), 0);
    assert_int_equal(act_against(f, VERB_FILE_LOOK, &hers, file, "charge"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_verb_role_relation_state_proof_purpose_reference),
        cmocka_unit_test(test_every_second),
        cmocka_unit_test(test_every_way_to_stand_to_a_file),
        cmocka_unit_test(test_every_transition),
        cmocka_unit_test(test_a_stopped_file_lets_nothing_through),
    };
    return cmocka_run_group_tests_name("matrix", tests, set_up, tear_down);
}
