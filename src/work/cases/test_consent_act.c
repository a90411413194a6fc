/* consent_act, screening_act: what she agreed to is sent and nothing else; what she takes back is gone at the holder; who may not, cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "ground/db/test_db_open.h"
#include "trust/grant/grant_internal.h"
#include "trust/letter/test_post_house.h"
#include "work/cases/consent_act.h"
#include "work/cases/screening_act.h"

enum { OURS, PARTNER, OTHER, N_AGENCIES };

struct fixture {
    struct arena *a;
    struct post_house house[N_AGENCIES];
    struct names *names;
    struct actor worker, stranger;
    uint8_t file[ID_LEN], person[ID_LEN], brother[ID_LEN];
    int64_t now_ms;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static const struct letter_kind *const tables[] = {grant_people_kinds, grant_letter_kinds, NULL};
static const struct post_kinds kinds = {tables};

static struct actor member(struct fixture *f, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    OK(access_member_put(f->house[OURS].node->db, &m, &f->err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}};
}

static struct casework as(const struct fixture *f, const struct actor *who)
{
    return (struct casework){.node = f->house[OURS].node, .names = f->names, .actor = who, .purpose = STR("protection"), .reference = STR("case 12"),
                             .now_ms = f->now_ms};
}

static void open_file(struct fixture *f)
{
    struct casework w = as(f, &f->worker);
    struct casefile_change c[4] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}, {.record.unit = FIELD_OF_PERSON},
                                   {.record.unit = FIELD_OF_EVENT, .about_index = 2}};
    record_add(f->a, &c[0].record, "cmt_Title", STR("secret-title"));
    record_add(f->a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    record_add(f->a, &c[1].record, "cmt_NameInScript", STR("ចាន់ សុភាព"));
    record_add(f->a, &c[1].record, "prs_MobilePhone", STR("+85512345678"));
    record_add(f->a, &c[2].record, "prs_FirstName", STR("secret-brother"));
    record_add(f->a, &c[3].record, "hte_Description", STR("locked in"));
    OK(casefile_new(&w, f->a, c, 4, f->file, &f->err));
    memcpy(f->person, c[1].record.id, ID_LEN);
    memcpy(f->brother, c[2].record.id, ID_LEN);
}

static int set_up(void **state)
{
    static const char *const names[] = {"ours", "partner", "other"};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    f->now_ms = POST_NOW;
    for (int i = 0; i < N_AGENCIES; i++) {
        post_house_open(&f->house[i], names[i]);
        OK(db_migrate(f->house[i].node->db, &grant_schema, &f->err));
        OK(db_migrate(f->house[i].node->db, &cases_schema, &f->err));
    }
    for (int i = 0; i < N_AGENCIES; i++)
        for (int j = 0; j < N_AGENCIES; j++)
            if (i != j)
                post_house_meet(&f->house[i], &f->house[j]);
    OK(names_open(&f->names, &f->err));
    f->worker = member(f, 1);
    f->stranger = member(f, 2);
    open_file(f);
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

/* --- the post --- */

static size_t carry(struct fixture *f, int from, int to)
{
    struct post_out *letters;
    struct post_answer answers[16];
    bytes in[16];
    size_t n;
    OK(post_due(f->house[from].node, &f->house[to].self, 0, 16, f->a, &letters, &n, &f->err));
    for (size_t i = 0; i < n; i++) {
        struct buf b = buf_new(f->a);
        buf_add(&b, letters[i].line);
        buf_byte(&b, '\n');
        buf_add_bytes(&b, letters[i].sealed.p, letters[i].sealed.len);
        in[i] = buf_bytes(&b);
    }
    if (n)
        OK(letter_receive(f->house[to].node, &kinds, &f->house[from].self, in, n, f->now_ms, f->a, answers, &f->err));
    for (size_t i = 0; i < n; i++)
        if (answers[i].outcome == POST_RECEIPT)
            OK(post_receipts_take(f->house[from].node, &kinds, &f->house[to].self, &answers[i].receipt, 1, f->now_ms, &f->err));
    return n;
}

static void carry_all(struct fixture *f)
{
    for (size_t n = 1; n;)
        n = carry(f, OURS, PARTNER) + carry(f, PARTNER, OURS);
}

struct reading { struct fixture *f; const uint8_t *letter; str text; };

static int do_read(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct reading *q = arg;
    struct letter_content content;
    bytes payload;
    int r = grant_letter_may(node, q->letter, GRANT_READ, act->purpose, act->now_ms, err);
    if (r == 0)
        r = post_read(node, q->letter, q->f->a, &content, &payload, err);
    if (r == 0)
        q->text = bytes_str(payload);
    return r;
}

