SELECT {m_cols}
FROM {from_m}
WHERE NOT ST_IsValid({m_geom}) {and}
