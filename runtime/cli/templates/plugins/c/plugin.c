// Keeps orders of at least a price and adds a column to them. The others are dropped; what has no price fails.
#include <stdlib.h>

#include "json.h"
#include "nozzle.h"

#define SETTINGS_SCHEMA                                                                           \
    "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","          \
    "\"additionalProperties\":false,\"required\":[\"least-price\"],\"properties\":{"              \
    "\"least-price\":{\"description\":\"The least price that is kept.\",\"type\":\"number\"},"    \
    "\"currency\":{\"description\":\"What the column currency holds.\",\"type\":\"string\","      \
    "\"default\":\"EUR\"}}}"

// What `plugin_configure` took.
static double least_price;
static nozzle_text currency = { "EUR", 3 };

nozzle_description plugin_describe(void) {
    return (nozzle_description){
        .name = NOZZLE_TEXT("{{name}}"),
        .version = NOZZLE_TEXT("0.1.0"),
        .summary = NOZZLE_TEXT("Keeps orders of at least a price, and adds their currency"),
        .settings_schema = NOZZLE_TEXT(SETTINGS_SCHEMA),
    };
}

// `strtod` reads up to a zero, which a text of the contract does not have.
static double number(const json *value) {
    return strtod(nozzle_format("%.*s", (int)value->text.length, value->text.at).at, NULL);
}

// What nozzle.toml says under `settings`. One that is misspelt there ends the start, not the first record.
nozzle_text plugin_configure(nozzle_text config, nozzle_texts *tables) {
    (void)tables; // It reads none.
    json_reader reader = json_reader_of(config);
    const json *settings = json_member(json_read(&reader), "settings"), *price = NULL;
    for (const json *setting = settings->first; setting != NULL; setting = setting->next) {
        if (nozzle_equal(setting->name, NOZZLE_TEXT("least-price"))) {
            price = setting;
        } else if (nozzle_equal(setting->name, NOZZLE_TEXT("currency")) && setting->kind == JSON_STRING) {
            currency = setting->text;
        } else {
            return NOZZLE_TEXT("`settings`: takes `least-price`, a number, and `currency`, a text");
        }
    }
    if (price == NULL || price->kind != JSON_NUMBER) {
        return NOZZLE_TEXT("`settings.least-price`: is missing, or not a number");
    }
    least_price = number(price);
    return NOZZLE_TEXT("");
}

// The record as it came, digit for digit, with a column at its end.
static nozzle_outcome with_currency(nozzle_text order) {
    nozzle_buffer row = { 0 };
    while (order.at[order.length - 1] != '}') {
        order.length--;
    }
    nozzle_append(&row, (nozzle_text){ order.at, order.length - 1 });
    nozzle_append(&row, NOZZLE_TEXT(",\"currency\":"));
    json_append_string(&row, currency);
    nozzle_append(&row, NOZZLE_TEXT("}"));
    return nozzle_deliver(nozzle_appended(&row));
}

// A failure fails this record alone. Its reason never holds a value, as it ends up in logs.
nozzle_outcome plugin_transform(nozzle_text data) {
    json_reader reader = json_reader_of(data);
    const json *order = json_read(&reader), *price = json_member(order, "price");
    if (order == NULL || !json_at_end(&reader) || json_utf8(data) < data.length) {
        return nozzle_fail("not-json", NULL, "record is not one JSON document");
    }
    if (price == NULL || price->kind == JSON_NULL) {
        return nozzle_fail("no-price", "price", "is missing or null");
    }
    if (price->kind != JSON_NUMBER) {
        return nozzle_fail("mistyped", "price", "is not a number");
    }
    return number(price) < least_price ? nozzle_drop("small-order") : with_currency(data);
}
