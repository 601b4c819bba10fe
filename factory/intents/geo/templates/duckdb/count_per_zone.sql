SELECT {o_cols}, COUNT({m_key}) AS {count_as}
FROM {from_o} LEFT JOIN {from_m} ON ST_Contains({o_geom}, {m_geom}) {and}
GROUP BY {o_cols}
