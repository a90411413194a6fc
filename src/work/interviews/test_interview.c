/* interviews: questions of agencies are pooled in one, another one is hard, and every agency sees how often she was interviewed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/grant/grant.h"
#include "trust/letter/test_post_house.h"
#include "trust/act/approval.h"
#include "work/cases/consent_act.h"
#include "work/interviews/interview_paper.h"
#include "work/statements/statement.h"

enum { OURS, PARTNER, N_AGENCIES };
#define HOUR_MS (INT64_C(3600) * 1000)

struct fixture {
    struct arena *a;
    struct post_house house[N_AGENCIES];
    struct names *names;
    struct actor worker[N_AGENCIES], stranger[N_AGENCIES];
    uint8_t file[N_AGENCIES][ID_LEN], person[N_AGENCIES][ID_LEN], tie[ID_LEN], interview[ID_LEN];
    int64_t now_ms;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static const struct letter_kind *const tables[] = {interview_kinds, NULL};
static const struct post_kinds kinds = {tables};

static struct actor member(struct fixture *f, int house, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    OK(access_member_put(f->house[house].node->db, &m, &f->err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}, .proved_ms = f->now_ms};
}

static struct casework as(const struct fixture *f, int house)
{
    return (struct casework){.node = f->house[house].node, .names = f->names, .actor = &f->worker[house], .purpose = STR("protection"), .reference = STR("case 12"),
                             .now_ms = f->now_ms};
}

static void tie_both(struct fixture *f)
{
    for (int i = 0; i < N_AGENCIES; i++) {
        struct tie tie = {.has_person = true, .made_ms = f->now_ms};
        memcpy(tie.id, f->tie, ID_LEN);
        memcpy(tie.partner, f->house[1 - i].self.id, ID_LEN);
        memcpy(tie.file, f->file[i], ID_LEN);
        memcpy(tie.person, f->person[i], ID_LEN);
        OK(tie_make(f->house[i].node->db, &tie, &f->err));
    }
}

static void plan(struct fixture *f, uint8_t id[static ID_LEN])
{
    struct casework w = as(f, OURS);
    struct record r = {.has_about = true};
    memcpy(r.about, f->person[OURS], ID_LEN);
    record_add(f->a, &r, "int_Language", STR("km"));
    record_add(f->a, &r, "int_Protocol", STR("FreeAccount"));
    OK(interview_plan(&w, f->file[OURS], f->a, &r, &f->err));
    memcpy(id, r.id, ID_LEN);
}

static int set_up(void **state)
{
    static const char *const names[] = {"ours", "partner"};
    static const struct db_schema *const rooms[] = {&grant_schema, &cases_schema, &requests_schema, &statements_schema, &interviews_schema};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    f->now_ms = POST_NOW;
    f->tie[0] = 77;
    OK(names_open(&f->names, &f->err));
    for (int i = 0; i < N_AGENCIES; i++) {
        post_house_open(&f->house[i], names[i]);
        for (size_t k = 0; k < sizeof rooms / sizeof rooms[0]; k++)
            OK(db_migrate(f->house[i].node->db, rooms[k], &f->err));
        f->worker[i] = member(f, i, 1);
        f->stranger[i] = member(f, i, 2);
        struct casework w = as(f, i);
        struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
        record_add(a, &c[1].record, "prs_FirstName", STR("Sopheap"));
        record_add(a, &c[1].record, "cmt_MedicalExams", i == OURS ? STR("2") : STR("1"));
        OK(casefile_new(&w, a, c, 2, f->file[i], &f->err));
        memcpy(f->person[i], c[1].record.id, ID_LEN);
    }
    post_house_meet(&f->house[OURS], &f->house[PARTNER]);
    post_house_meet(&f->house[PARTNER], &f->house[OURS]);
    tie_both(f);
    plan(f, f->interview);
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
        OK(letter_receive(f->house[1 - from].node, &kinds, &f->house[from].self, &in, 1, f->now_ms, f->a, &answer, &f->err));
        assert_int_equal(answer.outcome, POST_RECEIPT);
        assert_int_equal(answer.receipt.status, expected);
        OK(post_receipts_take(f->house[from].node, &kinds, &f->house[1 - from].self, &answer.receipt, 1, f->now_ms, &f->err));
    }
    return n;
}

static void carry_all(struct fixture *f)
{
    while (carry(f, OURS, LETTER_ACCEPTED) + carry(f, PARTNER, LETTER_ACCEPTED) > 0)
        ;
}

/* Opened to the partner by law, or shut (until_ms 0). */
static int window(struct fixture *f, const struct casework *w, const uint8_t *interview, int64_t until_ms, int64_t *told)
{
    struct interview_basis basis = {.words = STR("treaty of 2009, article 12")};
    memcpy(basis.partner, f->house[PARTNER].self.id, ID_LEN);
    return interview_window(w, f->file[OURS], f->a, interview, &(struct interview_window){until_ms, &basis, 1}, told, &f->err);
}

