/* tmplc_html: the place in the markup, character by character.
 *
 * A white list over the states of the HTML tokenizer (HTML Living Standard, 13.2.5) and the few rules of tree construction by which a
 * browser would move an element elsewhere (a block in a p, a div in a table). Our templates are stricter than HTML: values in double
 * quotes, every element closed, no script or style in the page, no comment.
 */
#include <ctype.h>
#include <string.h>

#include "tmplc.h"

static bool among(const char *name, const char *list) /* words with a space on either side */
{
    char word[NAME_LEN + 2];
    size_t len = strlen(name);
    word[0] = ' ';
    memcpy(word + 1, name, len);
    memcpy(word + 1 + len, " ", 2);
    return strstr(list, word) != NULL;
}

static const char void_elements[] = " area br col hr img input link meta source track wbr ";
static const char refused_elements[] = " style iframe object embed base noscript template xmp plaintext listing noembed noframes frame frameset math applet "
                                       "foreignobject animate set portal ";
static const char closes_p[] = " address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main menu "
                               "nav ol p pre section table ul ";
/* What may stand in an svg: shapes and text, nothing that fetches, moves or runs. A browser would end the svg before any element of HTML.
 * Those that mean something only there stand nowhere else. */
static const char svg_elements[] = " a circle desc ellipse g line path polygon polyline rect text title tspan ";
static const char svg_only[] = " circle desc ellipse g line path polygon polyline rect text tspan ";
static const char url_attributes[] = " href src action formaction poster cite ";
/* Attributes that may hold a value from outside. */
static const char value_attributes[] =
    " href src action formaction poster cite class id name value for title lang dir alt placeholder label min max step maxlength minlength rows cols "
    "colspan rowspan datetime autocomplete inputmode list headers scope tabindex type role d points transform viewbox x y x1 y1 x2 y2 cx cy r rx ry width "
    "height dx dy text-anchor enctype accept hreflang spellcheck ";

/* What alone may stand directly in these: anything else would be moved elsewhere by the browser. */
static const struct { const char *parent, *children; } only[] = {
    {"table", " caption colgroup thead tbody tfoot "}, {"thead", " tr "}, {"tbody", " tr "}, {"tfoot", " tr "}, {"tr", " th td "},
    {"colgroup", " col "}, {"select", " option optgroup "}, {"optgroup", " option "}, {"option", " "}, {"title", " "}, {"textarea", " "},
    {"script", " "}, {"desc", " "},
};
#define N_ONLY (sizeof only / sizeof only[0])

static const char *top(const struct markup *m)
{
    return m->depth > 0 ? m->open[m->depth - 1] : "";
}

static const char *children_of(const struct markup *m)
{
    for (size_t i = 0; i < N_ONLY; i++)
        if (strcmp(only[i].parent, top(m)) == 0)
            return only[i].children;
    return NULL;
}

static bool holds_text(const struct markup *m)
{
    const char *children = children_of(m);
    return !children || (strcmp(children, " ") == 0 && strcmp(top(m), "script") != 0);
}

bool markup_inside(const struct markup *m, const char *element)
{
    for (int i = 0; i < m->depth; i++)
        if (strcmp(m->open[i], element) == 0)
            return true;
    return false;
}

bool markup_keeps_space(const struct markup *m)
{
    return markup_inside(m, "pre") || markup_inside(m, "textarea");
}

static void wrong(struct markup *m, const char *what)
{
    if (!m->wrong)
        m->wrong = what;
}

