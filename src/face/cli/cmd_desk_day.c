/* comity desk verify FILE, comity desk DIR export: a day of a hall, recomputed by whoever wants to know, and handed out. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "face/cli/at_hall.h"
#include "face/cli/commands.h"
#include "face/cli/desk_day.h"
#include "face/cli/rooms.h"
#include "trust/witness/witness.h"
#include "work/desk/day_book.h"

const struct cli_option desk_verify_options[] = {
    {"log", "VKEY", "the verifier key of the hall's log, as in the invitation of its agency"},
    {"witness", "VKEY", "a witness that must have cosigned the head of that log; may be repeated"},
    {0},
};
const char desk_verify_help[] =
    "FILE is a day as `comity desk DIR export` makes it. Everything is computed anew, without a node and without a line: each ticket, each window,\n"
    "each answer of a key holder with its proof, each lot and each call, and that the log had them in time and the keys a day before. What does\n"
    "not follow is named: the first such call. The key has to come from somewhere you trust.\n";

const struct cli_option desk_export_options[] = {
    AT_HALL_OPTION,
    {"date", "DATE", "the day, for example 2026-11-28 (default: the newest)"},
    {"cosigned", NULL, "under the last head of the log that a quorum of witnesses cosigned: for desk verify --witness"},
    {"out", "FILE", "where to"},
    {0},
};
const char desk_export_help[] =
    "Writes the records of a day, up to the last that is in the log, for `comity desk verify`. They name no traveller and no officer: tickets are\n"
    "numbers with a salted digest of the document.\n";

/* --- checking --- */

int desk_day_witnesses(struct cli *cli, struct day_trust *trust)
{
    const char *vkey;
    size_t n = 0;
    while (cli_option_nth(cli, "witness", (int)n))
        n++;
    struct note_verifier *all = arena_array(cli->arena, struct note_verifier, n);
    for (int i = 0; (vkey = cli_option_nth(cli, "witness", i)); i++)
        if (note_witness_parse(str_from(vkey), &all[i], &cli->err) < 0)
            return err_prefix(&cli->err, "--witness");
    trust->witnesses = all;
    trust->n_witnesses = n;
    return 0;
}

