/* paper: a document described, as bytes: what goes to the process that makes PDF of it.
 *
 * What: writers for headings, paragraphs, fields, tables and lines to sign; and the strict reader of what they wrote.
 * Why:  forty libraries for letters and pages do not belong into a process that holds cases. It says what is to be on paper and hands that over
 *       (render.h); who reads it knows nothing else and can do nothing else.
 *
 *     paper_begin(&b, &(struct paper_head){.language = STR("km"), .title = title, .agency = agency, .handling = words, .counted = true});
 *     paper_field(&b, (struct paper_text){STR("km"), label}, (struct paper_text){{0}, name});
 *     paper_end(&b);
 *
 * Each item is u8 what, u32 length, then u8 number, u16 n, and n texts: u8 weight, u8 length, language, u32 length, text. Big-endian.
 * Not here: how it looks (pdf.h). Where lines break is found from each text's own letters; the language chooses between forms of letters.
 */
#ifndef COMITY_REPORT_PAPER_H
#define COMITY_REPORT_PAPER_H

#include "ground/base/base.h"

#define PAPER_CELLS 16
#define PAPER_LANGUAGE 35                    /* letters, digits and - (RFC 5646) */
#define PAPER_ITEM ((size_t)1 << 20)         /* bytes of one item */
#define PAPER_COUNTED ((size_t)16 << 20)     /* bytes of a document whose pages are counted ahead */

struct paper_text {
    str language; /* empty: not known */
    str text;     /* UTF-8; what is malformed is shown as U+FFFD, controls and what turns the direction of text are left out */
};

struct paper_head {
    str language, title;
    str agency, handling; /* at the top of each page: whose it is, who may read it */
    bool marked;          /* headings as bookmarks, marked up for screen readers */
    bool counted;         /* marked, and "3 / 12" on each page; the whole is then kept in memory once, and drawn twice before anything is sent */
    bool wide;            /* the page lies on its side, and tables are written larger: for a wall */
};

enum paper_head_number { PAPER_BARE, PAPER_IS_COUNTED, PAPER_IS_MARKED, PAPER_IS_WIDE = 4 /* besides */ };
enum paper_style { PAPER_PLAIN, PAPER_SMALL, PAPER_NOTICE }; /* a notice has a bar at its side */
enum paper_sign { PAPER_SIGNATURE, PAPER_THUMB };            /* a line, or a field for a thumb */

void paper_begin(struct buf *b, const struct paper_head *head);
void paper_heading(struct buf *b, int level, struct paper_text text); /* 1 .. 3 */
void paper_paragraph(struct buf *b, enum paper_style style, struct paper_text text);
void paper_field(struct buf *b, struct paper_text label, struct paper_text value);
/* A table: columns, 1 .. PAPER_CELLS, wide as their weights (1 .. 255; NULL: all alike); rows of as many cells; its end. */
void paper_columns(struct buf *b, const struct paper_text columns[], const uint8_t weights[], size_t n);
void paper_row(struct buf *b, const struct paper_text cells[], size_t n);
void paper_table_end(struct buf *b);
void paper_page(struct buf *b); /* what follows begins on another page */
void paper_sign(struct buf *b, enum paper_sign kind, struct paper_text label);
void paper_end(struct buf *b);

enum paper_what { PAPER_BEGIN, PAPER_HEADING, PAPER_PARAGRAPH, PAPER_FIELD, PAPER_COLUMNS, PAPER_ROW, PAPER_TABLE_END, PAPER_SIGN, PAPER_PAGE, PAPER_END, PAPER_WHATS };

struct paper_item {
    enum paper_what what;
    unsigned number; /* how it is marked, level, style or kind */
    size_t n;
    struct paper_text texts[PAPER_CELLS]; /* begin: title, agency, handling, each in the document's language */
    uint8_t weights[PAPER_CELLS];
};

struct paper_reader {
    bool begun, ended;
    size_t columns; /* of the table that is open; 0: none */
};

#define PAPER_ITEM_HEAD 5
/* The length of an item behind its head; ERR_INPUT: no such item, or too long. */
MUST_USE int64_t paper_length(const uint8_t head[static PAPER_ITEM_HEAD], struct err *err);
/* The item, borrowing its texts. ERR_INPUT: not one, or not at this place; the reader is then of no further use. A document is whole when
 * reader->ended, and nothing may follow. */
MUST_USE int paper_read(struct paper_reader *reader, uint8_t what, bytes content, struct paper_item *out, struct err *err);

#endif
