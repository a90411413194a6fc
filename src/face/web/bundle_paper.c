#include "face/web/bundle_paper.h"

#include <string.h>

#include "face/web/page_paper.h"
#include "face/web/record_form.h"
#include "work/cases/file_charts.h"
#include "work/cases/firewall.h"
#include "trust/peer/partner.h"
#include "work/court/custody.h"

/* What of a case is put before a court; consents, tasks, support and referrals are not evidence. */
#define IN_COURT (1u << FIELD_OF_PERSON | 1u << FIELD_OF_EVENT | 1u << FIELD_OF_PERPETRATOR | 1u << FIELD_OF_ORGANISATION | 1u << FIELD_OF_NOTE | \
                  1u << FIELD_OF_ATTACHMENT | 1u << FIELD_OF_DECISION | 1u << FIELD_OF_ALLEGATION | 1u << FIELD_OF_RULING | \
                  1u << FIELD_OF_INTERVIEW | 1u << FIELD_OF_TRANSCRIPT)

static bool in_court(const struct record *r)
{
    return (IN_COURT >> r->unit & 1u) && !r->withheld;
}

static int gather_transcript(struct page *p, const struct recording *recording, struct recording *out)
{
    struct recording *all;
    size_t n;
    int r = transcripts_of(p->node, recording, p->a, &all, &n, &p->err);
    *out = r == 0 && n ? all[0] : (struct recording){0};
    return r;
}

static const char *why_not(struct page *p, const struct statement_received *s, str purpose)
{
    struct err ignored;
    if (statement_lost(p->node, s, p->now_ms))
        return N_("It can no longer be read: it was taken back, or its time is over.");
    return grant_letter_may(p->node, s->letter, GRANT_COURT, purpose, p->now_ms, &ignored) < 0
               ? N_("It was not given for use in court: ask the agency that recorded it.")
               : N_("The agency that recorded it makes the bundle for it, with its own log: ask for that.");
}

/* Statements of partners about persons of the case. What may not be told for this purpose is counted alone. */
static int gather_came(struct page *p, const struct casework *w, struct bundle_gathered *g, const struct tie *tie)
{
    struct statement_received *all;
    struct partner from;
    size_t n;
    int r = statements_received_of(p->node, tie, p->a, &all, &n, &p->err);
    struct bundle_came *came = arena_array(p->a, struct bundle_came, g->n_came + (r == 0 ? n : 0));
    if (g->n_came)
        memcpy(came, g->came, g->n_came * sizeof *came);
    g->came = came;
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct err why = {0}, gone = {0};
        if (firewall_tells(p->node, tie->file, all[i].letter, w->purpose, &why) < 0) {
            g->withheld_statements++;
            continue;
        }
        came[g->n_came++] = (struct bundle_came){.when = page_time(p, all[i].taken_ms), .why = why_not(p, &all[i], w->purpose),
                                                 .length = all[i].standing == STATEMENT_HOLDS ? room_clock(p, all[i].statement.length_ms) : STR(""),
                                                 .from = partner_by_id(p->node->db, p->a, all[i].partner, &from, &gone) < 0 ? STR("?") : from.agency};
    }
    return r;
}

static int gather_all_came(struct page *p, const struct casework *w, struct bundle_gathered *g)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < g->file.n; i++) {
        struct tie *ties;
        size_t n;
        if (g->file.records[i].unit != FIELD_OF_PERSON)
            continue;
        r = ties_of(p->node->db, g->file.id, g->file.records[i].id, p->a, &ties, &n, &p->err);
        for (size_t k = 0; r == 0 && k < n; k++)
            r = gather_came(p, w, g, &ties[k]);
    }
    return r;
}

