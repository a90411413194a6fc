/* bench_statement: a statement as it is made, sealed, given to a partner, and taken back: statement.sh and recall.sh measure with it, between nodes that
 * serve.
 *
 *     bench_statement record DIR MB MINUTES             a recording in parts of two seconds, and its seal; says: FILE PERSON RECORDING
 *     bench_statement deliver DIR THEIRS FILE PERSON RECORDING  given to the partner "theirs" of DIR, until it is checked in the folder THEIRS
 *     bench_statement recall DIR NAME...                 partners of DIR, whose folders have their names too, lose a statement and a letter
 *
 * The first two say how long it took and the most memory that this process had. All through the rooms' own functions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trust/access/relation.h"
#include "trust/peer/pair.h"
#include "trust/peer/partner.h"
#include "work/cases/consent.h"
#include "work/cases/consent_act.h"
#include "work/statements/statement_give.h"

#define PART_MS 2000
#define PATIENCE_NS (INT64_C(600) * 1000000000)

static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, &grant_schema, &cases_schema, &requests_schema, &statements_schema, NULL};
static struct err err;

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "bench_statement: %s\n", what);
    exit(1);
}

#define OK(expression) ((expression) < 0 ? die(err.text) : (void)0)

static double seconds_since(int64_t began_ns)
{
    return (double)(clock_monotonic_ns() - began_ns) / 1e9;
}

/* The most memory that this process had since it was last asked, in KB; then it begins anew. */
static int64_t most_memory(void)
{
    char line[200];
    long long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %lld", &kb) == 1)
            break;
    if (f)
        fclose(f);
    f = fopen("/proc/self/clear_refs", "w");
    if (f) {
        fputs("5", f);
        fclose(f);
    }
    return kb;
}

struct bench {
    struct arena *a;
    struct node *node;
    struct names *names;
    struct actor worker;
    struct casework w;
};

