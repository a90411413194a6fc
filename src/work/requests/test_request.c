/* requests: two agencies, asked, taken up, answered in parts or refused, by clocks that begin with the receipt; each state reached only as the table says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/grant/grant.h"
#include "trust/letter/test_post_house.h"
#include "trust/match/index.h"
#include "work/cases/consent.h"
#include "work/cases/consent_act.h"
#include "work/requests/request_paper.h"

enum { ASKER, HOLDER, N_AGENCIES };
#define HOUR_MS (INT64_C(3600) * 1000)

struct fixture {
    struct arena *a;
    struct post_house house[N_AGENCIES];
    struct names *names;
    struct actor worker[N_AGENCIES], stranger[N_AGENCIES];
    uint8_t file[N_AGENCIES][ID_LEN], person[N_AGENCIES][ID_LEN];
    int64_t now_ms;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static const struct letter_kind *const tables[] = {request_kinds, grant_people_kinds, grant_letter_kinds, NULL};
static const struct post_kinds kinds = {tables};

static struct actor member(struct fixture *f, int house, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_INVESTIGATOR, .state = MEMBER_ACTIVE};
    OK(access_member_put(f->house[house].node->db, &m, &f->err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}};
}

static struct casework as(const struct fixture *f, int house)
{
    return (struct casework){.node = f->house[house].node, .names = f->names, .actor = &f->worker[house], .purpose = STR("protection"), .reference = STR("case 12"),
                             .now_ms = f->now_ms};
}

static int set_up(void **state)
{
    static const char *const names[] = {"asker", "holder"};
    static const struct db_schema *const rooms[] = {&grant_schema, &cases_schema, &requests_schema, &index_schema};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    f->now_ms = POST_NOW;
    OK(names_open(&f->names, &f->err));
    for (int i = 0; i < N_AGENCIES; i++) {
        post_house_open(&f->house[i], names[i]);
        for (size_t k = 0; k < sizeof rooms / sizeof rooms[0]; k++)
            OK(db_migrate(f->house[i].node->db, rooms[k], &f->err));
        f->worker[i] = member(f, i, 1);
        f->stranger[i] = member(f, i, 2);
        struct casework w = as(f, i);
        struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
        record_add(a, &c[1].record, "prs_FirstName", i == ASKER ? STR("Sopheap") : STR("secret-Sopheak"));
        OK(casefile_new(&w, a, c, 2, f->file[i], &f->err));
        memcpy(f->person[i], c[1].record.id, ID_LEN);
    }
    post_house_meet(&f->house[ASKER], &f->house[HOLDER]);
    post_house_meet(&f->house[HOLDER], &f->house[ASKER]);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    names_close(f->names);
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
        assert_null(memmem(in.p, in.len, "Sophea", 6));
        OK(letter_receive(f->house[1 - from].node, &kinds, &f->house[from].self, &in, 1, f->now_ms, f->a, &answer, &f->err));
        assert_int_equal(answer.outcome, POST_RECEIPT);
        assert_int_equal(answer.receipt.status, expected);
        OK(post_receipts_take(f->house[from].node, &kinds, &f->house[1 - from].self, &answer.receipt, 1, f->now_ms, &f->err));
    }
    return n;
}

static void carry_all(struct fixture *f)
{
    while (carry(f, ASKER, LETTER_ACCEPTED) + carry(f, HOLDER, LETTER_ACCEPTED) > 0)
        ;
}

static struct request_new question(struct fixture *f)
{
    struct request_new n = {.to = &f->house[HOLDER].self, .has_person = true, .kind = STR("Statement"), .clock = STR("Hours8"), .why = STR("she is to be heard"),
                            .basis = STR("Law"), .basis_words = STR("an invented law, article 4"), .evidence = true};
    memcpy(n.file, f->file[ASKER], ID_LEN);
    memcpy(n.person, f->person[ASKER], ID_LEN);
    return n;
}

static void ask(struct fixture *f, uint8_t id[static ID_LEN])
{
    struct casework w = as(f, ASKER);
    struct request_new n = question(f);
    OK(request_send(&w, &n, id, &f->err));
}

static struct request look(struct fixture *f, int house, const uint8_t id[static ID_LEN], struct tie *tie, struct request_part **parts, size_t *n)
{
    struct casework w = as(f, house);
    struct request r;
    OK(request_look(&w, id, f->a, &r, tie, parts, n, &f->err));
    return r;
}

static enum request_state state_of(struct fixture *f, int house, const uint8_t id[static ID_LEN])
{
    struct request_part *parts;
    struct tie tie;
    size_t n;
    return look(f, house, id, &tie, &parts, &n).state;
}

static void take_up(struct fixture *f, const uint8_t id[static ID_LEN])
{
    struct casework w = as(f, HOLDER);
    OK(request_take_up(&w, id, f->file[HOLDER], f->person[HOLDER], &f->err));
    carry_all(f);
}

/* --- */

