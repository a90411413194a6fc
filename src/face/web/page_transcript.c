/* What is said in a recording, typed while one listens: parts of some pages each, kept as records of the case with all their versions. */
#include <string.h>

#include "face/web/pages.h"
#include "face/web/pages.html.h"
#include "face/web/room_page.h"

#define PARTS_MAX 99

static const struct record *part_of(struct page *p, const struct casefile *f, const struct recording *recording, int64_t part)
{
    str id = page_hex(p, recording->id), number = str_printf(p->a, "%lld", (long long)part);
    for (size_t i = 0; i < f->n; i++)
        if (f->records[i].unit == FIELD_OF_TRANSCRIPT && str_eq(record_text(&f->records[i], "sta_Recording"), id) &&
            str_eq(record_text(&f->records[i], "sta_Part"), number))
            return &f->records[i];
    return NULL;
}

/* Parts there are, and the one that may be begun. */
static int64_t count_parts(struct page *p, const struct casefile *f, const struct recording *recording)
{
    int64_t n = 0;
    while (n < PARTS_MAX && part_of(p, f, recording, n + 1))
        n++;
    return n < PARTS_MAX ? n + 1 : n;
}

size_t room_time(str line, int64_t *at_ms)
{
    size_t n = 0, groups = 0;
    int64_t seconds = 0, value;
    while (n + 2 <= line.len && groups < 3 && str_to_int(str_slice(line, n, n + 2), 0, 59, &value) && line.p[n] >= '0' && line.p[n] <= '9') {
        seconds = 60 * seconds + value;
        groups++;
        n += 2;
        if (n == line.len || line.p[n] != ':')
            break;
        n++;
    }
    if (groups < 2 || (n < line.len && line.p[n] != ' ' && line.p[n] != '-'))
        return 0;
    *at_ms = 1000 * seconds;
    return n;
}

size_t transcript_lines(struct page *p, const struct casefile *f, const struct recording *recording, struct spoken_line **out)
{
    const struct record *part;
    size_t n = 0, max = 0;
    for (int64_t i = 1; (part = part_of(p, f, recording, i)); i++)
        max += record_text(part, "sta_Transcript").len / 2 + 1; /* a line has a byte and its end */
    *out = arena_array(p->a, struct spoken_line, max);
    for (int64_t i = 1; (part = part_of(p, f, recording, i)); i++) {
        str rest = record_text(part, "sta_Transcript"), line;
        while (n < max && str_split(&rest, '\n', &line)) {
            struct spoken_line *l = &(*out)[n];
            line = str_trim(line);
            size_t head = room_time(line, &l->at_ms);
            if (line.len == 0)
                continue;
            l->timed = head > 0;
            l->at = str_slice(line, 0, head);
            l->text = str_trim(str_slice(line, head, line.len));
            n++;
        }
    }
    return n;
}

size_t transcript_to_seal(struct page *p, const struct casefile *f, const struct recording *recording, struct transcript_line **out, str *language)
{
    struct spoken_line *typed;
    const struct record *first = part_of(p, f, recording, 1);
    size_t n = 0, n_typed = transcript_lines(p, f, recording, &typed);
    *language = first ? record_text(first, "sta_Language") : STR("");
    *out = arena_array(p->a, struct transcript_line, n_typed);
    for (size_t i = 0; i < n_typed; i++) {
        if (typed[i].timed || n == 0)
            (*out)[n++] = (struct transcript_line){typed[i].timed ? typed[i].at_ms : 0, typed[i].text};
        else
            (*out)[n - 1].text = str_printf(p->a, "%.*s\n%.*s", STR_ARG((*out)[n - 1].text), STR_ARG(typed[i].text));
    }
    return n;
}

/* What is typed is sealed as it stands, with a leaf that names the recording. */
int do_transcript_seal(struct page *p)
{
    struct recording recording;
    struct casefile f;
    struct transcript_line *lines;
    struct statement sealed;
    const struct casework w = file_casework(p);
    str language;
    int r = room_look(p, &recording, &f);
    if (r < 0)
        return r;
    size_t n = transcript_to_seal(p, &f, &recording, &lines, &language);
    r = transcript_seal(&w, recording.id, lines, n, language, p->a, &sealed, &p->err);
    return r < 0 ? r : page_go(p, str_printf(p->a, "/recordings/%s", page_hex(p, recording.id).p).p);
}

struct typing {
    struct recording recording;
    struct casefile f;
    int64_t part;
    const struct record *now; /* NULL: it is begun with this form */
};

static int open_typing(struct page *p, struct typing *t)
{
    int r = room_look(p, &t->recording, &t->f);
    if (r < 0)
        return r;
    if (!str_to_int(p->request->params[1], 1, count_parts(p, &t->f, &t->recording), &t->part) || p->request->params[1].p[0] == '0')
        return err_set(&p->err, ERR_NOT_FOUND, N_("there is no such page"));
    t->now = part_of(p, &t->f, &t->recording, t->part);
    return 0;
}

