/* comity init and comity log as a person types them, against the built program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ground/db/db.h"
#include "trust/log/checkpoint.h"

static struct arena *a;
static char folder[] = "/tmp/comity-cmd-log-XXXXXX";
static const char *program;

/* Runs `comity ARGUMENTS` in the folder; standard error goes along into the output. */
static str comity(int *status, const char *arguments)
{
    FILE *pipe = popen(str_printf(a, "cd %s && %s %s 2>&1", folder, program, arguments).p, "r");
    assert_non_null(pipe);
    struct buf out = buf_new(a);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_add_bytes(&out, chunk, n);
    *status = WEXITSTATUS(pclose(pipe));
    return buf_str(&out);
}

static str succeed(const char *arguments)
{
    int status;
    str out = comity(&status, arguments);
    if (status != 0)
        fail_msg("comity %s: %s", arguments, out.p);
    return out;
}

static void refuse(const char *arguments, int wanted_status, const char *says)
{
    int status;
    str out = comity(&status, arguments);
    if (status != wanted_status || !strstr(out.p, says))
        fail_msg("comity %s: status %d: %s", arguments, status, out.p);
}

static void write_file(const char *name, str content)
{
    struct err err = {0};
    assert_int_equal(file_write(str_printf(a, "%s/%s", folder, name).p, str_bytes(content), FILE_MODE_PRIVATE, &err), 0);
}

static struct note_verifier key_of_the_log(void)
{
    struct note_verifier verifier;
    struct err err = {0};
    str json = succeed("log node head --json"), label = STR("\"log_key\":\"");
    const char *from = strstr(json.p, label.p);
    assert_non_null(from);
    from += label.len;
    str vkey = {from, strcspn(from, "\"")};
    if (note_verifier_parse(vkey, &verifier, &err) < 0)
        fail_msg("%s", err.text);
    return verifier;
}

static void test_init(void **state)
{
    (void)state;
    refuse("log node head", 1, "no agency's folder");
    refuse("init node --agency A --country XX --kind shelter", 2, "ISO 3166-1");
    refuse("init node --agency A --country KH --kind bakery", 2, "the kinds are");
    refuse("init node --agency A --country KH", 2, "--kind is missing");
    refuse("init node --agency A --country KH --kind shelter --time-zone Asia/Atlantis", 2, "no time zone");
    succeed("init node --agency 'Lotus House (practice)' --country KH --kind shelter --time-zone Asia/Phnom_Penh");
    refuse("init node --agency A --country KH --kind shelter", 1, "is there already");
}

static void test_head_and_proof_verify_elsewhere(void **state)
{
    (void)state;
    struct err err = {0};
    struct note_verifier verifier = key_of_the_log();
    struct checkpoint cp;
    struct tlog_proof proof;
    assert_int_equal(checkpoint_open(a, succeed("log node head"), &verifier, &cp, &err), 0);
    assert_int_equal(cp.size, 1);
    str text = succeed("log node proof 0");
    assert_int_equal(tlog_proof_parse(a, text, &proof, &err), 0);
    if (tlog_proof_verify(a, &proof, proof.extra, &verifier, &cp, &err) < 0)
        fail_msg("%s", err.text);
    assert_non_null(strstr(bytes_str(proof.extra).p, "\"verb\":\"init\""));
    refuse("log node proof 1", 1, "the log has 1 leaves");
    refuse("log node proof", 2, "comity log DIR proof INDEX");
    refuse("log node proof zero", 2, "INDEX must be a whole number");
    refuse("log node proof 0 --size 2", 1, "2 is outside");
}

static void test_show(void **state)
{
    (void)state;
    assert_non_null(strstr(succeed("log node show").p, "init"));
    assert_non_null(strstr(succeed("log node show 0").p, "verb        init"));
    assert_non_null(strstr(succeed("log node show --json").p, "[{\"index\":0,"));
    assert_string_equal(succeed("log node show --json --last 0").p, "[]\n");
}

/* Changes the node's database behind its back. */
static void tamper(const char *sql)
{
    struct db *db;
    struct err err = {0};
    if (db_open(str_printf(a, "sqlite:%s/node/comity.db", folder).p, &db, &err) < 0 || db_exec(db, sql, &err) < 0)
        fail_msg("%s", err.text);
    db_close(db);
}

static void test_verify(void **state)
{
    (void)state;
    write_file("head", succeed("log node head"));
    succeed("log node verify");
    assert_string_equal(succeed("log node verify --checkpoint head --json").p, "{\"verified\":true,\"size\":1,\"checkpoint\":true}\n");

    /* the head of another log, and of one that is longer than ours */
    succeed("init other --agency Other --country TH --kind police");
    write_file("other-head", succeed("log other head"));
    refuse("log node verify --checkpoint other-head", 1, "has not signed it");
    refuse("log node verify --checkpoint nowhere", 1, "nowhere: cannot be opened");

    tamper("update log_leaf set content = (select cast('{}' as blob))");
    refuse("log node verify", 1, "a leaf among 0 to 0 is not the one that was logged");
    refuse("log node proof 0", 1, "the log is damaged around leaf 0");
    int status;
    str json = comity(&status, "log node verify --json 2>/dev/null");
    assert_int_equal(status, 1);
    assert_true(str_starts(json, STR("{\"error\":{\"code\":\"corrupt\",\"text\":\"")));

    /* a log that was emptied as a whole agrees with itself; the head that was kept does not agree with it */
    tamper("delete from log_leaf; delete from log_node; delete from log_frontier");
    succeed("log node verify");
    refuse("log node verify --checkpoint head", 1, "it has 1 leaves, the log only 0");
}

static int set_up(void **state)
{
    (void)state;
    struct err err;
    a = arena_new();
    program = getenv("COMITY_PROGRAM");
    return program && mkdtemp(folder) ? crypto_open(&err) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    int result = system(str_printf(a, "rm -rf '%s'", folder).p);
    arena_free(a);
    return result;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_head_and_proof_verify_elsewhere),
        cmocka_unit_test(test_show),
        cmocka_unit_test(test_verify),
    };
    return cmocka_run_group_tests_name("face/cli/log", tests, set_up, tear_down);
}
