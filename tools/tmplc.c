/* tmplc: compiles templates of HTML to C at build time; the escape of each value follows from its place in the markup.
 *
 *     tmplc OUT.c OUT.h FILE.html...         a C function for each template
 *     tmplc --messages FILE.html...          the messages, as a .pot without header
 *
 * A file holds directives in double braces; everything else is markup. docs/templates.md explains them to authors:
 *
 *     {{include "face/web/views.h"}}                    what declares the types
 *     {{template NAME(const struct x_view *v)}} ... {{end}}      becomes  void NAME(struct html *o, const struct x_view *v)
 *     {{v->name}}                                       a value: any C expression that is text or an integer
 *     {{if C}} ... {{else if C}} ... {{else}} ... {{end}}
 *     {{for (int i = 0; i < v->n; i++)}} ... {{end}}
 *     {{let const struct row *row = &v->rows[i]}}
 *     {{use other(v->part)}}                            another template's markup
 *     {{around layout(v->page)}} ... {{end}}            a template that holds {{content}}, around what stands here
 *     {{_ "Hello {name}" name=v->name}}                 a message for translation
 *     {{n "{n} file" "{n} files" v->n_files}}           a message with a number
 *     {{-- a comment --}}
 *
 * A value in a place where it could become more than a value is an error of the build, with file and line. The markup is checked too
 * (tmplc_html.c): elements closed in order, all ways through the template ending in the same place.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmplc.h"

#define BLOCKS_MAX 32
#define ARGS_MAX 8
#define TEXT_MAX 8192

enum block_kind { BLOCK_TEMPLATE, BLOCK_IF, BLOCK_FOR, BLOCK_AROUND };

struct block {
    enum block_kind kind;
    int line;
    struct markup begin, met;  /* where it began; where the branches so far ended */
    bool has_met, has_else;
    char call[TEXT_MAX];       /* of an around: ARGUMENTS; of a template: NAME */
    char tail[TEXT_MAX];
};

struct source {
    const char *path;
    char *text;
    size_t len, at;
    int line;
    struct markup markup;
    struct block blocks[BLOCKS_MAX];
    int n_blocks;
    bool has_content;
    char literal[1 << 16];
    size_t literal_len;
    bool pending_space, pending_line, fresh; /* fresh: nothing of the template yet */
};

static FILE *c_file, *h_file;
static bool messages_only;

static void __attribute__((noreturn, format(printf, 2, 3))) die(const struct source *s, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "%s:%d: error: ", s->path, s->line);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

static void __attribute__((format(printf, 1, 2))) emit(const char *format, ...)
{
    if (messages_only)
        return;
    va_list list;
    va_start(list, format);
    vfprintf(c_file, format, list);
    va_end(list);
}

/* --- markup --- */

static void flush_literal(struct source *s)
{
    if (s->literal_len == 0)
        return;
    emit("    html_markup(o, \"");
    for (size_t i = 0; i < s->literal_len; i++) {
        unsigned char c = (unsigned char)s->literal[i];
        if (c == '"' || c == '\\')
            emit("\\%c", c);
        else if (c == '\n')
            emit("\\n");
        else if (c < 0x20 || c >= 0x7f || c == '?') /* no trigraphs either */
            emit("\\%03o", c);
        else
            emit("%c", c);
    }
    emit("\");\n");
    s->literal_len = 0;
}

static void add_literal(struct source *s, char c)
{
    if (s->literal_len == sizeof s->literal)
        flush_literal(s);
    s->literal[s->literal_len++] = c;
}

/* White space between words is one space on the wire, and one line end if it held one. */
static void add_space(struct source *s)
{
    if (s->pending_space)
        add_literal(s, s->pending_line ? '\n' : ' ');
    s->pending_space = s->pending_line = false;
}