static void ask_partners(struct fixture *f, const uint8_t *interview)
{
    struct casework w = as(f, OURS);
    OK(interview_partners_asked(&w, f->file[OURS], f->a, interview, &(struct interview_asked){.said = STR("partner: hit")}, &f->err));
}

static void open_window(struct fixture *f)
{
    struct casework w = as(f, OURS);
    int64_t told;
    ask_partners(f, f->interview);
    OK(window(f, &w, f->interview, f->now_ms + 48 * HOUR_MS, &told));
    assert_int_equal(told, 1);
    carry_all(f);
}

/* Her consent, recorded now. */
static void consents(struct fixture *f, const char *recipient, uint8_t id[static ID_LEN])
{
    struct casework w = as(f, OURS);
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, f->person[OURS], ID_LEN);
    record_add(f->a, &c, "cmt_AgreesToInterview", STR("yes"));
    record_add(f->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(f->a, &c, "cmt_ConsentRecipients", str_from(recipient));
    record_add(f->a, &c, "cmt_ConsentPurposes", STR("protection"));
    OK(consent_keep(&w, f->file[OURS], f->a, &c, &f->err));
    memcpy(id, c.id, ID_LEN);
}

static int ask(struct fixture *f, const char *text, const char *topic, const char *again, uint8_t id[static ID_LEN])
{
    struct casework w = as(f, PARTNER);
    return interview_file_question(&w, f->house[OURS].self.id, f->interview, &(struct interview_question){str_from(text), str_from(topic), STR("for our case"), str_from(again)},
                                   id, &f->err);
}

static void pool(struct fixture *f, struct interview_asking **out, size_t *n)
{
    struct casework w = as(f, OURS);
    struct casefile file;
    OK(casefile_look(&w, f->file[OURS], f->a, &file, &f->err));
    interview_questions(f->a, file.records, file.n, f->interview, out, n);
}

/* question: answered at 00:31:12, or NULL. */
static void hold(struct fixture *f, const uint8_t interview[static ID_LEN], int64_t length_ms, const uint8_t *question)
{
    struct casework w = as(f, OURS);
    struct statement s;
    uint8_t id[ID_LEN];
    int64_t have;
    OK(recording_begin(&w, f->file[OURS], interview, STR("audio/webm"), id, &f->err));
    OK(recording_append(&w, id, &(struct recording_chunk){.media = str_bytes(STR("x"))}, &have, &f->err));
    OK(recording_append(&w, id, &(struct recording_chunk){.sequence = 1, .at_ms = length_ms, .media = str_bytes(STR("y"))}, &have, &f->err));
    if (question) {
        struct recording_mark mark = {.kind = MARK_ANSWERED, .at_ms = 1872000, .has_question = true};
        memcpy(mark.question, question, ID_LEN);
        OK(recording_mark(&w, id, &mark, &f->err));
    }
    OK(statement_seal(&w, id, STR("{}"), f->a, &s, &f->err));
}

/* --- */