static int partner_reads(struct fixture *f, const uint8_t letter[static ID_LEN], str *text)
{
    struct reading q = {f, letter, {0}};
    struct act act = {.verb = VERB_READ, .actor = &post_operator, .purpose = STR("protection"), .now_ms = f->now_ms};
    int r = act_run(f->house[PARTNER].node, &act, do_read, &q, &f->err);
    *text = q.text;
    return r;
}

static bool has(str text, const char *what) { return memmem(text.p, text.len, what, strlen(what)) != NULL; }

/* --- */

static struct record consent_of(struct fixture *f, const char *state, const char *elements)
{
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, f->person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(f->a, &c, consent_questions[i].field, STR("yes"));
    record_add(f->a, &c, "cmt_ConsentState", str_from(state));
    record_add(f->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(f->a, &c, "cmt_ConsentElements", str_from(elements));
    record_add(f->a, &c, "cmt_ConsentRecipients", STR("partner"));
    record_add(f->a, &c, "cmt_ConsentUntil", STR("2027-01"));
    return c;
}

static struct record stored(struct fixture *f, const uint8_t id[static ID_LEN])
{
    struct casework w = as(f, &f->worker);
    struct casefile file;
    OK(casefile_look(&w, f->file, f->a, &file, &f->err));
    for (size_t i = 0; i < file.n; i++)
        if (memcmp(file.records[i].id, id, ID_LEN) == 0)
            return file.records[i];
    fail_msg("no such record");
    return file.records[0];
}

#define IS(record, field, text) assert_string_equal(str_c(f->a, record_text(&(record), field)), text)

static void given_read_taken_back_and_gone(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, &f->worker);
    struct record c = consent_of(f, "Given", "Identity Experience");
    uint8_t letter[ID_LEN];
    str text;
    OK(consent_keep(&w, f->file, f->a, &c, &f->err));
    struct record kept = stored(f, c.id);
    IS(kept, "con_Consent", "yes");
    OK(consent_share(&w, f->file, f->a, c.id, &(struct consent_share){&f->house[PARTNER].self, STR("protection")}, letter, &f->err));
    carry_all(f);
    OK(partner_reads(f, letter, &text));
    assert_true(has(text, "Sopheap") && has(text, "សុភាព") && has(text, "locked in"));
    assert_false(has(text, "85512345678") || has(text, "secret"));

