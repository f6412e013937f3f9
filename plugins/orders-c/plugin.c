// Flattens the change records of a DynamoDB table of orders: each becomes one row of six columns.
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "nozzle.h"

#define SETTINGS_SCHEMA                                                                           \
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","          \
    "\"additionalProperties\":false,\"properties\":{\"deletes\":{\"description\":"                \
    "\"What becomes of a delete: a row of its key (row), or nothing (drop).\","                   \
    "\"enum\":[\"row\",\"drop\"],\"default\":\"row\"}}}"

typedef enum { TEXT, INTEGER, DOUBLE } column_type;

typedef struct {
    const char *name;
    column_type type;
} column;

static const column COLUMNS[] = {
    { "orderid", TEXT },
    { "product_name", TEXT },
    { "quantity", INTEGER },
    { "price", DOUBLE },
};

// Whether deletes are dropped: the only setting.
static bool drops_deletes;

nozzle_description plugin_describe(void) {
    return (nozzle_description){
        .name = NOZZLE_TEXT("orders-c"),
        .version = NOZZLE_TEXT("0.1.0"),
        .summary = NOZZLE_TEXT("Flattens DynamoDB change records of orders"),
        .settings_schema = NOZZLE_TEXT(SETTINGS_SCHEMA),
    };
}

nozzle_text plugin_configure(nozzle_text config, nozzle_texts *tables) {
    (void)tables;
    json_reader reader = json_reader_of(config);
    const json *settings = json_member(json_read(&reader), "settings");
    const json *deletes = json_member(settings, "deletes");
    if (settings == NULL || settings->kind != JSON_OBJECT) {
        return NOZZLE_TEXT("`settings`: is not an object");
    }
    for (const json *setting = settings->first; setting != NULL; setting = setting->next) {
        if (!nozzle_equal(setting->name, NOZZLE_TEXT("deletes"))) {
            return NOZZLE_TEXT("`settings`: the only setting is `deletes`");
        }
    }
    drops_deletes = nozzle_equal(json_string(deletes), NOZZLE_TEXT("drop"));
    if (deletes != NULL && !drops_deletes && !nozzle_equal(json_string(deletes), NOZZLE_TEXT("row"))) {
        return NOZZLE_TEXT("`settings.deletes`: is not `row` or `drop`");
    }
    return NOZZLE_TEXT("");
}

// ---- Failures ----

// Why a change makes no row. Kept until the document that it is about is known.
typedef struct {
    const char *code, *path, *reason;
} trouble;

static bool fail(trouble *told, const char *code, const char *path, const char *reason) {
    *told = (trouble){ code, path, reason };
    return false;
}

// ---- Columns ----

// The content of `{"S":"..."}` or `{"N":"..."}`; a NULL address for null and for a column that is not there.
static bool attribute_text(const json *attribute, nozzle_text *text, trouble *told) {
    *text = (nozzle_text){ NULL, 0 };
    if (attribute == NULL) {
        return true;
    }
    const json *value = attribute->first;
    if (attribute->kind != JSON_OBJECT || value == NULL || value->next != NULL) {
        return fail(told, "bad-attribute", NULL, "is not an attribute value");
    }
    if (nozzle_equal(value->name, NOZZLE_TEXT("NULL")) && value->kind == JSON_TRUE) {
        return true;
    }
    bool is_number = nozzle_equal(value->name, NOZZLE_TEXT("N"));
    if (value->kind != JSON_STRING || !(is_number || nozzle_equal(value->name, NOZZLE_TEXT("S")))) {
        return fail(told, "mistyped-column", NULL, "is neither a string nor a number");
    }
    if (is_number && !json_is_number(value->text)) {
        return fail(told, "bad-number", NULL, "number is not one in JSON's grammar");
    }
    *text = value->text;
    return true;
}

// The power of ten behind the `e` of a number, if it has one; DynamoDB's go from -130 to 125.
static long exponent(const char *at, const char *end) {
    if (at == end) {
        return 0;
    }
    long power = strtol(nozzle_format("%.*s", (int)(end - at - 1), at + 1).at, NULL, 10);
    return power < -1000 ? -1000 : power > 1000 ? 1000 : power;
}

// The number as a 32-bit integer, if it is one: `3`, `3.0` and `0.3E1` are all 3.
static bool integer(nozzle_text number, int64_t *value) {
    const char *at = number.at, *end = at + number.length;
    bool is_negative = *at == '-';
    at += is_negative;
    size_t whole = 0;
    while (at + whole < end && at[whole] >= '0' && at[whole] <= '9') {
        whole++;
    }
    const char *mantissa_end = at;
    while (mantissa_end < end && *mantissa_end != 'e' && *mantissa_end != 'E') {
        mantissa_end++;
    }
    long point = (long)whole + exponent(mantissa_end, end), place = 0;
    int64_t limit = is_negative ? -(int64_t)INT32_MIN : INT32_MAX;
    for (*value = 0; at < mantissa_end; at++) {
        if (*at == '.') {
            continue;
        }
        int digit = *at - '0';
        if (place++ < point) {
            *value = *value * 10 + digit;
        } else if (digit != 0) {
            return false;
        }
        if (*value > limit) {
            return false;
        }
    }
    for (; place < point && *value != 0 && *value <= limit; place++) {
        *value *= 10;
    }
    *value = is_negative ? -*value : *value;
    return *value >= INT32_MIN && *value <= INT32_MAX;
}

