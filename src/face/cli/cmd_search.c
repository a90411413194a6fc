/* comity search: a person among the node's own records. */
#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "trust/match/search.h"

#define PURPOSE_DEFAULT "identification"

const struct cli_option search_options[] = {
    {"purpose", "CODE", "why you look (default " PURPOSE_DEFAULT "): casework, protection, child-protection, missing-person, investigation, ..."},
    {"reference", "TEXT", "the case or warrant it belongs to; kept sealed"},
    {0},
};

const char search_help[] =
    "TEXT is what you know, in any script, order and spelling: names, a birth year or date, a document number, a phone; the\n"
    "last word may be unfinished. The likeliest 20 persons are listed with the reason for each. Every search is logged.\n"
    "An index that is missing, damaged or behind the records is made anew first.\n";

struct asked {
    struct search *search;
    struct arena *arena;
    str text;
    struct search_result *result;
};

/* What was asked and who was shown: sealed, for whoever has to account for the look. */
static str detail_of(struct arena *a, const struct asked *q)
{
    struct buf text = buf_new(a);
    struct out o = out_json(&text);
    out_object(&o, NULL);
    out_text(&o, "asked", q->text);
    out_array(&o, "shown");
    for (size_t i = 0; i < q->result->n; i++)
        out_text(&o, NULL, hex_encode(a, (bytes){q->result->hits[i].id.b, ID_LEN}));
    out_end(&o);
    out_end(&o);
    return buf_str(&text);
}

static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct asked *q = arg;
    int result = search_run(q->search, node->vault, node->db, q->arena, q->text, q->result, err);
    if (result == 0)
        act->detail = detail_of(q->arena, q);
    return result;
}

static void show_progress(int64_t done, void *arg)
{
    progress_at(arg, done);
}

/* The index, or what it should be: derived data is not worth an error as long as it can be made anew. */
static int open_index(struct cli *cli, struct node *node, const struct names *names, struct search **out)
{
    const char *dir = node_path(node, cli->arena, "search");
    int64_t records;
    int result = vault_count(node->vault, node->db, VAULT_IDENTITY, &records, &cli->err);
    if (result < 0)
        return result;
    result = search_open(dir, node->keys, names, out, &cli->err);
    if (result == 0 && search_count(*out) == records)
        return 0;
    if (result == 0)
        search_close(*out);
    else if (result != ERR_CORRUPT)
        return result;
    struct progress *bar = progress_start(cli->arena, "making the search index", records, "persons");
    result = search_rebuild(dir, node->keys, names, node->vault, node->db, show_progress, bar, &cli->err);
    progress_end(bar);
    if (result < 0)
        return result;
    struct actor actor = act_operator(cli->arena);
    struct act act = {.verb = VERB_INDEX, .actor = &actor, .now_ms = clock_now_ms(), .detail = STR("the search index was made anew")};
    if ((result = act_run(node, &act, NULL, NULL, &cli->err)) < 0)
        return result;
    return search_open(dir, node->keys, names, out, &cli->err);
}

static str whole_name(struct arena *a, const struct name *name)
{
    if (name->full.len)
        return name->full;
    return str_trim(str_printf(a, "%.*s %.*s", STR_ARG(name->given), STR_ARG(name->family)));
}

static str names_of(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    for (size_t i = 0; i < who->n_names; i++) {
        if (i)
            buf_add(&b, STR(" / "));
        buf_add(&b, whole_name(a, &who->names[i]));
    }
    return buf_str(&b);
}

static void write_json(struct arena *a, struct buf *text, const struct search_result *r, int64_t leaf)
{
    struct out o = out_json(text);
    out_object(&o, NULL);
    out_int(&o, "leaf", leaf);
    out_array(&o, "hits");
    for (size_t i = 0; i < r->n; i++) {
        const struct search_hit *hit = &r->hits[i];
        char born[DATE_TEXT_MAX];
        date_format(born, hit->who.born);
        out_object(&o, NULL);
        out_text(&o, "id", hex_encode(a, (bytes){hit->id.b, ID_LEN}));
        out_double(&o, "score", hit->score, 3);
        out_text(&o, "reason", str_from(hit->reason));
        out_array(&o, "names");
        for (size_t j = 0; j < hit->who.n_names; j++)
            out_text(&o, NULL, whole_name(a, &hit->who.names[j]));
        out_end(&o);
        out_text(&o, "born", str_from(born));
        out_array(&o, "documents");
        for (size_t j = 0; j < hit->who.n_documents; j++)
            out_text(&o, NULL, hit->who.documents[j].number);
        out_end(&o);
        out_array(&o, "phones");
        for (size_t j = 0; j < hit->who.n_phones; j++)
            out_text(&o, NULL, hit->who.phones[j]);
        out_end(&o);
        out_end(&o);
    }
    out_end(&o);
    out_end(&o);
}

static void write_table(struct arena *a, struct buf *text, const struct search_result *r)
{
    static const char *const headings[] = {"name", "born", "document", "phone", "why", "id"};
    struct table *t = table_new(a, headings, 6);
    for (size_t i = 0; i < r->n; i++) {
        const struct search_hit *hit = &r->hits[i];
        char born[DATE_TEXT_MAX];
        date_format(born, hit->who.born);
        table_cell(t, names_of(a, &hit->who));
        table_cell(t, str_from(born));
        table_cell(t, hit->who.n_documents ? hit->who.documents[0].number : STR(""));
        table_cell(t, hit->who.n_phones ? hit->who.phones[0] : STR(""));
        table_cell(t, str_from(hit->reason));
        table_cell(t, hex_encode(a, (bytes){hit->id.b, ID_LEN}));
    }
    if (r->n)
        table_write(t, text);
    else
        buf_addf(text, "nobody here fits that; try fewer words, or another spelling of one\n");
}

static str text_of(const struct cli *cli)
{
    struct buf b = buf_new(cli->arena);
    for (int i = 1; i < cli->n_args; i++)
        buf_addf(&b, "%s%s", i > 1 ? " " : "", cli->args[i]);
    return buf_str(&b);
}

int cmd_search(struct cli *cli)
{
    int result = cli_args(cli, 2, 64);
    struct node *node = NULL;
    struct names *names = NULL;
    struct search *search = NULL;
    if (result < 0 || (result = cli_node_open(cli, cli->args[0], &node)) < 0)
        return result;
    if ((result = names_open(&names, &cli->err)) < 0 || (result = open_index(cli, node, names, &search)) < 0)
        goto out;
    const char *purpose = cli_option(cli, "purpose");
    struct search_result found;
    struct asked asked = {search, cli->arena, text_of(cli), &found};
    struct actor actor = act_operator(cli->arena);
    struct act act = {
        .verb = VERB_SEARCH,
        .actor = &actor,
        .purpose = str_from(purpose ? purpose : PURPOSE_DEFAULT),
        .reference = str_from(cli_option(cli, "reference")),
        .now_ms = clock_now_ms(),
    };
    result = act_run(node, &act, look, &asked, &cli->err);
    if (result < 0)
        goto out;
    struct buf text = buf_new(cli->arena);
    if (cli->json)
        write_json(cli->arena, &text, &found, act.leaf_index);
    else
        write_table(cli->arena, &text, &found);
    result = cli_print(cli, buf_str(&text));
out:
    search_close(search);
    names_close(names);
    node_close(node);
    return result;
}