    struct grant_item *grants;
    size_t n;
    kept = stored(f, c.id);
    OK(consent_grants(w.node, f->a, &kept, f->now_ms, &grants, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(grants[0].state, GRANT_LIVE);
    assert_int_equal(grants[0].grant.expires_ms, (date_to_days((struct date){2027, 1, 31}) + 1) * POST_DAY);

    f->now_ms += POST_DAY;
    w = as(f, &f->worker);
    w.node->time_zone = STR("Etc/GMT+12"); /* midnight in Greenwich: where the agency is, still the day before */
    OK(consent_withdraw(&w, f->file, f->a, c.id, &(struct consent_end){.why = STR("afraid")}, &f->err));
    w.node->time_zone = STR("");
    carry_all(f);
    assert_int_equal(partner_reads(f, letter, &text), ERR_DENIED);
    kept = stored(f, c.id);
    IS(kept, "cmt_ConsentState", "Withdrawn");
    IS(kept, "con_Consent", "no");
    IS(kept, "cmt_ConsentWithdrawnOn", "2026-11-20");
    IS(kept, "cmt_ConsentWithdrawnWhy", "afraid");
    IS(kept, "cmt_ToldOfUse", "yes");
    OK(consent_grants(w.node, f->a, &kept, f->now_ms, &grants, &n, &f->err));
    assert_int_equal(n, 1);
    assert_int_equal(grants[0].state, GRANT_SETTLED);
    assert_true(grants[0].acknowledged_ms > 0);
    assert_int_equal(consent_withdraw(&w, f->file, f->a, c.id, &(struct consent_end){0}, &f->err), ERR_DENIED);
    assert_int_equal(consent_share(&w, f->file, f->a, c.id, &(struct consent_share){&f->house[PARTNER].self, STR("protection")}, letter, &f->err), ERR_DENIED);
}

static void one_taken_back_another_kept(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, &f->worker);
    struct record c = consent_of(f, "Given", "Identity");
    uint8_t letters[3][ID_LEN], other[ID_LEN] = {7};
    struct grant_item *grants;
    size_t n;
    str text;
    OK(consent_keep(&w, f->file, f->a, &c, &f->err));
    for (int i = 0; i < 3; i++)
        OK(consent_share(&w, f->file, f->a, c.id, &(struct consent_share){&f->house[PARTNER].self, STR("protection")}, letters[i], &f->err));
    carry_all(f);
    struct record kept = stored(f, c.id);
    OK(consent_grants(w.node, f->a, &kept, f->now_ms, &grants, &n, &f->err));
    assert_int_equal(n, 3);
    OK(consent_recall(&w, f->file, f->a, c.id, grants[0].grant.id, &f->err));
    assert_int_equal(consent_recall(&w, f->file, f->a, c.id, other, &f->err), ERR_NOT_FOUND);
    carry_all(f);
    assert_int_equal(partner_reads(f, letters[0], &text), ERR_DENIED);
    OK(partner_reads(f, letters[1], &text));
    uint8_t keep[1][ID_LEN];
    memcpy(keep[0], grants[1].grant.id, ID_LEN);
    OK(consent_withdraw(&w, f->file, f->a, c.id, &(struct consent_end){.why = STR(""), .kept = (const uint8_t (*)[ID_LEN])keep, .n_kept = 1}, &f->err));
    carry_all(f);
    OK(partner_reads(f, letters[1], &text)); /* the law lets them */
    assert_int_equal(partner_reads(f, letters[2], &text), ERR_DENIED);
}

static void not_given_is_not_sent(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, &f->worker), stranger = as(f, &f->stranger);
    struct consent_share to_partner = {&f->house[PARTNER].self, STR("protection")}, to_other = {&f->house[OTHER].self, STR("protection")},
                         to_police = {&f->house[PARTNER].self, STR("prosecution")};
    uint8_t letter[ID_LEN];
    struct record refused = consent_of(f, "Refused", "Identity"), nothing = consent_of(f, "Given", "Offenders"), given = consent_of(f, "Given", "Identity");
    OK(consent_keep(&w, f->file, f->a, &refused, &f->err));
    OK(consent_keep(&w, f->file, f->a, &nothing, &f->err));
    OK(consent_keep(&w, f->file, f->a, &given, &f->err));
    struct record kept = stored(f, refused.id);
    IS(kept, "con_Consent", "no");
    assert_int_equal(consent_share(&w, f->file, f->a, refused.id, &to_partner, letter, &f->err), ERR_DENIED);
    assert_int_equal(consent_share(&w, f->file, f->a, nothing.id, &to_partner, letter, &f->err), ERR_INPUT);
    assert_int_equal(consent_share(&w, f->file, f->a, given.id, &to_other, letter, &f->err), ERR_DENIED);
    assert_int_equal(consent_share(&w, f->file, f->a, given.id, &to_police, letter, &f->err), ERR_DENIED);
    assert_int_equal(consent_share(&stranger, f->file, f->a, given.id, &to_partner, letter, &f->err), ERR_DENIED);
    assert_int_equal(consent_withdraw(&stranger, f->file, f->a, given.id, &(struct consent_end){0}, &f->err), ERR_DENIED);
    assert_int_equal(consent_share(&w, f->file, f->a, f->person, &to_partner, letter, &f->err), ERR_NOT_FOUND); /* a person is no consent */
    f->now_ms += 80 * POST_DAY; /* its last day has passed */
    w = as(f, &f->worker);
    assert_int_equal(consent_share(&w, f->file, f->a, given.id, &to_partner, letter, &f->err), ERR_DENIED);
    f->now_ms -= 80 * POST_DAY;
}

static struct identity identity_of(struct fixture *f, const struct record *person)
{
    struct identity who = {0};
    bytes content;
    OK(vault_get(f->house[OURS].node->vault, f->house[OURS].node->db, VAULT_IDENTITY, &person->identity, f->a, &content, &f->err));
    OK(identity_decode(f->a, content, &who, &f->err));
    return who;
}