static void element_begins(struct markup *m, bool closed_itself)
{
    const char *children = children_of(m);
    bool is_void = among(m->tag, void_elements);
    m->place = IN_TEXT;
    if (among(m->tag, refused_elements))
        wrong(m, "this element is not allowed in a template");
    else if (markup_inside(m, "svg") && !among(m->tag, svg_elements))
        wrong(m, "in an <svg> stand shapes and text only (the list is in tools/tmplc_html.c)");
    else if (!markup_inside(m, "svg") && among(m->tag, svg_only))
        wrong(m, "this element means something only in an <svg>");
    else if (children && !among(m->tag, children))
        wrong(m, "this element cannot stand directly in that one: a browser would move it elsewhere");
    else if (among(m->tag, closes_p) && markup_inside(m, "p"))
        wrong(m, "this element cannot stand in a <p>: a browser would close the <p> before it");
    else if ((strcmp(m->tag, "a") == 0 || strcmp(m->tag, "form") == 0 || strcmp(m->tag, "button") == 0) && markup_inside(m, m->tag))
        wrong(m, "this element cannot stand within another of its kind");
    else if (strcmp(m->tag, "script") == 0 && !m->has_src)
        wrong(m, "a script stands in a file of its own: <script src=\"...\">");
    else if (m->depth == DEPTH_MAX)
        wrong(m, "elements are nested too deeply");
    else if (closed_itself && !is_void && !markup_inside(m, "svg"))
        wrong(m, "only void elements and those of svg close themselves");
    else if (!is_void && !closed_itself)
        memcpy(m->open[m->depth++], m->tag, NAME_LEN);
}

static void element_ends(struct markup *m)
{
    m->place = IN_TEXT;
    if (m->depth == 0 || strcmp(top(m), m->tag) != 0)
        wrong(m, "this end tag does not close the element that was opened last");
    else
        m->depth--;
}

static bool name_takes(char *name, size_t *len, char c)
{
    if (*len + 1 >= NAME_LEN)
        return false;
    name[(*len)++] = (char)tolower((unsigned char)c);
    name[*len] = '\0';
    return true;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '-';
}

static void attribute_named(struct markup *m)
{
    if (strncmp(m->attribute, "on", 2) == 0 || strcmp(m->attribute, "style") == 0 || strcmp(m->attribute, "srcdoc") == 0)
        wrong(m, "no on..., style or srcdoc: the policy of the pages refuses them; use a class, or a script in a file");
    if (strcmp(m->attribute, "src") == 0)
        m->has_src = true;
}

static void in_tag(struct markup *m, char c) /* between attributes */
{
    if (isspace((unsigned char)c))
        m->place = BEFORE_ATTRIBUTE;
    else if (c == '>')
        element_begins(m, false);
    else if (c == '/')
        m->place = SELF_CLOSING;
    else if (m->place == BEFORE_ATTRIBUTE && isalpha((unsigned char)c)) {
        memset(m->attribute, 0, sizeof m->attribute);
        m->attribute_len = 0;
        m->place = IN_ATTRIBUTE_NAME;
        (void)name_takes(m->attribute, &m->attribute_len, c);
    } else
        wrong(m, "an attribute is a name, then =\"value\" or nothing, then a space");
}

