/* A statement goes to a partner as she agreed, proves itself there, is heard for a reason, and is lost when she takes it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "ground/base/file.h"
#include "trust/letter/test_post_house.h"
#include "work/cases/consent.h"
#include "work/statements/recording_internal.h"
#include "work/statements/statement_give.h"
#include "work/statements/statement_seen.h"
#include "work/statements/transcript.h"

enum { OURS, PARTNER, N_AGENCIES };

struct fixture {
    struct arena *a;
    struct post_house house[N_AGENCIES];
    struct names *names;
    struct actor worker, stranger, theirs, their_stranger;
    uint8_t file[ID_LEN], person[ID_LEN], interview[ID_LEN], recording[ID_LEN];
    uint8_t their_file[ID_LEN], their_person[ID_LEN];
    int64_t now_ms;
    bool unseen; /* parts come while nobody looks, as after a restart */
    str heard;
    struct err err;
};

#define OK(expression) \
    do { \
        f->err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, f->err.text); \
    } while (0)

static const struct letter_kind *const tables[] = {statement_kinds, grant_people_kinds, grant_letter_kinds, NULL};
static const struct post_kinds kinds = {tables};

static struct actor member(struct fixture *f, int house, uint8_t first)
{
    struct access_member m = {.id = {first}, .roles = ROLE_INVESTIGATOR | ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    OK(access_member_put(f->house[house].node->db, &m, &f->err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}};
}

static struct casework as(const struct fixture *f, int house, const struct actor *who)
{
    return (struct casework){.node = f->house[house].node, .names = f->names, .actor = who, .purpose = STR("protection"), .reference = STR("case 12"),
                             .now_ms = f->now_ms};
}

static void open_case(struct fixture *f, int house, const struct actor *who, uint8_t file[static ID_LEN], uint8_t person[static ID_LEN])
{
    struct casework w = as(f, house, who);
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    record_add(f->a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    OK(casefile_new(&w, f->a, c, 2, file, &f->err));
    memcpy(person, c[1].record.id, ID_LEN);
}

static int set_up(void **state)
{
    static const char *const names[] = {"ours", "partner"};
    struct arena *a = arena_new();
    struct fixture *f = arena_new_of(a, struct fixture);
    *state = f;
    f->a = a;
    f->now_ms = POST_NOW;
    for (int i = 0; i < N_AGENCIES; i++) {
        post_house_open(&f->house[i], names[i]);
        OK(db_migrate(f->house[i].node->db, &grant_schema, &f->err));
        OK(db_migrate(f->house[i].node->db, &cases_schema, &f->err));
        OK(db_migrate(f->house[i].node->db, &requests_schema, &f->err));
        OK(db_migrate(f->house[i].node->db, &statements_schema, &f->err));
    }
    post_house_meet(&f->house[OURS], &f->house[PARTNER]);
    post_house_meet(&f->house[PARTNER], &f->house[OURS]);
    OK(names_open(&f->names, &f->err));
    f->worker = member(f, OURS, 1);
    f->stranger = member(f, OURS, 2);
    f->theirs = member(f, PARTNER, 3);
    f->their_stranger = member(f, PARTNER, 4);
    open_case(f, OURS, &f->worker, f->file, f->person);
    open_case(f, PARTNER, &f->theirs, f->their_file, f->their_person);
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

static void carry_one(struct fixture *f, int from, int to, const struct post_out *letter)
{
    struct post_answer answer;
    struct buf b = buf_new(f->a);
    buf_add(&b, letter->line);
    buf_byte(&b, '\n');
    buf_add_bytes(&b, letter->sealed.p, letter->sealed.len);
    if (!letter->sealed.p) { /* a large one grows in parts first */
        bytes whole;
        OK(file_read(f->a, letter->path, 64 << 20, &whole, &f->err));
        for (uint64_t at = 0; at < whole.len;)
            OK(post_part(f->house[to].node, f->unseen ? NULL : &kinds, &f->house[from].self, letter->header.id, at,
                         (bytes){whole.p + at, whole.len - at < 100000 ? whole.len - at : 100000}, &at, &f->err));
    }
    bytes in = buf_bytes(&b);
    OK(letter_receive(f->house[to].node, &kinds, &f->house[from].self, &in, 1, f->now_ms, f->a, &answer, &f->err));
    assert_int_equal(answer.outcome, POST_RECEIPT);
    OK(post_receipts_take(f->house[from].node, &kinds, &f->house[to].self, &answer.receipt, 1, f->now_ms, &f->err));
}

static void carry_all(struct fixture *f)
{
    struct post_out *letters;
    size_t n, moved;
    do {
        moved = 0;
        for (int from = 0; from < 2; from++) {
            OK(post_due(f->house[from].node, &f->house[1 - from].self, 0, 16, f->a, &letters, &n, &f->err));
            for (size_t i = 0; i < n; i++, moved++)
                carry_one(f, from, 1 - from, &letters[i]);
        }
    } while (moved);
}

/* Chunks of len bytes, each with a cluster of WebM in it, and the seal. */
static void record_and_seal(struct fixture *f, int chunks, size_t len)
{
    struct casework w = as(f, OURS, &f->worker);
    struct statement s;
    int64_t have;
    OK(recording_begin(&w, f->file, f->interview, STR("video/webm"), f->recording, &f->err));
    for (int i = 0; i < chunks; i++) {
        uint8_t *p = arena_calloc(f->a, 1, len);
        memcpy(p, i == 0 ? "HEAD\x1f\x43\xb6\x75" : "tail\x1f\x43\xb6\x75", 8);
        p[len - 1] = (uint8_t)('a' + i);
        OK(recording_append(&w, f->recording, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = {p, len}}, &have, &f->err));
    }
    OK(statement_seal(&w, f->recording, STR("{\"language\":\"km\"}"), f->a, &s, &f->err));
}

static void agree(struct fixture *f, const char *elements, uint8_t id[static ID_LEN])
{
    struct casework w = as(f, OURS, &f->worker);
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, f->person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(f->a, &c, consent_questions[i].field, STR("yes"));
    record_add(f->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(f->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(f->a, &c, "cmt_ConsentElements", str_from(elements));
    record_add(f->a, &c, "cmt_ConsentRecipients", STR("partner"));
    record_add(f->a, &c, "cmt_ConsentUntil", STR("2027-01"));
    OK(consent_keep(&w, f->file, f->a, &c, &f->err));
    memcpy(id, c.id, ID_LEN);
}

static int give(struct fixture *f, const struct actor *who, const uint8_t *consent, const struct statement_cut *cut, uint8_t letter[static ID_LEN])
{
    struct casework w = as(f, OURS, who);
    struct statement_gift gift = {.to = &f->house[PARTNER].self, .purpose = STR("protection"), .cut = cut};
    memcpy(gift.consent, consent, ID_LEN);
    return statement_give(&w, f->file, f->recording, &gift, letter, &f->err);
}

static int hear(struct fixture *f, const uint8_t letter[static ID_LEN])
{
    struct casework w = as(f, PARTNER, &f->theirs);
    return statement_hear(&w, letter, &f->err);
}

static int place(struct fixture *f, const struct actor *who, const uint8_t letter[static ID_LEN])
{
    struct casework w = as(f, PARTNER, who);
    return statement_place(&w, letter, f->their_file, f->their_person, &f->err);
}

static size_t play(struct fixture *f, const uint8_t letter[static ID_LEN], int64_t from_ms, uint8_t *to, size_t max)
{
    struct statement_stream *stream;
    struct node *own;
    size_t len = 0;
    int64_t n;
    OK(node_open_again(f->house[PARTNER].node, &own, &f->err));
    OK(statement_stream_open(own, letter, 0, from_ms, &stream, &f->err));
    while (len < max && (n = statement_stream_pull(stream, to + len, max - len)) > 0)
        len += (size_t)n;
    statement_stream_close(stream);
    return len;
}

static void given_checked_heard_and_lost(struct fixture *f, int chunks, size_t len)
{
    uint8_t consent[ID_LEN], letter[ID_LEN], *media = arena_alloc(f->a, (size_t)chunks * len + 100);
    struct statement_received came;
    struct recording own;
    int64_t n;
    record_and_seal(f, chunks, len);
    OK(recording_find(f->house[OURS].node, f->recording, f->a, &own, &f->err));
    agree(f, "Identity Statement", consent);
    OK(give(f, &f->worker, consent, NULL, letter));
    carry_all(f);
    OK(place(f, &f->theirs, letter));
    OK(statement_received_find(f->house[PARTNER].node, letter, f->a, &came, &f->err));
    assert_int_equal(came.standing, STATEMENT_UNCHECKED);
    assert_int_equal(hear(f, letter), ERR_DENIED); /* nobody relies on what was not checked */
    OK(statements_examine(f->house[PARTNER].node, f->now_ms, &n, &f->err));
    assert_int_equal(n, 1);
    OK(statement_received_find(f->house[PARTNER].node, letter, f->a, &came, &f->err));
    assert_int_equal(came.standing, STATEMENT_HOLDS);
    assert_memory_equal(came.statement.id, f->recording, ID_LEN);
    assert_int_equal(came.held, came.statement.leaves);
    assert_int_equal(came.statement.leaf_index, own.leaf_index);
    assert_false(statement_lost(f->house[PARTNER].node, &came, f->now_ms));
    OK(hear(f, letter));
    size_t all = play(f, letter, 0, media, (size_t)chunks * len + 100);
    assert_int_equal(all, (size_t)chunks * len);
    assert_memory_equal(media, "HEAD", 4);
    size_t some = play(f, letter, 2000, media, (size_t)chunks * len + 100);
    assert_int_equal(some, 4 + (size_t)(chunks - 1) * len - 4); /* the head, and from the first cluster of the second chunk */
    assert_memory_equal(media, "HEAD\x1f\x43\xb6\x75", 8);

    struct casework w = as(f, OURS, &f->worker);
    OK(consent_withdraw(&w, f->file, f->a, consent, &(struct consent_end){.why = STR("she asked")}, &f->err));
    carry_all(f);
    assert_int_equal(hear(f, letter), ERR_DENIED);
    assert_int_equal(statement_leaves(f->house[PARTNER].node, letter, NULL, NULL, &f->err), ERR_NOT_FOUND);
    OK(statement_received_find(f->house[PARTNER].node, letter, f->a, &came, &f->err)); /* that there was one stays known */
    assert_true(statement_lost(f->house[PARTNER].node, &came, f->now_ms));
}

static void test_a_small_one(void **state)
{
    given_checked_heard_and_lost(*state, 4, 2000);
}

static void test_a_large_one(void **state)
{
    given_checked_heard_and_lost(*state, 4, 300000);
}

static void test_a_large_one_that_nobody_saw_come(void **state)
{
    struct fixture *f = *state;
    f->unseen = true;
    given_checked_heard_and_lost(f, 4, 300000);
}

static enum statement_standing examined(struct fixture *f, const uint8_t letter[static ID_LEN])
{
    struct statement_received came;
    int64_t n;
    OK(statements_examine(f->house[PARTNER].node, f->now_ms, &n, &f->err));
    OK(statement_received_find(f->house[PARTNER].node, letter, f->a, &came, &f->err));
    return came.standing;
}

/* The bytes of a whole copy for the partner, through the look in pieces, one of them with a bit flipped (at < 0: none). */
static void *look_at(struct fixture *f, int64_t at, size_t piece, uint64_t *size)
{
    struct statement_copy *copy;
    struct buf all = buf_new(f->a);
    bytes p;
    const struct letter_content content = {.type = STR(STATEMENT_MEDIA_TYPE)};
    OK(statement_copy_open(f->house[OURS].node, f->recording, NULL, f->house[PARTNER].self.id, f->now_ms, &copy, &f->err));
    do {
        OK(statement_copy_next(copy, &p, &f->err));
        buf_add_bytes(&all, p.p, p.len);
    } while (p.len);
    statement_copy_close(copy);
    *size = all.len;
    uint8_t *bits = arena_alloc(f->a, all.len);
    memcpy(bits, buf_bytes(&all).p, all.len);
    if (at >= 0)
        bits[at] ^= 4;
    void *look = statement_look.begin(&f->house[OURS].self, &content);
    for (size_t done = 0; done < all.len; done += piece)
        statement_look.add(look, (bytes){bits + done, all.len - done < piece ? all.len - done : piece});
    statement_look.end(look);
    return look;
}

/* The partner's agency signs a letter whose statement does not hold: a bit is another one. Seen while it comes in, it is broken all the same. */
static void test_flipped_in_what_was_signed(void **state)
{
    struct fixture *f = *state;
    uint8_t consent[ID_LEN], letter[ID_LEN];
    uint64_t size;
    record_and_seal(f, 3, 40000);
    agree(f, "Identity Statement", consent);
    void *look = look_at(f, -1, 1000, &size);
    statement_look.drop(look);
    for (uint64_t at = 0; at <= size; at += size / 16) {
        OK(give(f, &f->worker, consent, NULL, letter));
        carry_all(f);
        look = look_at(f, at < size ? (int64_t)at : -1, 1000 + at % 7919, &size);
        statement_seen_note(letter, look);
        statement_look.drop(look);
        assert_int_equal(examined(f, letter), at < size ? STATEMENT_BROKEN : STATEMENT_HOLDS);
        assert_int_equal(hear(f, letter), at < size ? ERR_DENIED : 0);
    }
    /* what was noted is of the letter that was taken in last under its id, and is used once */
    struct statement_seen seen;
    statement_seen_note(letter, NULL);
    assert_false(statement_seen_take(letter, &seen));
}

static void test_only_as_she_agreed(void **state)
{
    struct fixture *f = *state;
    uint8_t consent[ID_LEN], letter[ID_LEN];
    record_and_seal(f, 2, 500);
    agree(f, "Identity Experience", consent);
    assert_int_equal(give(f, &f->worker, consent, NULL, letter), ERR_DENIED); /* she did not name the statement */
    agree(f, "Statement", consent);
    assert_int_equal(give(f, &f->stranger, consent, NULL, letter), ERR_DENIED);
    OK(give(f, &f->worker, consent, NULL, letter));
}

static void test_what_was_left_out_is_listed(void **state)
{
    struct fixture *f = *state;
    static const int64_t spans[][2] = {{2000, 4000}};
    const struct statement_cut cut = {.left_out = spans, .n_left_out = 1, .why = STR("names a child")};
    struct statement_given *list;
    struct statement_received came;
    uint8_t consent[ID_LEN], letter[ID_LEN];
    int64_t examined;
    size_t n;
    record_and_seal(f, 4, 500);
    agree(f, "Statement", consent);
    OK(give(f, &f->worker, consent, &cut, letter));
    OK(statements_given(f->house[OURS].node, f->recording, f->a, &list, &n, &f->err));
    assert_int_equal(n, 1);
    assert_memory_equal(list[0].letter, letter, ID_LEN);
    assert_int_equal(list[0].cut.n_left_out, 1);
    assert_int_equal(list[0].cut.left_out[0][1], 4000);
    assert_true(str_eq(list[0].cut.why, STR("names a child")));
    carry_all(f);
    OK(statements_examine(f->house[PARTNER].node, f->now_ms, &examined, &f->err));
    OK(statement_received_find(f->house[PARTNER].node, letter, f->a, &came, &f->err));
    assert_int_equal(came.standing, STATEMENT_HOLDS);
    assert_int_equal(came.statement.leaves - came.held, 1);
}

/* Who hears it has a part in the case of the person whom it is about. */
static void test_only_who_has_a_part_in_her_case_hears_it(void **state)
{
    struct fixture *f = *state;
    struct statement_received came;
    struct tie tie;
    uint8_t consent[ID_LEN], first[ID_LEN], second[ID_LEN];
    int64_t n;
    record_and_seal(f, 2, 500);
    agree(f, "Statement", consent);
    OK(give(f, &f->worker, consent, NULL, first));
    carry_all(f);
    OK(statements_examine(f->house[PARTNER].node, f->now_ms, &n, &f->err));
    OK(statement_received_find(f->house[PARTNER].node, first, f->a, &came, &f->err));
    assert_true(came.has_tie);
    assert_int_equal(statement_about(f->house[PARTNER].node, &came, &tie, &f->err), ERR_NOT_FOUND);
    assert_int_equal(hear(f, first), ERR_DENIED); /* in no case yet */
    assert_int_equal(place(f, &f->their_stranger, first), ERR_DENIED);
    OK(place(f, &f->theirs, first));
    assert_int_equal(place(f, &f->theirs, first), ERR_EXISTS);
    OK(hear(f, first));
    struct casework w = as(f, PARTNER, &f->their_stranger);
    assert_int_equal(statement_hear(&w, first, &f->err), ERR_DENIED);

    /* the next one names the tie that there is now: nobody has to say whose it is */
    OK(give(f, &f->worker, consent, NULL, second));
    carry_all(f);
    OK(statements_examine(f->house[PARTNER].node, f->now_ms, &n, &f->err));
    OK(statement_received_find(f->house[PARTNER].node, second, f->a, &came, &f->err));
    OK(statement_about(f->house[PARTNER].node, &came, &tie, &f->err));
    assert_memory_equal(tie.file, f->their_file, ID_LEN);
    assert_memory_equal(tie.person, f->their_person, ID_LEN);
    OK(hear(f, second));
    assert_int_equal(statement_hear(&w, second, &f->err), ERR_DENIED);
}

static int hear_line(void *arg, const struct statement_header *h, const struct statement_piece *piece, struct err *err)
{
    struct fixture *f = arg;
    struct transcript_line line;
    (void)err;
    assert_true(str_eq(h->type, STR(TRANSCRIPT_TYPE)));
    if (piece->kind == LEAF_ABOUT)
        assert_non_null(strstr(str_dup(f->a, bytes_str(piece->content)).p, hex_encode(f->a, (bytes){f->recording, ID_LEN}).p));
    if (piece->kind == LEAF_CHUNK && transcript_line_read(f->a, piece->content, &line))
        f->heard = str_printf(f->a, "%.*s%lld %.*s|", STR_ARG(f->heard), (long long)line.at_ms, STR_ARG(line.text));
    return 0;
}

/* What was typed is sealed with a leaf of its own that names the recording's root; it is given as the recording is, in part too, and each copy proves itself. */
static void test_a_transcript_is_sealed_given_and_cut(void **state)
{
    struct fixture *f = *state;
    static const int64_t spans[][2] = {{2000, 2500}};
    const struct statement_cut cut = {.left_out = spans, .n_left_out = 1, .why = STR("names a child")};
    struct transcript_line lines[] = {{0, STR("Interviewer: tell me <all> & more")}, {2000, STR("She: my daughter Bopha")}, {4000, STR("She: yes\nand no")}};
    struct casework w = as(f, OURS, &f->worker);
    struct statement_gift gift = {.to = &f->house[PARTNER].self, .purpose = STR("protection"), .cut = &cut};
    struct recording *sealed, *recordings;
    struct statement_received came;
    struct statement s;
    uint8_t letter[ID_LEN];
    int64_t n_examined;
    size_t n;
    bool same;
    assert_int_equal(transcript_seal(&w, f->recording, lines, 3, STR("km"), f->a, &s, &f->err), ERR_NOT_FOUND);
    record_and_seal(f, 2, 500);
    assert_int_equal(transcript_seal(&w, f->recording, lines, 0, STR("km"), f->a, &s, &f->err), ERR_INPUT);
    OK(transcript_seal(&w, f->recording, lines, 3, STR("km"), f->a, &s, &f->err));
    OK(recordings_of(w.node, f->file, f->a, &recordings, &n, &f->err));
    assert_int_equal(n, 1); /* no interview is counted twice */
    OK(transcripts_of(w.node, &recordings[0], f->a, &sealed, &n, &f->err));
    assert_true(n == 1 && sealed[0].leaf_index > recordings[0].leaf_index);
    OK(transcript_is(w.node, &sealed[0], lines, 3, &same, &f->err));
    assert_true(same);
    lines[2].text = STR("She: no");
    OK(transcript_is(w.node, &sealed[0], lines, 3, &same, &f->err));
    assert_false(same);
    OK(transcript_is(w.node, &sealed[0], lines, 2, &same, &f->err));
    assert_false(same);

    agree(f, "Statement", gift.consent);
    OK(statement_give(&w, f->file, sealed[0].id, &gift, letter, &f->err));
    carry_all(f);
    OK(statements_examine(f->house[PARTNER].node, f->now_ms, &n_examined, &f->err));
    OK(statement_received_find(f->house[PARTNER].node, letter, f->a, &came, &f->err));
    assert_true(came.standing == STATEMENT_HOLDS && str_eq(came.statement.type, STR(TRANSCRIPT_TYPE)));
    f->heard = STR("");
    OK(statement_leaves(f->house[PARTNER].node, letter, hear_line, f, &f->err));
    assert_string_equal(str_dup(f->a, f->heard).p, "0 Interviewer: tell me <all> & more|4000 She: yes\nand no|");
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_small_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_large_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_large_one_that_nobody_saw_come, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flipped_in_what_was_signed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_as_she_agreed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_left_out_is_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_who_has_a_part_in_her_case_hears_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_transcript_is_sealed_given_and_cut, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