int bundle_gather(struct page *p, const struct casework *w, const uint8_t file[static ID_LEN], struct bundle_gathered *out)
{
    struct recording *all;
    size_t n;
    *out = (struct bundle_gathered){.purpose = page_words(p, access_purpose(w->purpose)->words), .reference = w->reference};
    int r = file_look(p, w, file, &out->file);
    if (r < 0)
        return r;
    out->leaves = arena_array(p->a, int64_t, out->file.n);
    r = custody_leaves(w, file, p->a, out->file.records, out->file.n, out->leaves, &p->err);
    if (r == 0)
        r = recordings_of(p->node, file, p->a, &all, &n, &p->err);
    if (r < 0)
        return r;
    out->statements = arena_array(p->a, struct recording, n);
    out->transcripts = arena_array(p->a, struct recording, n);
    out->given = arena_array(p->a, struct given_row *, n);
    out->n_given = arena_array(p->a, size_t, n);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct err why = {0};
        if (all[i].state != RECORDING_SEALED)
            continue;
        if (firewall_tells(p->node, file, all[i].id, w->purpose, &why) < 0)
            out->withheld_statements++;
        else {
            r = room_given(p, &all[i], &out->given[out->n_statements], &out->n_given[out->n_statements]);
            if (r == 0)
                r = gather_transcript(p, &all[i], &out->transcripts[out->n_statements]);
            out->statements[out->n_statements++] = all[i];
        }
    }
    return r < 0 ? r : gather_all_came(p, w, out);
}

/* --- numbers and names --- */

static str number_of(struct page *p, const char *letter, size_t n)
{
    return str_printf(p->a, "%s%zu", letter, n);
}

/* Of attachments, in their order. */
static size_t evidence_number(const struct bundle_gathered *g, size_t record)
{
    size_t n = 0;
    for (size_t i = 0; i <= record; i++)
        n += g->file.records[i].unit == FIELD_OF_ATTACHMENT && in_court(&g->file.records[i]);
    return n;
}

/* "evidence/E001.jpg": the ending as it came, if it is a plain one. */
static const char *evidence_name(struct page *p, const struct bundle_gathered *g, size_t record)
{
    str name = record_text(&g->file.records[record], "cmt_AttachmentName");
    size_t from = name.len;
    while (from > 0 && name.len - from < 5 && ((name.p[from - 1] | 32) >= 'a' ? (name.p[from - 1] | 32) <= 'z' : name.p[from - 1] >= '0' && name.p[from - 1] <= '9'))
        from--;
    bool plain = from > 0 && from < name.len && name.p[from - 1] == '.';
    str ending = plain ? str_slice(name, from, name.len) : STR("bin");
    return str_printf(p->a, "evidence/E%03zu.%.*s", evidence_number(g, record), STR_ARG(ending)).p;
}

static const char *statement_name(struct page *p, size_t i)
{
    return str_printf(p->a, "statements/S%03zu.statement", i + 1).p;
}

static const char *transcript_name(struct page *p, size_t i)
{
    return str_printf(p->a, "statements/T%03zu.statement", i + 1).p;
}

static struct record_shown *shown_of(struct page *p, const struct bundle_gathered *g)
{
    struct record_shown *shown = arena_array(p->a, struct record_shown, g->file.n);
    for (size_t i = 0; i < g->file.n; i++) {
        struct shown_record s = file_shown(p, &g->file, &g->file.records[i]);
        shown[i] = (struct record_shown){s.title.len ? s.title : s.kind, in_court(&g->file.records[i]) ? number_of(p, "R", i) : STR(""),
                                         when_day_of(p->when, g->file.records[i].made_ms)};
    }
    return shown;
}

/* --- sections --- */

static struct paper_text plain(struct page *p, str text)
{
    return page_paper_text(p, text);
}

static void add_chronology(struct page *p, struct buf *b, const struct bundle_gathered *g, const struct record_shown *shown)
{
    static const uint8_t weights[] = {3, 7, 1};
    const struct paper_text columns[] = {page_paper_words(p, N_("When")), page_paper_words(p, N_("What")), page_paper_words(p, N_("Source"))};
    const struct timeline *t = file_timeline(p->a, &g->file, shown, page_words(p, N_("The case")));
    paper_heading(b, 2, page_paper_words(p, N_("Chronology")));
    paper_paragraph(b, PAPER_SMALL, page_paper_words(p, N_("Each line names the record it is from: R and its number, as below.")));
    paper_columns(b, columns, weights, 3);
    for (size_t i = 0; i < t->n; i++) {
        const struct timeline_event *e = &t->events[i];
        if (e->path.len == 0)
            continue;
        str when = e->from.year ? page_date(p, e->from) : page_words(p, N_("not known"));
        if (e->until.year && (e->until.year != e->from.year || e->until.month != e->from.month || e->until.day != e->from.day))
            when = str_printf(p->a, "%.*s – %.*s", STR_ARG(when), STR_ARG(page_date(p, e->until)));
        paper_row(b, (struct paper_text[]){plain(p, when), page_paper_written(str_printf(p->a, "%.*s: %.*s", STR_ARG(t->lanes[e->lane]), STR_ARG(e->label))), plain(p, e->path)}, 3);
    }
    paper_table_end(b);
}

