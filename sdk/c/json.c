#include "json.h"

#include <string.h>

enum { DEEPEST = 128 };

json_reader json_reader_of(nozzle_text text) {
    return (json_reader){ text.at, text.at, text.at + text.length, NULL };
}

// ---- Characters ----

// The next byte, or 0 at the end: no JSON has that byte outside of a string, where it is refused too.
static char peek(const json_reader *reader) {
    return reader->at < reader->end ? *reader->at : 0;
}

static bool take(json_reader *reader, char wanted) {
    bool there = reader->at < reader->end && *reader->at == wanted;
    reader->at += there;
    return there;
}

static void skip_space(json_reader *reader) {
    while (peek(reader) == ' ' || peek(reader) == '\n' || peek(reader) == '\r' || peek(reader) == '\t') {
        reader->at++;
    }
}

// Remembers the first trouble; the reader stays where it is.
static bool fail(json_reader *reader) {
    if (reader->trouble == NULL) {
        reader->trouble = reader->at < reader->end ? "malformed JSON" : "JSON ends early";
    }
    return false;
}

bool json_at_end(json_reader *reader) {
    skip_space(reader);
    return reader->at == reader->end;
}

nozzle_text json_trouble(const json_reader *reader) {
    unsigned line = 1, column = 1;
    for (const char *at = reader->start; at < reader->at; at++) {
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    return nozzle_format("%s at line %u, column %u", reader->trouble, line, column);
}

// ---- Strings ----

static bool hex4(json_reader *reader, uint32_t *unit) {
    *unit = 0;
    for (int digit = 0; digit < 4; digit++) {
        char c = peek(reader);
        uint32_t value = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (value == 16) {
            return fail(reader);
        }
        *unit = *unit * 16 + value;
        reader->at++;
    }
    return true;
}

// Reads what follows `\u`. Two units of a surrogate pair are one character.
static bool unicode_escape(json_reader *reader, uint32_t *character) {
    uint32_t low;
    if (!hex4(reader, character)) {
        return false;
    }
    if (*character < 0xD800 || *character > 0xDFFF) {
        return true;
    }
    if (*character < 0xDC00) {
        if (!take(reader, '\\') || !take(reader, 'u') || !hex4(reader, &low)) {
            return fail(reader);
        }
        if (low >= 0xDC00 && low <= 0xDFFF) {
            *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
            return true;
        }
    }
    reader->trouble = "half of a surrogate pair";
    return false;
}

static char *put_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xE0 | c >> 12);
        } else {
            *out++ = (char)(0xF0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

// Reads what follows a backslash. What is written is never longer than what is read.
static bool escape(json_reader *reader, char **out) {
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    uint32_t character;
    if (take(reader, 'u')) {
        if (!unicode_escape(reader, &character)) {
            return false;
        }
        *out = put_utf8(*out, character);
        return true;
    }
    const char *found = peek(reader) == 0 ? NULL : strchr(escapes, peek(reader));
    if (found == NULL) {
        return fail(reader);
    }
    *(*out)++ = meanings[found - escapes];
    reader->at++;
    return true;
}

// Where the plain characters end that begin where the reader is.
static const char *plain_end(const json_reader *reader) {
    const char *at = reader->at;
    while (at < reader->end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20) {
        at++;
    }
    return at;
}

// The rest of a string that has an escape in it.
static bool read_escaped(json_reader *reader, const char *start, nozzle_text *text) {
    char *content = nozzle_alloc((size_t)(reader->end - start));
    char *out = content + (reader->at - start);
    memcpy(content, start, (size_t)(reader->at - start));
    while (!take(reader, '"')) {
        if (take(reader, '\\')) {
            if (!escape(reader, &out)) {
                return false;
            }
            continue;
        }
        const char *end = plain_end(reader);
        if (end == reader->at) {
            return fail(reader);
        }
        memcpy(out, reader->at, (size_t)(end - reader->at));
        out += end - reader->at;
        reader->at = end;
    }
    *text = (nozzle_text){ content, (size_t)(out - content) };
    return true;
}

static bool read_string(json_reader *reader, nozzle_text *text) {
    if (!take(reader, '"')) {
        return fail(reader);
    }
    const char *start = reader->at;
    reader->at = plain_end(reader);
    *text = (nozzle_text){ start, (size_t)(reader->at - start) };
    return take(reader, '"') || read_escaped(reader, start, text);
}

// ---- Numbers ----

static bool read_digits(json_reader *reader) {
    const char *start = reader->at;
    while (peek(reader) >= '0' && peek(reader) <= '9') {
        reader->at++;
    }
    return reader->at > start || fail(reader);
}

static bool read_number(json_reader *reader, nozzle_text *text) {
    const char *start = reader->at;
    take(reader, '-');
    if (!take(reader, '0') && !read_digits(reader)) {
        return false;
    }
    if (take(reader, '.') && !read_digits(reader)) {
        return false;
    }
    if (take(reader, 'e') || take(reader, 'E')) {
        bool has_sign = take(reader, '+') || take(reader, '-');
        (void)has_sign;
        if (!read_digits(reader)) {
            return false;
        }
    }
    *text = (nozzle_text){ start, (size_t)(reader->at - start) };
    return true;
}

bool json_is_number(nozzle_text text) {
    json_reader reader = json_reader_of(text);
    return read_number(&reader, &text) && reader.at == reader.end;
}

// ---- Values ----

static bool read_word(json_reader *reader, const char *word) {
    while (*word != 0 && take(reader, *word)) {
        word++;
    }
    return *word == 0 || fail(reader);
}

static bool read_value(json_reader *reader, json *value, int depth);

static json *add(json_kind kind) {
    json *value = nozzle_alloc(sizeof(json));
    *value = (json){ .kind = kind };
    return value;
}

// Reads a member with its name, or an item.
static json *read_part(json_reader *reader, char close, int depth) {
    json *part = add(JSON_NULL);
    skip_space(reader);
    if (close == '}') {
        if (!read_string(reader, &part->name)) {
            return NULL;
        }
        skip_space(reader);
        if (!take(reader, ':')) {
            fail(reader);
            return NULL;
        }
    }
    return read_value(reader, part, depth) ? part : NULL;
}

static bool read_parts(json_reader *reader, json *value, char close, int depth) {
    const json **next = &value->first;
    skip_space(reader);
    if (take(reader, close)) {
        return true;
    }
    do {
        json *part = read_part(reader, close, depth);
        if (part == NULL) {
            return false;
        }
        *next = part;
        next = &part->next;
        skip_space(reader);
    } while (take(reader, ','));
    return take(reader, close) || fail(reader);
}

static bool read_value(json_reader *reader, json *value, int depth) {
    skip_space(reader);
    if (depth == DEEPEST) {
        reader->trouble = "nested deeper than 128 levels";
        return false;
    }
    switch (peek(reader)) {
    case '{':
        reader->at++;
        value->kind = JSON_OBJECT;
        return read_parts(reader, value, '}', depth + 1);
    case '[':
        reader->at++;
        value->kind = JSON_ARRAY;
        return read_parts(reader, value, ']', depth + 1);
    case '"':
        value->kind = JSON_STRING;
        return read_string(reader, &value->text);
    case 't':
        value->kind = JSON_TRUE;
        return read_word(reader, "true");
    case 'f':
        value->kind = JSON_FALSE;
        return read_word(reader, "false");
    case 'n':
        return read_word(reader, "null");
    default:
        value->kind = JSON_NUMBER;
        return read_number(reader, &value->text);
    }
}

static json *read_document(json_reader *reader) {
    json *value = add(JSON_NULL);
    return read_value(reader, value, 0) ? value : NULL;
}

const json *json_read(json_reader *reader) {
    return read_document(reader);
}

const json *json_read_all(json_reader *reader) {
    json *documents = add(JSON_ARRAY);
    for (const json **next = &documents->first; !json_at_end(reader);) {
        json *document = read_document(reader);
        if (document == NULL) {
            return NULL;
        }
        *next = document;
        next = &document->next;
    }
    return documents;
}

const json *json_member(const json *value, const char *name) {
    const json *found = NULL;
    size_t length = strlen(name);
    if (value == NULL || value->kind != JSON_OBJECT) {
        return NULL;
    }
    for (const json *member = value->first; member != NULL; member = member->next) {
        if (nozzle_equal(member->name, (nozzle_text){ name, length })) {
            found = member;
        }
    }
    return found;
}

nozzle_text json_string(const json *value) {
    bool is_string = value != NULL && value->kind == JSON_STRING;
    return is_string ? value->text : (nozzle_text){ NULL, 0 };
}

// ---- Text ----

// The length of the character at `at`, which is none in ASCII; 0 where it is not UTF-8.
static size_t utf8_character(const unsigned char *at, const unsigned char *end) {
    size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || (size_t)(end - at) < length) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    // Longer than it need be, a surrogate, or over the last character.
    bool is_wrong = (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
                    (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F);
    return is_wrong ? 0 : length;
}

size_t json_utf8(nozzle_text text) {
    const unsigned char *start = (const unsigned char *)text.at, *at = start, *end = start + text.length;
    while (at < end) {
        size_t length = at[0] < 0x80 ? 1 : utf8_character(at, end);
        if (length == 0) {
            break;
        }
        at += length;
    }
    return (size_t)(at - start);
}

static void append_escaped(nozzle_buffer *buffer, char c) {
    static const char escapes[] = "\"\\bfnrt", meanings[] = "\"\\\b\f\n\r\t";
    const char *found = c == 0 ? NULL : strchr(meanings, c);
    if (found == NULL) {
        nozzle_appendf(buffer, "\\u%04x", (unsigned)c);
    } else {
        nozzle_append(buffer, (nozzle_text){ (char[]){ '\\', escapes[found - meanings] }, 2 });
    }
}

void json_append_string(nozzle_buffer *buffer, nozzle_text text) {
    json_reader rest = json_reader_of(text);
    nozzle_append(buffer, NOZZLE_TEXT("\""));
    while (rest.at < rest.end) {
        const char *end = plain_end(&rest);
        nozzle_append(buffer, (nozzle_text){ rest.at, (size_t)(end - rest.at) });
        if (end < rest.end) {
            append_escaped(buffer, *end++);
        }
        rest.at = end;
    }
    nozzle_append(buffer, NOZZLE_TEXT("\""));
}