static bool append_integer(nozzle_buffer *row, nozzle_text number, trouble *told) {
    int64_t value;
    if (!integer(number, &value)) {
        return fail(told, "mistyped-column", NULL, "is not a 32-bit integer");
    }
    nozzle_appendf(row, "%" PRId64, value);
    return true;
}

static bool has(nozzle_text text, const char *any) {
    size_t i = 0;
    while (i < text.length && strchr(any, text.at[i]) == NULL) {
        i++;
    }
    return i < text.length;
}

// Appends a number by its own digits, so that it reads as a double: `100` becomes `100.0`.
static bool append_double(nozzle_buffer *row, nozzle_text number, trouble *told) {
    // Without an exponent it takes more digits than DynamoDB has to leave the range.
    if (has(number, "eE") && isinf(strtod(nozzle_format("%.*s", (int)number.length, number.at).at, NULL))) {
        return fail(told, "mistyped-column", NULL, "is too large for a double");
    }
    nozzle_append(row, number);
    nozzle_append(row, has(number, ".eE") ? NOZZLE_TEXT("") : NOZZLE_TEXT(".0"));
    return true;
}

static bool append_value(nozzle_buffer *row, column_type type, nozzle_text text, trouble *told) {
    if (text.at == NULL) {
        nozzle_append(row, NOZZLE_TEXT("null"));
        return true;
    }
    if (type == TEXT) {
        json_append_string(row, text);
        return true;
    }
    if (!json_is_number(text)) {
        return fail(told, "mistyped-column", NULL, "is not a number");
    }
    return type == INTEGER ? append_integer(row, text, told) : append_double(row, text, told);
}

static bool append_columns(nozzle_buffer *row, const json *image, const char *place, trouble *told) {
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        nozzle_text text;
        nozzle_append(row, i == 0 ? NOZZLE_TEXT("{\"") : NOZZLE_TEXT(",\""));
        nozzle_append(row, nozzle_text_of(COLUMNS[i].name));
        nozzle_append(row, NOZZLE_TEXT("\":"));
        const json *attribute = json_member(image, COLUMNS[i].name);
        if (!attribute_text(attribute, &text, told) || !append_value(row, COLUMNS[i].type, text, told)) {
            told->path = nozzle_format("dynamodb.%s.%s", place, COLUMNS[i].name).at;
            return false;
        }
    }
    return true;
}

// ---- The time of a change ----

enum { FRACTION_DIGITS = 6 };

// Reads digits into `value`, `limit` of them at most; gives how many there were.
static int digits(const char **at, const char *end, int limit, int64_t *value) {
    int count = 0;
    for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
        if (count < limit) {
            *value = *value * 10 + (**at - '0');
            count++;
        }
    }
    return count;
}

// DynamoDB Streams tell seconds, Kinesis Data Streams for DynamoDB milliseconds or microseconds; the magnitude
// tells which.
static bool microseconds(nozzle_text number, int64_t *micros) {
    const char *at = number.at, *end = at + number.length;
    int64_t whole = 0, fraction = 0;
    int count = digits(&at, end, 18, &whole);
    if (count == 0 || count == 18) {
        return false;
    }
    int fraction_count = 0;
    if (at < end && *at == '.') {
        at++;
        fraction_count = digits(&at, end, FRACTION_DIGITS, &fraction);
    }
    for (; fraction_count < FRACTION_DIGITS; fraction_count++) {
        fraction *= 10;
    }
    int64_t unit = whole < 100000000000 ? 1000000 : whole < 100000000000000 ? 1000 : 1;
    *micros = whole * unit + fraction * unit / 1000000;
    return at == end;
}

// The date so many days after 1970-01-01: http://howardhinnant.github.io/date_algorithms.html, `civil_from_days`.
static void append_date(nozzle_buffer *row, int64_t days) {
    int64_t shifted = days + 719468, era = shifted / 146097;
    int day_of_era = (int)(shifted - era * 146097);
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    int year = (int)(year_of_era + era * 400) + (month <= 2);
    nozzle_appendf(row, "%04d-%02d-%02d", year, month, day_of_year - (153 * march_month + 2) / 5 + 1);
}