static void take_markup(struct source *s, char c)
{
    bool was_text = s->markup.place == IN_TEXT, keeps = markup_keeps_space(&s->markup);
    int depth = s->markup.depth;
    markup_take(&s->markup, c);
    if (s->markup.wrong)
        die(s, "%s (near '%c', element <%s>)", s->markup.wrong, c, s->markup.tag);
    if (isspace((unsigned char)c) && !keeps) {
        s->pending_space = !s->fresh;
        s->pending_line = s->pending_line || (c == '\n' && was_text);
        return;
    }
    add_space(s);
    s->fresh = false;
    add_literal(s, c);
    /* The parser drops a line end that stands first in these: so that one of the value's own is not lost, give it another. */
    if (s->markup.depth > depth && (strcmp(s->markup.tag, "textarea") == 0 || strcmp(s->markup.tag, "pre") == 0))
        add_literal(s, '\n');
}

/* --- directives --- */

static const char *skip_space(const char *p)
{
    while (isspace((unsigned char)*p))
        p++;
    return p;
}

static bool begins(const char *text, const char *word, const char **rest)
{
    size_t len = strlen(word);
    if (strncmp(text, word, len) != 0 || isalnum((unsigned char)text[len]) || text[len] == '_')
        return false;
    *rest = skip_space(text + len);
    return true;
}

static void need_template(struct source *s)
{
    if (s->n_blocks == 0)
        die(s, "this stands outside of a {{template ...}}");
}

static void line_of(const struct source *s)
{
    emit("#line %d \"%s\"\n", s->line, s->path);
}

static struct block *push(struct source *s, enum block_kind kind)
{
    if (s->n_blocks == BLOCKS_MAX)
        die(s, "blocks are nested too deeply");
    struct block *b = &s->blocks[s->n_blocks++];
    memset(b, 0, sizeof *b);
    b->kind = kind;
    b->line = s->line;
    b->begin = s->markup;
    return b;
}

static void meet(struct source *s, struct block *b, const struct markup *end)
{
    struct markup met = *end;
    if (b->has_met && !markup_meet(&b->met, end, &met))
        die(s, "the branches of the block that begins in line %d end in different places of the markup", b->line);
    b->met = met;
    b->has_met = true;
}

static void take_else(struct source *s, const char *rest)
{
    struct block *b = s->n_blocks ? &s->blocks[s->n_blocks - 1] : NULL;
    if (!b || b->kind != BLOCK_IF || b->has_else)
        die(s, "this {{else}} belongs to no {{if}}");
    meet(s, b, &s->markup);
    s->markup = b->begin;
    const char *condition;
    if (begins(rest, "if", &condition)) {
        line_of(s);
        emit("    } else if (%s) {\n", condition);
        return;
    }
    b->has_else = true;
    emit("    } else {\n");
}

static void template_ends(struct source *s, const struct block *b)
{
    if (s->markup.place != IN_TEXT || s->markup.depth > 0)
        die(s, "template %s ends with <%s> open", b->call, s->markup.depth ? s->markup.open[s->markup.depth - 1] : s->markup.tag);
    emit("}\n\n");
}

static void take_end(struct source *s)
{
    need_template(s);
    struct block *b = &s->blocks[--s->n_blocks];
    switch (b->kind) {
    case BLOCK_TEMPLATE:
        template_ends(s, b);
        return;
    case BLOCK_AROUND:
        if (s->markup.place != IN_TEXT || s->markup.depth != b->begin.depth)
            die(s, "what {{around}} of line %d holds ends with an element open", b->line);
        line_of(s);
        emit("    %s_after(o%s%s);\n", b->call, b->tail[0] ? ", " : "", b->tail);
        return;
    case BLOCK_FOR:
        if (!markup_meet(&b->begin, &s->markup, &s->markup))
            die(s, "what {{for}} of line %d repeats does not end where it began", b->line);
        break;
    case BLOCK_IF:
        meet(s, b, &s->markup);
        if (!b->has_else)
            meet(s, b, &b->begin);
        s->markup = b->met;
        break;
    }
    emit("    }\n");
}

/* NAME(ARGUMENTS) into two strings. */
static void split_call(struct source *s, const char *text, char *name, char *arguments)
{
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || text[len] == '_')
        len++;
    const char *open = skip_space(text + len), *close = strrchr(text, ')');
    if (len == 0 || *open != '(' || !close || *skip_space(close + 1))
        die(s, "this should be NAME(ARGUMENTS)");
    snprintf(name, TEXT_MAX, "%.*s", (int)len, text);
    snprintf(arguments, TEXT_MAX, "%.*s", (int)(close - open - 1), open + 1);
}

