/* referrals: two agencies, a person offered with what she agreed to, accepted into a case or refused, followed up, taken back from both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/grant/grant.h"
#include "trust/letter/test_post_house.h"
#include "work/cases/consent.h"
#include "work/cases/consent_act.h"
#include "work/requests/referral_paper.h"

enum { GIVER, TAKER, N_AGENCIES };
#define NAME "secret-Sopheap"

struct fixture {
    struct arena *a;
    struct post_house house[N_AGENCIES];
    struct names *names;
    struct text *text;
    struct actor worker[N_AGENCIES], stranger[N_AGENCIES];
    uint8_t file[ID_LEN], person[ID_LEN], consent[ID_LEN];
    int64_t now_ms;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static const struct letter_kind *const tables[] = {request_kinds, referral_kinds, grant_letter_kinds, grant_people_kinds, NULL};
static const struct post_kinds kinds = {tables};

static struct actor member(struct fixture *f, int house, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    OK(access_member_put(f->house[house].node->db, &m, &f->err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}};
}

static struct casework as(const struct fixture *f, int house)
{
    return (struct casework){.node = f->house[house].node, .names = f->names, .actor = &f->worker[house], .purpose = STR("protection"), .reference = STR("case 12"),
                             .now_ms = f->now_ms};
}

static struct field_rules rules_of(const struct fixture *f)
{
    return (struct field_rules){f->text, clock_day(f->now_ms)};
}

static void agree(struct fixture *f)
{
    struct casework w = as(f, GIVER);
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, f->person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(f->a, &c, consent_questions[i].field, STR("yes"));
    record_add(f->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(f->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(f->a, &c, "cmt_ConsentElements", STR("Identity"));
    record_add(f->a, &c, "cmt_ConsentRecipients", STR("taker"));
    OK(consent_keep(&w, f->file, f->a, &c, &f->err));
    memcpy(f->consent, c.id, ID_LEN);
}

static int set_up(void **state)
{
    static const char *const names[] = {"giver", "taker"};
    static const struct db_schema *const rooms[] = {&grant_schema, &cases_schema, &requests_schema};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    f->now_ms = POST_NOW;
    OK(names_open(&f->names, &f->err));
    OK(text_open(&f->text, &f->err));
    for (int i = 0; i < N_AGENCIES; i++) {
        post_house_open(&f->house[i], names[i]);
        for (size_t k = 0; k < sizeof rooms / sizeof rooms[0]; k++)
            OK(db_migrate(f->house[i].node->db, rooms[k], &f->err));
        f->worker[i] = member(f, i, 1);
        f->stranger[i] = member(f, i, 2);
    }
    struct casework w = as(f, GIVER);
    struct casefile_change c[3] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}, {.record.unit = FIELD_OF_NOTE, .about_index = 2}};
    record_add(a, &c[1].record, "prs_FirstName", STR(NAME));
    record_add(a, &c[1].record, "prs_Birthdate", STR("1999-03-05"));
    record_add(a, &c[2].record, "cmt_NoteText", STR("kept here"));
    OK(casefile_new(&w, a, c, 3, f->file, &f->err));
    memcpy(f->person, c[1].record.id, ID_LEN);
    post_house_meet(&f->house[GIVER], &f->house[TAKER]);
    post_house_meet(&f->house[TAKER], &f->house[GIVER]);
    agree(f);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    names_close(f->names);
    text_close(f->text);
    for (int i = 0; i < N_AGENCIES; i++)
        post_house_close(&f->house[i]);
    arena_free(f->a);
    return 0;
}

static size_t carry(struct fixture *f, int from, enum letter_status expected)
{
    struct post_out *letters;
    struct post_answer answer;
    size_t n;
    OK(post_due(f->house[from].node, &f->house[1 - from].self, 0, 16, f->a, &letters, &n, &f->err));
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(f->a);
        buf_add(&b, letters[i].line);
        buf_byte(&b, '\n');
        buf_add_bytes(&b, letters[i].sealed.p, letters[i].sealed.len);
        bytes in = buf_bytes(&b);
        OK(letter_receive(f->house[1 - from].node, &kinds, &f->house[from].self, &in, 1, f->now_ms, f->a, &answer, &f->err));
        assert_int_equal(answer.outcome, POST_RECEIPT);
        assert_int_equal(answer.receipt.status, expected);
        OK(post_receipts_take(f->house[from].node, &kinds, &f->house[1 - from].self, &answer.receipt, 1, f->now_ms, &f->err));
    }
    return n;
}

static void carry_all(struct fixture *f)
{
    while (carry(f, GIVER, LETTER_ACCEPTED) + carry(f, TAKER, LETTER_ACCEPTED) > 0)
        ;
}

static void offer(struct fixture *f, uint8_t id[static ID_LEN])
{
    struct casework w = as(f, GIVER);
    OK(referral_send(&w, f->file, f->consent, &(struct referral_new){&f->house[TAKER].self, STR("protection"), STR(""), STR("she needs a bed tonight")}, id, &f->err));
    carry_all(f);
}

static struct referral look(struct fixture *f, int house, const uint8_t id[static ID_LEN], struct referral_step **steps, size_t *n)
{
    struct casework w = as(f, house);
    struct referral r;
    struct tie tie;
    OK(referral_look(&w, id, f->a, &r, &tie, steps, n, &f->err));
    return r;
}

static enum referral_state state_of(struct fixture *f, int house, const uint8_t id[static ID_LEN])
{
    struct referral_step *steps;
    size_t n;
    return look(f, house, id, &steps, &n).state;
}

static struct casefile case_at(struct fixture *f, const uint8_t file[static ID_LEN])
{
    struct casework w = as(f, TAKER);
    struct casefile c;
    OK(casefile_look(&w, file, f->a, &c, &f->err));
    return c;
}

static const struct record *person_of(const struct casefile *c)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->records[i].unit == FIELD_OF_PERSON)
            return &c->records[i];
    fail_msg("no person");
    return NULL;
}

static void tend(struct fixture *f, int house, int64_t expected)
{
    int64_t n;
    OK(referrals_tend(f->house[house].node, f->names, f->now_ms, &n, &f->err));
    assert_int_equal(n, expected);
    OK(referrals_tend(f->house[house].node, f->names, f->now_ms, &n, &f->err));
    assert_int_equal(n, 0);
}

/* --- */