void markup_take(struct markup *m, char c)
{
    switch (m->place) {
    case IN_TEXT:
        if (c == '<')
            m->place = AFTER_LESS;
        else if (!isspace((unsigned char)c) && !holds_text(m))
            wrong(m, "text cannot stand here: a browser would move it elsewhere (or it is a script in the page)");
        break;
    case AFTER_LESS:
        memset(m->tag, 0, sizeof m->tag);
        m->tag_len = 0;
        m->has_src = false;
        if (c == '/')
            m->place = IN_END_NAME;
        else if (c == '!')
            m->place = IN_BANG;
        else if (islower((unsigned char)c) && name_takes(m->tag, &m->tag_len, c))
            m->place = IN_TAG_NAME;
        else
            wrong(m, "after < stands the name of an element in small letters; a < in text is &lt;");
        break;
    case IN_BANG: /* <!DOCTYPE html> */
        if (c == '>')
            m->place = IN_TEXT;
        else if (c == '-')
            wrong(m, "a comment in the page is sent to everybody: write {{-- ... --}}");
        break;
    case IN_TAG_NAME:
        if (is_name(c)) {
            if (!name_takes(m->tag, &m->tag_len, c))
                wrong(m, "no element has so long a name");
        } else {
            m->place = AFTER_VALUE;
            in_tag(m, c);
        }
        break;
    case BEFORE_ATTRIBUTE:
    case AFTER_VALUE:
        in_tag(m, c);
        break;
    case IN_ATTRIBUTE_NAME:
        if (is_name(c) || c == ':') {
            if (!name_takes(m->attribute, &m->attribute_len, c))
                wrong(m, "no attribute has so long a name");
            break;
        }
        attribute_named(m);
        m->place = AFTER_VALUE;
        if (c == '=')
            m->place = BEFORE_VALUE;
        else
            in_tag(m, c);
        break;
    case BEFORE_VALUE:
        m->value_begun = false;
        m->place = IN_VALUE;
        if (c != '"')
            wrong(m, "a value stands in double quotes");
        break;
    case IN_VALUE:
        m->place = c == '"' ? AFTER_VALUE : IN_VALUE;
        m->value_begun = true;
        if (c == '<' || c == '>')
            wrong(m, "a < or > in a value is written &lt; or &gt;");
        break;
    case SELF_CLOSING:
        if (c == '>')
            element_begins(m, true);
        else
            wrong(m, "a / in a tag stands before its >");
        break;
    case IN_END_NAME:
        if (c == '>')
            element_ends(m);
        else if (!is_name(c) || !name_takes(m->tag, &m->tag_len, c))
            wrong(m, "an end tag is </name>");
        break;
    }
}

/* --- what may be written here --- */

enum writes markup_value(struct markup *m)
{
    if (m->place == IN_TEXT) {
        if (holds_text(m))
            return WRITES_VALUE;
        wrong(m, "no value can stand here: in a script, or where a browser would move it elsewhere");
        return WRITES_NOTHING;
    }
    if (m->place != IN_VALUE) {
        wrong(m, "a value stands in text or in a double-quoted attribute value; nowhere else in markup");
        return WRITES_NOTHING;
    }
    bool known = among(m->attribute, value_attributes) || strncmp(m->attribute, "aria-", 5) == 0 || strncmp(m->attribute, "data-", 5) == 0;
    if (!known) {
        wrong(m, "no value from outside may stand in this attribute (the list is in tools/tmplc_html.c)");
        return WRITES_NOTHING;
    }
    enum writes how = !among(m->attribute, url_attributes) ? WRITES_VALUE : m->value_begun ? WRITES_URL_PART : WRITES_URL;
    m->value_begun = true;
    return how;
}

bool markup_message(struct markup *m)
{
    if (markup_value(m) == WRITES_VALUE)
        return true;
    wrong(m, "a message is not a URL");
    return false;
}

bool markup_markup(struct markup *m)
{
    if (m->place == IN_TEXT && !children_of(m))
        return true;
    wrong(m, "another template can stand only where any element could");
    return false;
}

static bool is_between(enum place place)
{
    return place == BEFORE_ATTRIBUTE || place == AFTER_VALUE || place == IN_ATTRIBUTE_NAME;
}

bool markup_meet(const struct markup *a, const struct markup *b, struct markup *out)
{
    if (a->depth != b->depth || memcmp(a->open, b->open, (size_t)a->depth * NAME_LEN) != 0)
        return false;
    *out = *a;
    out->value_begun = a->value_begun || b->value_begun;
    out->has_src = a->has_src && b->has_src;
    if (is_between(a->place) && is_between(b->place)) { /* whole attributes, on one way or on both */
        if (strcmp(a->tag, b->tag) != 0)
            return false;
        if (a->place == IN_ATTRIBUTE_NAME)
            attribute_named(out);
        out->place = a->place == b->place && a->place == BEFORE_ATTRIBUTE ? BEFORE_ATTRIBUTE : AFTER_VALUE;
        return true;
    }
    if (a->place == IN_VALUE && (strcmp(a->attribute, b->attribute) != 0 || strcmp(a->tag, b->tag) != 0))
        return false;
    return a->place == b->place && (a->place == IN_TEXT || a->place == IN_VALUE);
}