static void begin(struct bench *b, const char *dir)
{
    struct access_member m = {.id = {1}, .roles = ROLE_INVESTIGATOR | ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    *b = (struct bench){.a = arena_new(), .worker = {.name = STR("a member"), .role = STR("member"), .member = {1}}};
    OK(crypto_open(&err));
    OK(node_open(dir, rooms, &b->node, &err));
    OK(names_open(&b->names, &err));
    OK(access_member_put(b->node->db, &m, &err));
    b->w = (struct casework){.node = b->node, .names = b->names, .actor = &b->worker, .purpose = STR("protection"), .reference = STR("bench"), .now_ms = clock_now_ms()};
}

static void end(struct bench *b)
{
    names_close(b->names);
    node_close(b->node);
    arena_free(b->a);
}

/* --- record --- */

struct made { uint8_t file[ID_LEN], person[ID_LEN], recording[ID_LEN]; };

/* Parts of a recording; it is not sealed yet. */
static void make(struct bench *b, int64_t mb, int64_t parts, struct made *out)
{
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    const uint8_t interview[ID_LEN] = {1}, key[KEY_LEN] = {1};
    int64_t have = 0;
    const size_t len = (size_t)(mb * 1000000 / parts);
    uint8_t *media = mem_alloc(len);
    record_add(b->a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    OK(casefile_new(&b->w, b->a, c, 2, out->file, &err));
    memcpy(out->person, c[1].record.id, ID_LEN);
    OK(recording_begin(&b->w, out->file, interview, STR("video/webm"), out->recording, &err));
    crypto_fill(media, len, key); /* as little to be compressed as a video */
    memcpy(media, "HEAD\x1f\x43\xb6\x75", 8);
    for (int64_t i = 0; i < parts; i++) {
        put_u64be(media + 8, (uint64_t)i);
        OK(recording_append(&b->w, out->recording, &(struct recording_chunk){.sequence = i, .at_ms = i * PART_MS, .media = {media, len}}, &have, &err));
    }
    free(media);
}

static void record(const char *dir, int64_t mb, int64_t minutes)
{
    struct bench b;
    struct made m;
    struct statement s;
    begin(&b, dir);
    const int64_t began = clock_monotonic_ns();
    make(&b, mb, minutes * 60000 / PART_MS, &m);
    const double recorded = seconds_since(began);
    const int64_t recording_kb = most_memory(), sealing = clock_monotonic_ns();
    OK(statement_seal(&b.w, m.recording, STR("{\"language\":\"km\"}"), b.a, &s, &err));
    const double sealed = seconds_since(sealing);
    printf("%s %s %s %.1f %.3f %lld %lld\n", hex_encode(b.a, (bytes){m.file, ID_LEN}).p, hex_encode(b.a, (bytes){m.person, ID_LEN}).p,
           hex_encode(b.a, (bytes){m.recording, ID_LEN}).p, recorded, sealed, (long long)recording_kb, (long long)most_memory());
    end(&b);
}

/* --- deliver --- */

static void agree(struct bench *b, const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN], const struct partner partners[], size_t n, uint8_t id[static ID_LEN])
{
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(b->a, &c, consent_questions[i].field, STR("yes"));
    record_add(b->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(b->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(b->a, &c, "cmt_ConsentElements", STR("Identity Statement"));
    for (size_t i = 0; i < n; i++)
        record_add(b->a, &c, "cmt_ConsentRecipients", partners[i].agency);
    record_add(b->a, &c, "cmt_ConsentUntil", STR("2035-01"));
    OK(consent_keep(&b->w, file, b->a, &c, &err));
    memcpy(id, c.id, ID_LEN);
}

/* When the partner's node has taken it in, and when it has checked it. */
static void wait_for(struct node *theirs, const uint8_t letter[static ID_LEN], int64_t began, double *taken, double *checked)
{
    struct arena *a = arena_new();
    *taken = 0;
    for (;;) {
        struct statement_received s;
        struct err none = {0};
        arena_reset(a);
        int r = statement_received_find(theirs, letter, a, &s, &none);
        if (r == 0 && *taken == 0)
            *taken = seconds_since(began);
        if (r == 0 && s.standing == STATEMENT_BROKEN)
            die("the statement does not hold");
        if (r == 0 && s.standing == STATEMENT_HOLDS)
            break;
        if (clock_monotonic_ns() - began > PATIENCE_NS)
            die("the statement did not come");
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    *checked = seconds_since(began);
    arena_free(a);
}

static void deliver(const char *dir, const char *theirs_dir, char **ids)
{
    struct bench b;
    struct partner partner;
    struct node *theirs;
    struct statement_gift gift = {.to = &partner, .purpose = STR("protection")};
    uint8_t file[ID_LEN], person[ID_LEN], recording[ID_LEN], letter[ID_LEN];
    double taken, checked;
    if (!hex_decode_into(str_from(ids[0]), file, ID_LEN) || !hex_decode_into(str_from(ids[1]), person, ID_LEN) ||
        !hex_decode_into(str_from(ids[2]), recording, ID_LEN))
        die("FILE, PERSON and RECORDING are what record said");
    begin(&b, dir);
    OK(node_open(theirs_dir, rooms, &theirs, &err));
    OK(partner_find(b.node->db, b.a, STR("theirs"), &partner, &err));
    agree(&b, file, person, &partner, 1, gift.consent);
    (void)most_memory();
    const int64_t began = clock_monotonic_ns();
    OK(statement_give(&b.w, file, recording, &gift, letter, &err));
    const double given = seconds_since(began);
    const int64_t kb = most_memory();
    wait_for(theirs, letter, began, &taken, &checked);
    printf("%.2f %.2f %.2f %lld\n", given, taken, checked, (long long)kb);
    node_close(theirs);
    end(&b);
}

/* --- recall --- */

#define HOLDERS_MAX 20
#define ROUND_TRIPS 50

static int by_size(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* The median of bare round trips to the partner, over a connection that stands, in milliseconds. */
static double round_trip(struct bench *b, const struct partner *p)
{
    struct http_identity identity;
    struct http_client *client;
    struct http_answer answer;
    double ms[ROUND_TRIPS];
    OK(pair_identity(b->node, b->a, clock_now_ms(), &identity, &err));
    OK(http_client_open(p->address.p, p->tls_pin, &identity, &client, &err));
    for (int i = -1; i < ROUND_TRIPS; i++) {
        const int64_t began = clock_monotonic_ns();
        OK(http_client_send(client, b->a, "/v1/nothing-is-here", (bytes){NULL, 0}, 1024, 10000, &answer, &err));
        if (i >= 0)
            ms[i] = 1000 * seconds_since(began);
    }
    http_client_close(client);
    qsort(ms, ROUND_TRIPS, sizeof ms[0], by_size);
    return ms[ROUND_TRIPS / 2];
}

static bool still_reads(struct node *node, const uint8_t letter[static ID_LEN])
{
    struct err none = {0};
    return grant_letter_may(node, letter, GRANT_READ, STR("protection"), clock_now_ms(), &none) == 0;
}

static void recall(const char *dir, char **names, size_t n)
{
    struct bench b;
    struct made m;
    struct statement s;
    struct partner partners[HOLDERS_MAX];
    struct node *nodes[HOLDERS_MAX];
    struct statement_gift gift = {.purpose = STR("protection")};
    uint8_t letters[HOLDERS_MAX][2][ID_LEN];
    double taken, checked, trip = 0, lost[HOLDERS_MAX] = {0};
    begin(&b, dir);
    make(&b, 10, 30, &m);
    OK(statement_seal(&b.w, m.recording, STR("{\"language\":\"km\"}"), b.a, &s, &err));
    for (size_t i = 0; i < n; i++) {
        OK(partner_find(b.node->db, b.a, str_from(names[i]), &partners[i], &err));
        OK(node_open(names[i], rooms, &nodes[i], &err));
    }
    agree(&b, m.file, m.person, partners, n, gift.consent);
    for (size_t i = 0; i < n; i++) {
        gift.to = &partners[i];
        OK(consent_share(&b.w, m.file, b.a, gift.consent, &(struct consent_share){.to = gift.to, .purpose = gift.purpose}, letters[i][0], &err));
        OK(statement_give(&b.w, m.file, m.recording, &gift, letters[i][1], &err));
    }
    const int64_t given = clock_monotonic_ns();
    for (size_t i = 0; i < n; i++) {
        wait_for(nodes[i], letters[i][1], given, &taken, &checked);
        if (!still_reads(nodes[i], letters[i][0]) || !still_reads(nodes[i], letters[i][1]))
            die("what was given cannot be read");
        trip += round_trip(&b, &partners[i]) / (double)n;
    }
    const int64_t began = clock_monotonic_ns();
    OK(consent_withdraw(&b.w, m.file, b.a, gift.consent, &(struct consent_end){.why = STR("she asked")}, &err));
    const double withdrawn = 1000 * seconds_since(began);
    for (size_t left = n; left; nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL))
        for (size_t i = 0; i < n; i++)
            if (lost[i] == 0 && !still_reads(nodes[i], letters[i][0]) && !still_reads(nodes[i], letters[i][1])) {
                lost[i] = 1000 * seconds_since(began);
                left--;
            } else if (seconds_since(began) > 60) {
                die("somebody can still read it after a minute");
            }
    qsort(lost, n, sizeof lost[0], by_size);
    printf("%.0f %.0f %.0f %.2f\n", withdrawn, lost[n / 2], lost[n - 1], trip);
    for (size_t i = 0; i < n; i++)
        node_close(nodes[i]);
    end(&b);
}

int main(int argc, char **argv)
{
    int64_t mb, minutes;
    if (argc == 5 && strcmp(argv[1], "record") == 0 && str_to_int(str_from(argv[3]), 1, 4000, &mb) && str_to_int(str_from(argv[4]), 1, 1440, &minutes))
        record(argv[2], mb, minutes);
    else if (argc == 7 && strcmp(argv[1], "deliver") == 0)
        deliver(argv[2], argv[3], argv + 4);
    else if (argc > 3 && argc <= 3 + HOLDERS_MAX && strcmp(argv[1], "recall") == 0)
        recall(argv[2], argv + 3, (size_t)argc - 3);
    else
        die("record DIR MB MINUTES; deliver DIR THEIRS FILE PERSON RECORDING; or recall DIR NAME...");
    return 0;
}