// ISO 8601 in UTC: no fraction at a whole second, six digits otherwise.
static void append_time(nozzle_buffer *row, int64_t micros) {
    int64_t seconds = micros / 1000000;
    int second_of_day = (int)(seconds % 86400), fraction = (int)(micros % 1000000);
    append_date(row, seconds / 86400);
    nozzle_appendf(row, "T%02d:%02d:%02d", second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    if (fraction > 0) {
        nozzle_appendf(row, ".%06d", fraction);
    }
    nozzle_append(row, NOZZLE_TEXT("Z"));
}

static bool append_created_at(nozzle_buffer *row, const json *body, trouble *told) {
    const json *time = json_member(body, "ApproximateCreationDateTime");
    int64_t micros;
    nozzle_append(row, NOZZLE_TEXT(",\"creation_datetime\":"));
    if (time == NULL || time->kind == JSON_NULL) {
        nozzle_append(row, NOZZLE_TEXT("null"));
        return true;
    }
    if (time->kind != JSON_NUMBER || !microseconds(time->text, &micros)) {
        const char *trouble = "is not seconds, milliseconds or microseconds since 1970";
        return fail(told, "bad-time", "dynamodb.ApproximateCreationDateTime", trouble);
    }
    nozzle_append(row, NOZZLE_TEXT("\""));
    append_time(row, micros);
    nozzle_append(row, NOZZLE_TEXT("\""));
    return true;
}

// ---- Changes ----

static bool is_operation(nozzle_text event) {
    return nozzle_equal(event, NOZZLE_TEXT("INSERT")) || nozzle_equal(event, NOZZLE_TEXT("MODIFY")) ||
           nozzle_equal(event, NOZZLE_TEXT("REMOVE"));
}

// What a change shows of its row: the item after it, or the key of an item that is gone.
static bool image_of(const json *body, const char *place, const json **image, trouble *told) {
    if (body->kind != JSON_OBJECT) {
        return fail(told, "not-a-change", "dynamodb", "is not an object");
    }
    *image = json_member(body, place);
    if (*image == NULL) {
        return fail(told, "no-image", NULL, nozzle_format("change does not show its `%s`", place).at);
    }
    if ((*image)->kind != JSON_OBJECT) {
        return fail(told, "not-a-change", nozzle_format("dynamodb.%s", place).at, "is not an object");
    }
    return true;
}

// The row of a change; a NULL address where it is dropped.
static bool row_of(const json *change, nozzle_text *row, trouble *told) {
    const json *name = json_member(change, "eventName"), *body = json_member(change, "dynamodb"), *image;
    if (change->kind != JSON_OBJECT) {
        return fail(told, "not-a-change", NULL, "is not an object");
    }
    if (name == NULL || body == NULL) {
        const char *reason = name == NULL ? "missing member `eventName`" : "missing member `dynamodb`";
        return fail(told, "not-a-change", NULL, reason);
    }
    nozzle_text event = json_string(name);
    if (!is_operation(event)) {
        return fail(told, "unknown-operation", "eventName", "is not INSERT, MODIFY or REMOVE");
    }
    bool is_delete = nozzle_equal(event, NOZZLE_TEXT("REMOVE"));
    *row = (nozzle_text){ NULL, 0 };
    if (is_delete && drops_deletes) {
        return true;
    }
    const char *place = is_delete ? "Keys" : "NewImage";
    nozzle_buffer out = { 0 };
    if (!image_of(body, place, &image, told) || !append_columns(&out, image, place, told)) {
        return false;
    }
    nozzle_append(&out, NOZZLE_TEXT(",\"cdc_event_type\":"));
    json_append_string(&out, event);
    if (!append_created_at(&out, body, told)) {
        return false;
    }
    nozzle_append(&out, NOZZLE_TEXT("}"));
    *row = nozzle_appended(&out);
    return true;
}

// ---- Records ----

// A producer may put several documents into one record. Where one of them fails, the record does.
static nozzle_outcome failed(const trouble *told, size_t index, bool is_alone) {
    const char *path = told->path;
    if (!is_alone) {
        path = nozzle_format(path == NULL ? "[%zu]" : "[%zu].%s", index, path).at;
    }
    return nozzle_fail(told->code, path, told->reason);
}

static nozzle_outcome not_json(nozzle_text reason) {
    return nozzle_fail("not-json", NULL, nozzle_format("%.*s", (int)reason.length, reason.at).at);
}

nozzle_outcome plugin_transform(nozzle_text data) {
    size_t valid = json_utf8(data), count = 0, made = 0, index = 0;
    if (valid < data.length) {
        return not_json(nozzle_format("malformed UTF-8 at byte %zu", valid));
    }
    json_reader reader = json_reader_of(data);
    const json *documents = json_read_all(&reader);
    if (documents == NULL) {
        return not_json(json_trouble(&reader));
    }
    if (documents->first == NULL) {
        return nozzle_fail("empty-record", NULL, "record holds no JSON document");
    }
    for (const json *change = documents->first; change != NULL; change = change->next) {
        count++;
    }
    nozzle_row *rows = nozzle_alloc(count * sizeof *rows);
    for (const json *change = documents->first; change != NULL; change = change->next, index++) {
        nozzle_text row;
        trouble told;
        if (!row_of(change, &row, &told)) {
            return failed(&told, index, count == 1);
        }
        if (row.at != NULL) {
            rows[made++] = (nozzle_row){ .data = row };
        }
    }
    return made == 0 ? nozzle_drop("delete") : nozzle_explode(rows, made);
}