static void take_template(struct source *s, const char *rest)
{
    if (s->n_blocks > 0)
        die(s, "a template within the one that begins in line %d", s->blocks[0].line);
    memset(&s->markup, 0, sizeof s->markup);
    s->fresh = true;
    struct block *b = push(s, BLOCK_TEMPLATE);
    split_call(s, rest, b->call, b->tail);
    const char *end = strstr(s->text + s->at, "{{template "), *content = strstr(s->text + s->at, "{{content}}");
    s->has_content = content && (!end || content < end);
    if (messages_only)
        return;
    const char *comma = b->tail[0] ? ", " : "", *suffix = s->has_content ? "_before" : "";
    fprintf(h_file, "void %s%s(struct html *o%s%s);\n", b->call, suffix, comma, b->tail);
    if (s->has_content)
        fprintf(h_file, "void %s_after(struct html *o%s%s);\n", b->call, comma, b->tail);
    line_of(s);
    emit("void %s%s(struct html *o%s%s)\n{\n", b->call, suffix, comma, b->tail);
}

static void take_content(struct source *s)
{
    struct block *b = s->n_blocks == 1 ? &s->blocks[0] : NULL;
    if (!b || !s->has_content || !markup_markup(&s->markup))
        die(s, "{{content}} stands once, in a template and in no other block");
    s->has_content = false;
    emit("}\n\nvoid %s_after(struct html *o%s%s)\n{\n", b->call, b->tail[0] ? ", " : "", b->tail);
}

static void take_use(struct source *s, const char *rest)
{
    char name[TEXT_MAX], arguments[TEXT_MAX];
    if (!markup_markup(&s->markup))
        die(s, "%s", s->markup.wrong);
    split_call(s, rest, name, arguments);
    line_of(s);
    emit("    %s(o%s%s);\n", name, arguments[0] ? ", " : "", arguments);
}

static void take_around(struct source *s, const char *rest)
{
    if (!markup_markup(&s->markup))
        die(s, "%s", s->markup.wrong);
    struct block *b = push(s, BLOCK_AROUND);
    split_call(s, rest, b->call, b->tail);
    line_of(s);
    emit("    %s_before(o%s%s);\n", b->call, b->tail[0] ? ", " : "", b->tail);
}

static void take_value(struct source *s, const char *expression)
{
    static const char *const calls[] = {[WRITES_VALUE] = "html_value", [WRITES_URL] = "html_url", [WRITES_URL_PART] = "html_url_part"};
    enum writes how = markup_value(&s->markup);
    if (how == WRITES_NOTHING)
        die(s, "{{%s}}: %s", expression, s->markup.wrong);
    line_of(s);
    emit("    %s(o, %s);\n", calls[how], expression);
}

/* --- messages --- */

/* A C string literal at p: its end, or NULL. Quotes are part of it. */
static const char *literal_end(const char *p)
{
    if (*p != '"')
        return NULL;
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1])
            p++;
    return *p == '"' ? p + 1 : NULL;
}

struct message {
    char text[2][TEXT_MAX];                /* literals, with their quotes; [1] empty when there is one form */
    char number[TEXT_MAX];
    char name[ARGS_MAX][NAME_LEN], value[ARGS_MAX][TEXT_MAX];
    int n;
};

/* An expression ends at white space outside of parentheses and quotes. */
static const char *expression_end(const char *p)
{
    int depth = 0;
    for (; *p; p++) {
        const char *past = literal_end(p);
        if (past)
            p = past - 1;
        else if (*p == '(' || *p == '[')
            depth++;
        else if (*p == ')' || *p == ']')
            depth--;
        else if (isspace((unsigned char)*p) && depth == 0)
            break;
    }
    return p;
}

static const char *take_literal(struct source *s, const char *p, char *to)
{
    const char *end = literal_end(p);
    if (!end)
        die(s, "here a message should stand: \"...\"");
    snprintf(to, TEXT_MAX, "%.*s", (int)(end - p), p);
    return skip_space(end);
}

