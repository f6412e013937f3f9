-- What region-sales has to make of its raw lines, by DuckDB alone.

SET VARIABLE delimiter = (
    SELECT CASE WHEN split_part(content, chr(10), 1) LIKE '%;%' THEN ';' ELSE ',' END
    FROM read_text(getvariable('raw'))
);

-- A field more than there are columns, so that lines with too many fields can be told; no text is null.
CREATE TABLE raw AS
SELECT * FROM read_csv(
    getvariable('raw'), header = false, quote = '"', escape = '"', all_varchar = true, null_padding = true,
    nullstr = '\N', auto_detect = false, delim = getvariable('delimiter'),
    columns = {
        'region': 'VARCHAR', 'country': 'VARCHAR', 'item_type': 'VARCHAR', 'sales_channel': 'VARCHAR',
        'order_priority': 'VARCHAR', 'order_date': 'VARCHAR', 'order_id': 'VARCHAR', 'ship_date': 'VARCHAR',
        'units_sold': 'VARCHAR', 'unit_price': 'VARCHAR', 'unit_cost': 'VARCHAR', 'total_revenue': 'VARCHAR',
        'total_cost': 'VARCHAR', 'total_profit': 'VARCHAR', 'surplus': 'VARCHAR'
    }
)
WHERE region IS DISTINCT FROM 'Region';

-- Nothing is rounded: what has more than two digits behind its point is no amount.
CREATE MACRO amount(field) AS
CASE WHEN regexp_full_match(field, '-?[0-9]+([.][0-9]{1,2})?') THEN try_cast(field AS DECIMAL(14, 2)) END;
CREATE MACRO whole(field) AS CASE WHEN regexp_full_match(field, '-?[0-9]+') THEN try_cast(field AS BIGINT) END;
CREATE MACRO day(field) AS try_strptime(field, '%m/%d/%Y')::DATE;

-- What is wrong with a line, by its first column that does not fit.
CREATE VIEW judged AS
SELECT *,
    surplus IS NOT NULL OR total_profit IS NULL AS ragged,
    CASE
        WHEN day(order_date) IS NULL THEN 'orderdate'
        WHEN whole(order_id) IS NULL THEN 'orderid'
        WHEN day(ship_date) IS NULL THEN 'shipdate'
        WHEN whole(units_sold) IS NULL THEN 'unitssold'
        WHEN amount(unit_price) IS NULL THEN 'unitprice'
        WHEN amount(unit_cost) IS NULL THEN 'unitcost'
        WHEN amount(total_revenue) IS NULL THEN 'totalrevenue'
        WHEN amount(total_cost) IS NULL THEN 'totalcost'
        WHEN amount(total_profit) IS NULL THEN 'totalprofit'
    END AS misfit
FROM raw;

CREATE VIEW expected_rejects AS
SELECT code, "column", count(*) AS n
FROM (
    SELECT 'field-count' AS code, '' AS "column" FROM judged WHERE ragged
    UNION ALL
    SELECT 'mistyped-column', misfit FROM judged WHERE NOT ragged AND misfit IS NOT NULL
)
GROUP BY ALL;

CREATE TABLE names AS
SELECT normalised(name) AS name, alpha_2
FROM read_csv(getvariable('tables') || '/country-names.csv', header = true, all_varchar = true);
CREATE TABLE regions AS
SELECT normalised("key") AS "key", * EXCLUDE ("key")
FROM read_csv(getvariable('here') || '/regions.csv', header = true, all_varchar = true);

CREATE VIEW expected_rows AS
SELECT
    nullif(judged.region, '') AS region, country, item_type, sales_channel, order_priority,
    day(order_date) AS order_date, whole(order_id) AS order_id, day(ship_date) AS ship_date,
    whole(units_sold)::INTEGER AS units_sold, amount(unit_price) AS unit_price, amount(unit_cost) AS unit_cost,
    amount(total_revenue) AS total_revenue, amount(total_cost) AS total_cost, amount(total_profit) AS total_profit,
    country_code, country_name, sales_region, subregion
FROM judged
LEFT JOIN names ON names.name = normalised(judged.country)
LEFT JOIN regions ON regions."key" = coalesce(normalised(names.alpha_2), normalised(judged.country))
WHERE NOT ragged AND misfit IS NULL;

CREATE MACRO totals(rows) AS TABLE
SELECT sales_region, count(*) AS orders, sum(units_sold) AS units, sum(total_revenue) AS revenue,
    sum(total_cost) AS cost, sum(total_profit) AS profit
FROM query_table(rows) GROUP BY ALL;
