#include "ground/report/paper.h"

#include <assert.h>
#include <string.h>

#include "ground/base/codec.h"

static void put(struct buf *b, enum paper_what what, unsigned number, const struct paper_text texts[], const uint8_t weights[], size_t n)
{
    assert(n <= PAPER_CELLS);
    buf_byte(b, (char)what);
    size_t length_at = b->len;
    buf_u32(b, 0);
    buf_byte(b, (char)number);
    buf_u16(b, (uint16_t)n);
    for (size_t i = 0; i < n; i++) {
        str language = str_slice(texts[i].language, 0, PAPER_LANGUAGE);
        buf_byte(b, (char)(weights ? weights[i] : 1));
        buf_byte(b, (char)language.len);
        buf_add(b, language);
        buf_u32(b, (uint32_t)texts[i].text.len);
        buf_add(b, texts[i].text);
    }
    put_u32be((uint8_t *)b->p + length_at, (uint32_t)(b->len - length_at - 4));
}

void paper_begin(struct buf *b, const struct paper_head *head)
{
    const struct paper_text texts[] = {{head->language, head->title}, {head->language, head->agency}, {head->language, head->handling}};
    const unsigned kind = head->counted ? PAPER_IS_COUNTED : head->marked ? PAPER_IS_MARKED : PAPER_BARE;
    put(b, PAPER_BEGIN, kind | (head->wide ? PAPER_IS_WIDE : 0), texts, NULL, 3);
}

void paper_heading(struct buf *b, int level, struct paper_text text)
{
    put(b, PAPER_HEADING, (unsigned)level, &text, NULL, 1);
}

void paper_paragraph(struct buf *b, enum paper_style style, struct paper_text text)
{
    put(b, PAPER_PARAGRAPH, style, &text, NULL, 1);
}

void paper_field(struct buf *b, struct paper_text label, struct paper_text value)
{
    put(b, PAPER_FIELD, 0, (struct paper_text[]){label, value}, NULL, 2);
}

void paper_columns(struct buf *b, const struct paper_text columns[], const uint8_t weights[], size_t n)
{
    put(b, PAPER_COLUMNS, 0, columns, weights, n);
}

void paper_row(struct buf *b, const struct paper_text cells[], size_t n)
{
    put(b, PAPER_ROW, 0, cells, NULL, n);
}

void paper_table_end(struct buf *b)
{
    put(b, PAPER_TABLE_END, 0, NULL, NULL, 0);
}

void paper_sign(struct buf *b, enum paper_sign kind, struct paper_text label)
{
    put(b, PAPER_SIGN, kind, &label, NULL, 1);
}

void paper_page(struct buf *b)
{
    put(b, PAPER_PAGE, 0, NULL, NULL, 0);
}

void paper_end(struct buf *b)
{
    put(b, PAPER_END, 0, NULL, NULL, 0);
}

/* What each item may hold, and whether it stands inside a table. */
static const struct {
    unsigned least_number, most_number;
    size_t least, most;
    bool in_table;
} rules[PAPER_WHATS] = {
    [PAPER_BEGIN] = {PAPER_BARE, PAPER_IS_WIDE | PAPER_IS_MARKED, 3, 3, false},
    [PAPER_HEADING] = {1, 3, 1, 1, false},
    [PAPER_PARAGRAPH] = {PAPER_PLAIN, PAPER_NOTICE, 1, 1, false},
    [PAPER_FIELD] = {0, 0, 2, 2, false},
    [PAPER_COLUMNS] = {0, 0, 1, PAPER_CELLS, false},
    [PAPER_ROW] = {0, 0, 1, PAPER_CELLS, true},
    [PAPER_TABLE_END] = {0, 0, 0, 0, true},
    [PAPER_SIGN] = {PAPER_SIGNATURE, PAPER_THUMB, 1, 1, false},
    [PAPER_PAGE] = {0, 0, 0, 0, false},
    [PAPER_END] = {0, 0, 0, 0, false},
};

static int refuse(struct err *err, const char *why)
{
    return err_set(err, ERR_INPUT, "the description of the document does not hold together: %s", why);
}

int64_t paper_length(const uint8_t head[static PAPER_ITEM_HEAD], struct err *err)
{
    uint32_t length = get_u32be(head + 1);
    if (head[0] >= PAPER_WHATS)
        return refuse(err, "there is no such item");
    return length <= PAPER_ITEM ? (int64_t)length : refuse(err, "an item is too long");
}

static bool is_language(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", s.p[i]) || !s.p[i])
            return false;
    return s.len <= PAPER_LANGUAGE;
}

/* The item's place in the document, and its effect on what may follow. */
static int take_place(struct paper_reader *reader, const struct paper_item *item, struct err *err)
{
    if (reader->ended || reader->begun != (item->what != PAPER_BEGIN))
        return refuse(err, "it does not begin where it should, or goes on behind its end");
    if (rules[item->what].in_table != (reader->columns > 0))
        return refuse(err, "an item is on the wrong side of a table's border");
    if (item->what == PAPER_ROW && item->n != reader->columns)
        return refuse(err, "a row has more or fewer cells than its table");
    reader->begun = true;
    reader->ended = item->what == PAPER_END;
    reader->columns = item->what == PAPER_COLUMNS ? item->n : item->what == PAPER_TABLE_END ? 0 : reader->columns;
    return 0;
}

int paper_read(struct paper_reader *reader, uint8_t what, bytes content, struct paper_item *out, struct err *err)
{
    struct reader r = reader_new(content);
    if (what >= PAPER_WHATS)
        return refuse(err, "there is no such item");
    *out = (struct paper_item){.what = what, .number = reader_u8(&r), .n = reader_u16(&r)};
    if (what == PAPER_BEGIN && (out->number & 3) > PAPER_IS_MARKED)
        return refuse(err, "it is marked in no way there is");
    if (!r.ok || out->number < rules[what].least_number || out->number > rules[what].most_number || out->n < rules[what].least || out->n > rules[what].most)
        return refuse(err, "a number in it is out of range");
    for (size_t i = 0; i < out->n; i++) {
        out->weights[i] = reader_u8(&r);
        out->texts[i].language = bytes_str(reader_take(&r, reader_u8(&r)));
        out->texts[i].text = bytes_str(reader_take(&r, reader_u32(&r)));
        if (!r.ok || out->weights[i] == 0 || !is_language(out->texts[i].language))
            return refuse(err, "a text in it is not one");
    }
    if (!reader_done(&r))
        return refuse(err, "an item is longer than what it holds");
    return take_place(reader, out, err);
}