int desk_day_check(const char *file, const struct day_trust *trust, struct day_found *out, struct err *err)
{
    struct stat size;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    void *content = MAP_FAILED;
    if (fd >= 0 && fstat(fd, &size) == 0 && size.st_size > 0)
        content = mmap(NULL, (size_t)size.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (content == MAP_FAILED)
        return err_set(err, ERR_IO, "it cannot be read, or is empty");
    oprf_threads(cores > 0 ? (unsigned)cores : 1);
    int r = day_check_by((bytes){content, (size_t)size.st_size}, trust, out, err);
    munmap(content, (size_t)size.st_size);
    return r;
}

static void date_of(uint32_t day, char text[static DATE_TEXT_MAX])
{
    date_format(text, date_from_days(day));
}

void desk_day_say(struct buf *b, const char *file, const struct day_found *f)
{
    const struct line_totals *t = &f->totals;
    char day[DATE_TEXT_MAX], keys[CLOCK_TEXT_MAX];
    date_of(f->day, day);
    clock_format(keys, f->keys_ms);
    buf_addf(b, "%s holds: %s%s, hall ", file, day, f->closed ? "" : " so far");
    for (size_t i = 0; i < ID_LEN; i++)
        buf_addf(b, "%02x", f->hall[i]);
    if (f->came_over) {
        char before[DATE_TEXT_MAX];
        date_of(f->before, before);
        buf_addf(b, "\n  %u tickets came over from %s, in their order", t->came_over, before);
    }
    if (f->handed)
        buf_addf(b, "\n  %u tickets go over into the next day, as they stand", f->goes_over);
    if (f->new_rule)
        buf_add(b, STR("\n  the rule is another than the day before's; two persons agreed on it"));
    buf_addf(b, "\n  %u tickets, %u calls, %u of them due after being overtaken, %u without a choice of counter, %u by override\n"
                "  %u refusals, %u no-shows, %u documents that were others, %u secondary checks\n"
                "  %" PRIu64 " draws, %" PRIu64 " of them weak; answers of key holders:", t->tickets, t->calls, t->due, t->no_choice, t->overrides, t->refusals,
             t->no_shows, t->mismatches, t->checks, f->draws, f->weak);
    for (unsigned i = 0; i < f->keys.holders; i++)
        buf_addf(b, " %" PRIu64, f->answers[i]);
    if (t->refusals + t->no_shows) {
        buf_add(b, STR("\n  calls that came to nothing, by counter:"));
        for (unsigned i = 0; i < LINE_COUNTERS_MAX; i++)
            if (f->nothing[i])
                buf_addf(b, " %u at %u", f->nothing[i], i + 1);
    }
    buf_addf(b, "\n  the key of the day, of which %u of %u holders make a draw: ask each of them whether it is theirs (comity desk DIR held)\n    ", (unsigned)f->keys.needed,
             (unsigned)f->keys.holders);
    for (size_t i = 0; i < OPRF_POINT_LEN; i++)
        buf_addf(b, "%02x", f->keys.commitments[0].b[i]);
    if (f->late)
        buf_addf(b, "\n  %" PRIu64 " records came into the log late, the latest %" PRId64 " minutes after it happened: a power cut, or somebody who waited", f->late,
                 f->late_ms / 60000);
    if (f->witnesses) {
        char when[CLOCK_TEXT_MAX];
        clock_format(when, (int64_t)f->seconds * 1000);
        buf_addf(b, "\n  the head of the log is cosigned by each of the %" PRIu64 " witnesses that were named, at the latest on %s", f->witnesses, when);
    }
    buf_addf(b, "\n  %" PRIu64 " records under %" PRIu64 " leaves of the log, the last is leaf %" PRIu64 "; the keys are in it since %s, leaf %" PRIu64 "\n", f->records,
             f->leaves, f->last_leaf, keys, f->keys_leaf);
}

void desk_day_json(struct out *o, struct arena *a, const struct day_found *f)
{
    const struct line_totals *t = &f->totals;
    char day[DATE_TEXT_MAX];
    date_of(f->day, day);
    const struct { const char *name; int64_t value; } numbers[] = {
        {"came_over", t->came_over}, {"goes_over", f->goes_over}, {"before", f->before}, {"tickets", t->tickets}, {"calls", t->calls}, {"due", t->due}, {"no_choice", t->no_choice}, {"overrides", t->overrides}, {"refusals", t->refusals},
        {"no_shows", t->no_shows}, {"mismatches", t->mismatches}, {"checks", t->checks}, {"draws", (int64_t)f->draws}, {"weak", (int64_t)f->weak},
        {"records", (int64_t)f->records}, {"late", (int64_t)f->late}, {"late_ms", f->late_ms}, {"needed", f->keys.needed}, {"leaves", (int64_t)f->leaves}, {"last_leaf", (int64_t)f->last_leaf}, {"keys_leaf", (int64_t)f->keys_leaf}, {"witnesses", (int64_t)f->witnesses},
        {"keys_ms", f->keys_ms}, {"first_ms", f->first_ms}, {"last_ms", f->last_ms}};
    out_text(o, "hall", hex_encode(a, (bytes){f->hall, ID_LEN}));
    out_text(o, "day", str_from(day));
    out_text(o, "key", hex_encode(a, (bytes){f->keys.commitments[0].b, OPRF_POINT_LEN}));
    out_bool(o, "closed", f->closed);
    out_bool(o, "handed_over", f->handed);
    out_bool(o, "new_rule", f->new_rule);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        out_int(o, numbers[i].name, numbers[i].value);
    out_array(o, "came_to_nothing");
    for (unsigned i = 0; i < LINE_COUNTERS_MAX; i++) {
        if (!f->nothing[i])
            continue;
        out_object(o, NULL);
        out_int(o, "counter", i + 1);
        out_int(o, "calls", f->nothing[i]);
        out_end(o);
    }
    out_end(o);
    out_array(o, "answers");
    for (unsigned i = 0; i < f->keys.holders; i++)
        out_int(o, NULL, (int64_t)f->answers[i]);
    out_end(o);
}

int cmd_desk_verify(struct cli *cli)
{
    struct note_verifier log;
    struct day_trust trust = {.log = &log};
    struct day_found found;
    struct buf b = buf_new(cli->arena);
    int r = cli_args(cli, 1, 1);
    if (r == 0 && !cli_option(cli, "log"))
        r = cli_usage(cli, "whose log should it be in? give --log VKEY");
    if (r == 0)
        r = crypto_open(&cli->err);
    if (r == 0 && (r = note_verifier_parse(str_from(cli_option(cli, "log")), &log, &cli->err)) < 0)
        return err_prefix(&cli->err, "--log");
    if (r == 0)
        r = desk_day_witnesses(cli, &trust);
    if (r < 0)
        return r;
    r = desk_day_check(cli->args[0], &trust, &found, &cli->err);
    if (r < 0)
        return err_prefix(&cli->err, r == ERR_IO ? "%s" : "%s does NOT hold", cli->args[0]);
    if (cli->json) {
        struct out o = out_json(&b);
        out_object(&o, NULL);
        desk_day_json(&o, cli->arena, &found);
        out_end(&o);
    } else {
        desk_day_say(&b, cli->args[0], &found);
    }
    return cli_print(cli, buf_str(&b));
}

/* --- handing out --- */

static int put_piece(void *arg, bytes piece, struct err *err)
{
    return fwrite(piece.p, 1, piece.len, arg) == piece.len ? 0 : err_set(err, ERR_IO, "the file cannot be written");
}

/* All of it or no file. */
static int write_day(struct cli *cli, struct node *node, const uint8_t hall[ID_LEN], uint32_t day, const char *out)
{
    struct witness_quorum q = {.size = -1};
    if (cli_option(cli, "cosigned") && witness_quorum(node, cli->arena, &q, &cli->err) < 0)
        return cli->err.code;
    if (cli_option(cli, "cosigned") && q.size < 0)
        return err_set(&cli->err, ERR_NOT_FOUND, "no head of this log has its quorum of cosignatures yet: comity witness DIR tells why");
    FILE *f = fopen(out, "wb");
    int r = f && q.size >= 0 ? day_book_write_under(node, hall, day, q.checkpoint, q.size, put_piece, f, &cli->err)
            : f ? day_book_write(node, hall, day, put_piece, f, &cli->err) : err_set(&cli->err, ERR_IO, "%s cannot be written", out);
    if (f && fclose(f) != 0 && r == 0)
        r = err_set(&cli->err, ERR_IO, "%s cannot be written", out);
    if (f && r < 0)
        unlink(out);
    return r;
}

int cmd_desk_export(struct cli *cli)
{
    const char *date = cli_option(cli, "date"), *out = cli_option(cli, "out");
    struct hall_setup hall;
    struct date day = {0};
    struct day_before newest;
    struct node *node = NULL;
    int r = cli_args(cli, 1, 1);
    if (r == 0 && ((date && (!date_parse_iso(str_from(date), &day) || !date_known(day))) || !out))
        r = cli_usage(cli, "give --out FILE, and --date as 2026-11-28");
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    r = at_hall_find(cli, node, &hall);
    if (r == 0)
        r = date ? 0 : day_book_before(node, hall.id, INT64_MAX, &newest, &cli->err);
    if (r == 0)
        r = write_day(cli, node, hall.id, date ? (uint32_t)date_to_days(day) : newest.day, out);
    node_close(node);
    return r;
}
