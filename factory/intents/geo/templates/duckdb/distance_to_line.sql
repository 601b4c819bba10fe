SELECT {m_cols}, MIN({distance}) / {unit} AS {distance_as}
FROM {from_m} CROSS JOIN {from_o}
{where}
GROUP BY {m_cols}
-- or
WITH lines AS (SELECT {o_metric} AS line FROM {from_o}),
points AS (SELECT {m_cols}, {m_metric} AS point FROM {from_m} {where})
SELECT points.* EXCLUDE (point), (SELECT MIN(ST_Distance(points.point, lines.line)) FROM lines) / {unit} AS {distance_as}
FROM points