static void test_every_state_and_event(void **state)
{
    (void)state;
    /* by hand: rows states NONE OFFERED ACCEPTED REFUSED ENDED RECALLED; columns offer, accept, refuse, follow, end, recall;
     * n none, o offered, a accepted, r refused, e ended, b taken back */
    static const char *const giver[] = {"onnnnn", "nnnnnb", "nnnanb", "nnnnnn", "nnnnnb", "nnnnnn"};
    static const char *const taker[] = {"nnnnnn", "narnnn", "nnnaen", "nnnnnn", "nnnnnn", "nnnnnn"};
    static const char letters[] = "noareb";
    for (int s = 0; s < REFERRAL_STATES; s++)
        for (int e = 0; e < REFERRAL_EVENTS; e++) {
            assert_int_equal(letters[referral_after((enum referral_state)s, (enum referral_event)e, REFERRAL_GIVER)], giver[s][e]);
            assert_int_equal(letters[referral_after((enum referral_state)s, (enum referral_event)e, REFERRAL_TAKER)], taker[s][e]);
        }
}

static void test_accepted_and_followed_up(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], opened[ID_LEN];
    struct referral_step *steps;
    struct referral *list;
    size_t n;
    int64_t waiting;
    f->house[GIVER].node->time_zone = STR("America/Lima"); /* where the first minutes of the 20th in Greenwich are the 19th */
    f->house[TAKER].node->time_zone = STR("Asia/Phnom_Penh");
    offer(f, id);
    struct casework w = as(f, TAKER), ours = as(f, GIVER);
    const struct field_rules rules = rules_of(f);
    OK(referral_count(w.node->db, &waiting, &f->err));
    assert_int_equal(waiting, 1);
    OK(referral_list(&w, f->a, &list, &n, &f->err));
    assert_true(n == 1 && !list[0].outgoing && list[0].state == REFERRAL_OFFERED && list[0].fields.len == 0);
    struct referral r = look(f, TAKER, id, &steps, &n);
    assert_true(r.readable && str_eq(r.why, STR("she needs a bed tonight")) && r.until_ms > f->now_ms);
    assert_non_null(strstr(r.fields.p, NAME));
    assert_int_equal(referral_accept(&ours, &rules, id, opened, &f->err), ERR_USAGE); /* it is not ours to accept */
    OK(referral_accept(&w, &rules, id, opened, &f->err));
    struct casefile c = case_at(f, opened);
    assert_true(str_eq(record_text(person_of(&c), "prs_FirstName"), STR(NAME)));
    assert_true(str_eq(record_text(person_of(&c), "prs_Birthdate"), STR("1999-03-05")));
    for (size_t i = 0; i < c.n; i++)
        assert_int_not_equal(c.records[i].unit, FIELD_OF_NOTE); /* which she did not agree to give */
    assert_true(person_of(&c)->has_identity); /* she is found from now on */
    carry_all(f);
    assert_int_equal(state_of(f, GIVER, id), REFERRAL_ACCEPTED);
    OK(referral_follow(&w, id, &(struct referral_step){.day = STR("2026-11-27"), .outcome = STR("Arrived"), .words = STR("with her bag")}, &f->err));
    OK(referral_follow(&ours, id, &(struct referral_step){.outcome = STR("Other"), .words = STR("we ask how it goes")}, &f->err));
    assert_int_equal(referral_follow(&ours, id, &(struct referral_step){.outcome = STR("Completed"), .last = true}, &f->err), ERR_USAGE);
    carry_all(f);
    OK(referral_follow(&w, id, &(struct referral_step){.outcome = STR("Completed"), .last = true}, &f->err));
    carry_all(f);
    r = look(f, GIVER, id, &steps, &n);
    assert_true(r.state == REFERRAL_ENDED && n == 3 && r.ended_ms == f->now_ms);
    bool told = false;
    for (size_t i = 0; i < n; i++)
        told |= !steps[i].ours && str_eq(steps[i].outcome, STR("Arrived")) && str_eq(steps[i].day, STR("2026-11-27")) && str_eq(steps[i].words, STR("with her bag"));
    assert_true(told && steps[2].last);
    assert_int_equal(referral_accept(&w, &rules, id, opened, &f->err), ERR_USAGE);
    struct casefile sent;
    OK(casefile_look(&ours, f->file, f->a, &sent, &f->err));
    told = false;
    for (size_t i = 0; i < sent.n; i++)
        told |= sent.records[i].unit == FIELD_OF_REFERRAL && str_eq(record_text(&sent.records[i], "cas_ReferredOrganisation"), STR("taker")) &&
                str_eq(record_text(&sent.records[i], "cas_OutgoingReferralDate"), STR("2026-11-19"));
    assert_true(told); /* each side's day is its own */
    told = false;
    for (size_t i = 0; i < c.n; i++)
        told |= c.records[i].unit == FIELD_OF_REFERRAL && str_eq(record_text(&c.records[i], "cas_IncomingReferralDate"), STR("2026-11-20"));
    assert_true(told);
}

