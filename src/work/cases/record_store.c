#include "work/cases/record_store.h"

#include <stdlib.h>
#include <string.h>

#include "cases_embed.h"
#include "work/cases/firewall.h"
#include "work/cases/release_store.h"

static const struct embedded *const steps[] = {&cases_schema_sql, &cases_schema_2_sql, &cases_schema_3_sql};
const struct db_schema cases_schema = {"cases", steps, 3};

#define COLUMNS "file, id, unit, about, version, content, identity, attached, by_member, made_ms, changed_ms, due_ms, assignee, done, origin"

/* --- writing --- */

static void bind_record(struct db_stmt *q, const struct record *r, const struct vault_id *content)
{
    db_bind_id(q, 1, r->file);
    db_bind_id(q, 2, r->id);
    db_bind_int(q, 3, r->unit);
    if (r->has_about)
        db_bind_id(q, 4, r->about);
    db_bind_int(q, 5, r->version);
    db_bind_id(q, 6, content->b);
    if (r->has_identity)
        db_bind_id(q, 7, r->identity.b);
    if (r->has_attached)
        db_bind_id(q, 8, r->attached.b);
    db_bind_id(q, 9, r->by);
    db_bind_int(q, 10, r->made_ms);
    db_bind_int(q, 11, r->changed_ms);
    db_bind_int(q, 12, r->due_ms);
    if (r->has_assignee)
        db_bind_id(q, 13, r->assignee);
    db_bind_int(q, 14, r->done);
    if (r->origin)
        db_bind_text(q, 15, str_from(r->origin));
}

/* Whom it tells of is a person of the same file: what came with a form may be any id. */
static int check_about(struct db *db, const struct record *r, struct err *err)
{
    struct db_stmt *q;
    if (!r->has_about)
        return 0;
    int result = db_prepare(db, "select 1 from cases_record where file = $1 and id = $2 and unit = $3", &q, err);
    if (result < 0)
        return result;
    db_bind_id(q, 1, r->file);
    db_bind_id(q, 2, r->about);
    db_bind_int(q, 3, FIELD_OF_PERSON);
    if ((result = db_step(q, err)) <= 0)
        return result < 0 ? result : err_set(err, ERR_INPUT, N_("there is no such person in this case"));
    db_reset(q);
    return 0;
}

static str purpose_of(const struct node *node)
{
    return node->acting ? node->acting->purpose : STR("");
}

static const char *origin_of(const struct node *node)
{
    const struct access_purpose *p = access_purpose(purpose_of(node));
    return p ? p->code : NULL;
}

int record_insert(struct node *node, struct arena *a, struct record *r, int64_t now_ms, const uint8_t by[static ID_LEN], struct err *err)
{
    static const uint8_t none[ID_LEN];
    struct vault_id content;
    struct db_stmt *q;
    if (memcmp(r->id, none, ID_LEN) == 0)
        crypto_random(r->id, ID_LEN);
    r->version = 1;
    for (size_t i = 0; i < r->n; i++)
        r->values[i].version = 1;
    memcpy(r->by, by, ID_LEN);
    r->made_ms = r->changed_ms = now_ms;
    r->origin = origin_of(node);
    int result = check_about(node->db, r, err);
    if (result == 0)
        result = vault_put(node->vault, node->db, VAULT_RECORD, record_encode(a, r), NULL, &content, NULL, err);
    if (result == 0)
        result = db_prepare(node->db, "insert into cases_record(" COLUMNS ") values($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 = 1, $15)", &q, err);
    if (result < 0)
        return result;
    bind_record(q, r, &content);
    return db_run(q, err);
}

/* The row as it is becomes a row of cases_version. */
static int keep_version(struct db *db, const struct record *stored, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into cases_version(file, record, version, content, by_member, at_ms) "
                           "select file, id, version, content, by_member, changed_ms from cases_record where file = $1 and id = $2 and version = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, stored->file);
    db_bind_id(q, 2, stored->id);
    db_bind_int(q, 3, stored->version);
    return db_run(q, err);
}

