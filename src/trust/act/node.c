/* node: the folder of an agency, made whole or not at all, and opened with clear words about what is missing. */
#include "trust/act/act.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ground/json/json.h"

#define CONFIG_NAME "comity.json"
#define CONFIG_TMP "comity.json.tmp" /* what file_write leaves when it is killed */
#define CONFIG_MAX 65536
#define TIME_ZONE_MAX 60
#define CONFIG_VERSION 1
#define DB_DEFAULT "sqlite:comity.db"

const char *const agency_kinds[] = {
    "police", "prosecutor", "court", "immigration", "border", "labour", "shelter", "ngo", "health", "social-services", "embassy",
    "international", "oversight", NULL,
};

/* ISO 3166-1 alpha-2, and XK as it is used in practice. */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH "
    "CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN "
    "GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI "
    "LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM "
    "PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD "
    "TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

static bool country_known(str code)
{
    if (code.len != 2)
        return false;
    for (const char *c = countries; *c; c += 3)
        if (c[0] == code.p[0] && c[1] == code.p[1])
            return true;
    return false;
}

static int kind_unknown(struct err *err)
{
    struct arena *a = arena_new();
    struct buf list = buf_new(a);
    for (const char *const *k = agency_kinds; *k; k++)
        buf_addf(&list, "%s%s", k == agency_kinds ? "" : ", ", *k);
    int result = err_set(err, ERR_USAGE, "that kind of agency is not known; the kinds are: %s", buf_str(&list).p);
    arena_free(a);
    return result;
}

int agency_check(const struct agency *agency, struct err *err)
{
    if (str_trim(agency->name).len == 0 || agency->name.len > AGENCY_NAME_MAX)
        return err_set(err, ERR_USAGE, "the agency's name must have 1 to %d bytes", AGENCY_NAME_MAX);
    for (size_t i = 0; i < agency->name.len; i++)
        if ((uint8_t)agency->name.p[i] < 0x20 || agency->name.p[i] == 0x7f)
            return err_set(err, ERR_USAGE, "the agency's name holds a control character at byte %zu", i + 1);
    if (!country_known(agency->country))
        return err_set(err, ERR_USAGE, "the country must be an ISO 3166-1 code of two capital letters, such as KH");
    for (const char *const *k = agency_kinds; *k; k++)
        if (str_eq(agency->kind, str_from(*k)))
            return 0;
    return kind_unknown(err);
}

const char *node_path(const struct node *node, struct arena *a, const char *name)
{
    return str_printf(a, "%s/%s", node->dir, name).p;
}

/* "sqlite:comity.db" in the settings means the folder's own; absolute paths and servers stay as they are. */
static const char *absolute_url(struct arena *a, const char *dir, str url)
{
    str prefix = STR("sqlite:");
    if (str_starts(url, prefix) && !str_starts(url, STR("sqlite:/")))
        return str_printf(a, "sqlite:%s/%.*s", dir, STR_ARG(str_slice(url, prefix.len, url.len))).p;
    return str_c(a, url);
}

static int write_config(const char *path, const struct node_settings *s, struct err *err)
{
    struct arena *a = arena_new();
    struct json *o = json_object_new(a);
    json_put_int(o, "version", CONFIG_VERSION);
    json_put_str(o, "agency", s->agency.name);
    json_put_str(o, "country", s->agency.country);
    json_put_str(o, "kind", s->agency.kind);
    json_put_str(o, "database", str_from(s->db_url ? s->db_url : DB_DEFAULT));
    json_put_str(o, "listen", s->listen.len ? s->listen : STR(NODE_LISTEN_DEFAULT));
    if (s->time_zone.len)
        json_put_str(o, "time_zone", s->time_zone);
    int result = file_write(path, str_bytes(json_write(a, o, JSON_INDENTED)), FILE_MODE_PRIVATE, err);
    arena_free(a);
    return result;
}

static int read_config(struct node *node, struct err *err)
{
    const char *path = node_path(node, node->arena, CONFIG_NAME);
    bytes text;
    int result = file_read(node->arena, path, CONFIG_MAX, &text, err);
    if (result == ERR_NOT_FOUND)
        return err_set(err, ERR_NOT_FOUND, "%s: no agency's folder is here; make one with: comity init %s --agency NAME --country ISO2 --kind KIND",
                       node->dir, node->dir);
    const struct json *root;
    str url;
    int64_t version;
    if (result < 0 || (result = json_parse(node->arena, CONFIG_NAME, text, CONFIG_MAX, &root, err)) < 0 ||
        (result = json_get_int(root, "version", 1, CONFIG_VERSION, &version, err)) < 0 ||
        (result = json_get_str(root, "agency", AGENCY_NAME_MAX, &node->agency.name, err)) < 0 ||
        (result = json_get_str(root, "country", 2, &node->agency.country, err)) < 0 ||
        (result = json_get_str(root, "kind", 40, &node->agency.kind, err)) < 0 ||
        (result = json_get_str(root, "database", 2000, &url, err)) < 0 ||
        (result = json_get_str(root, "listen", 255, &node->listen, err)) < 0 ||
        (json_find(root, "time_zone") && (result = json_get_str(root, "time_zone", TIME_ZONE_MAX, &node->time_zone, err)) < 0) ||
        (result = agency_check(&node->agency, err)) < 0) {
        err_prefix(err, "%s", node->dir);
        return result;
    }
    node->db_url = absolute_url(node->arena, node->dir, url);
    return 0;
}

