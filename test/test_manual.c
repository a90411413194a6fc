/* The manual page and the program say the same: each command has a section with its arguments, and exactly its options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ground/base/base.h"

static struct arena *a;
static str page;

static str comity(const char *arguments)
{
    FILE *pipe = popen(str_printf(a, "%s %s", getenv("COMITY_PROGRAM"), arguments).p, "r");
    assert_non_null(pipe);
    struct buf out = buf_new(a);
    char chunk[4096];
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
        buf_add_bytes(&out, chunk, n);
    assert_int_equal(pclose(pipe), 0);
    return buf_str(&out);
}

/* "log Ar DIR Cm show Op Ar INDEX" as it is read: "log DIR show INDEX"; "DIR [INDEX]" as "DIR INDEX". */
static str plain_words(str line)
{
    static const char *const macros[] = {"Ar", "Cm", "Op", "Fl", "Ns"};
    struct buf out = buf_new(a);
    str word;
    while (str_split(&line, ' ', &word)) {
        bool macro = word.len == 0;
        for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++)
            macro |= str_eq(word, str_from(macros[i]));
        if (macro)
            continue;
        if (out.len)
            buf_byte(&out, ' ');
        for (size_t i = 0; i < word.len; i++)
            if (word.p[i] != '[' && word.p[i] != ']')
                buf_byte(&out, word.p[i]);
    }
    return buf_str(&out);
}

/* The lines of the section whose heading reads like this; NULL p if there is none. */
static str section(str heading)
{
    str rest = page, line, found = {NULL, 0};
    while (str_split(&rest, '\n', &line)) {
        bool is_heading = str_starts(line, STR(".Ss ")) || str_starts(line, STR(".Sh "));
        if (found.p && is_heading)
            return (str){found.p, (size_t)(line.p - found.p)};
        if (is_heading && str_eq(plain_words(str_slice(line, 4, line.len)), heading))
            found = rest;
    }
    return found;
}

/* Whether text has a line that begins with prefix and name, and no letter behind. */
static bool has_line(str text, str prefix, str name)
{
    str line;
    while (str_split(&text, '\n', &line)) {
        if (!str_starts(line, prefix) || !str_starts(str_slice(line, prefix.len, line.len), name))
            continue;
        str behind = str_slice(line, prefix.len + name.len, line.len);
        if (behind.len == 0 || behind.p[0] == ' ')
            return true;
    }
    return false;
}

/* Each line of text that begins with prefix names an option; it must stand in other behind other_prefix. */
static void compare_options(const char *command, str text, str prefix, str other, str other_prefix, const char *where)
{
    str line;
    while (str_split(&text, '\n', &line)) {
        if (!str_starts(line, prefix))
            continue;
        str rest = str_slice(line, prefix.len, line.len), name;
        str_split(&rest, ' ', &name);
        if (str_eq(name, STR("json")) || str_eq(name, STR("help"))) /* told once, for all commands */
            continue;
        if (!has_line(other, other_prefix, name))
            fail_msg("comity %s: --%.*s is missing in %s", command, STR_ARG(name), where);
    }
}

/* Returns the heading of the command's section. */
static str check_command(const char *command)
{
    str help = comity(str_printf(a, "%s --help", command).p), rest = help, usage;
    const str begin = STR("usage: comity "), end = STR(" [OPTIONS]");
    assert_true(str_split(&rest, '\n', &usage) && str_starts(usage, begin) && str_ends(usage, end));
    str heading = plain_words(str_slice(usage, begin.len, usage.len - end.len));
    str in_page = section(heading);
    if (!in_page.p)
        fail_msg("docs/comity.1 has no section .Ss for: %.*s", STR_ARG(heading));
    compare_options(command, help, STR("  --"), in_page, STR(".It Fl -"), "docs/comity.1");
    compare_options(command, in_page, STR(".It Fl -"), help, STR("  --"), "comity --help");
    return heading;
}

static void no_other_sections(struct buf *headings)
{
    str rest = page, line;
    while (str_split(&rest, '\n', &line)) {
        if (!str_starts(line, STR(".Ss ")))
            continue;
        str heading = plain_words(str_slice(line, 4, line.len));
        if (!str_contains(buf_str(headings), str_printf(a, "\n%.*s\n", STR_ARG(heading))))
            fail_msg("docs/comity.1 has a section for a command that is not there: %.*s", STR_ARG(heading));
    }
}

static void test_page_and_help_agree(void **state)
{
    (void)state;
    str help = comity("--help"), line;
    struct buf headings = buf_new(a);
    buf_byte(&headings, '\n');
    while (str_split(&help, '\n', &line)) {
        if (!str_starts(line, STR("  ")))
            continue;
        const char *name = str_c(a, str_slice(line, 2, line.len)), *gap = strstr(name, "  ");
        assert_non_null(gap);
        str heading = check_command(str_c(a, (str){name, (size_t)(gap - name)}));
        buf_addf(&headings, "%.*s\n", STR_ARG(heading));
    }
    assert_true(headings.len > 1);
    no_other_sections(&headings);
}

static int set_up(void **state)
{
    (void)state;
    a = arena_new();
    struct err err = {0};
    const char *source = getenv("COMITY_SOURCE");
    bytes text;
    if (!source || !getenv("COMITY_PROGRAM") || file_read(a, str_printf(a, "%s/docs/comity.1", source).p, 1 << 20, &text, &err) < 0)
        return -1;
    page = bytes_str(text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_page_and_help_agree)};
    return cmocka_run_group_tests_name("manual", tests, set_up, tear_down);
}