static void test_two_questions_that_are_one(void **state)
{
    struct fixture *f = *state;
    static const struct { const char *one, *other; int least, most; } pairs[] = {
        {"Who took your passport?", "who took your passport", 100, 100},
        {"Who took your passport?", "Who has taken the passport from you?", 20, 89},
        {"Who took your passport?", "How many hours did you work?", 0, 30},
        {"នរណាយកលិខិតឆ្លងដែនរបស់អ្នក", "នរណាយកលិខិតឆ្លងដែនរបស់អ្នក?", 90, 100},
        {"ใครเอาหนังสือเดินทางของคุณไป", "คุณทำงานวันละกี่ชั่วโมง", 0, INTERVIEW_NEAR - 1},
        {"", "x", 0, 0},
        {"???", "!!!", 0, 0},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        int alike = interview_alike(f->a, str_from(pairs[i].one), str_from(pairs[i].other));
        if (alike < pairs[i].least || alike > pairs[i].most)
            fail_msg("\"%s\" and \"%s\" are alike by %d", pairs[i].one, pairs[i].other, alike);
        assert_int_equal(alike, interview_alike(f->a, str_from(pairs[i].other), str_from(pairs[i].one)));
    }
}

static void test_partners_are_asked_first(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, OURS);
    int64_t told;
    assert_int_equal(window(f, &w, f->interview, f->now_ms + HOUR_MS, &told), ERR_DENIED);
    assert_int_equal(interview_ready(f->house[OURS].node, f->file[OURS], f->interview, f->now_ms, f->a, &f->err), ERR_DENIED);
    OK(interview_ready(f->house[OURS].node, f->file[OURS], NULL, f->now_ms, f->a, &f->err)); /* nobody was interviewed yet */
    assert_int_equal(interview_partners_asked(&w, f->file[OURS], f->a, f->interview, &(struct interview_asked){.said = STR("partner: no answer"), .unreached = true}, &f->err),
                     ERR_INPUT); /* and why does she go on? */
    open_window(f);
    w.actor = &f->stranger[OURS];
    assert_int_equal(window(f, &w, f->interview, f->now_ms + HOUR_MS, &told), ERR_DENIED);
}

static void test_questions_are_pooled_in_order(void **state)
{
    struct fixture *f = *state;
    struct interview_open_window *windows;
    struct interview_asking *asked;
    struct casework w = as(f, PARTNER);
    uint8_t first[ID_LEN], second[ID_LEN], own[ID_LEN];
    size_t n;
    open_window(f);
    OK(interview_windows(&w, f->a, &windows, &n, &f->err));
    assert_int_equal(n, 1);
    assert_memory_equal(windows[0].tie.person, f->person[PARTNER], ID_LEN);
    int64_t n_open;
    OK(interview_windows_open(f->house[PARTNER].node->db, f->worker[PARTNER].member, f->now_ms, &n_open, &f->err));
    assert_int_equal(n_open, 1);
    OK(interview_windows_open(f->house[PARTNER].node->db, f->stranger[PARTNER].member, f->now_ms, &n_open, &f->err));
    assert_int_equal(n_open, 0);
    w.actor = &f->stranger[PARTNER];
    OK(interview_windows(&w, f->a, &windows, &n, &f->err));
    assert_int_equal(n, 0); /* of a case in which she has no part */
    OK(ask(f, "Who took your passport?", "Documents", "", first));
    OK(ask(f, "Is there anything you want to add?", "Other", "", second));
    assert_int_equal(ask(f, "who took your passport", "Documents", "", second), ERR_EXISTS); /* asked already */
    carry_all(f);
    f->now_ms++;
    OK(ask(f, "who took your passport", "Documents", "it is another passport", second));
    carry_all(f);
    struct casework ours = as(f, OURS);
    OK(interview_question_add(&ours, f->file[OURS], f->a, f->interview,
                              &(struct interview_own){STR("Tell me everything that happened."), STR("Other"), STR("Account"), STR(""), STR("")}, own, &f->err));
    pool(f, &asked, &n);
    assert_int_equal(n, 4);
    assert_true(str_eq(record_text(asked[0].record, "que_Phase"), STR("Account")) && asked[0].from.len == 0);
    assert_true(str_eq(record_text(asked[1].record, "que_Text"), STR("Who took your passport?")));
    assert_true(str_eq(asked[1].from, hex_encode(f->a, (bytes){f->house[PARTNER].self.id, ID_LEN})));
    assert_true(str_eq(record_text(asked[3].record, "que_Topic"), STR("Other"))); /* by topic, in one part */
    assert_non_null(strstr(record_text(asked[2].record, "que_Why").p, "another passport"));
}