int record_replace(struct node *node, struct arena *a, const struct record *stored, struct record *merged, int64_t now_ms,
                   const uint8_t by[static ID_LEN], struct err *err)
{
    struct vault_id content;
    struct db_stmt *q;
    memcpy(merged->by, by, ID_LEN);
    merged->changed_ms = now_ms;
    if (stored->withheld) /* what is not here would be lost */
        return firewall_denied(err);
    merged->origin = firewall_origin(stored->origin, purpose_of(node));
    int result = keep_version(node->db, stored, err);
    if (result == 0)
        result = vault_put(node->vault, node->db, VAULT_RECORD, record_encode(a, merged), NULL, &content, NULL, err);
    if (result == 0)
        result = db_prepare(node->db, "update cases_record set unit = $3, about = $4, version = $5, content = $6, identity = $7, attached = $8, by_member = $9, "
                                      "made_ms = $10, changed_ms = $11, due_ms = $12, assignee = $13, done = ($14 = 1), origin = $15 where file = $1 and id = $2 and version = $16", &q, err);
    if (result < 0)
        return result;
    bind_record(q, merged, &content);
    db_bind_int(q, 16, stored->version);
    result = db_run(q, err);
    return result == 0 && db_changes(q) != 1 ? err_set(err, ERR_RETRY, N_("the record has just been changed by somebody else")) : result;
}

int record_touch(struct db *db, const uint8_t file[static ID_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update cases_record set changed_ms = $2 where file = $1 and id = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    db_bind_int(q, 2, now_ms);
    return db_run(q, err);
}

/* --- reading --- */

struct rows {
    struct arena *arena;
    struct record *records;
    struct vault_id *contents;
    size_t n, room;
    struct place *places; /* of contents, sorted */
    size_t n_places;
};

static int take_row(struct db_stmt *q, struct record *r, struct vault_id *content, struct err *err)
{
    *r = (struct record){.unit = (enum field_unit)db_col_int(q, 2), .version = db_col_int(q, 4), .made_ms = db_col_int(q, 9), .changed_ms = db_col_int(q, 10),
                         .due_ms = db_col_int(q, 11), .done = db_col_int(q, 13) != 0};
    bool whole = db_col_id(q, 0, r->file) && db_col_id(q, 1, r->id) && db_col_id(q, 5, content->b) && db_col_id(q, 8, r->by) && r->unit < FIELD_UNITS;
    const struct access_purpose *origin = access_purpose(db_col_text(q, 14));
    r->origin = origin ? origin->code : NULL;
    r->has_about = db_col_id(q, 3, r->about);
    r->has_identity = db_col_id(q, 6, r->identity.b);
    r->has_attached = db_col_id(q, 7, r->attached.b);
    r->has_assignee = db_col_id(q, 12, r->assignee);
    return whole ? 0 : err_set(err, ERR_CORRUPT, "the table cases_record holds an id or a kind that is none");
}

static void make_room(struct rows *rows)
{
    size_t room = rows->room ? 2 * rows->room : 32;
    struct record *records = arena_array(rows->arena, struct record, room);
    struct vault_id *contents = arena_array(rows->arena, struct vault_id, room);
    if (rows->n) {
        memcpy(records, rows->records, rows->n * sizeof *records);
        memcpy(contents, rows->contents, rows->n * sizeof *contents);
    }
    rows->records = records;
    rows->contents = contents;
    rows->room = room;
}

/* Steps q to its end. */
static int read_rows(struct db_stmt *q, struct rows *rows, struct err *err)
{
    int r;
    while ((r = db_step(q, err)) > 0) {
        if (rows->n == rows->room)
            make_room(rows);
        if ((r = take_row(q, &rows->records[rows->n], &rows->contents[rows->n], err)) < 0)
            break;
        rows->n++;
    }
    db_reset(q);
    return r;
}

struct place { struct vault_id content; size_t at; };

static int by_content(const void *x, const void *y)
{
    const struct place *one = x, *other = y;
    return memcmp(one->content.b, other->content.b, ID_LEN);
}

static int open_record(const struct vault_id *id, bytes content, void *arg, struct err *err)
{
    struct rows *rows = arg;
    const struct place wanted = {.content = *id}, *found = bsearch(&wanted, rows->places, rows->n_places, sizeof *rows->places, by_content);
    return found ? record_decode(rows->arena, bytes_dup(rows->arena, content), &rows->records[found->at], err) : 0;
}

static int open_all(struct node *node, struct rows *rows, struct err *err)
{
    rows->places = arena_array(rows->arena, struct place, rows->n);
    rows->n_places = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (!rows->records[i].withheld) {
            rows->contents[rows->n_places] = rows->contents[i];
            rows->places[rows->n_places++] = (struct place){rows->contents[i], i};
        }
    qsort(rows->places, rows->n_places, sizeof *rows->places, by_content);
    return vault_get_many(node->vault, node->db, VAULT_RECORD, rows->contents, rows->n_places, open_record, rows, err);
}

/* The firewall: what the act's purpose may not have is not opened. That there is a file and a person stays to be seen, since other records are
 * in it and tell of her; of what else is held back only the number is told. */
static int hold_back(struct node *node, struct rows *rows, struct err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->n; i++) {
        struct record *r = &rows->records[i];
        bool may;
        int result = firewall_may(node, r, &may, err);
        if (result < 0)
            return result;
        r->withheld = !may;
        if (!may && r->unit != FIELD_OF_FILE && r->unit != FIELD_OF_PERSON)
            continue;
        r->has_identity = r->has_identity && may;
        rows->contents[kept] = rows->contents[i];
        rows->records[kept++] = *r;
    }
    rows->n = kept;
    return 0;
}