static void a_decision_is_a_persons(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, &f->worker), stranger = as(f, &f->stranger);
    struct record s = {.version = 1, .has_about = true}, d = {.version = 1, .has_about = true}, more = {.version = 1, .has_about = true};
    memcpy(s.about, f->person, ID_LEN);
    memcpy(d.about, f->person, ID_LEN);
    memcpy(more.about, f->person, ID_LEN);
    record_add(f->a, &s, "cmt_ScreeningAnswers", STR("papers_held yes saw"));
    record_add(f->a, &s, "cmt_ScreeningAnswers", STR("debt_now yes told"));
    OK(screening_keep(&w, f->file, f->a, &s, &f->err));
    struct record person = stored(f, f->person);
    IS(person, "vic_TraffickingStatus", ""); /* the answers alone change nothing */
    struct vault_id before = person.identity;
    assert_false(identity_of(f, &person).presumed);
    record_add(f->a, &d, "cmt_Decision", STR("Presumed"));
    assert_int_equal(decision_keep(&w, f->file, f->a, &d, &f->err), ERR_USAGE);
    record_add(f->a, &d, "cmt_DecidedBy", STR("Chea Vanna"));
    record_add(f->a, &d, "cmt_DecisionOrgName", STR("ours"));
    record_add(f->a, &d, "cmt_DecisionOrg", STR("NGO"));
    assert_int_equal(decision_keep(&stranger, f->file, f->a, &d, &f->err), ERR_DENIED);
    OK(decision_keep(&w, f->file, f->a, &d, &f->err));
    person = stored(f, f->person);
    IS(person, "vic_TraffickingStatus", "PossibleVictimOfTrafficking");
    IS(person, "vic_TraffickingStatusDecisionMakingOrg", "NGO");
    IS(person, "prs_FirstName", "Sopheap");
    /* the word reaches what partners ask, as a new identity, so that their maps get it; and it can be withheld */
    assert_true(identity_of(f, &person).presumed);
    assert_memory_not_equal(person.identity.b, before.b, ID_LEN);
    struct casefile_change withheld = {.exists = true};
    const struct field *shown[] = {field_find(STR("cmt_WithholdPresumption"))};
    const struct record_value typed[] = {{shown[0], STR("yes"), 0}};
    memcpy(withheld.record.id, f->person, ID_LEN);
    withheld.typed = (struct record_typed){.shown = shown, .n_shown = 1, .values = typed, .n = 1, .base = person.version};
    OK(casefile_write(&w, f->file, f->a, &withheld, 1, &f->err));
    person = stored(f, f->person);
    assert_false(identity_of(f, &person).presumed);
    record_add(f->a, &more, "cmt_Decision", STR("MoreTime"));
    record_add(f->a, &more, "cmt_DecidedBy", STR("Chea Vanna"));
    record_add(f->a, &more, "cmt_DecisionOrgName", STR("ours"));
    OK(decision_keep(&w, f->file, f->a, &more, &f->err));
    person = stored(f, f->person);
    IS(person, "vic_TraffickingStatus", "PossibleVictimOfTrafficking");
    struct record brother = stored(f, f->brother);
    IS(brother, "vic_TraffickingStatus", "");
}

/* An id that came with a form may be any: of a note, of another case, of nothing. Nothing is stored, and the case can still be read. */
static void what_tells_of_nobody_is_not_kept(void **state)
{
    struct fixture *f = *state;
    struct casework w = as(f, &f->worker);
    struct casefile before, after;
    uint8_t nobody[ID_LEN] = {9};
    const uint8_t *const ids[] = {f->file, nobody};
    OK(casefile_look(&w, f->file, f->a, &before, &f->err));
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct record s = {.version = 1, .has_about = true}, d = {.version = 1, .has_about = true}, c = consent_of(f, "Given", "Identity");
        memcpy(s.about, ids[i], ID_LEN);
        memcpy(d.about, ids[i], ID_LEN);
        memcpy(c.about, ids[i], ID_LEN);
        record_add(f->a, &s, "cmt_ScreeningAnswers", STR("papers_held yes saw"));
        record_add(f->a, &d, "cmt_Decision", STR("Presumed"));
        record_add(f->a, &d, "cmt_DecidedBy", STR("Chea Vanna"));
        record_add(f->a, &d, "cmt_DecisionOrgName", STR("ours"));
        assert_int_equal(screening_keep(&w, f->file, f->a, &s, &f->err), ERR_INPUT);
        assert_int_equal(decision_keep(&w, f->file, f->a, &d, &f->err), ERR_INPUT);
        assert_int_equal(consent_keep(&w, f->file, f->a, &c, &f->err), ERR_INPUT);
    }
    OK(casefile_look(&w, f->file, f->a, &after, &f->err));
    assert_int_equal(after.n, before.n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_read_taken_back_and_gone),
        cmocka_unit_test(one_taken_back_another_kept),
        cmocka_unit_test(not_given_is_not_sent),
        cmocka_unit_test(a_decision_is_a_persons),
        cmocka_unit_test(what_tells_of_nobody_is_not_kept),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