static void test_what_becomes_of_a_question_goes_back(void **state)
{
    struct fixture *f = *state;
    struct interview_own_question *own;
    struct interview_asking *asked;
    struct interview_like *like;
    struct casefile file;
    uint8_t first[ID_LEN], second[ID_LEN];
    size_t n;
    open_window(f);
    OK(ask(f, "Who took your passport?", "Documents", "", first));
    f->now_ms++;
    OK(ask(f, "Did you enter the country illegally?", "Journey", "", second));
    carry_all(f);
    struct casework w = as(f, OURS);
    OK(interview_question_change(&w, f->file[OURS], f->a, first, &(struct interview_change){.text = STR("Where was your passport kept?")}, &f->err));
    OK(interview_question_change(&w, f->file[OURS], f->a, second, &(struct interview_change){.joined = first}, &f->err));
    assert_int_equal(interview_question_change(&w, f->file[OURS], f->a, first, &(struct interview_change){.joined = second}, &f->err), ERR_INPUT); /* neither would be asked */
    OK(interview_question_change(&w, f->file[OURS], f->a, second, &(struct interview_change){.set_aside = STR("it could be used against her")}, &f->err));
    carry_all(f);
    assert_int_equal(interview_question_change(&w, f->file[OURS], f->a, first, &(struct interview_change){.joined = second}, &f->err), ERR_INPUT); /* set aside */
    pool(f, &asked, &n);
    assert_true(n == 2 && !asked[0].set_aside && asked[1].set_aside);
    assert_true(str_eq(record_text(asked[0].record, "que_Original"), STR("Who took your passport?")));
    struct casework theirs = as(f, PARTNER);
    OK(interview_own_questions(&theirs, f->house[OURS].self.id, f->interview, f->a, &own, &n, &f->err));
    assert_int_equal(n, 2);
    assert_true(own[0].state == QUESTION_IN && own[1].state == QUESTION_ASIDE && str_eq(own[1].reason, STR("it could be used against her")));
    OK(casefile_look(&w, f->file[OURS], f->a, &file, &f->err));
    interview_held_against(f->a, file.records, file.n, STR("who took your passport"), &like, &n);
    assert_true(n == 1 && like[0].per_cent == 100); /* also by its first wording */
}

static void test_a_shut_window_takes_nothing(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, OURS);
    uint8_t id[ID_LEN];
    int64_t told;
    open_window(f);
    OK(ask(f, "Who took your passport?", "Documents", "", id)); /* on its way when it is shut */
    OK(window(f, &w, f->interview, 0, &told));
    assert_int_equal(carry(f, PARTNER, LETTER_REFUSED), 1);
    struct interview_own_question *own;
    size_t n;
    struct casework theirs = as(f, PARTNER);
    OK(interview_own_questions(&theirs, f->house[OURS].self.id, f->interview, f->a, &own, &n, &f->err));
    assert_true(n == 1 && own[0].state == QUESTION_AWAY); /* and its asker knows */
    carry_all(f);
    assert_int_equal(ask(f, "When did you sleep?", "Place", "", id), ERR_DENIED);
    struct interview_open_window *windows;
    OK(interview_windows(&theirs, f->a, &windows, &n, &f->err));
    assert_true(n == 1 && windows[0].until_ms <= f->now_ms); /* what was asked in it is still found */
    OK(interview_windows_open(f->house[PARTNER].node->db, f->worker[PARTNER].member, f->now_ms, &told, &f->err));
    assert_int_equal(told, 0);
}