static void add_evidence(struct page *p, struct buf *b, const struct bundle_gathered *g)
{
    static const uint8_t weights[] = {1, 4, 4, 2};
    const struct paper_text columns[] = {page_paper_words(p, N_("Number")), page_paper_words(p, N_("What")), page_paper_words(p, N_("File in the archive")),
                                         page_paper_words(p, N_("Source"))};
    paper_heading(b, 2, page_paper_words(p, N_("Evidence")));
    paper_columns(b, columns, weights, 4);
    for (size_t i = 0; i < g->file.n; i++)
        if (g->file.records[i].unit == FIELD_OF_ATTACHMENT && in_court(&g->file.records[i]))
            paper_row(b, (struct paper_text[]){plain(p, number_of(p, "E", evidence_number(g, i))), page_paper_written(record_title(p->a, &g->file.records[i])),
                                               plain(p, str_from(evidence_name(p, g, i))), plain(p, number_of(p, "R", i))}, 4);
    for (size_t i = 0; i < g->n_statements; i++) {
        paper_row(b, (struct paper_text[]){plain(p, number_of(p, "S", i + 1)), page_paper_words(p, N_("Recorded statement, sealed")), plain(p, str_from(statement_name(p, i))),
                                           plain(p, page_time(p, g->statements[i].begun_ms))}, 4);
        if (g->transcripts[i].type.len)
            paper_row(b, (struct paper_text[]){plain(p, number_of(p, "T", i + 1)), page_paper_words(p, N_("Its transcript, sealed")), plain(p, str_from(transcript_name(p, i))),
                                               plain(p, number_of(p, "S", i + 1))}, 4);
    }
    paper_table_end(b);
}

static void add_elements(struct page *p, struct buf *b, const struct bundle_gathered *g, const struct record_shown *shown)
{
    struct file_sheet *sheets;
    size_t n = file_elements(p->a, &g->file, &sheets);
    paper_heading(b, 2, page_paper_words(p, N_("Elements of the offence")));
    paper_paragraph(b, PAPER_SMALL, page_paper_words(p, N_("What the records point to. It decides nothing.")));
    for (size_t i = 0; i < n; i++) {
        paper_heading(b, 3, page_paper_written(shown[sheets[i].person].name));
        for (size_t e = 0; e < ELEMENTS; e++) {
            struct buf sources = buf_new(p->a);
            for (size_t k = 0; k < sheets[i].sheet.of[e].n; k++) {
                str path = shown[sheets[i].sheet.of[e].evidence[k].record].path;
                if (path.len)
                    buf_addf(&sources, "%s%.*s", sources.len ? ", " : "", STR_ARG(path));
            }
            if (sources.len)
                paper_field(b, page_paper_words(p, elements[e].label), plain(p, buf_str(&sources)));
        }
    }
}

static str minutes(struct page *p, int64_t ms)
{
    return str_printf(p->a, "%lld:%02lld:%02lld", (long long)(ms / 3600000), (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60));
}

static void add_counters(struct page *p, struct buf *b, const struct bundle_gathered *g)
{
    int64_t length = 0;
    for (size_t i = 0; i < g->n_statements; i++)
        length += g->statements[i].length_ms;
    paper_heading(b, 2, page_paper_words(p, N_("How often statements were taken")));
    paper_field(b, page_paper_words(p, N_("Recorded statements")), plain(p, str_printf(p->a, "%zu", g->n_statements)));
    paper_field(b, page_paper_words(p, N_("Length in all")), plain(p, minutes(p, length)));
}