static void test_every_state_and_event(void **state)
{
    (void)state;
    /* by hand: rows states NONE SENT OPEN TAKEN PARTLY ANSWERED REFUSED WITHDRAWN; columns arrives, take up, part, last, refuse, withdraw, hurry;
     * n none, s sent, o open, t taken, p partly, a answered, r refused, w withdrawn */
    static const char *const asker[] = {"nnnnnnn", "onnnnws", "nnnnnwo", "nnnnnwt", "nnnnnwp", "nnnnnnn", "nnnnnnn", "nnnnnnn"};
    static const char *const holder[] = {"onnnnnn", "nnnnnnn", "ntnnrnn", "nnparnn", "nnparnn", "nnnnnnn", "nnnnnnn", "nnnnnnn"};
    static const char letters[] = "nsotparw";
    for (int s = 0; s < REQUEST_STATES; s++)
        for (int e = 0; e < REQUEST_EVENTS; e++) {
            assert_int_equal(letters[request_after((enum request_state)s, (enum request_event)e, REQUEST_ASKER)], asker[s][e]);
            assert_int_equal(letters[request_after((enum request_state)s, (enum request_event)e, REQUEST_HOLDER)], holder[s][e]);
        }
}

static void test_asked_and_answered_in_parts(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], letter[ID_LEN];
    struct request_part *parts;
    struct tie tie, theirs;
    size_t n;
    ask(f, id);
    assert_int_equal(state_of(f, ASKER, id), REQUEST_SENT);
    f->now_ms += 48 * HOUR_MS; /* the line was away for two days: the clock has not begun */
    carry_all(f);
    struct request r = look(f, ASKER, id, &tie, &parts, &n);
    assert_int_equal(r.state, REQUEST_OPEN);
    assert_int_equal(r.due_ms, f->now_ms + 8 * HOUR_MS);
    r = look(f, HOLDER, id, &theirs, &parts, &n);
    assert_true(r.state == REQUEST_OPEN && !r.outgoing && r.evidence);
    assert_true(str_eq(r.why, STR("she is to be heard")) && str_eq(r.basis_words, STR("an invented law, article 4")));
    assert_memory_equal(tie.id, theirs.id, ID_LEN);
    assert_false(theirs.has_person);
    take_up(f, id);
    assert_int_equal(state_of(f, ASKER, id), REQUEST_TAKEN);
    struct casework w = as(f, HOLDER);
    struct request_answer answer = {.text = STR("She was heard here in May."), .basis_words = STR("an invented treaty")};
    OK(request_answer(&w, id, &answer, letter, &f->err));
    carry_all(f);
    r = look(f, ASKER, id, &tie, &parts, &n);
    assert_true(r.state == REQUEST_PARTLY && n == 1 && parts[0].readable && !parts[0].last);
    assert_true(str_eq(parts[0].text, answer.text));
    answer.text = STR("The recording follows.");
    answer.last = true;
    OK(request_answer(&w, id, &answer, letter, &f->err));
    carry_all(f);
    r = look(f, ASKER, id, &tie, &parts, &n);
    assert_true(r.state == REQUEST_ANSWERED && n == 2 && parts[1].last && r.ended_ms == f->now_ms);
    r = look(f, HOLDER, id, &tie, &parts, &n);
    assert_true(r.state == REQUEST_ANSWERED && n == 2 && parts[0].readable);
    assert_true(tie.has_person);
    assert_int_equal(request_answer(&w, id, &answer, letter, &f->err), ERR_USAGE); /* it is answered */
}

static void test_refused_with_a_reason(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    struct request_part *parts;
    struct tie tie;
    size_t n;
    ask(f, id);
    carry_all(f);
    struct casework w = as(f, HOLDER);
    assert_int_equal(request_refuse(&w, id, STR("Danger"), STR(""), &f->err), ERR_INPUT);
    assert_int_equal(request_refuse(&w, id, STR("Because"), STR("no"), &f->err), ERR_INPUT);
    OK(request_refuse(&w, id, STR("Danger"), STR("her husband has access to the asker's building"), &f->err));
    carry_all(f);
    struct request r = look(f, ASKER, id, &tie, &parts, &n);
    assert_true(r.state == REQUEST_REFUSED && str_eq(r.refusal, STR("Danger")));
    assert_non_null(strstr(r.words.p, "her husband"));
    struct casework ours = as(f, ASKER);
    assert_int_equal(request_withdraw(&ours, id, STR(""), &f->err), ERR_USAGE);
}

