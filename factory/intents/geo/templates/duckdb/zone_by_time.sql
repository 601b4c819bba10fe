SELECT {o_cols}, {period} AS {period_as}, COUNT(*) AS {count_as}
FROM {from_m} JOIN {from_o} ON ST_Contains({o_geom}, {m_geom})
{where}
GROUP BY {o_cols}, {period}
