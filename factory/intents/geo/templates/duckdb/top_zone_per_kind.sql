SELECT {category}, {o_cols}, COUNT(*) AS {count_as}
FROM {from_m} JOIN {from_o} ON ST_Contains({o_geom}, {m_geom})
{where}
GROUP BY {category}, {o_cols}
QUALIFY RANK() OVER (PARTITION BY {category} ORDER BY COUNT(*) DESC) = 1