static void check_names(struct source *s, const struct message *m, const char *text)
{
    for (const char *open = strchr(text, '{'); open; open = strchr(open + 1, '{')) {
        const char *close = strchr(open, '}');
        bool known = false;
        if (!close)
            die(s, "a { without its } in a message");
        size_t len = (size_t)(close - open - 1);
        for (int i = 0; i < m->n; i++)
            known = known || (strlen(m->name[i]) == len && strncmp(m->name[i], open + 1, len) == 0);
        known = known || (m->number[0] && len == 1 && open[1] == 'n');
        if (!known)
            die(s, "the message says {%.*s}, and no such value is given", (int)len, open + 1);
    }
}

static void parse_message(struct source *s, const char *p, bool plural, struct message *m)
{
    memset(m, 0, sizeof *m);
    p = take_literal(s, p, m->text[0]);
    if (plural) {
        p = take_literal(s, p, m->text[1]);
        const char *end = expression_end(p);
        snprintf(m->number, TEXT_MAX, "%.*s", (int)(end - p), p);
        p = skip_space(end);
        if (!m->number[0])
            die(s, "a message with two forms needs its number behind them");
    }
    while (*p) {
        size_t len = 0;
        while (isalnum((unsigned char)p[len]) || p[len] == '_')
            len++;
        if (m->n == ARGS_MAX || len == 0 || len >= NAME_LEN || p[len] != '=')
            die(s, "behind a message stand its values: name=expression");
        const char *value = p + len + 1, *end = expression_end(value);
        snprintf(m->name[m->n], NAME_LEN, "%.*s", (int)len, p);
        snprintf(m->value[m->n++], TEXT_MAX, "%.*s", (int)(end - value), value);
        p = skip_space(end);
    }
    check_names(s, m, m->text[0]);
    check_names(s, m, m->text[1]);
}

static void take_message(struct source *s, const char *rest, bool plural)
{
    static struct message m;
    if (!markup_message(&s->markup))
        die(s, "%s", s->markup.wrong);
    parse_message(s, rest, plural, &m);
    if (messages_only) {
        printf("#: %s:%d\nmsgid %s\n", s->path, s->line, m.text[0]);
        printf(plural ? "msgid_plural %s\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n\n" : "%smsgstr \"\"\n\n", plural ? m.text[1] : "");
        return;
    }
    line_of(s);
    emit(plural ? "    html_plural(o, %s, %s, %s, " : "    html_message(o, %s%s%s, ", m.text[0], m.text[1], m.number);
    if (m.n > 0)
        emit("(const struct html_arg[]){");
    for (int i = 0; i < m.n; i++)
        emit("{\"%s\", html_str(o->buf.arena, %s)}, ", m.name[i], m.value[i]);
    emit(m.n > 0 ? "}, %d);\n" : "NULL, %d);\n", m.n);
}

/* N_("...") within C of a directive: a message that is translated later. */
static void print_marked(const struct source *s, const char *text)
{
    for (const char *p = strstr(text, "N_(\""); p; p = strstr(p + 1, "N_(\"")) {
        const char *end = literal_end(p + 3);
        if (end)
            printf("#: %s:%d\nmsgid %.*s\nmsgstr \"\"\n\n", s->path, s->line, (int)(end - p - 3), p + 3);
    }
}

/* --- a file --- */

/* In order; what begins with none of the words is a value. */
static void take_directive(struct source *s, const char *text)
{
    const char *rest;
    if (begins(text, "include", &rest)) {
        if (s->n_blocks > 0)
            die(s, "{{include}} stands outside of templates");
        if (!messages_only)
            fprintf(h_file, "#include %s\n", rest);
        return;
    }
    if (begins(text, "template", &rest)) {
        take_template(s, rest);
        return;
    }
    need_template(s);
    if (messages_only)
        print_marked(s, text);
    if (begins(text, "if", &rest)) {
        push(s, BLOCK_IF);
        line_of(s);
        emit("    if (%s) {\n", rest);
    } else if (begins(text, "for", &rest)) {
        if (s->markup.place != IN_TEXT && s->markup.place != IN_VALUE)
            die(s, "{{for}} stands in text or in a value");
        push(s, BLOCK_FOR);
        line_of(s);
        emit("    for %s {\n", rest);
    } else if (begins(text, "let", &rest)) {
        line_of(s);
        emit("    %s;\n", rest);
    } else if (begins(text, "else", &rest)) {
        take_else(s, rest);
    } else if (begins(text, "end", &rest)) {
        take_end(s);
    } else if (begins(text, "content", &rest)) {
        take_content(s);
    } else if (begins(text, "use", &rest)) {
        take_use(s, rest);
    } else if (begins(text, "around", &rest)) {
        take_around(s, rest);
    } else if (begins(text, "_", &rest)) {
        take_message(s, rest, false);
    } else if (begins(text, "n", &rest) && *rest == '"') {
        take_message(s, rest, true);
    } else {
        take_value(s, text);
    }
}

