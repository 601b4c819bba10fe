SELECT {mover} AS {mover_as}, ST_Length(ST_MakeLine(LIST({m_metric} ORDER BY {time}, {m_key}))) / {unit} AS {length_as}
FROM {from_m}
{where}
GROUP BY {mover}
HAVING COUNT(*) >= {least}
-- or
WITH points AS (SELECT {mover} AS mover, {time} AS moment, {m_key} AS fix, {m_metric} AS point FROM {from_m} {where})
SELECT mover AS {mover_as}, ST_Length(ST_MakeLine(LIST(point ORDER BY moment, fix))) / {unit} AS {length_as}
FROM points
GROUP BY mover
HAVING COUNT(*) >= {least}
