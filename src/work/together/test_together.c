#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/grant/grant.h"
#include "work/shield/check.h"
#include "work/statements/statement_give.h"
#include "work/together/test_together.h"

static const struct letter_kind *const tables[] = {interview_kinds, request_kinds, referral_kinds, statement_kinds, grant_letter_kinds, grant_people_kinds, NULL};
const struct post_kinds together_kinds = {tables};

struct casework together_as(const struct together *t, int house)
{
    return (struct casework){.node = t->house[house].node, .names = t->names, .actor = &t->worker[house], .purpose = STR("protection"), .reference = STR("case 12"),
                             .now_ms = t->now_ms};
}

static void settle(struct together *t, int house)
{
    struct access_member m = {.id = {1}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    OK(access_member_put(t->house[house].node->db, &m, &t->err));
    t->worker[house] = (struct actor){.name = STR("a member"), .role = STR("member"), .member = {1}, .proved_ms = t->now_ms};
    struct casework w = together_as(t, house);
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    record_add(t->a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    record_add(t->a, &c[1].record, "cmt_MedicalExams", STR("1"));
    OK(casefile_new(&w, t->a, c, 2, t->file[house], &t->err));
    memcpy(t->person[house], c[1].record.id, ID_LEN);
}

static void tie_two(struct together *t, int one, int other)
{
    uint8_t id[ID_LEN];
    crypto_random(id, ID_LEN);
    for (int k = 0; k < 2; k++) {
        const int here = k ? other : one, there = k ? one : other;
        struct tie tie = {.has_person = true, .made_ms = t->now_ms};
        memcpy(tie.id, id, ID_LEN);
        memcpy(tie.partner, t->house[there].self.id, ID_LEN);
        memcpy(tie.file, t->file[here], ID_LEN);
        memcpy(tie.person, t->person[here], ID_LEN);
        OK(tie_make(t->house[here].node->db, &tie, &t->err));
        memcpy(t->tie[here][there], id, ID_LEN);
    }
}

struct together *together_open(void)
{
    static const char *const names[AGENCIES] = {"ours", "partner", "third"};
    static const struct db_schema *const rooms[] = {&grant_schema, &cases_schema, &requests_schema, &statements_schema, &interviews_schema, &shield_schema};
    struct arena *a = arena_new();
    struct together *t = arena_new_of(a, struct together);
    t->a = a;
    t->now_ms = POST_NOW;
    OK(names_open(&t->names, &t->err));
    OK(text_open(&t->text, &t->err));
    t->rules = (struct field_rules){.text = t->text, .today = {2026, 11, 20}};
    for (int i = 0; i < AGENCIES; i++) {
        post_house_open(&t->house[i], names[i]);
        for (size_t k = 0; k < sizeof rooms / sizeof rooms[0]; k++)
            OK(db_migrate(t->house[i].node->db, rooms[k], &t->err));
        settle(t, i);
    }
    for (int i = 0; i < AGENCIES; i++)
        for (int k = 0; k < AGENCIES; k++) {
            if (i != k)
                post_house_meet(&t->house[i], &t->house[k]);
            if (i < k)
                tie_two(t, i, k);
        }
    return t;
}

void together_close(struct together *t)
{
    names_close(t->names);
    text_close(t->text);
    for (int i = 0; i < AGENCIES; i++)
        post_house_close(&t->house[i]);
    arena_free(t->a);
}

size_t together_carry(struct together *t, int from, int to, enum letter_status *status)
{
    struct post_out *letters;
    struct post_answer answer;
    size_t n;
    OK(post_due(t->house[from].node, &t->house[to].self, 0, 16, t->a, &letters, &n, &t->err));
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(t->a);
        buf_add(&b, letters[i].line);
        buf_byte(&b, '\n');
        buf_add_bytes(&b, letters[i].sealed.p, letters[i].sealed.len);
        bytes in = buf_bytes(&b);
        OK(letter_receive(t->house[to].node, &together_kinds, &t->house[from].self, &in, 1, t->now_ms, t->a, &answer, &t->err));
        assert_int_equal(answer.outcome, POST_RECEIPT);
        if (status)
            *status = answer.receipt.status;
        else
            assert_int_equal(answer.receipt.status, LETTER_ACCEPTED);
        OK(post_receipts_take(t->house[from].node, &together_kinds, &t->house[to].self, &answer.receipt, 1, t->now_ms, &t->err));
    }
    return n;
}

void together_carry_all(struct together *t)
{
    size_t n;
    do {
        n = 0;
        for (int i = 0; i < AGENCIES; i++)
            for (int k = 0; k < AGENCIES; k++)
                n += i == k ? 0 : together_carry(t, i, k, NULL);
    } while (n);
}

void together_plan(struct together *t, uint8_t interview[static ID_LEN])
{
    struct casework w = together_as(t, OURS);
    struct record r = {.has_about = true};
    memcpy(r.about, t->person[OURS], ID_LEN);
    record_add(t->a, &r, "int_Language", STR("km"));
    OK(interview_plan(&w, t->file[OURS], t->a, &r, &t->err));
    memcpy(interview, r.id, ID_LEN);
}

void together_consent(struct together *t, const char *recipient, uint8_t id[static ID_LEN])
{
    struct casework w = together_as(t, OURS);
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, t->person[OURS], ID_LEN);
    record_add(t->a, &c, "cmt_AgreesToInterview", STR("yes"));
    record_add(t->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(t->a, &c, "cmt_ConsentRecipients", str_from(recipient));
    record_add(t->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(t->a, &c, "cmt_ConsentElements", STR("Identity Statement"));
    OK(consent_keep(&w, t->file[OURS], t->a, &c, &t->err));
    memcpy(id, c.id, ID_LEN);
}

void together_ask_partners(struct together *t, const uint8_t *interview)
{
    struct casework w = together_as(t, OURS);
    OK(interview_partners_asked(&w, t->file[OURS], t->a, interview, &(struct interview_asked){.said = STR("partner: hit")}, &t->err));
}

int together_window(struct together *t, const struct casework *w, const uint8_t *interview, int64_t until_ms)
{
    struct interview_basis basis = {.words = STR("treaty of 2009, article 12")};
    int64_t told;
    memcpy(basis.partner, t->house[PARTNER].self.id, ID_LEN);
    return interview_window(w, t->file[OURS], t->a, interview, &(struct interview_window){until_ms, &basis, 1}, &told, &t->err);
}

void together_record(struct together *t, const uint8_t interview[static ID_LEN], uint8_t id[static ID_LEN])
{
    struct casework w = together_as(t, OURS);
    int64_t have;
    OK(recording_begin(&w, t->file[OURS], interview, STR("audio/webm"), id, &t->err));
    OK(recording_append(&w, id, &(struct recording_chunk){.media = str_bytes(STR("x"))}, &have, &t->err));
}

void together_seal(struct together *t, const uint8_t id[static ID_LEN], const uint8_t *question)
{
    struct casework w = together_as(t, OURS);
    struct statement s;
    struct recording_mark mark = {.kind = question ? MARK_ANSWERED : MARK_NOTE, .at_ms = 1000, .has_question = question != NULL, .text = STR("she cried")};
    if (question)
        memcpy(mark.question, question, ID_LEN);
    OK(recording_mark(&w, id, &mark, &t->err));
    OK(statement_seal(&w, id, STR("{}"), t->a, &s, &t->err));
}
