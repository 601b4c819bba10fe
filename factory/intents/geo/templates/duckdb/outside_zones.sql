SELECT {m_cols}
FROM {from_m} LEFT JOIN {from_o} ON ST_Contains({o_geom}, {m_geom})
WHERE {o_key} IS NULL {and}
-- or
SELECT {m_cols}
FROM {from_m}
WHERE NOT EXISTS (SELECT 1 FROM {from_o} WHERE ST_Contains({o_geom}, {m_geom})) {and}
