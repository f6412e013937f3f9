// The contract's functions as the component model calls them, and the memory of a call.
//
// How values cross: https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md.
// What takes up to 16 numbers is passed as numbers, a text as its address and its length; what is returned is more
// than one number, and so an address.
#include "nozzle.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- Memory ----

// Blocks are given back to the system after a call, all but the first one that it took.
typedef struct block {
    struct block *before;
    size_t used;
    size_t size;
    _Alignas(8) char bytes[];
} block;

enum { BLOCK_BYTES = 64 * 1024 };

static block *newest;
// Where the memory of a call begins: behind what `plugin_configure` took.
static block *kept;
static size_t kept_used;

static block *add_block(size_t size) {
    block *added = malloc(sizeof(block) + size);
    if (added == NULL) {
        PANIC("out of memory");
    }
    *added = (block){ .before = newest, .size = size };
    return newest = added;
}

void *nozzle_alloc(size_t size) {
    size = (size + 7) & ~(size_t)7;
    if (newest == NULL || newest->size - newest->used < size) {
        add_block(size < BLOCK_BYTES ? BLOCK_BYTES : size);
    }
    void *allocated = newest->bytes + newest->used;
    newest->used += size;
    return allocated;
}

static void free_call(void) {
    while (newest != kept && newest->before != kept) {
        block *before = newest->before;
        free(newest);
        newest = before;
    }
    if (newest != NULL) {
        newest->used = newest == kept ? kept_used : 0;
    }
}

static void keep(void) {
    kept = newest;
    kept_used = newest == NULL ? 0 : newest->used;
}

