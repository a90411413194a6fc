/* Every transition of request, referral, grant, interview, statement and allegation: role x verb x relation x state of the case x state of the thing, and
 * letters of partners, the wrong ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "work/together/test_matrix.h"

static const struct { char letter; unsigned bit; } roles[] = {
    {'c', ROLE_CASEWORKER}, {'i', ROLE_INVESTIGATOR}, {'p', ROLE_PROSECUTOR}, {'s', ROLE_SUPERVISOR}, {'d', ROLE_DPO}, {'a', ROLE_AUDITOR}, {'m', ROLE_ADMINISTRATOR},
};
static const struct { char letter; unsigned bit; } relations[] = {
    {'N', 0}, {'R', RELATION_READER}, {'W', RELATION_WORKER}, {'L', RELATION_LEAD}, {'G', RELATION_GLASS}, {'S', RELATION_SUPERVISOR},
};
static const struct { char letter; unsigned bit; } files[] = {{'O', FILE_OPEN}, {'C', FILE_CLOSED}};
enum { N_ROLES = sizeof roles / sizeof roles[0], N_RELATIONS = sizeof relations / sizeof relations[0] };

struct person { struct actor actor; char letters[2]; bool member; char relation; };
static struct person people[N_ROLES * N_RELATIONS + 4];
static size_t n_people;
static const uint8_t north[ID_LEN] = {0xa1}, south[ID_LEN] = {0xa2};

void raw(struct matrix *m, act_fn fn, void *arg)
{
    struct together *t = m->t;
    struct act act = {.verb = VERB_REGISTER, .actor = &act_node, .now_ms = t->now_ms};
    OK(act_run(t->house[OURS].node, &act, fn, arg, &t->err));
}

static void put_file(struct matrix *m, unsigned state)
{
    struct together *t = m->t;
    struct access_file file = {.state = state, .has_unit = true};
    memcpy(file.id, t->file[OURS], ID_LEN);
    memcpy(file.unit, north, ID_LEN);
    OK(access_file_put(t->house[OURS].node->db, &file, &t->err));
}

/* A supervisor of the file's unit stands to it as such; of another unit, by the part she has. */
static void put_member(struct matrix *m, size_t role, size_t relation)
{
    struct together *t = m->t;
    struct db *db = t->house[OURS].node->db;
    struct person *p = &people[n_people++];
    struct access_member member = {.id = {(uint8_t)(0x10 + n_people)}, .roles = roles[role].bit, .state = MEMBER_ACTIVE, .has_unit = true};
    struct access_part part = {.relation = relations[relation].bit, .since_ms = t->now_ms - 1, .until_ms = relations[relation].letter == 'G' ? t->now_ms + HOUR_MS : 0};
    memcpy(member.unit, relations[relation].letter == 'S' ? north : south, ID_LEN);
    memcpy(part.file, t->file[OURS], ID_LEN);
    memcpy(part.member, member.id, ID_LEN);
    OK(access_member_put(db, &member, &t->err));
    if (part.relation && relations[relation].letter != 'S')
        OK(access_part_put(db, &part, &t->err));
    *p = (struct person){.actor = {.name = STR("somebody"), .role = STR("member"), .proved_ms = t->now_ms}, .letters = {roles[role].letter}, .member = true,
                         .relation = relations[relation].letter};
    memcpy(p->actor.member, member.id, ID_LEN);
}

static void put_people(struct matrix *m)
{
    static const struct { const char *role; char letter; } others[] = {{"operator", 'o'}, {"partner", 't'}, {"node", 'n'}, {"", 0}};
    n_people = 0;
    for (size_t r = 0; r < N_ROLES; r++)
        for (size_t k = 0; k < N_RELATIONS; k++)
            if (relations[k].letter != 'S' || roles[r].letter == 's')
                put_member(m, r, k);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        people[n_people++] = (struct person){.actor = {.name = STR("x"), .role = str_from(others[i].role)}, .letters = {others[i].letter}};
}