/* What a refusal leaves behind: nothing at the partner. */
static void test_refused_and_asked_back(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    struct referral_step *steps;
    size_t n;
    offer(f, id);
    struct casework w = as(f, TAKER);
    assert_int_equal(referral_refuse(&w, id, STR("Because"), STR("x"), &f->err), ERR_INPUT);
    OK(referral_refuse(&w, id, STR("NoPlace"), STR("full until Monday"), &f->err));
    carry_all(f);
    struct referral r = look(f, GIVER, id, &steps, &n);
    assert_true(r.state == REFERRAL_REFUSED && str_eq(r.refusal, STR("NoPlace")) && str_eq(r.words, STR("full until Monday")));
    tend(f, GIVER, 1);
    carry_all(f);
    r = look(f, TAKER, id, &steps, &n);
    assert_true(r.state == REFERRAL_REFUSED && !r.readable && r.fields.len == 0);
    tend(f, TAKER, 1);
}

static void write_citizenship(struct fixture *f, const uint8_t file[static ID_LEN], const struct record *person)
{
    static const struct field *shown[1];
    struct casework w = as(f, TAKER);
    const struct record_value typed = {field_find(STR("prs_Citizenship")), STR("KH"), 0};
    shown[0] = typed.field;
    struct casefile_change c = {.exists = true, .typed = {.shown = shown, .n_shown = 1, .values = &typed, .n = 1, .base = person->version}};
    memcpy(c.record.id, person->id, ID_LEN);
    OK(casefile_write(&w, file, f->a, &c, 1, &f->err));
}

