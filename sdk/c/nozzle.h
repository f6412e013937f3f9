// Nozzle plugins in C: what a plugin defines, and what it can call.
//
// The types are those of the contract (sdk/wit/plugin.wit, which `nozzle build` writes to target/nozzle/wit). C
// lays them out just as the component model does, so they are handed over as they stand, by their address.
#ifndef NOZZLE_H
#define NOZZLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Text or bytes of a known length. A text of the contract is UTF-8 and has no zero at its end.
typedef struct {
    const char *at;
    size_t length;
} nozzle_text;

// A literal as text.
#define NOZZLE_TEXT(literal) ((nozzle_text){ (literal), sizeof(literal) - 1 })

typedef struct {
    const nozzle_text *at;
    size_t count;
} nozzle_texts;

typedef struct {
    uint8_t is_some;
    nozzle_text text;
} nozzle_maybe_text;

typedef struct {
    nozzle_text name;            // kebab-case
    nozzle_text version;         // semver
    nozzle_text summary;         // one line
    nozzle_text settings_schema; // JSON Schema, as JSON text
    nozzle_texts counters;       // kebab-case
} nozzle_description;

typedef struct {
    nozzle_text name;
    nozzle_text value;
} nozzle_partition_key;

typedef enum { NOZZLE_INSERT, NOZZLE_UPDATE, NOZZLE_DELETE } nozzle_operation;

typedef struct {
    uint8_t is_some;
    nozzle_text database;
    nozzle_text table;
    uint8_t operation; // a nozzle_operation
} nozzle_route;

typedef struct {
    nozzle_text data;
    struct {
        const nozzle_partition_key *at;
        size_t count;
    } partition_keys;
    nozzle_route route;
} nozzle_row;

typedef struct {
    nozzle_text code;       // kebab-case, stable
    nozzle_maybe_text path; // such as `dynamodb.NewImage.price`
    nozzle_text reason;     // names the place and the trouble, never the value
} nozzle_failure;

typedef enum { NOZZLE_DELIVER, NOZZLE_EXPLODE, NOZZLE_DROP, NOZZLE_FAIL } nozzle_outcome_kind;

typedef struct {
    uint8_t kind; // a nozzle_outcome_kind
    union {
        nozzle_row row;
        struct {
            const nozzle_row *at;
            size_t count;
        } rows;
        nozzle_maybe_text reason;
        nozzle_failure failure;
    };
} nozzle_outcome;

// ---- What a plugin defines ----

// Tells what the plugin is. It is asked before the plugin is configured.
nozzle_description plugin_describe(void);

// Takes the configuration, `{"settings":{..},"output":{..}}`, once and before the first record. Names the
// reference tables that the plugin will read in `tables`, which is empty when it is called. Gives an empty text, or
// what is wrong with the settings.
nozzle_text plugin_configure(nozzle_text config, nozzle_texts *tables);

// Transforms one record.
nozzle_outcome plugin_transform(nozzle_text data);

// ---- Memory ----

// Memory that lives until the call is over; what `plugin_configure` takes lives on. Nothing is freed by hand.
void *nozzle_alloc(size_t size);

// ---- Text ----

// Text of a C string, which must live as long as it is used.
nozzle_text nozzle_text_of(const char *string);

bool nozzle_equal(nozzle_text a, nozzle_text b);

// Text that grows. Begin with `nozzle_buffer out = {0};`.
typedef struct {
    char *at;
    size_t length;
    size_t capacity;
} nozzle_buffer;

void nozzle_append(nozzle_buffer *buffer, nozzle_text text);

// Appends as `printf` writes it.
void nozzle_appendf(nozzle_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

// What has been appended. The buffer is not to be used again.
nozzle_text nozzle_appended(const nozzle_buffer *buffer);

// As `printf` writes it, in memory of the call, with a zero behind its end.
nozzle_text nozzle_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

// ---- Outcomes ----

// One row takes the record's place.
nozzle_outcome nozzle_deliver(nozzle_text row);

// Several rows do; `count` is not zero.
nozzle_outcome nozzle_explode(const nozzle_row *rows, size_t count);

// Nothing does. The reason, kebab-case, is what drops are counted by.
nozzle_outcome nozzle_drop(const char *reason);

// The record cannot be transformed. The path may be NULL, for the record as a whole.
nozzle_outcome nozzle_fail(const char *code, const char *path, const char *reason);

// ---- The host ----

typedef enum { NOZZLE_TRACE, NOZZLE_DEBUG, NOZZLE_INFO, NOZZLE_WARN, NOZZLE_ERROR } nozzle_level;

// Writes a line to the log. Never put values of a record here.
void nozzle_log(nozzle_level level, nozzle_text message);

// Adds to one of the counters that `plugin_describe` names.
void nozzle_count(const char *counter, uint64_t n);

// One fact about the record in hand, such as `arrival-time-ms`; false where it is not known.
bool nozzle_context(const char *key, nozzle_text *value);

// What a lookup gives.
typedef enum { NOZZLE_FOUND, NOZZLE_NOT_FOUND, NOZZLE_LOOKUP_FAILED } nozzle_lookup_result;

// Finds the row of a reference table by its keys: one JSON object with the asked columns, or all when none is
// named. A failed lookup says why in `row`.
nozzle_lookup_result nozzle_lookup(
    const char *table, nozzle_texts keys, nozzle_texts columns, nozzle_text *row);

// Sets a part of the record aside that would be a row of its own and cannot be transformed.
void nozzle_reject(nozzle_text row, const nozzle_failure *failure);

// Ends the plugin: the failure report shows the message, the file and the line.
_Noreturn void nozzle_panic(const char *message, const char *file, uint32_t line);

#define PANIC(message) nozzle_panic((message), __FILE__, __LINE__)

#endif