static int migrate(struct node *node, const struct db_schema *const *rooms, struct err *err)
{
    static const struct db_schema *const own[] = {&vault_schema, &log_schema, &access_schema, &act_schema, NULL};
    int result = 0;
    for (const struct db_schema *const *s = own; *s && result == 0; s++)
        result = db_migrate(node->db, *s, err);
    for (const struct db_schema *const *s = rooms; s && *s && result == 0; s++)
        result = db_migrate(node->db, *s, err);
    return result;
}

/* The log's name in checkpoints: unique without a registry, and nobody's name. */
static const char *log_origin(const struct node *node)
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    return str_printf(node->arena, "comity/%s", hex_encode(node->arena, (bytes){key, 8}).p).p;
}

str node_time_zone(const char *dir, struct arena *a)
{
    struct node node = {.arena = a, .dir = dir};
    struct err none = {0};
    return read_config(&node, &none) < 0 ? STR("") : node.time_zone;
}

int node_open(const char *dir, const struct db_schema *const *rooms, struct node **out, struct err *err)
{
    struct arena *a = arena_new();
    struct node *node = arena_new_of(a, struct node);
    node->arena = a;
    node->dir = str_c(a, str_from(dir));
    int result = read_config(node, err);
    if (result < 0)
        goto out;
    result = keyring_open(node_path(node, a, "keys"), &node->keys, err);
    if (result < 0)
        goto out;
    result = db_open(node->db_url, &node->db, err);
    if (result < 0)
        goto out;
    node->vault = vault_open(node->keys);
    node->log = log_open(node->keys, log_origin(node));
    result = migrate(node, rooms, err);
out:
    if (result < 0)
        node_close(node);
    else
        *out = node;
    return result;
}

int node_open_again(const struct node *node, struct node **out, struct err *err)
{
    struct arena *a = arena_new();
    struct node *again = arena_new_of(a, struct node);
    *again = *node;
    again->arena = a;
    again->shares = true;
    again->db = NULL;
    int result = db_open(node->db_url, &again->db, err);
    if (result < 0)
        node_close(again);
    else
        *out = again;
    return result;
}

void node_close(struct node *node)
{
    if (!node)
        return;
    db_close(node->db);
    if (!node->shares) {
        log_close(node->log);
        vault_close(node->vault);
        keyring_close(node->keys);
    }
    arena_free(node->arena);
}

/* Making a node: everything in a folder beside the wanted one, which then takes its name. */

static void remove_folder(struct arena *a, const char *dir)
{
    static const char *const made[] = {CONFIG_NAME, CONFIG_TMP, "keys", "keys.tmp", "comity.db", "comity.db-wal", "comity.db-shm"};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        unlink(str_printf(a, "%s/%s", dir, made[i]).p);
    rmdir(dir);
}

static int say_who(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct node_settings *s = arg;
    int64_t size;
    int result = log_size(node->log, node->db, &size, err);
    if (result < 0)
        return result;
    if (size > 0)
        return err_set(err, ERR_EXISTS, "this database already belongs to an agency's node; give an empty one");
    act->detail = str_printf(node->arena, "a node for %.*s, %.*s, %.*s", STR_ARG(s->agency.name), STR_ARG(s->agency.country),
                             STR_ARG(s->agency.kind));
    return 0;
}

static int first_leaf(const char *dir, const struct node_settings *settings, int64_t now_ms, struct err *err)
{
    struct node *node;
    int result = node_open(dir, NULL, &node, err);
    if (result < 0)
        return result;
    struct node_settings copy = *settings;
    struct actor operator = act_operator(node->arena);
    struct act act = {.verb = VERB_INIT, .actor = &operator, .now_ms = now_ms};
    result = act_run(node, &act, say_who, &copy, err);
    node_close(node);
    return result;
}

int node_create(const char *dir, const struct node_settings *settings, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    str wanted = str_from(dir);
    while (wanted.len > 1 && wanted.p[wanted.len - 1] == '/')
        wanted.len--;
    uint8_t random[4];
    crypto_random(random, sizeof random);
    const char *final = str_c(a, wanted);
    const char *making = str_printf(a, "%s.new-%s", final, hex_encode(a, (bytes){random, sizeof random}).p).p;
    bool made = false;

    int result = agency_check(&settings->agency, err);
    if (result < 0)
        goto out;
    /* an empty folder may be there already; rmdir tells it from a full one */
    if (file_exists(final) && rmdir(final) < 0) {
        result = err_set(err, ERR_EXISTS, "%s is there already and is not an empty folder; choose another name", final);
        goto out;
    }
    result = file_mkdir(making, NULL, err);
    if (result < 0)
        goto out;
    made = true;
    if ((result = keyring_create(str_printf(a, "%s/keys", making).p, err)) < 0 ||
        (result = write_config(str_printf(a, "%s/" CONFIG_NAME, making).p, settings, err)) < 0 ||
        (result = first_leaf(making, settings, now_ms, err)) < 0)
        goto out;
    if (rename(making, final) < 0) {
        result = err_errno(err, errno == EEXIST || errno == ENOTEMPTY ? ERR_EXISTS : ERR_IO, errno, "%s cannot be created", final);
        goto out;
    }
    made = false;
    const char *slash = strrchr(final, '/');
    result = file_sync_dir(!slash ? "." : slash == final ? "/" : str_c(a, str_slice(wanted, 0, (size_t)(slash - final))), err);
out:
    if (made)
        remove_folder(a, making);
    arena_free(a);
    return result;
}