/* She takes it back: the letter is gone, and what was copied from it; what people there wrote themselves stays. */
static void test_taken_back_from_the_case_too(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], opened[ID_LEN];
    struct referral_step *steps;
    struct record now, *earlier;
    size_t n;
    offer(f, id);
    struct casework w = as(f, TAKER), ours = as(f, GIVER);
    const struct field_rules rules = rules_of(f);
    OK(referral_accept(&w, &rules, id, opened, &f->err));
    struct casefile c = case_at(f, opened);
    write_citizenship(f, opened, person_of(&c));
    carry_all(f);
    tend(f, TAKER, 0);
    tend(f, GIVER, 0);
    OK(consent_withdraw(&ours, f->file, f->a, f->consent, &(struct consent_end){.why = STR("she asked")}, &f->err));
    carry_all(f);
    tend(f, TAKER, 1);
    tend(f, GIVER, 1);
    c = case_at(f, opened);
    const struct record *person = person_of(&c);
    assert_true(record_text(person, "prs_FirstName").len == 0 && record_text(person, "prs_Birthdate").len == 0);
    assert_true(str_eq(record_text(person, "prs_Citizenship"), STR("KH")));
    OK(casefile_history(&w, opened, person->id, f->a, &now, &earlier, &n, &f->err));
    assert_int_equal(n, 0); /* nor do earlier versions have her name */
    for (size_t i = 0; i < c.n; i++)
        assert_int_equal(record_text(&c.records[i], "cas_IncomingReferralDetails").len, 0);
    struct referral r = look(f, TAKER, id, &steps, &n);
    assert_true(r.state == REFERRAL_RECALLED && !r.readable);
    assert_int_equal(state_of(f, GIVER, id), REFERRAL_RECALLED);
    assert_int_equal(referral_accept(&w, &rules, id, opened, &f->err), ERR_USAGE);
}

static void test_only_who_has_a_part(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], opened[ID_LEN];
    struct referral r;
    struct referral_step *steps;
    struct tie tie;
    size_t n;
    offer(f, id);
    const struct field_rules rules = rules_of(f);
    struct casework w = as(f, TAKER);
    OK(referral_accept(&w, &rules, id, opened, &f->err));
    for (int i = 0; i < N_AGENCIES; i++) {
        w = as(f, i);
        w.purpose = STR("charge"); /* nor who has a part, for what goes against her */
        assert_int_equal(referral_look(&w, id, f->a, &r, &tie, &steps, &n, &f->err), ERR_DENIED);
        w = as(f, i);
        w.actor = &f->stranger[i];
        assert_int_equal(referral_look(&w, id, f->a, &r, &tie, &steps, &n, &f->err), ERR_DENIED);
        assert_int_equal(referral_follow(&w, id, &(struct referral_step){.outcome = STR("Left")}, &f->err), ERR_DENIED);
    }
    w = as(f, GIVER);
    w.actor = &f->stranger[GIVER];
    assert_int_equal(referral_send(&w, f->file, f->consent, &(struct referral_new){&f->house[TAKER].self, STR("protection"), STR(""), STR("")}, id, &f->err), ERR_DENIED);
    w = as(f, GIVER);
    assert_int_equal(referral_send(&w, f->file, f->consent, &(struct referral_new){&f->house[TAKER].self, STR("prosecution"), STR(""), STR("")}, id, &f->err), ERR_DENIED);
}