static void add_sheet_of_attachment(struct page *p, struct buf *b, const struct bundle_gathered *g, size_t i)
{
    const struct record *r = &g->file.records[i];
    paper_heading(b, 3, plain(p, str_printf(p->a, "E%zu", evidence_number(g, i))));
    paper_field(b, page_paper_words(p, N_("What it is")), page_paper_written(record_title(p->a, r)));
    paper_field(b, page_paper_words(p, N_("Taken into the case by")), page_paper_written(file_member_name(p, r->by)));
    paper_field(b, page_paper_words(p, N_("Taken in and sealed on")), plain(p, page_time(p, r->made_ms)));
    paper_field(b, page_paper_words(p, N_("SHA-256 when it came")), plain(p, record_text(r, "cmt_AttachmentDigest")));
    if (g->leaves[i] >= 0)
        paper_field(b, page_paper_words(p, N_("Leaf of the log")), plain(p, str_printf(p->a, "%lld", (long long)g->leaves[i])));
    paper_field(b, page_paper_words(p, N_("Since then")), page_paper_words(p, N_("kept sealed by this agency, under a key of its own; the file in the archive must have the digest above")));
}

static void add_sheet_of_statement(struct page *p, struct buf *b, const struct bundle_gathered *g, size_t i)
{
    const struct recording *s = &g->statements[i], *t = &g->transcripts[i];
    paper_heading(b, 3, plain(p, str_printf(p->a, "S%zu", i + 1)));
    paper_field(b, page_paper_words(p, N_("Recorded on")), plain(p, page_time(p, s->begun_ms)));
    paper_field(b, page_paper_words(p, N_("Length")), plain(p, minutes(p, s->length_ms)));
    paper_field(b, page_paper_words(p, N_("Sealed on")), plain(p, page_time(p, s->sealed_ms)));
    paper_field(b, page_paper_words(p, N_("Root of the sealed tree")), plain(p, hex_encode(p->a, (bytes){s->root, HASH_LEN})));
    paper_field(b, page_paper_words(p, N_("Leaf of the log")), plain(p, str_printf(p->a, "%lld", (long long)s->leaf_index)));
    paper_field(b, page_paper_words(p, N_("Since then")), page_paper_words(p, N_("each part was sealed as it was recorded, and is in the archive whole; comity verify checks and plays it")));
    if (t->type.len) {
        paper_field(b, page_paper_words(p, N_("Its transcript, sealed")), plain(p, page_time(p, t->sealed_ms)));
        paper_field(b, page_paper_words(p, N_("Root of the sealed tree")), plain(p, hex_encode(p->a, (bytes){t->root, HASH_LEN})));
        paper_field(b, page_paper_words(p, N_("Leaf of the log")), plain(p, str_printf(p->a, "%lld", (long long)t->leaf_index)));
    }
}

static void add_admissibility(struct page *p, struct buf *b, const struct bundle_gathered *g)
{
    paper_heading(b, 2, page_paper_words(p, N_("Admissibility: chain of custody")));
    for (size_t i = 0; i < g->file.n; i++)
        if (g->file.records[i].unit == FIELD_OF_ATTACHMENT && in_court(&g->file.records[i]))
            add_sheet_of_attachment(p, b, g, i);
    for (size_t i = 0; i < g->n_statements; i++)
        add_sheet_of_statement(p, b, g, i);
}