static void test_withdrawn_and_hurried(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], other[ID_LEN];
    struct request_part *parts;
    struct tie tie;
    size_t n;
    struct casework w = as(f, ASKER);
    struct request_new slow = question(f);
    slow.clock = STR("Days7");
    OK(request_send(&w, &slow, id, &f->err));
    carry_all(f);
    assert_int_equal(look(f, HOLDER, id, &tie, &parts, &n).due_ms, f->now_ms + 168 * HOUR_MS);
    assert_int_equal(request_hurry(&w, id, STR("Days7"), &f->err), ERR_INPUT);
    OK(request_hurry(&w, id, STR("Hours8"), &f->err));
    carry_all(f);
    assert_int_equal(look(f, HOLDER, id, &tie, &parts, &n).due_ms, f->now_ms + 8 * HOUR_MS);
    struct casework theirs = as(f, HOLDER);
    assert_int_equal(request_withdraw(&theirs, id, STR(""), &f->err), ERR_USAGE); /* it is not theirs to withdraw */
    OK(request_withdraw(&w, id, STR("she was found"), &f->err));
    carry_all(f);
    assert_int_equal(state_of(f, HOLDER, id), REQUEST_WITHDRAWN);
    ask(f, other);
    OK(request_withdraw(&w, other, STR(""), &f->err)); /* before it arrived */
    carry_all(f);
    assert_int_equal(state_of(f, HOLDER, other), REQUEST_WITHDRAWN);
    assert_int_equal(state_of(f, ASKER, other), REQUEST_WITHDRAWN);
}

static void test_only_who_works_on_it(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], letter[ID_LEN];
    struct request_part *parts;
    struct request r;
    struct tie tie;
    size_t n;
    ask(f, id);
    carry_all(f);
    take_up(f, id);
    for (int i = 0; i < N_AGENCIES; i++) {
        struct casework w = as(f, i);
        w.actor = &f->stranger[i];
        assert_int_equal(request_look(&w, id, f->a, &r, &tie, &parts, &n, &f->err), ERR_DENIED);
    }
    struct casework w = as(f, HOLDER);
    w.actor = &f->stranger[HOLDER];
    assert_int_equal(request_answer(&w, id, &(struct request_answer){.text = STR("x"), .basis_words = STR("y")}, letter, &f->err), ERR_DENIED);
    w = as(f, ASKER);
    w.actor = &f->stranger[ASKER];
    struct request_new n2 = question(f);
    assert_int_equal(request_send(&w, &n2, letter, &f->err), ERR_DENIED); /* about a person of a case that is not hers */
}

static void test_what_is_missing_is_said(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN];
    struct casework w = as(f, ASKER);
    struct request_new n = question(f);
    n.why = STR("");
    assert_int_equal(request_send(&w, &n, id, &f->err), ERR_INPUT);
    n = question(f);
    n.number = STR("AAAA-BBBB-CCCC");
    assert_int_equal(request_send(&w, &n, id, &f->err), ERR_NOT_FOUND);
}

static void test_scores_and_counts(void **state)
{
    struct fixture *f = *state;
    uint8_t id[3][ID_LEN], letter[ID_LEN];
    struct request_score *scores;
    struct request_counts counts;
    struct request *list;
    size_t n;
    for (int i = 0; i < 3; i++)
        ask(f, id[i]);
    carry_all(f);
    struct casework w = as(f, HOLDER);
    take_up(f, id[0]);
    f->now_ms += 2 * HOUR_MS;
    w = as(f, HOLDER);
    OK(request_answer(&w, id[0], &(struct request_answer){.text = STR("x"), .basis_words = STR("y"), .last = true}, letter, &f->err));
    f->now_ms += 10 * HOUR_MS;
    w = as(f, HOLDER);
    OK(request_refuse(&w, id[1], STR("NoBasis"), STR("not here"), &f->err));
    carry_all(f);
    OK(request_scores(&w, f->a, &scores, &n, &f->err));
    assert_int_equal(n, 1);
    assert_true(!scores[0].theirs && scores[0].asked == 3 && scores[0].answered == 1 && scores[0].refused == 1 && scores[0].in_time == 1);
    assert_true(scores[0].overdue == 1 && scores[0].open == 1);
    assert_int_equal(scores[0].median_ms, 2 * HOUR_MS);
    assert_int_equal(scores[0].longest_ms, 12 * HOUR_MS);
    assert_int_equal(scores[0].refusals[request_word(request_refusals, STR("NoBasis")) - request_refusals], 1);
    OK(request_count(f->house[HOLDER].node->db, f->now_ms, &counts, &f->err));
    assert_true(counts.to_answer == 1 && counts.overdue_here == 1 && counts.waiting == 0);
    OK(request_count(f->house[ASKER].node->db, f->now_ms, &counts, &f->err));
    assert_true(counts.waiting == 1 && counts.overdue_there == 1);
    OK(request_list(&w, &(struct request_filter){.incoming = true}, f->a, &list, &n, &f->err));
    assert_true(n == 3 && request_is_open(list[0].state) && request_overdue(&list[0], f->now_ms));
    OK(request_list(&w, &(struct request_filter){.outgoing = true}, f->a, &list, &n, &f->err));
    assert_int_equal(n, 0);
    OK(request_list(&w, &(struct request_filter){.file = f->file[HOLDER], .person = f->person[HOLDER]}, f->a, &list, &n, &f->err));
    assert_int_equal(n, 1);
}