/* The directive behind "{{", without surrounding space; s->at moves behind its "}}". */
static char *read_directive(struct source *s)
{
    size_t from = s->at;
    if (strncmp(s->text + from, "--", 2) == 0) {
        const char *end = strstr(s->text + from, "--}}");
        if (!end)
            die(s, "a comment without its end: --}}");
        for (; s->text + s->at < end + 4; s->at++)
            s->line += s->text[s->at] == '\n';
        return NULL;
    }
    const char *p = s->text + from;
    while (*p && strncmp(p, "}}", 2) != 0) {
        const char *past = literal_end(p);
        p = past ? past : p + 1;
    }
    if (!*p)
        die(s, "a directive without its end: }}");
    const char *begin = skip_space(s->text + from);
    size_t len = (size_t)(p - begin);
    while (len > 0 && isspace((unsigned char)begin[len - 1]))
        len--;
    if (len == 0 || len >= TEXT_MAX / 2)
        die(s, "this directive is empty or too long");
    for (; s->text + s->at < p + 2; s->at++)
        s->line += s->text[s->at] == '\n';
    return strndup(begin, len);
}

static void compile(const char *path)
{
    static struct source s;
    memset(&s, 0, sizeof s);
    s.path = path;
    s.line = 1;
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END) != 0)
        die(&s, "cannot be read");
    s.len = (size_t)ftell(f);
    rewind(f);
    s.text = calloc(s.len + 1, 1);
    if (!s.text || fread(s.text, 1, s.len, f) != s.len || memchr(s.text, 0, s.len))
        die(&s, "cannot be read, or holds a NUL");
    fclose(f);
    while (s.at < s.len) {
        char c = s.text[s.at];
        if (strncmp(s.text + s.at, "{{", 2) == 0) {
            s.at += 2;
            char *directive = read_directive(&s);
            if (!directive)
                continue;
            if (strcmp(directive, "end") != 0 || s.n_blocks > 1)
                add_space(&s);
            flush_literal(&s);
            take_directive(&s, directive);
            free(directive);
            continue;
        }
        if (s.n_blocks > 0)
            take_markup(&s, c);
        else if (!isspace((unsigned char)c))
            die(&s, "markup stands within a {{template ...}}");
        s.line += c == '\n';
        s.at++;
        s.pending_space = s.pending_space && s.n_blocks > 0;
    }
    if (s.n_blocks > 0)
        die(&s, "the block that begins in line %d has no {{end}}", s.blocks[s.n_blocks - 1].line);
    free(s.text);
}

static FILE *open_or_die(const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

int main(int argc, char **argv)
{
    messages_only = argc > 2 && strcmp(argv[1], "--messages") == 0;
    int first = messages_only ? 2 : 3;
    if (argc <= first) {
        fprintf(stderr, "usage: tmplc OUT.c OUT.h FILE.html...\n       tmplc --messages FILE.html...\n");
        return 2;
    }
    if (messages_only) {
        for (int i = first; i < argc; i++)
            compile(argv[i]);
        return 0;
    }
    c_file = open_or_die(argv[1]);
    h_file = open_or_die(argv[2]);
    const char *slash = strrchr(argv[2], '/');
    fprintf(h_file, "#pragma once\n#include \"ground/html/html.h\"\n");
    emit("#include \"%s\"\n", slash ? slash + 1 : argv[2]);
    for (int i = first; i < argc; i++)
        compile(argv[i]);
    return fclose(c_file) | fclose(h_file);
}