/* What partners have of these statements, and what they do not: the log of redactions. The bundle itself has all of them. */
static void add_redactions(struct page *p, struct buf *b, const struct bundle_gathered *g)
{
    static const uint8_t weights[] = {1, 3, 3, 2, 4};
    const struct paper_text columns[] = {page_paper_words(p, N_("Number")), page_paper_words(p, N_("Given to")), page_paper_words(p, N_("When")),
                                         page_paper_words(p, N_("Part")), page_paper_words(p, N_("Left out, and why"))};
    size_t n = 0;
    for (size_t i = 0; i < g->n_statements; i++)
        n += g->n_given[i];
    paper_heading(b, 2, page_paper_words(p, N_("Copies that left this agency, and what was left out of them")));
    if (n == 0) {
        paper_paragraph(b, PAPER_PLAIN, page_paper_words(p, N_("No copy of these statements was given to anybody.")));
        return;
    }
    paper_columns(b, columns, weights, 5);
    for (size_t i = 0; i < g->n_statements; i++)
        for (size_t k = 0; k < g->n_given[i]; k++) {
            const struct given_row *c = &g->given[i][k];
            str left_out = str_printf(p->a, "%zu: %.*s", c->n_left_out, STR_ARG(c->why));
            paper_row(b, (struct paper_text[]){plain(p, number_of(p, "S", i + 1)), page_paper_written(c->to), plain(p, c->when), c->span.len ? plain(p, c->span) : page_paper_words(p, N_("All of it")),
                                               page_paper_written(c->n_left_out ? left_out : c->why)}, 5);
        }
    paper_table_end(b);
}

static void add_left_out(struct page *p, struct buf *b, const struct bundle_gathered *g)
{
    size_t other = 0;
    for (size_t i = 1; i < g->file.n; i++)
        other += !g->file.records[i].withheld && !in_court(&g->file.records[i]);
    paper_heading(b, 2, page_paper_words(p, N_("What is not in this bundle")));
    paper_field(b, page_paper_words(p, N_("Records withheld: obtained to protect her, not for this purpose")), plain(p, str_printf(p->a, "%zu", g->file.withheld)));
    paper_field(b, page_paper_words(p, N_("Statements withheld for the same reason")), plain(p, str_printf(p->a, "%zu", g->withheld_statements)));
    paper_field(b, page_paper_words(p, N_("Consents, tasks, support and other records that are no evidence")), plain(p, str_printf(p->a, "%zu", other)));
    paper_paragraph(b, PAPER_PLAIN, page_paper_words(p, N_("Nothing inside a record, an original or a statement of this bundle was blacked out or cut. What partners sent under a grant is not in it.")));
    if (g->n_came == 0)
        return;
    const struct paper_text columns[] = {page_paper_words(p, N_("Statement of a partner")), page_paper_words(p, N_("When")), page_paper_words(p, N_("Length")),
                                         page_paper_words(p, N_("Why it is not here"))};
    static const uint8_t weights[] = {3, 3, 2, 5};
    paper_columns(b, columns, weights, 4);
    for (size_t i = 0; i < g->n_came; i++)
        paper_row(b, (struct paper_text[]){page_paper_written(g->came[i].from), plain(p, g->came[i].when), plain(p, g->came[i].length), page_paper_words(p, g->came[i].why)}, 4);
    paper_table_end(b);
}

static void add_records(struct page *p, struct buf *b, const struct bundle_gathered *g)
{
    paper_heading(b, 2, page_paper_words(p, N_("Records")));
    for (size_t i = 1; i < g->file.n; i++) {
        const struct record *r = &g->file.records[i];
        struct shown_line *lines;
        if (!in_court(r))
            continue;
        str kind = page_words(p, field_first(r->unit)->section);
        paper_heading(b, 3, plain(p, str_printf(p->a, "R%zu %.*s", i, STR_ARG(kind))));
        paper_paragraph(b, PAPER_SMALL, page_paper_written(str_printf(p->a, "%.*s, %.*s", STR_ARG(page_time(p, r->changed_ms)), STR_ARG(file_member_name(p, r->by)))));
        size_t n = file_lines(p, r, &lines);
        for (size_t k = 0; k < n; k++)
            paper_field(b, page_paper_words(p, lines[k].label), plain(p, lines[k].value));
    }
}

