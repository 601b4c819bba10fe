SELECT {category}, COUNT(*) AS {count_as}
FROM {from_m}
WHERE NOT ST_IsValid({m_geom}) {and}
GROUP BY {category}
-- or
SELECT {category}, COUNT(*) FILTER (WHERE NOT ST_IsValid({m_geom})) AS {count_as}
FROM {from_m}
{where}
GROUP BY {category}
HAVING COUNT(*) FILTER (WHERE NOT ST_IsValid({m_geom})) > 0