static int let_through(struct node *node, struct rows *rows, struct err *err)
{
    int r = hold_back(node, rows, err);
    return r < 0 ? r : open_all(node, rows, err);
}

int records_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct record **out, size_t *n, struct err *err)
{
    struct rows rows = {.arena = a};
    struct db_stmt *q;
    int r = db_prepare(node->db, "select " COLUMNS " from cases_record where file = $1 order by case when id = file then 0 else 1 end, made_ms, unit, id", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    r = read_rows(q, &rows, err);
    if (r == 0)
        r = let_through(node, &rows, err);
    *out = rows.records;
    *n = rows.n;
    return r;
}

/* Which files: f is the file's own record. */
#define HERS "exists(select 1 from access_part p where p.file = f.file and p.member = $4 and p.relation <> 32 and (p.until_ms = 0 or p.until_ms > $5))"
#define OF_HER_UNIT "exists(select 1 from access_file x where x.id = f.file and (x.unit is null or x.unit in (select unit from access_member where id = $4)))"
static const char *const whose[] = {[RECORDS_ALL] = "", [RECORDS_HERS] = " and " HERS, [RECORDS_OF_HER_UNIT] = " and (" HERS " or " OF_HER_UNIT ")"};

static int bind_whose(struct db *db, const char *before, const struct records_cursor *c, const char *after, struct arena *a, struct db_stmt **q, struct err *err)
{
    int r = db_prepare(db, str_printf(a, "%s%s%s", before, whose[c->whose], after).p, q, err);
    if (r < 0)
        return r;
    db_bind_int(*q, 1, c->begun ? c->made_ms : INT64_MIN);
    db_bind_id(*q, 2, c->file);
    if (c->whose != RECORDS_ALL) {
        db_bind_id(*q, 4, c->member);
        db_bind_int(*q, 5, c->now_ms);
    }
    return 0;
}

int records_next_rows(struct node *node, struct records_cursor *c, size_t max, struct arena *a, struct records_rows *out, struct err *err)
{
    struct rows rows = {.arena = a};
    struct db_stmt *q;
    *out = (struct records_rows){0};
    int r = bind_whose(node->db, "select r.file, r.id, r.unit, r.about, r.version, r.content, r.identity, r.attached, r.by_member, r.made_ms, r.changed_ms, r.due_ms, "
                       "r.assignee, r.done, r.origin from cases_record r join (select f.file, f.made_ms from cases_record f where f.id = f.file and (f.made_ms, f.file) > ($1, $2)",
                       c, " order by f.made_ms, f.file limit $3) b on r.file = b.file "
                       "order by b.made_ms, b.file, case when r.id = r.file then 0 else 1 end, r.made_ms, r.unit, r.id", a, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 3, (int64_t)max);
    r = read_rows(q, &rows, err);
    if (r == 0)
        r = hold_back(node, &rows, err);
    if (r < 0)
        return r;
    *out = (struct records_rows){rows.records, rows.contents, rows.n};
    for (size_t i = rows.n; i > 0; i--) /* the last file's own record says where to go on */
        if (memcmp(rows.records[i - 1].id, rows.records[i - 1].file, ID_LEN) == 0) {
            c->begun = true;
            c->made_ms = rows.records[i - 1].made_ms;
            memcpy(c->file, rows.records[i - 1].file, ID_LEN);
            break;
        }
    return 0;
}

int records_open(struct node *node, struct arena *a, const struct records_rows *rows, struct err *err)
{
    struct rows all = {.arena = a, .records = rows->records, .contents = rows->contents, .n = rows->n};
    return open_all(node, &all, err);
}

int records_next(struct node *node, struct records_cursor *c, size_t max, struct arena *a, struct record **out, size_t *n, struct err *err)
{
    struct records_rows rows;
    int r = records_next_rows(node, c, max, a, &rows, err);
    if (r == 0)
        r = records_open(node, a, &rows, err);
    *out = rows.records;
    *n = r == 0 ? rows.n : 0;
    return r;
}

int records_count(struct node *node, const struct records_cursor *c, struct arena *a, int64_t *files, struct err *err)
{
    struct db_stmt *q;
    *files = 0;
    int r = bind_whose(node->db, "select count(*) from cases_record f where f.id = f.file and (f.made_ms, f.file) > ($1, $2) and $3 = 0", c, "", a, &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 3, 0);
    r = db_step(q, err);
    if (r > 0)
        *files = db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}

int record_get(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct record *out,
               struct err *err)
{
    struct rows rows = {.arena = a};
    struct db_stmt *q;
    int r = db_prepare(node->db, "select " COLUMNS " from cases_record where file = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    db_bind_id(q, 2, id);
    r = read_rows(q, &rows, err);
    if (r == 0 && rows.n == 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such record in this case"));
    if (r == 0)
        r = let_through(node, &rows, err);
    if (r == 0 && (rows.n == 0 || rows.records[0].withheld))
        r = firewall_denied(err);
    if (r == 0)
        *out = rows.records[0];
    return r;
}

int record_versions(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], enum field_unit unit, struct arena *a,
                    struct record **out, size_t *n, struct err *err)
{
    struct rows rows = {.arena = a};
    struct db_stmt *q;
    int r = db_prepare(node->db, "select version, content, by_member, at_ms from cases_version where file = $1 and record = $2 order by version desc", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    db_bind_id(q, 2, id);
    while ((r = db_step(q, err)) > 0) {
        if (rows.n == rows.room)
            make_room(&rows);
        struct record *version = &rows.records[rows.n];
        *version = (struct record){.unit = unit, .version = db_col_int(q, 0), .changed_ms = db_col_int(q, 3)};
        rows.n += db_col_id(q, 1, rows.contents[rows.n].b) && db_col_id(q, 2, version->by);
    }
    if (r == 0)
        r = open_all(node, &rows, err);
    *out = rows.records;
    *n = rows.n;
    return r;
}

/* --- erasing --- */

struct sealed { enum vault_kind kind; struct vault_id id; };

/* What q names in its columns: vault ids of these kinds. */
static int list_sealed(struct db_stmt *q, const enum vault_kind kinds[], int n_kinds, struct arena *a, struct sealed **out, size_t *n, struct err *err)
{
    int r;
    size_t room = *n;
    while ((r = db_step(q, err)) > 0)
        for (int i = 0; i < n_kinds; i++) {
            if (*n == room) {
                size_t more = room ? 2 * room : 64;
                *out = arena_grow(a, *out ? (void *)*out : arena_alloc(a, 0), room * sizeof **out, more * sizeof **out);
                room = more;
            }
            (*out)[*n].kind = kinds[i];
            *n += db_col_id(q, i, (*out)[*n].id.b);
        }
    return r;
}

static int drop_rows(struct db *db, const char *sql, const uint8_t *file, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    return db_run(q, err);
}

int records_erase(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct vault_id **identities, size_t *n,
                  struct err *err)
{
    static const struct { const char *sql; enum vault_kind kinds[3]; int n_kinds; } lists[] = {
        {"select content, identity, attached from cases_record where file = $1", {VAULT_RECORD, VAULT_IDENTITY, VAULT_ATTACHMENT}, 3},
        {"select content from cases_version where file = $1", {VAULT_RECORD}, 1},
    };
    struct sealed *all = NULL;
    size_t n_all = 0;
    int r = 0;
    for (size_t i = 0; r == 0 && i < 2; i++) {
        struct db_stmt *q;
        r = db_prepare(node->db, lists[i].sql, &q, err);
        if (r == 0) {
            db_bind_id(q, 1, file);
            r = list_sealed(q, lists[i].kinds, lists[i].n_kinds, a, &all, &n_all, err);
        }
    }
    if (r == 0)
        r = drop_rows(node->db, "delete from cases_record where file = $1", file, err);
    if (r == 0)
        r = drop_rows(node->db, "delete from cases_version where file = $1", file, err);
    if (r == 0)
        r = drop_rows(node->db, "delete from cases_imported where file = $1", file, err);
    if (r == 0)
        r = release_store_erase(node->db, file, NULL, err);
    *identities = arena_array(a, struct vault_id, n_all);
    *n = 0;
    for (size_t i = 0; r == 0 && i < n_all; i++) {
        struct record_place elsewhere;
        size_t places = 0;
        if (all[i].kind == VAULT_IDENTITY) /* whoever is in another file too stays known */
            r = record_places(node->db, &all[i].id, &elsewhere, 1, &places, err);
        if (r == 0 && places == 0)
            r = vault_erase(node->vault, node->db, all[i].kind, &all[i].id, err);
        if (r == 0 && places == 0 && all[i].kind == VAULT_IDENTITY)
            (*identities)[(*n)++] = all[i].id;
        if (r == ERR_NOT_FOUND)
            r = 0;
    }
    return r;
}

int record_erase(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct err *err)
{
#define ABOUT_IT "file = $1 and (id = $2 or about = $2)"
#define VERSIONS_OF_IT "file = $1 and record in (select id from cases_record where " ABOUT_IT ")"
    static const struct { const char *select, *drop; enum vault_kind kinds[2]; int n_kinds; } lists[] = {
        {"select content from cases_version where " VERSIONS_OF_IT, "delete from cases_version where " VERSIONS_OF_IT, {VAULT_RECORD}, 1},
        {"select content, attached from cases_record where " ABOUT_IT, "delete from cases_record where " ABOUT_IT, {VAULT_RECORD, VAULT_ATTACHMENT}, 2},
    };
    struct sealed *all = NULL;
    size_t n = 0;
    int r = release_store_erase(node->db, file, id, err);
    for (size_t i = 0; r == 0 && i < 2; i++)
        for (int drop = 0; r == 0 && drop < 2; drop++) {
            struct db_stmt *q;
            if ((r = db_prepare(node->db, drop ? lists[i].drop : lists[i].select, &q, err)) < 0)
                break;
            db_bind_id(q, 1, file);
            db_bind_id(q, 2, id);
            r = drop ? db_run(q, err) : list_sealed(q, lists[i].kinds, lists[i].n_kinds, a, &all, &n, err);
        }
    for (size_t i = 0; r == 0 && i < n; i++)
        r = vault_erase(node->vault, node->db, all[i].kind, &all[i].id, err);
    return r;
#undef ABOUT_IT
#undef VERSIONS_OF_IT
}

int record_versions_erase(struct node *node, const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN], struct arena *a, struct err *err)
{
    static const char *const sqls[] = {"select content from cases_version where file = $1 and record = $2", "delete from cases_version where file = $1 and record = $2"};
    static const enum vault_kind kind[] = {VAULT_RECORD};
    struct sealed *all = NULL;
    size_t n = 0;
    int r = 0;
    for (int drop = 0; r == 0 && drop < 2; drop++) {
        struct db_stmt *q;
        if ((r = db_prepare(node->db, sqls[drop], &q, err)) < 0)
            break;
        db_bind_id(q, 1, file);
        db_bind_id(q, 2, id);
        r = drop ? db_run(q, err) : list_sealed(q, kind, 1, a, &all, &n, err);
    }
    for (size_t i = 0; r == 0 && i < n; i++)
        r = vault_erase(node->vault, node->db, all[i].kind, &all[i].id, err);
    return r;
}

/* --- looking up --- */

int record_places(struct db *db, const struct vault_id *identity, struct record_place out[], size_t max, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select file, id from cases_record where identity = $1 order by changed_ms desc", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, identity->b);
    while (*n < max && (r = db_step(q, err)) > 0)
        *n += db_col_id(q, 0, out[*n].file) && db_col_id(q, 1, out[*n].record);
    db_reset(q);
    return r < 0 ? r : 0;
}

/* Rows of the file's own record or of tasks, with the two columns of access behind them. */
static int list_rows(struct db_stmt *q, struct arena *a, struct record_row **out, size_t *n, size_t max, struct err *err)
{
    int r = 0;
    *out = arena_array(a, struct record_row, max);
    *n = 0;
    while (*n < max && (r = db_step(q, err)) > 0) {
        struct record_row *row = &(*out)[*n];
        if ((r = take_row(q, &row->record, &row->content, err)) < 0)
            break;
        row->relation = (unsigned)db_col_int(q, 15);
        row->state = (unsigned)db_col_int(q, 16);
        ++*n;
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

#define R_COLUMNS "r.file, r.id, r.unit, r.about, r.version, r.content, r.identity, r.attached, r.by_member, r.made_ms, r.changed_ms, r.due_ms, r.assignee, r.done, r.origin"

int record_files(struct db *db, const uint8_t member[static ID_LEN], bool supervises, int64_t now_ms, int64_t before_ms, size_t max, struct arena *a,
                 struct record_row **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, supervises ?
        "select " R_COLUMNS ", case when p.relation = 8 then 8 else 16 end, f.state from access_file f join cases_record r on r.file = f.id and r.id = f.id "
        "left join access_part p on p.file = f.id and p.member = $1 and (p.until_ms = 0 or p.until_ms > $2) where r.changed_ms < $3 and "
        "(f.unit is null or f.unit in (select unit from access_member where id = $1)) order by r.changed_ms desc, r.file limit $4" :
        "select " R_COLUMNS ", p.relation, f.state from access_part p join access_file f on f.id = p.file join cases_record r on r.file = f.id and r.id = f.id "
        "where p.member = $1 and (p.until_ms = 0 or p.until_ms > $2) and r.changed_ms < $3 order by r.changed_ms desc, r.file limit $4", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, member);
    db_bind_int(q, 2, now_ms);
    db_bind_int(q, 3, before_ms);
    db_bind_int(q, 4, (int64_t)max);
    return list_rows(q, a, out, n, max, err);
}

int record_tasks(struct db *db, const uint8_t member[static ID_LEN], size_t max, struct arena *a, struct record_row **out, size_t *n,
                 struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " R_COLUMNS ", 0, 0 from cases_record r where r.assignee = $1 and r.done = false "
                           "order by case when r.due_ms = 0 then 1 else 0 end, r.due_ms, r.made_ms limit $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, member);
    db_bind_int(q, 2, (int64_t)max);
    return list_rows(q, a, out, n, max, err);
}

int record_tasks_count(struct db *db, const uint8_t member[static ID_LEN], int64_t now_ms, int64_t *open, int64_t *overdue, struct err *err)
{
    struct db_stmt *q;
    *open = *overdue = 0;
    int r = db_prepare(db, "select count(*), cast(coalesce(sum(case when due_ms > 0 and due_ms < $2 then 1 else 0 end), 0) as bigint) from cases_record "
                           "where assignee = $1 and done = false", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, member);
    db_bind_int(q, 2, now_ms);
    r = db_step(q, err);
    if (r > 0) {
        *open = db_col_int(q, 0);
        *overdue = db_col_int(q, 1);
    }
    db_reset(q);
    return r < 0 ? r : 0;
}