static int draw(struct page *p, const struct typing *t, const struct form *typed, str draft, str theirs)
{
    struct transcript_view v = {.page = page_layout(p, N_("Type what is said")), .id = page_hex(p, t->recording.id), .part = t->part, .draft = draft, .theirs = theirs,
                                .n_parts = count_parts(p, &t->f, &t->recording)};
    bool shown = typed && form_has(typed, "sta_Transcript");
    str ticket = form_get(form_has(&p->form, "ticket") ? &p->form : &p->query, "ticket");
    struct err no_ticket = p->err;
    if (room_player(p, &t->recording, ticket, &v.player) < 0)
        p->err = no_ticket;
    v.text = shown ? form_get(typed, "sta_Transcript") : t->now ? record_text(t->now, "sta_Transcript") : STR("");
    v.language = shown ? form_get(typed, "sta_Language") : t->now ? record_text(t->now, "sta_Language") : str_from(p->layout.language);
    v.base = t->now ? t->now->version : 0;
    if (draft.len && !str_to_int(form_get(typed, "base"), 0, INT64_MAX, &v.base))
        v.base = 0;
    page_transcript(&p->out, &v);
    return 0;
}

int show_transcript(struct page *p)
{
    struct typing t;
    struct form typed = {0};
    str draft = STR("");
    int r = open_typing(p, &t);
    if (r == 0)
        r = file_draft(p, p->request->path, &typed, &draft);
    return r < 0 ? r : draw(p, &t, &typed, draft, STR(""));
}

static int check(struct page *p, const char *name, str *normal)
{
    const struct field_rules rules = {web_text(p->worker->web), page_today(p)};
    return field_check(field_find(str_from(name)), &rules, p->a, form_get(&p->form, name), normal, &p->err);
}

static int keep(struct page *p, const struct typing *t, str text, str language, struct casefile_change *c)
{
    const struct field **shown = arena_array(p->a, const struct field *, 2);
    struct record_value *values = arena_array(p->a, struct record_value, 2);
    const struct casework w = file_casework(p);
    *c = (struct casefile_change){.exists = t->now != NULL, .record.unit = FIELD_OF_TRANSCRIPT};
    shown[0] = field_find(STR("sta_Language"));
    shown[1] = field_find(STR("sta_Transcript"));
    values[0] = (struct record_value){shown[0], language, 0};
    values[1] = (struct record_value){shown[1], text, 0};
    if (t->now) {
        memcpy(c->record.id, t->now->id, ID_LEN);
        c->typed = (struct record_typed){.shown = shown, .n_shown = 2, .values = values, .n = 2};
        if (!str_to_int(form_get(&p->form, "base"), 0, INT64_MAX, &c->typed.base))
            c->typed.base = 0;
    } else {
        record_add(p->a, &c->record, "sta_Recording", page_hex(p, t->recording.id));
        record_add(p->a, &c->record, "sta_Part", str_printf(p->a, "%lld", (long long)t->part));
        record_add(p->a, &c->record, "sta_Language", language);
        record_add(p->a, &c->record, "sta_Transcript", text);
    }
    return casefile_write(&w, t->f.id, p->a, c, 1, &p->err);
}

/* As it was sent, when it may stand in an address. */
static str page_ticket(struct page *p)
{
    uint8_t bytes_of[HASH_LEN];
    str ticket = form_get(&p->form, "ticket");
    return hex_decode_into(ticket, bytes_of, HASH_LEN) ? ticket : STR("");
}

int do_transcript(struct page *p)
{
    struct typing t;
    struct casefile_change c = {0};
    str text = STR(""), language = STR(""), theirs = STR("");
    const char *wrong = "sta_Language";
    int r = open_typing(p, &t);
    if (r < 0)
        return r;
    r = check(p, wrong, &language);
    if (r == 0)
        r = check(p, wrong = "sta_Transcript", &text);
    if (r == 0 && text.len == 0)
        r = err_set(&p->err, ERR_INPUT, N_("write something first"));
    if (r == 0)
        r = keep(p, &t, text, language, &c);
    for (size_t i = 0; r == ERR_EXISTS && i < c.n_conflicts; i++)
        theirs = c.conflicts[i].theirs;
    if (r == ERR_INPUT || r == ERR_EXISTS || r == ERR_LIMIT) {
        page_error(p, wrong);
        return draw(p, &t, &p->form, STR(""), theirs);
    }
    if (r < 0)
        return r;
    file_draft_done(p, p->request->path);
    return page_go(p, str_printf(p->a, "/recordings/%s/transcript/%lld?ticket=%.*s", page_hex(p, t.recording.id).p, (long long)t.part,
                                 STR_ARG(page_ticket(p))).p);
}
