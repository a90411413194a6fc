/* bench_statement: a statement as it is made, sealed, and given to a partner: statement.sh measures with it, between two nodes that serve.
 *
 *     bench_statement record DIR MB MINUTES             a recording in parts of two seconds, and its seal; says: FILE PERSON RECORDING
 *     bench_statement deliver DIR THEIRS FILE PERSON RECORDING  given to the partner "theirs" of DIR, until it is checked in the folder THEIRS
 *
 * Both say how long it took and the most memory that this process had. All through the rooms' own functions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "trust/access/relation.h"
#include "trust/peer/partner.h"
#include "work/cases/consent.h"
#include "work/statements/statement_give.h"

#define PART_MS 2000
#define PATIENCE_NS (INT64_C(600) * 1000000000)

static const struct db_schema *const rooms[] = {&peer_schema, &letter_schema, &grant_schema, &cases_schema, &statements_schema, NULL};
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

static void record(const char *dir, int64_t mb, int64_t minutes)
{
    struct bench b;
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    uint8_t file[ID_LEN], interview[ID_LEN] = {1}, recording[ID_LEN], key[KEY_LEN] = {1};
    struct statement s;
    int64_t have = 0;
    const int64_t parts = minutes * 60000 / PART_MS;
    const size_t len = (size_t)(mb * 1000000 / parts);
    begin(&b, dir);
    uint8_t *media = mem_alloc(len);
    record_add(b.a, &c[1].record, "prs_FirstName", STR("Sopheap"));
    OK(casefile_new(&b.w, b.a, c, 2, file, &err));
    OK(recording_begin(&b.w, file, interview, STR("video/webm"), recording, &err));
    crypto_fill(media, len, key); /* as little to be compressed as a video */
    memcpy(media, "HEAD\x1f\x43\xb6\x75", 8);
    const int64_t began = clock_monotonic_ns();
    for (int64_t i = 0; i < parts; i++) {
        put_u64be(media + 8, (uint64_t)i);
        OK(recording_append(&b.w, recording, &(struct recording_chunk){.sequence = i, .at_ms = i * PART_MS, .media = {media, len}}, &have, &err));
    }
    const double recorded = seconds_since(began);
    const int64_t recording_kb = most_memory(), sealing = clock_monotonic_ns();
    OK(statement_seal(&b.w, recording, STR("{\"language\":\"km\"}"), b.a, &s, &err));
    const double sealed = seconds_since(sealing);
    printf("%s %s %s %.1f %.3f %lld %lld\n", hex_encode(b.a, (bytes){file, ID_LEN}).p, hex_encode(b.a, (bytes){c[1].record.id, ID_LEN}).p, 
           hex_encode(b.a, (bytes){recording, ID_LEN}).p, recorded, sealed, (long long)recording_kb, (long long)most_memory());
    free(media);
    end(&b);
}

/* --- deliver --- */

static void agree(struct bench *b, const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN], str agency, uint8_t id[static ID_LEN])
{
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(b->a, &c, consent_questions[i].field, STR("yes"));
    record_add(b->a, &c, "cmt_ConsentState", STR("Given"));
    record_add(b->a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(b->a, &c, "cmt_ConsentElements", STR("Identity Statement"));
    record_add(b->a, &c, "cmt_ConsentRecipients", agency);
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
    agree(&b, file, person, partner.agency, gift.consent);
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

int main(int argc, char **argv)
{
    int64_t mb, minutes;
    if (argc == 5 && strcmp(argv[1], "record") == 0 && str_to_int(str_from(argv[3]), 1, 4000, &mb) && str_to_int(str_from(argv[4]), 1, 1440, &minutes))
        record(argv[2], mb, minutes);
    else if (argc == 7 && strcmp(argv[1], "deliver") == 0)
        deliver(argv[2], argv[3], argv + 4);
    else
        die("record DIR MB MINUTES, or deliver DIR THEIRS FILE PERSON RECORDING");
    return 0;
}