static void test_an_answer_she_agreed_to_is_taken_back(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], letter[ID_LEN];
    struct request_part *parts;
    struct tie tie;
    size_t n;
    struct record c = {.version = 1, .has_about = true};
    ask(f, id);
    carry_all(f);
    take_up(f, id);
    struct casework w = as(f, HOLDER);
    memcpy(c.about, f->person[HOLDER], ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(f->a, &c, consent_questions[i].field, STR("yes"));
    record_add(f->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(f->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(f->a, &c, "cmt_ConsentElements", STR("Identity"));
    record_add(f->a, &c, "cmt_ConsentRecipients", STR("asker"));
    OK(consent_keep(&w, f->file[HOLDER], f->a, &c, &f->err));
    OK(request_answer(&w, id, &(struct request_answer){.text = STR("here she is"), .consent = c.id, .last = true}, letter, &f->err));
    carry_all(f);
    look(f, ASKER, id, &tie, &parts, &n);
    assert_true(n == 1 && parts[0].readable);
    assert_non_null(strstr(parts[0].fields.p, "secret-Sopheak"));
    OK(consent_withdraw(&w, f->file[HOLDER], f->a, c.id, &(struct consent_end){.why = STR("she asked")}, &f->err));
    carry_all(f);
    look(f, ASKER, id, &tie, &parts, &n);
    assert_true(n == 1 && !parts[0].readable && parts[0].text.len == 0);
}

/* What a hostile partner may send in place of a move. */
static void test_moves_of_the_wrong_side_are_refused(void **state)
{
    struct fixture *f = *state;
    uint8_t id[ID_LEN], letter[ID_LEN];
    ask(f, id);
    carry_all(f);
    struct paper_state p = {.event = REQUEST_REFUSE, .code = STR("Danger"), .words = STR("x")};
    memcpy(p.request, id, ID_LEN);
    struct letter l = {.kind = "request-state", .purpose = STR("protection"), .reference = STR("r"), .type = STR(REQUEST_MEDIA_TYPE),
                       .payload = str_bytes(paper_state_write(f->a, &p))};
    OK(post_house_send(&f->house[ASKER], &f->house[HOLDER].self, &l, f->now_ms, letter, &f->err));
    assert_int_equal(carry(f, ASKER, LETTER_REFUSED), 1); /* the asker cannot refuse for the holder */
    assert_int_equal(state_of(f, HOLDER, id), REQUEST_OPEN);
    memset(p.request, 9, ID_LEN);
    l.payload = str_bytes(paper_state_write(f->a, &p));
    OK(post_house_send(&f->house[HOLDER], &f->house[ASKER].self, &l, f->now_ms, letter, &f->err));
    assert_int_equal(carry(f, HOLDER, LETTER_REFUSED), 1); /* of no request of ours */
}

static void test_papers(void **state)
{
    struct fixture *f = *state;
    struct paper_request p = {.tie = {1}, .has_handle = true, .epoch = 82, .handle = UINT32_MAX, .kind = STR("Safety"), .clock = STR("Days3"), .basis = STR("Treaty"),
                              .basis_words = STR("ข้อ 3"), .why = STR("\"why\""), .evidence = true}, q;
    str text = paper_request_write(f->a, &p);
    OK(paper_request_read(f->a, str_bytes(text), &q, &f->err));
    assert_string_equal(paper_request_write(f->a, &q).p, text.p);
    static const char *const bad[] = {"", "{}", "{\"comity_request\":2}", "{\"comity_request\":1,\"tie\":\"00\"}",
        "{\"comity_request\":1,\"tie\":\"00000000000000000000000000000000\",\"kind\":\"Everything\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_not_equal(paper_request_read(f->a, str_bytes(str_from(bad[i])), &q, &f->err), 0);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_state_and_event),
        cmocka_unit_test_setup_teardown(test_asked_and_answered_in_parts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_with_a_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_withdrawn_and_hurried, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_who_works_on_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_missing_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_scores_and_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_answer_she_agreed_to_is_taken_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_moves_of_the_wrong_side_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_papers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
