#include "ground/base/arena.h"

#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALIGN 16
#define FIRST_BLOCK (16 * 1024)
#define LARGEST_STEP (4 * 1024 * 1024)

struct block {
    struct block *older;
    size_t size, used; /* of data, which follows the header */
};

#define KEPT (8 * 1024 * 1024)
#define LARGE (1024 * 1024) /* more is had from the system each time */

#define HEADER ((sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN)

struct arena {
    struct block *top;
    size_t total; /* handed out */
};

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "comity: out of memory (%zu more bytes were needed); nothing was half done: free memory and run it again\n",
            size);
    exit(1);
}

void *mem_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *mem_calloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        out_of_memory(n * size);
    return p;
}

void *mem_realloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);
    if (!q)
        out_of_memory(size);
    return q;
}

void mem_keep(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, LARGE);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
    (void)mallopt(M_TOP_PAD, LARGE);
}

struct arena *arena_new(void)
{
    return mem_calloc(1, sizeof(struct arena));
}

static void free_blocks(struct block *b)
{
    while (b) {
        struct block *older = b->older;
        free(b);
        b = older;
    }
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    free_blocks(a->top);
    free(a);
}

void arena_reset(struct arena *a)
{
    a->total = 0;
    if (!a->top)
        return;
    free_blocks(a->top->older); /* the newest block is the largest */
    a->top->older = NULL;
    a->top->used = 0;
}

static char *data_of(struct block *b)
{
    return (char *)b + HEADER;
}

static void *take(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - HEADER - ALIGN)
        out_of_memory(size);
    size_t rounded = (size + ALIGN - 1) / ALIGN * ALIGN;
    struct block *b = a->top;
    if (!b || b->size - b->used < rounded) {
        size_t step = b ? b->size * 2 : FIRST_BLOCK;
        if (step > LARGEST_STEP)
            step = LARGEST_STEP;
        if (step < rounded)
            step = rounded;
        struct block *fresh = mem_alloc(HEADER + step);
        fresh->older = b;
        fresh->size = step;
        fresh->used = 0;
        a->top = b = fresh;
    }
    void *p = data_of(b) + b->used;
    b->used += rounded;
    a->total += rounded;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = take(a, size);
    memset(p, 0, size);
    return p;
}

void *arena_calloc(struct arena *a, size_t n, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(n, size, &total))
        out_of_memory(SIZE_MAX);
    return arena_alloc(a, total);
}

void *arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size)
{
    struct block *b = a->top;
    size_t old_rounded = (old_size + ALIGN - 1) / ALIGN * ALIGN;
    size_t new_rounded = (new_size + ALIGN - 1) / ALIGN * ALIGN;
    if (p && b && old_rounded && new_size > old_size && (char *)p + old_rounded == data_of(b) + b->used &&
        b->size - b->used >= new_rounded - old_rounded) {
        b->used += new_rounded - old_rounded;
        a->total += new_rounded - old_rounded;
        memset((char *)p + old_size, 0, new_size - old_size);
        return p;
    }
    char *q = take(a, new_size);
    size_t kept = old_size < new_size ? old_size : new_size;
    if (p && kept)
        memcpy(q, p, kept);
    memset(q + kept, 0, new_size - kept);
    return q;
}

size_t arena_used(const struct arena *a)
{
    return a->total;
}
