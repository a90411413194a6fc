/* plural: the rule by which a language chooses the form of a message with a number: "nplurals=3; plural=n==1 ? 0 : n<5 ? 1 : 2;"
 *
 * An expression of C over n, as gettext has it: ?: || && == != < > <= >= + - * / % ! ( ). Pure; the text is outside bytes.
 * Private to ground/text.
 */
#ifndef COMITY_TEXT_PLURAL_H
#define COMITY_TEXT_PLURAL_H

#include "ground/base/base.h"

#define PLURAL_FORMS_MAX 8

struct plural {
    unsigned forms;
    str rule; /* borrows */
};

/* ERR_INPUT: not such a line. */
MUST_USE int plural_parse(str line, struct plural *out, struct err *err);
/* 0 .. forms - 1; 0 when the rule names a form that there is not, or divides by zero. */
unsigned plural_form(const struct plural *p, uint64_t n);

#endif
