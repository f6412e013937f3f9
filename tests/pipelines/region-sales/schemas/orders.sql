-- An order once: Firehose delivers at least once, and a file may be put again. Rows with the same number that differ in
-- another column stay, both of them: which is right is not for a view to say.
CREATE OR REPLACE VIEW orders AS SELECT DISTINCT * FROM sales;