static void test_everybody_sees_how_often(void **state)
{
    struct fixture *f = *state;
    struct interview_register *all;
    struct interview_counters sum;
    int64_t n_told;
    size_t n;
    hold(f, f->interview, 41 * 60000, NULL);
    for (int i = 0; i < N_AGENCIES; i++)
        OK(interview_tell_registers(f->house[i].node, f->now_ms, &n_told, &f->err));
    carry_all(f);
    struct casework w = as(f, PARTNER);
    struct casefile file;
    OK(casefile_look(&w, f->file[PARTNER], f->a, &file, &f->err));
    const struct interview_of who = {f->file[PARTNER], f->person[PARTNER], file.records, file.n};
    OK(interview_registers(f->house[PARTNER].node, &who, f->a, &all, &n, &f->err));
    assert_int_equal(n, 2);
    OK(interview_counted(f->house[PARTNER].node, &who, f->a, &sum, &f->err));
    assert_true(sum.interviews == 1 && sum.minutes == 41 && sum.exams == 3);
    assert_true(all[1].n_statements == 1 && all[1].statements[0].length_ms == 41 * 60000);
    OK(interview_tell_registers(f->house[OURS].node, f->now_ms, &n_told, &f->err));
    assert_int_equal(n_told, 0); /* nothing has changed */
}

static void test_asked_and_answered_is_said_when_it_is_asked_again(void **state)
{
    struct fixture *f = *state;
    struct interview_own_question *own;
    struct casework w = as(f, PARTNER);
    uint8_t first[ID_LEN], again[ID_LEN];
    int64_t n_told;
    size_t n;
    open_window(f);
    OK(ask(f, "Who took your passport?", "Documents", "", first));
    carry_all(f);
    hold(f, f->interview, 41 * 60000, first);
    OK(interview_tell_registers(f->house[OURS].node, f->now_ms, &n_told, &f->err));
    carry_all(f);
    OK(interview_own_questions(&w, f->house[OURS].self.id, f->interview, f->a, &own, &n, &f->err));
    assert_true(n == 1 && own[0].answered_ms == 1872000);
    assert_int_equal(ask(f, "who took your passport", "Documents", "", again), ERR_EXISTS);
    assert_non_null(strstr(f->err.text, "question 1"));
    assert_non_null(strstr(f->err.text, "00:31:12"));
    str text;
    OK(interview_own_question_text(f->house[PARTNER].node, first, f->a, &text, &f->err));
    assert_true(str_eq(text, STR("Who took your passport?")));
    OK(interview_own_question_text(f->house[PARTNER].node, f->interview, f->a, &text, &f->err)); /* no question of ours */
    assert_int_equal(text.len, 0);
}

static int again(struct fixture *f, const uint8_t *interview, const char *ground, const uint8_t *consent, uint8_t approval[static ID_LEN])
{
    struct casework w = as(f, OURS);
    return interview_again(&w, f->file[OURS], f->a, interview, &(struct interview_again){str_from(ground), STR("a ship was found"), consent}, approval, &f->err);
}