// What the host asks for room with: for the arguments of a call, and for what its own functions give.
__attribute__((export_name("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    (void)align; // At most 8 in this contract.
    void *grown = nozzle_alloc(size);
    if (old_size > 0) {
        memcpy(grown, old, old_size);
    }
    return grown;
}

// ---- Exports ----

#define EXPORT(name) __attribute__((export_name("nozzle:plugin/transformer@0.1.0#" name)))
#define AFTER(name) __attribute__((export_name("cabi_post_nozzle:plugin/transformer@0.1.0#" name)))

typedef struct {
    uint8_t is_error;
    union {
        nozzle_texts tables;
        nozzle_text error;
    };
} configured;

_Static_assert(sizeof(nozzle_description) == 40, "a description is five addresses with their lengths");
_Static_assert(sizeof(configured) == 12, "a result is its kind, and an address with its length");
_Static_assert(sizeof(nozzle_outcome) == 44, "an outcome is its kind, and at most a row");
_Static_assert(offsetof(nozzle_row, route.operation) == 36, "a row is its bytes, its keys and its route");

EXPORT("describe") nozzle_description *export_describe(void) {
    static nozzle_description description;
    description = plugin_describe();
    return &description;
}

EXPORT("configure") configured *export_configure(char *config, size_t length) {
    static configured result;
    nozzle_texts tables = { NULL, 0 };
    nozzle_text error = plugin_configure((nozzle_text){ config, length }, &tables);
    result = (configured){ .tables = tables };
    if (error.length > 0) {
        result = (configured){ .is_error = 1, .error = error };
    }
    return &result;
}

EXPORT("transform") nozzle_outcome *export_transform(char *data, size_t length) {
    static nozzle_outcome outcome;
    outcome = plugin_transform((nozzle_text){ data, length });
    return &outcome;
}

AFTER("configure") void after_configure(configured *result) {
    (void)result;
    keep();
}

AFTER("transform") void after_transform(nozzle_outcome *outcome) {
    (void)outcome;
    free_call();
}

// ---- Imports ----

#define IMPORT(name) __attribute__((import_module("nozzle:plugin/host@0.1.0"), import_name(name)))

IMPORT("log") void host_log(uint32_t level, const char *message, size_t length);
IMPORT("count") void host_count(const char *counter, size_t length, uint64_t n);
IMPORT("context") void host_context(const char *key, size_t length, nozzle_maybe_text *value);
IMPORT("panicked") void host_panicked(
    const char *message, size_t message_length, const char *file, size_t file_length, uint32_t line,
    uint32_t column);
IMPORT("reject") void host_reject(
    const char *row, size_t row_length, const char *code, size_t code_length, uint32_t has_path,
    const char *path, size_t path_length, const char *reason, size_t reason_length);

typedef enum { NO_SUCH_TABLE, NO_SUCH_COLUMN, KEY_COUNT, REFUSED } lookup_error;

typedef struct {
    uint8_t is_error;
    union {
        nozzle_maybe_text row;
        struct {
            uint8_t kind; // a lookup_error
            union {
                nozzle_text text;
                uint32_t keys;
            };
        } error;
    };
} looked_up;

_Static_assert(sizeof(looked_up) == 16, "a lookup gives its kind, and at most an optional text");

IMPORT("lookup") void host_lookup(
    const char *table, size_t table_length, const nozzle_text *keys, size_t key_count,
    const nozzle_text *columns, size_t column_count, looked_up *result);

void nozzle_log(nozzle_level level, nozzle_text message) {
    host_log(level, message.at, message.length);
}

void nozzle_count(const char *counter, uint64_t n) {
    host_count(counter, strlen(counter), n);
}

bool nozzle_context(const char *key, nozzle_text *value) {
    nozzle_maybe_text result;
    host_context(key, strlen(key), &result);
    *value = result.is_some ? result.text : NOZZLE_TEXT("");
    return result.is_some;
}

static nozzle_text lookup_trouble(const looked_up *result) {
    switch ((lookup_error)result->error.kind) {
    case NO_SUCH_TABLE:
        return NOZZLE_TEXT("there is no such table");
    case NO_SUCH_COLUMN:
        return NOZZLE_TEXT("the table has no such column");
    case KEY_COUNT:
        return nozzle_format("the table's key has %u columns", (unsigned)result->error.keys);
    case REFUSED:
        return result->error.text;
    }
    PANIC("the host gave a lookup error that the contract does not know");
}

nozzle_lookup_result nozzle_lookup(
    const char *table, nozzle_texts keys, nozzle_texts columns, nozzle_text *row) {
    looked_up result;
    host_lookup(table, strlen(table), keys.at, keys.count, columns.at, columns.count, &result);
    if (result.is_error) {
        *row = lookup_trouble(&result);
        return NOZZLE_LOOKUP_FAILED;
    }
    *row = result.row.is_some ? result.row.text : NOZZLE_TEXT("");
    return result.row.is_some ? NOZZLE_FOUND : NOZZLE_NOT_FOUND;
}

void nozzle_reject(nozzle_text row, const nozzle_failure *failure) {
    nozzle_text path = failure->path.text;
    host_reject(
        row.at, row.length, failure->code.at, failure->code.length, failure->path.is_some, path.at,
        path.length, failure->reason.at, failure->reason.length);
}

_Noreturn void nozzle_panic(const char *message, const char *file, uint32_t line) {
    host_panicked(message, strlen(message), file, strlen(file), line, 0);
    __builtin_trap();
}

// ---- Text ----

nozzle_text nozzle_text_of(const char *string) {
    return (nozzle_text){ string, strlen(string) };
}

bool nozzle_equal(nozzle_text a, nozzle_text b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

static char *room(nozzle_buffer *buffer, size_t wanted) {
    if (buffer->capacity - buffer->length < wanted) {
        size_t capacity = 2 * buffer->capacity + wanted + 256;
        char *grown = nozzle_alloc(capacity);
        if (buffer->length > 0) {
            memcpy(grown, buffer->at, buffer->length);
        }
        buffer->at = grown;
        buffer->capacity = capacity;
    }
    return buffer->at + buffer->length;
}

void nozzle_append(nozzle_buffer *buffer, nozzle_text text) {
    if (text.length > 0) {
        memcpy(room(buffer, text.length), text.at, text.length);
        buffer->length += text.length;
    }
}

static void append_list(nozzle_buffer *buffer, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    char *at = room(buffer, 1);
    size_t free = buffer->capacity - buffer->length;
    int length = vsnprintf(at, free, format, list);
    if (length < 0) {
        PANIC("a format that `printf` does not know");
    }
    if ((size_t)length >= free) {
        vsnprintf(room(buffer, (size_t)length + 1), (size_t)length + 1, format, again);
    }
    va_end(again);
    buffer->length += (size_t)length;
}

void nozzle_appendf(nozzle_buffer *buffer, const char *format, ...) {
    va_list list;
    va_start(list, format);
    append_list(buffer, format, list);
    va_end(list);
}

nozzle_text nozzle_appended(const nozzle_buffer *buffer) {
    return (nozzle_text){ buffer->at, buffer->length };
}

nozzle_text nozzle_format(const char *format, ...) {
    nozzle_buffer buffer = { 0 };
    va_list list;
    va_start(list, format);
    append_list(&buffer, format, list);
    va_end(list);
    return nozzle_appended(&buffer);
}

// ---- Outcomes ----

nozzle_outcome nozzle_deliver(nozzle_text row) {
    return (nozzle_outcome){ .kind = NOZZLE_DELIVER, .row = { .data = row } };
}

nozzle_outcome nozzle_explode(const nozzle_row *rows, size_t count) {
    return (nozzle_outcome){ .kind = NOZZLE_EXPLODE, .rows = { rows, count } };
}

nozzle_outcome nozzle_drop(const char *reason) {
    return (nozzle_outcome){ .kind = NOZZLE_DROP, .reason = { 1, nozzle_text_of(reason) } };
}

nozzle_outcome nozzle_fail(const char *code, const char *path, const char *reason) {
    nozzle_failure failure = { .code = nozzle_text_of(code), .reason = nozzle_text_of(reason) };
    if (path != NULL) {
        failure.path = (nozzle_maybe_text){ 1, nozzle_text_of(path) };
    }
    return (nozzle_outcome){ .kind = NOZZLE_FAIL, .failure = failure };
}