/* What a hostile partner may send. */
static void test_moves_of_the_wrong_side_are_refused(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], letter[ID_LEN];
    offer(f, id);
    struct paper_step p = {.event = REFERRAL_ACCEPT};
    memcpy(p.referral, id, ID_LEN);
    struct letter l = {.kind = "referral-state", .purpose = STR("protection"), .reference = STR("r"), .type = STR(REFERRAL_MEDIA_TYPE),
                       .payload = str_bytes(paper_step_write(f->a, &p))};
    OK(post_house_send(&f->house[GIVER], &f->house[TAKER].self, &l, f->now_ms, letter, &f->err));
    assert_int_equal(carry(f, GIVER, LETTER_REFUSED), 1);
    assert_int_equal(state_of(f, TAKER, id), REFERRAL_OFFERED);
    memset(p.referral, 9, ID_LEN);
    l.payload = str_bytes(paper_step_write(f->a, &p));
    OK(post_house_send(&f->house[TAKER], &f->house[GIVER].self, &l, f->now_ms, letter, &f->err));
    assert_int_equal(carry(f, TAKER, LETTER_REFUSED), 1);
}

static void test_papers(void **state)
{
    struct fixture *f = *state;
    struct paper_referral p = {.tie = {1}, .reason = STR(""), .why = STR("ที่พัก"), .fields = STR("{}")}, q;
    struct paper_step s = {.referral = {2}, .event = REFERRAL_FOLLOW, .code = STR("Arrived"), .day = STR("2026-11-28"), .words = STR("x")}, t;
    str text = paper_referral_write(f->a, &p);
    OK(paper_referral_read(f->a, str_bytes(text), &q, &f->err));
    assert_string_equal(paper_referral_write(f->a, &q).p, text.p);
    text = paper_step_write(f->a, &s);
    OK(paper_step_read(f->a, str_bytes(text), &t, &f->err));
    assert_string_equal(paper_step_write(f->a, &t).p, text.p);
    s.day = STR("tomorrow");
    assert_int_equal(paper_step_read(f->a, str_bytes(paper_step_write(f->a, &s)), &t, &f->err), ERR_INPUT);
    s.day = STR("");
    s.code = STR("Vanished");
    assert_int_equal(paper_step_read(f->a, str_bytes(paper_step_write(f->a, &s)), &t, &f->err), ERR_INPUT);
    assert_int_equal(paper_referral_read(f->a, str_bytes(STR("{\"comity_referral\":2}")), &q, &f->err), ERR_PEER);
}

/* What was given is read as strictly as if it had been typed. */
static void test_payload_read(void **state)
{
    struct fixture *f = *state;
    const struct field_rules rules = rules_of(f);
    struct casefile_change *c;
    size_t n;
    OK(consent_payload_read(f->a, &rules, str_bytes(STR("{\"prs_FirstName\":\"A\",\"events\":[{\"hte_City\":\"Poipet\"}]}")), &c, &n, &f->err));
    assert_true(n == 3 && c[2].record.unit == FIELD_OF_EVENT && c[2].about_index == 2 && str_eq(record_text(&c[1].record, "prs_FirstName"), STR("A")));
    static const char *const bad[] = {"[]", "{\"prs_FirstName\":7}", "{\"prs_Birthdate\":\"never\"}", "{\"prs_Later\":\"x\"}", "{\"cmt_NoteText\":\"x\"}", "{\"events\":{}}",
                                      "{\"events\":[{\"prs_FirstName\":\"x\"}]}", "{\"notes\":[]}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(consent_payload_read(f->a, &rules, str_bytes(str_from(bad[i])), &c, &n, &f->err), ERR_INPUT);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_state_and_event),
        cmocka_unit_test_setup_teardown(test_accepted_and_followed_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_and_asked_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_taken_back_from_the_case_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_who_has_a_part, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_moves_of_the_wrong_side_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_papers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_payload_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