static void test_another_interview_is_hard(void **state)
{
    struct fixture *f = *state;
    uint8_t other[ID_LEN], approval[ID_LEN], before[ID_LEN], since[ID_LEN];
    int64_t told;
    f->now_ms++;
    consents(f, "ours", before);
    f->now_ms++;
    hold(f, f->interview, 60000, NULL);
    f->now_ms++;
    plan(f, other);
    assert_int_equal(again(f, other, "NewFacts", before, approval), ERR_DENIED); /* the partners were not asked */
    ask_partners(f, other);
    struct casework w = as(f, OURS);
    assert_int_equal(window(f, &w, other, f->now_ms + HOUR_MS, &told), ERR_DENIED);
    assert_int_equal(again(f, other, "Curiosity", before, approval), ERR_INPUT);
    assert_int_equal(again(f, other, "NewFacts", NULL, approval), ERR_INPUT); /* her own yes: */
    assert_int_equal(again(f, other, "NewFacts", before, approval), ERR_INPUT); /* it was to the first interview */
    assert_int_equal(again(f, other, "NewFacts", f->person[OURS], approval), ERR_INPUT); /* is no consent */
    consents(f, "nobody", since);
    assert_int_equal(again(f, other, "NewFacts", since, approval), ERR_PARKED);
    assert_int_equal(window(f, &w, other, f->now_ms + HOUR_MS, &told), ERR_DENIED); /* still one person's word */
    assert_int_equal(interview_ready(f->house[OURS].node, f->file[OURS], other, f->now_ms, f->a, &f->err), ERR_DENIED); /* nor is it recorded */
    assert_int_equal(interview_ready(f->house[OURS].node, f->file[OURS], NULL, f->now_ms, f->a, &f->err), ERR_DENIED);  /* nor anything beside it */
    struct access_member boss = {.id = {9}, .roles = ROLE_SUPERVISOR, .state = MEMBER_ACTIVE};
    struct actor second = {.name = STR("a supervisor"), .role = STR("member"), .member = {9}, .proved_ms = f->now_ms};
    static const struct approval_kind approvals[] = {{VERB_INTERVIEW_AGAIN, "again", interview_again_agreed, NULL}, {0}};
    OK(access_member_put(f->house[OURS].node->db, &boss, &f->err));
    OK(approval_agree(f->house[OURS].node, approvals, &second, approval, f->now_ms, &f->err));
    OK(window(f, &w, other, f->now_ms + HOUR_MS, &told));
    OK(interview_ready(f->house[OURS].node, f->file[OURS], other, f->now_ms, f->a, &f->err));
    OK(consent_withdraw(&w, f->file[OURS], f->a, since, &(struct consent_end){0}, &f->err));
    assert_int_equal(interview_ready(f->house[OURS].node, f->file[OURS], other, f->now_ms, f->a, &f->err), ERR_DENIED); /* she took it back */
    assert_int_equal(interview_ready(f->house[OURS].node, f->file[OURS], f->interview, f->now_ms, f->a, &f->err), ERR_DENIED); /* that one was held */
}

static void test_a_question_is_taken_back(void **state)
{
    struct fixture *f = *state;
    struct interview_own_question *own;
    struct interview_asking *asked;
    struct casework w = as(f, PARTNER), ours = as(f, OURS);
    uint8_t first[ID_LEN], second[ID_LEN], third[ID_LEN];
    size_t n;
    open_window(f);
    OK(ask(f, "Who took your passport?", "Documents", "", first));
    f->now_ms++;
    OK(ask(f, "When did you sleep?", "Place", "", second));
    carry_all(f);
    struct casework stranger = w;
    stranger.actor = &f->stranger[PARTNER];
    assert_int_equal(interview_take_back(&stranger, f->house[OURS].self.id, first, &f->err), ERR_DENIED);
    OK(interview_take_back(&w, f->house[OURS].self.id, first, &f->err));
    assert_int_equal(interview_take_back(&w, f->house[OURS].self.id, first, &f->err), ERR_DENIED); /* once */
    carry_all(f);
    pool(f, &asked, &n);
    assert_true(n == 2 && !asked[0].taken_back && asked[1].taken_back && memcmp(asked[1].record->id, first, ID_LEN) == 0); /* it stays, and says so */
    assert_int_equal(interview_question_change(&ours, f->file[OURS], f->a, first, &(struct interview_change){.text = STR("?")}, &f->err), ERR_DENIED);
    f->now_ms++;
    OK(ask(f, "who took your passport", "Documents", "", third)); /* it was not asked: it may be asked again */
    carry_all(f);
    hold(f, f->interview, 60000, second);
    OK(interview_take_back(&w, f->house[OURS].self.id, second, &f->err)); /* we do not know yet that it was answered */
    assert_int_equal(carry(f, PARTNER, LETTER_REFUSED), 1);
    OK(interview_own_questions(&w, f->house[OURS].self.id, f->interview, f->a, &own, &n, &f->err));
    assert_true(n == 3 && own[0].state == QUESTION_BACK);
    OK(interview_tell_registers(f->house[OURS].node, f->now_ms, &(int64_t){0}, &f->err));
    carry_all(f);
    OK(interview_own_questions(&w, f->house[OURS].self.id, f->interview, f->a, &own, &n, &f->err));
    assert_true(own[1].state == QUESTION_ANSWERED);
}