static str document(struct page *p, const struct bundle_gathered *g)
{
    struct buf b = buf_new(p->a);
    const struct record_shown *shown = shown_of(p, g);
    str number = casefile_number(p->a, g->file.id), title = page_words(p, N_("Bundle for a court"));
    paper_begin(&b, &(struct paper_head){.language = str_from(p->layout.language), .title = number, .agency = p->layout.agency,
                                         .handling = page_words(p, N_("For the court and the parties")), .marked = true, .counted = g->file.n <= 500});
    paper_heading(&b, 1, plain(p, str_printf(p->a, "%.*s: %.*s", STR_ARG(title), STR_ARG(number))));
    paper_field(&b, page_paper_words(p, N_("Prepared by")), page_paper_written(str_printf(p->a, "%.*s, %.*s", STR_ARG(p->member.name), STR_ARG(p->layout.agency))));
    paper_field(&b, page_paper_words(p, N_("Prepared on")), plain(p, page_time(p, p->now_ms)));
    paper_field(&b, page_paper_words(p, N_("Number of the proceedings")), page_paper_written(g->reference));
    paper_field(&b, page_paper_words(p, N_("Purpose")), plain(p, g->purpose));
    add_chronology(p, &b, g, shown);
    add_evidence(p, &b, g);
    add_elements(p, &b, g, shown);
    add_counters(p, &b, g);
    add_admissibility(p, &b, g);
    add_redactions(p, &b, g);
    add_left_out(p, &b, g);
    add_records(p, &b, g);
    paper_end(&b);
    return buf_str(&b);
}

/* --- how a stranger checks it: in the court's language, and in English below --- */

static const char *const readme[] = {
    N_("This archive was made for a court. Whoever has it can check, without the program that made it, that nothing in it was changed."),
    N_("1. If it was sealed for you: age -d -i YOUR-KEY-FILE bundle.zip.age > bundle.zip"),
    N_("2. Unpack it, and in its folder: sha256sum -c MANIFEST. Every line must end with OK."),
    N_("3. Who signed the list: openssl pkeyutl -verify -pubin -inkey agency-key.pem -rawin -in MANIFEST -sigfile MANIFEST.sig. Ask the agency for its key in another way, and compare."),
    N_("4. When it was made: log/opening.bin names the SHA-256 of MANIFEST; the SHA-256 of log/opening.bin is the commitment in log/leaf.json; log/proof.txt shows that this leaf is in the agency's log, which other agencies witness. The log's public key is in log/key.txt. The form is C2SP tlog-proof."),
    N_("5. Or all of it at once: comity verify bundle.zip --agency INVITATION. Statements prove themselves: comity verify FILE.statement --media FILE.webm plays them."),
};

static str instructions(struct page *p)
{
    struct buf b = buf_new(p->a);
    if (p->out.words)
        for (size_t i = 0; i < sizeof readme / sizeof readme[0]; i++)
            buf_addf(&b, "%.*s\n\n", STR_ARG(page_words(p, readme[i])));
    for (size_t i = 0; i < sizeof readme / sizeof readme[0]; i++)
        buf_addf(&b, "%s\n\n", readme[i]);
    return buf_str(&b);
}

size_t bundle_parts(struct page *p, const struct bundle_gathered *g, struct court_part **out)
{
    size_t n = 0;
    struct court_part *parts = arena_array(p->a, struct court_part, 2 + g->file.n + 2 * g->n_statements);
    parts[n++] = (struct court_part){.name = "README.txt", .kind = BUNDLE_TEXT, .text = instructions(p)};
    parts[n++] = (struct court_part){.name = "bundle.pdf", .kind = BUNDLE_PAPER, .text = document(p, g)};
    for (size_t i = 0; i < g->file.n; i++)
        if (g->file.records[i].unit == FIELD_OF_ATTACHMENT && in_court(&g->file.records[i]) && g->file.records[i].has_attached)
            parts[n++] = (struct court_part){.name = evidence_name(p, g, i), .kind = BUNDLE_ATTACHMENT, .attached = g->file.records[i].attached};
    for (size_t i = 0; i < g->n_statements; i++) {
        parts[n] = (struct court_part){.name = statement_name(p, i), .kind = BUNDLE_STATEMENT};
        memcpy(parts[n++].recording, g->statements[i].id, ID_LEN);
        if (g->transcripts[i].type.len) {
            parts[n] = (struct court_part){.name = transcript_name(p, i), .kind = BUNDLE_STATEMENT};
            memcpy(parts[n++].recording, g->transcripts[i].id, ID_LEN);
        }
    }
    *out = parts;
    return n;
}
