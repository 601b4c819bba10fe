SELECT a.{key} AS first_id, b.{key} AS second_id
FROM {table} AS a JOIN {table} AS b ON a.{key} < b.{key}
  AND ABS(DATE_DIFF('second', a.{time}, b.{time})) <= {seconds} AND {within}
{where_ab}
-- or
SELECT a.{key} AS first_id, b.{key} AS second_id
FROM {table} AS a JOIN {table} AS b ON a.{key} < b.{key}
  AND b.{time} BETWEEN a.{time} - INTERVAL '{hours}' HOUR AND a.{time} + INTERVAL '{hours}' HOUR AND {within}
{where_ab}