static void test_an_own_question_that_was_answered_needs_a_reason(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, OURS);
    struct interview_own own = {STR("Who took your passport?"), STR("Documents"), STR("Clarify"), STR(""), STR("")};
    uint8_t first[ID_LEN], id[ID_LEN], other[ID_LEN];
    OK(interview_question_add(&w, f->file[OURS], f->a, f->interview, &own, first, &f->err));
    OK(interview_question_add(&w, f->file[OURS], f->a, f->interview, &own, id, &f->err)); /* not answered yet: who interviews joins them */
    hold(f, f->interview, 41 * 60000, first);
    assert_int_equal(interview_question_add(&w, f->file[OURS], f->a, f->interview, &own, id, &f->err), ERR_DENIED); /* it was held */
    f->now_ms++;
    plan(f, other);
    assert_int_equal(interview_question_add(&w, f->file[OURS], f->a, other, &own, id, &f->err), ERR_EXISTS);
    assert_non_null(strstr(f->err.text, "00:31:12"));
    own.again = STR("it is another passport");
    OK(interview_question_add(&w, f->file[OURS], f->a, other, &own, id, &f->err));
    own.topic = STR("Weather");
    assert_int_equal(interview_question_add(&w, f->file[OURS], f->a, other, &own, id, &f->err), ERR_INPUT);
}

static void test_the_window_goes_only_where_it_may(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, OURS);
    struct interview_window_partner *partners;
    struct interview_told *told_to;
    struct interview_of who;
    struct casefile file;
    uint8_t consent[ID_LEN], id[ID_LEN];
    int64_t told;
    size_t n;
    ask_partners(f, f->interview);
    const struct interview_window nobody = {.until_ms = f->now_ms + HOUR_MS};
    OK(interview_window(&w, f->file[OURS], f->a, f->interview, &nobody, &told, &f->err));
    assert_int_equal(told, 0); /* neither consent nor law */
    OK(casefile_look(&w, f->file[OURS], f->a, &file, &f->err));
    for (size_t i = 0; i < file.n; i++)
        if (memcmp(file.records[i].id, f->interview, ID_LEN) == 0)
            interview_window_told(f->a, &file.records[i], &told_to, &n);
    assert_true(n == 1 && told_to[0].rests == WINDOW_NOBODY);
    OK(window(f, &w, f->interview, 0, &told));
    consents(f, "partner", consent);
    OK(interview_window(&w, f->file[OURS], f->a, f->interview, &nobody, &told, &f->err));
    assert_int_equal(told, 1); /* she named it */
    OK(window(f, &w, f->interview, 0, &told));
    assert_int_equal(told, 1); /* who knows of it hears that it is shut */
    w.purpose = STR("investigation"); /* for which she did not agree */
    OK(interview_window(&w, f->file[OURS], f->a, f->interview, &nobody, &told, &f->err));
    assert_int_equal(told, 0);
    carry_all(f);
    OK(ask(f, "Who took your passport?", "Documents", "", id) == ERR_DENIED ? 0 : -1); /* the last word they had is that it is shut */
    OK(casefile_look(&w, f->file[OURS], f->a, &file, &f->err));
    who = (struct interview_of){f->file[OURS], f->person[OURS], file.records, file.n};
    OK(interview_window_partners(w.node, &who, STR("protection"), f->now_ms, f->a, &partners, &n, &f->err));
    assert_true(n == 1 && partners[0].consent && memcmp(partners[0].consent->id, consent, ID_LEN) == 0);
}