static int code_of(char c)
{
    static const struct { char letter; int code; } codes[] = {{'+', 0}, {'d', ERR_DENIED}, {'e', ERR_EXISTS}, {'u', ERR_USAGE}, {'n', ERR_NOT_FOUND}, {'i', ERR_INPUT}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].letter == c)
            return codes[i].code;
    fail_msg("no such letter in an expectation: %c", c);
    return 0;
}

static int wanted(const struct deed *d, const struct person *p, char file, char by_state)
{
    const struct expected_row *row = expected_row(d->verb);
    assert_non_null(row);
    if (by_state >= 'A' && by_state <= 'Z')
        return code_of((char)(by_state + 32));
    const bool about = row->relations[0];
    const struct expected_asker who = {p->letters, p->member, about ? p->member ? p->relation : 'N' : 0, about ? file : 0, true};
    const int verdict = expected_verdict(row, &who, true, true);
    if (verdict != 0)
        return verdict;
    if (d->her_part && !strchr("RWLSG", p->relation))
        return ERR_DENIED;
    return code_of(by_state);
}

static void walk_deed(struct matrix *m, const struct thing *thing, const struct deed *d, int state, size_t file)
{
    struct together *t = m->t;
    thing->make(m, state);
    for (size_t i = 0; i < n_people; i++) {
        struct casework w = together_as(t, OURS);
        w.actor = &people[i].actor;
        w.purpose = str_from(d->purpose ? d->purpose : "protection");
        const int want = wanted(d, &people[i], files[file].letter, d->by_state[state]);
        t->err.text[0] = 0;
        const int got = d->run(m, &w);
        if (got != want)
            fail_msg("%s: %s, when %s, by \"%s\" with relation %c, case %c: %s, not %s (%s)", thing->name, d->what, thing->states[state], people[i].letters,
                     people[i].relation ? people[i].relation : '-', files[file].letter, got ? err_word(got) : "done", want ? err_word(want) : "done", t->err.text);
        m->n++;
        if (got == 0 || got == ERR_PARKED) {
            m->n_done++;
            thing->make(m, state);
        }
    }
}

static void walk_thing(struct matrix *m, const struct thing *thing)
{
    for (const struct deed *d = thing->deeds; d->what; d++)
        for (int state = 0; thing->states[state]; state++) {
            assert_true(d->by_state[state]); /* the expectation is whole */
            for (size_t file = 0; file < 2; file++) {
                put_file(m, FILE_OPEN);
                thing->make(m, state);
                put_file(m, files[file].bit);
                walk_deed(m, thing, d, state, file);
            }
        }
    put_file(m, FILE_OPEN);
}

static int set_up(void **state)
{
    struct together *t = together_open();
    struct matrix *m = arena_new_of(t->a, struct matrix);
    m->t = t;
    put_people(m);
    put_file(m, FILE_OPEN);
    *state = m;
    return 0;
}

static int tear_down(void **state)
{
    struct matrix *m = *state;
    print_message("# %lld combinations, of which %lld can be done\n", (long long)m->n, (long long)m->n_done);
    together_close(m->t);
    return 0;
}

#define WALK(thing) \
    static void test_##thing(void **state) \
    { \
        walk_thing(*state, &thing); \
    }
WALK(request_asked)
WALK(request_held)
WALK(referral_given)
WALK(referral_taken)
WALK(interview_ours)
WALK(question_theirs)
WALK(recording_ours)
WALK(statement_came)
WALK(grant_ours)
WALK(allegation_ours)

static void test_tables(void **state)
{
    walk_tables(*state);
}

static void test_letters(void **state)
{
    walk_letters(*state);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),          cmocka_unit_test(test_request_asked), cmocka_unit_test(test_request_held),   cmocka_unit_test(test_referral_given),
        cmocka_unit_test(test_referral_taken),  cmocka_unit_test(test_interview_ours), cmocka_unit_test(test_question_theirs), cmocka_unit_test(test_recording_ours),
        cmocka_unit_test(test_grant_ours),      cmocka_unit_test(test_allegation_ours), cmocka_unit_test(test_statement_came),
        cmocka_unit_test(test_letters),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
