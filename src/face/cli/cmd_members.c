/* comity members: the people of the agency, who sign in to the pages. */
#include <stdio.h>
#include <string.h>

#include "face/cli/commands.h"
#include "face/cli/out.h"
#include "face/cli/rooms.h"
#include "ground/text/text.h"
#include "trust/people/new_code.h"

const struct cli_option members_add_options[] = {
    {"login", "NAME", "what the member types to sign in: small letters and digits"},
    {"roles", "ROLE,...", "caseworker, investigator, prosecutor, supervisor, dpo, auditor, administrator"},
    {"languages", "CODE ...", "the preferred first, such as \"km en\" (default en)"},
    {0},
};
const struct cli_option members_roles_options[] = {{"roles", "ROLE,...", "all that the member is from now on"}, {0}};

const char members_add_help[] =
    "Prints a code, once: the member joins with it on the pages (/join) within three days and chooses what to sign in with.\n"
    "Begin here with an administrator and a supervisor or data-protection officer: on the pages nobody gives a role alone.\n";
const char members_code_help[] =
    "For whoever lost what she signs in with: that is erased, her sessions end, and she joins anew with the new code.\n"
    "On the pages a code takes two persons. Here nobody else is asked: the log says so, and so does the member's account.\n";
const char members_roles_help[] = "Ends the member's sessions. What she may do follows from her roles at each act.\n"
    "On the pages this takes two persons, but for an officer in a hall. Here nobody else is asked: the log says so.\n";
const char members_suspend_help[] = "Ends the member's sessions; she may do nothing until she is taken up again.\n";
const char members_resume_help[] = "Takes a suspended member up again.\n";
const char members_leave_help[] = "For good: what the member signs in with is erased. What she did remains in the log.\n";

static void write_member(struct out *o, struct arena *a, const struct member *m, const char *code)
{
    out_object(o, NULL);
    out_text(o, "id", hex_encode(a, (bytes){m->id, ID_LEN}));
    out_text(o, "name", m->name);
    out_text(o, "login", m->login);
    out_text(o, "languages", m->languages);
    out_text(o, "roles", member_roles_text(a, m->roles));
    out_text(o, "state", str_from(member_state_words(m->state)));
    if (code)
        out_text(o, "code", str_from(code));
    out_end(o);
}

int cmd_members(struct cli *cli)
{
    static const char *const headings[] = {"name", "login", "roles", "now", "languages"};
    struct node *node = NULL;
    struct member *all;
    size_t n;
    struct buf text = buf_new(cli->arena);
    struct out o = out_json(&text);
    int r = cli_args(cli, 1, 1);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], &node);
    if (r < 0)
        return r;
    r = member_list(node, cli->arena, &all, &n, &cli->err);
    struct table *t = table_new(cli->arena, headings, 5);
    if (cli->json)
        out_array(&o, NULL);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (cli->json) {
            write_member(&o, cli->arena, &all[i], NULL);
            continue;
        }
        table_cell(t, all[i].name);
        table_cell(t, all[i].login);
        table_cell(t, member_roles_text(cli->arena, all[i].roles));
        table_cell(t, str_from(member_state_words(all[i].state)));
        table_cell(t, all[i].languages);
    }
    if (cli->json)
        out_end(&o);
    else if (r == 0 && n == 0)
        buf_add(&text, STR("no members yet: comity members DIR add NAME --login NAME --roles administrator\n"));
    else
        table_write(t, &text);
    node_close(node);
    return r < 0 ? r : cli_print(cli, buf_str(&text));
}

/* The member and her code, for whoever hands it over. */
static int print_code(struct cli *cli, struct node *node, const uint8_t id[static ID_LEN], const char *code)
{
    struct member m;
    struct buf text = buf_new(cli->arena);
    struct out o = out_json(&text);
    int r = member_get(node, id, cli->arena, &m, &cli->err);
    if (r < 0)
        return r;
    if (cli->json)
        write_member(&o, cli->arena, &m, code);
    else
        buf_addf(&text, "code for %.*s: %s\nIt is shown only now, and is good for three days.\n", STR_ARG(m.login), code);
    return cli_print(cli, buf_str(&text));
}

int cmd_members_add(struct cli *cli)
{
    struct node *node = NULL;
    struct text *text = NULL;
    uint8_t id[ID_LEN];
    char code[MEMBER_CODE_LEN];
    struct actor operator = act_operator(cli->arena);
    struct member_new m = {.login = str_from(cli_option(cli, "login")), .languages = str_from(cli_option(cli, "languages"))};
    int r = cli_args(cli, 2, 2);
    if (r == 0 && (!cli_option(cli, "login") || !cli_option(cli, "roles")))
        return cli_usage(cli, "say --login NAME and --roles ROLE,...");
    if (r == 0)
        r = member_roles_parse(str_from(cli_option(cli, "roles")), &m.roles, &cli->err);
    if (r == 0)
        r = text_open(&text, &cli->err);
    if (r == 0) {
        m.name = str_trim(text_nfc(text, cli->arena, str_from(cli->args[1])));
        r = cli_node_open(cli, cli->args[0], &node);
    }
    if (r == 0)
        r = member_add(node, &operator, clock_now_ms(), &m, id, code, &cli->err);
    if (r == 0)
        r = print_code(cli, node, id, code);
    crypto_wipe(code, sizeof code);
    if (node)
        node_close(node);
    text_close(text);
    return r;
}

/* DIR LOGIN: opens the node and finds the member. */
static int begin(struct cli *cli, struct node **node, struct member *m)
{
    int r = cli_args(cli, 2, 2);
    if (r == 0)
        r = cli_node_open(cli, cli->args[0], node);
    return r < 0 ? r : member_by_login(*node, str_from(cli->args[1]), cli->arena, m, &cli->err);
}

int cmd_members_code(struct cli *cli)
{
    struct node *node = NULL;
    struct member m;
    char code[MEMBER_CODE_LEN];
    struct actor operator = act_operator(cli->arena);
    int r = begin(cli, &node, &m);
    if (r == 0)
        r = member_code(node, &operator, clock_now_ms(), m.id, code, NULL, &cli->err);
    if (r == 0)
        r = print_code(cli, node, m.id, code);
    crypto_wipe(code, sizeof code);
    if (node)
        node_close(node);
    return r;
}

int cmd_members_roles(struct cli *cli)
{
    struct node *node = NULL;
    struct member m;
    unsigned roles = 0;
    struct actor operator = act_operator(cli->arena);
    if (!cli_option(cli, "roles"))
        return cli_usage(cli, "say --roles ROLE,...");
    int r = member_roles_parse(str_from(cli_option(cli, "roles")), &roles, &cli->err);
    if (r == 0)
        r = begin(cli, &node, &m);
    if (r == 0)
        r = member_roles_set(node, &operator, clock_now_ms(), m.id, roles, NULL, &cli->err);
    if (node)
        node_close(node);
    return r;
}

static int set_state(struct cli *cli, enum member_state state)
{
    struct node *node = NULL;
    struct member m;
    struct actor operator = act_operator(cli->arena);
    int r = begin(cli, &node, &m);
    if (r == 0)
        r = member_state_set(node, &operator, clock_now_ms(), m.id, state, &cli->err);
    if (node)
        node_close(node);
    return r;
}

int cmd_members_suspend(struct cli *cli)
{
    return set_state(cli, MEMBER_SUSPENDED);
}

int cmd_members_resume(struct cli *cli)
{
    return set_state(cli, MEMBER_ACTIVE);
}

int cmd_members_leave(struct cli *cli)
{
    return set_state(cli, MEMBER_LEFT);
}
