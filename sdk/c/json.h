// A small JSON reader, of RFC 8259 and nothing more. Numbers stay text, so that no digit is lost.
#ifndef NOZZLE_JSON_H
#define NOZZLE_JSON_H

#include "nozzle.h"

typedef enum {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
} json_kind;

// A value, in memory of the call.
typedef struct json {
    json_kind kind;
    nozzle_text text;         // of a string: its content; of a number: its literal
    nozzle_text name;         // of a member of an object
    const struct json *first; // of an array or object: the first of what is in it
    const struct json *next;  // the next in the same array or object
} json;

// Reads the values of a text one behind the other.
typedef struct {
    const char *start;
    const char *at;
    const char *end;
    const char *trouble; // NULL until there is some
} json_reader;

json_reader json_reader_of(nozzle_text text);

// Whether nothing but white space is left.
bool json_at_end(json_reader *reader);

// Reads the next value; NULL where it is none.
const json *json_read(json_reader *reader);

// Reads all values that are left, as the items of one array; NULL where one of them is none.
const json *json_read_all(json_reader *reader);

// Why a value could not be read, after NULL: `malformed JSON at line 1, column 2`. Lines and columns count from
// 1, columns in bytes.
nozzle_text json_trouble(const json_reader *reader);

// The member of this name, the last if there are several; NULL where there is none, or where `value` is NULL or no
// object.
const json *json_member(const json *value, const char *name);

// The text of a string; an empty text of length 0 at NULL for anything else, NULL included.
nozzle_text json_string(const json *value);

// Whether the text is a number in JSON's grammar.
bool json_is_number(nozzle_text text);

// How many bytes of the text are UTF-8: all of them, or the place of the first that is not.
size_t json_utf8(nozzle_text text);

// Appends a string with its quotes and escapes.
void json_append_string(nozzle_buffer *buffer, nozzle_text text);

#endif