static void test_papers(void **state)
{
    struct fixture *f = *state;
    struct interview_statement s = {{3}, POST_NOW, 2460000};
    struct interview_answered answered = {{4}, 1872000};
    struct interview_paper papers[] = {
        {.kind = PAPER_WINDOW, .tie = {1}, .interview = {2}, .until_ms = 5, .language = STR("km")},
        {.kind = PAPER_QUESTION, .tie = {1}, .interview = {2}, .question = {3}, .text = STR("\"?\""), .topic = STR("Other"), .why = STR("")},
        {.kind = PAPER_STATE, .tie = {1}, .interview = {2}, .question = {3}, .state = STR("aside"), .reason = STR("why")},
        {.kind = PAPER_BACK, .tie = {1}, .interview = {2}, .question = {3}},
        {.kind = PAPER_REGISTER, .tie = {1}, .reg = {.counters = {1, 41, 2}, .statements = &s, .n_statements = 1, .answered = &answered, .n_answered = 1}},
    };
    for (size_t i = 0; i < INTERVIEW_PAPERS; i++) {
        struct interview_paper read;
        str text = interview_paper_write(f->a, &papers[i]);
        OK(interview_paper_read(f->a, papers[i].kind, str_bytes(text), &read, &f->err));
        assert_string_equal(interview_paper_write(f->a, &read).p, text.p);
        for (enum interview_paper_kind k = PAPER_WINDOW; k <= PAPER_REGISTER; k++) /* each of these says something that no other does */
            if (k != papers[i].kind)
                assert_true(interview_paper_read(f->a, k, str_bytes(text), &read, &f->err) < 0);
    }
}

/* The window is shut when the interview is sealed; who asked learns what was not put, and of one that was asked together with another when that one was. */
static void test_the_seal_ends_what_is_open(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, OURS), theirs = as(f, PARTNER);
    struct interview_own_question *own;
    struct interview_open_window *windows;
    struct interview_asking *asked;
    uint8_t ids[3][ID_LEN];
    int64_t n_told;
    size_t n;
    open_window(f);
    static const char *const texts[] = {"Who took your passport?", "Where was your passport kept all that time?", "How many hours did you work?"};
    for (int i = 0; i < 3; i++, f->now_ms++)
        OK(ask(f, texts[i], "Other", "", ids[i]));
    carry_all(f);
    OK(interview_question_change(&w, f->file[OURS], f->a, ids[1], &(struct interview_change){.joined = ids[0]}, &f->err));
    carry_all(f);
    OK(interview_tell_registers(f->house[OURS].node, f->now_ms, &n_told, &f->err));
    carry_all(f);
    OK(interview_windows(&theirs, f->a, &windows, &n, &f->err));
    assert_true(n == 1 && windows[0].until_ms > f->now_ms); /* nothing was held yet: nothing ends */
    hold(f, f->interview, 41 * 60000, ids[0]);
    OK(interview_tell_registers(f->house[OURS].node, f->now_ms, &n_told, &f->err));
    carry_all(f);
    OK(interview_windows(&theirs, f->a, &windows, &n, &f->err));
    assert_true(n == 1 && windows[0].until_ms == 0);
    OK(interview_own_questions(&theirs, f->house[OURS].self.id, f->interview, f->a, &own, &n, &f->err));
    assert_int_equal(n, 3);
    assert_true(own[0].state == QUESTION_ANSWERED && own[0].answered_ms == 1872000);
    assert_true(own[1].state == QUESTION_ANSWERED && own[1].answered_ms == 1872000);
    assert_true(own[2].state == QUESTION_ASIDE && interview_end_words(own[2].reason) != NULL);
    pool(f, &asked, &n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(asked[i].set_aside, memcmp(asked[i].record->id, ids[2], ID_LEN) == 0);
    const int64_t leaves = post_house_log_size(&f->house[OURS]);
    OK(interview_tell_registers(f->house[OURS].node, f->now_ms, &n_told, &f->err));
    assert_int_equal(post_house_log_size(&f->house[OURS]), leaves); /* once */
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_two_questions_that_are_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partners_are_asked_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_questions_are_pooled_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_becomes_of_a_question_goes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_shut_window_takes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_everybody_sees_how_often, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_asked_and_answered_is_said_when_it_is_asked_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_another_interview_is_hard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_question_is_taken_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_own_question_that_was_answered_needs_a_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_window_goes_only_where_it_may, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_papers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_seal_ends_what_is_open, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
