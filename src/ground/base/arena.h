/* arena: memory that is freed all at once.
 *
 * What: a bump allocator in growing blocks. Each act, request, row batch or command has one and frees it once.
 * Why:  no ownership puzzles, no free in error paths, no leak in a long-running node.
 *
 *     struct arena *a = arena_new();
 *     struct item *items = arena_array(a, struct item, n);
 *     arena_reset(a);          // keeps the largest block for the next round
 *     arena_free(a);
 *
 * Not for secrets: arenas are ordinary memory. Out of memory ends the process with exit status 1 and a sentence:
 * every change is a transaction, so nothing is half done.
 */
#ifndef COMITY_BASE_ARENA_H
#define COMITY_BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is allowed */
void arena_reset(struct arena *a);

/* size bytes, zeroed, aligned to 16. size 0 gives a valid pointer. Never NULL. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, returns_nonnull));

/* n objects of size bytes, zeroed; ends the process if n * size overflows. */
void *arena_calloc(struct arena *a, size_t n, size_t size) __attribute__((malloc, returns_nonnull));
#define arena_array(a, type, n) ((type *)arena_calloc((a), (n), sizeof(type)))
#define arena_new_of(a, type) ((type *)arena_calloc((a), 1, sizeof(type)))

/* Grows the block p of old_size bytes to new_size: in place when it was the last allocation, else by copy. */
void *arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size) __attribute__((returns_nonnull));

/* Room for one more in a list of n with room for `room`, which doubles when it is full. list is a pointer to the element type; the new part is
 * not zeroed. */
#define arena_one_more(a, list, n, room) \
    do { \
        if ((n) == (room)) { \
            const size_t was_ = (room) * sizeof *(list); \
            (room) = (room) ? 2 * (room) : 16; \
            (list) = was_ ? arena_grow((a), (list), was_, (room) * sizeof *(list)) : arena_calloc((a), (room), sizeof *(list)); \
        } \
    } while (0)

/* Bytes handed out since arena_new or arena_reset: for bounds and tests. */
size_t arena_used(const struct arena *a);

/* malloc, calloc for objects with x_open/x_close pairs; end the process when memory is out. Free with free(). */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));
void *mem_calloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t size) __attribute__((returns_nonnull));

/* For a server that works until it is told to stop: what a request gives back stays with the program for the next one, up to some megabytes a
 * thread, instead of going back to the system and being had from it anew. */
void mem_keep(void);

#endif
