#include "ground/sheet/xml.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR '\n' /* between namespace and name: neither holds one */
#define PIECE (16 * 1024)

struct xml {
    XML_Parser parser;
    struct zip_read *zip;
    const struct xml_events *events;
    void *arg;
    int depth;
    int64_t fed;
    bool paused, ended;
    struct err failure;
};

static const char *local(const char *name)
{
    const char *separator = strrchr(name, SEPARATOR);
    return separator ? separator + 1 : name;
}

str xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (strcmp(local(attributes[0]), name) == 0)
            return str_from(attributes[1]);
    return (str){"", 0};
}

void xml_fail(struct xml *x, int code, const char *fmt, ...)
{
    if (x->failure.code)
        return;
    va_list args;
    char text[ERR_TEXT_MAX];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err_set(&x->failure, code, "%s", text);
    XML_StopParser(x->parser, XML_FALSE);
}

void xml_pause(struct xml *x)
{
    x->paused = !x->failure.code && XML_StopParser(x->parser, XML_TRUE) == XML_STATUS_OK;
}

static void XMLCALL start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct xml *x = arg;
    if (++x->depth > XML_DEPTH)
        xml_fail(x, ERR_LIMIT, "the workbook's markup is nested too deeply: open it in a spreadsheet program and save it again");
    else if (x->events->start && !x->failure.code)
        x->events->start(x, x->arg, local(name), attributes);
}

static void XMLCALL end(void *arg, const XML_Char *name)
{
    struct xml *x = arg;
    x->depth--;
    if (x->events->end && !x->failure.code)
        x->events->end(x, x->arg, local(name));
}

static void XMLCALL text(void *arg, const XML_Char *p, int len)
{
    struct xml *x = arg;
    if (x->events->text && !x->failure.code)
        x->events->text(x, x->arg, (str){p, (size_t)len});
}

static void XMLCALL document_type(void *arg, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    xml_fail(arg, ERR_INPUT, "the workbook holds a document type, which no spreadsheet program writes: it is refused");
}

int xml_open(struct zip_read *zip, str part, const struct xml_events *events, void *arg, struct xml **out, struct err *err)
{
    int i = zip_read_find(zip, part);
    if (i < 0)
        return err_set(err, ERR_INPUT, "the workbook lacks a part it needs: open it in a spreadsheet program and save it as XLSX again");
    if (zip_read_file(zip, i, err) < 0)
        return err ? err->code : ERR_IO;
    struct xml *x = mem_calloc(1, sizeof *x);
    *x = (struct xml){.parser = XML_ParserCreateNS(NULL, SEPARATOR), .zip = zip, .events = events, .arg = arg};
    if (!x->parser) {
        free(x);
        return err_set(err, ERR_IO, "the workbook cannot be read: memory is out");
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, start, end);
    XML_SetCharacterDataHandler(x->parser, text);
    XML_SetStartDoctypeDeclHandler(x->parser, document_type);
    *out = x;
    return 0;
}

void xml_close(struct xml *x)
{
    if (!x)
        return;
    XML_ParserFree(x->parser);
    free(x);
}

static int broken(struct xml *x, struct err *err)
{
    if (x->failure.code)
        return err_set(err, x->failure.code, "%s", x->failure.text);
    return err_set(err, ERR_INPUT, "the workbook's markup is broken (line %lu: %s): open it in a spreadsheet program and save it again",
                   (unsigned long)XML_GetCurrentLineNumber(x->parser), XML_ErrorString(XML_GetErrorCode(x->parser)));
}

/* The next piece of the part into the parser. */
static enum XML_Status feed(struct xml *x, struct err *err)
{
    void *to = XML_GetBuffer(x->parser, PIECE);
    int64_t n = to ? zip_read_data(x->zip, to, PIECE, &x->failure) : err_set(&x->failure, ERR_IO, "the workbook cannot be read: memory is out");
    (void)err;
    if (n < 0)
        return XML_STATUS_ERROR;
    x->fed += n;
    if (x->fed - XML_GetCurrentByteIndex(x->parser) > XML_TAG + 2 * PIECE && XML_GetCurrentByteIndex(x->parser) >= 0) {
        err_set(&x->failure, ERR_LIMIT, "the workbook's markup has a tag of more than a megabyte: it is refused");
        return XML_STATUS_ERROR;
    }
    x->ended = n == 0;
    return XML_ParseBuffer(x->parser, (int)n, x->ended);
}

int xml_next(struct xml *x, struct err *err)
{
    for (;;) {
        if (x->failure.code)
            return broken(x, err);
        enum XML_Status status;
        if (x->paused) {
            x->paused = false;
            status = XML_ResumeParser(x->parser);
        } else if (x->ended) {
            return 0;
        } else {
            status = feed(x, err);
        }
        if (status == XML_STATUS_ERROR)
            return broken(x, err);
        if (status == XML_STATUS_SUSPENDED)
            return 1;
    }
}

int xml_part(struct zip_read *zip, str part, bool optional, const struct xml_events *events, void *arg, struct err *err)
{
    struct xml *x;
    if (optional && (part.len == 0 || zip_read_find(zip, part) < 0))
        return 0;
    int r = xml_open(zip, part, events, arg, &x, err);
    if (r < 0)
        return r;
    while ((r = xml_next(x, err)) > 0)
        ;
    xml_close(x);
    return r;
}
