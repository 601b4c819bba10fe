SELECT {m_cols}
FROM {from_m}
WHERE NOT EXISTS (SELECT 1 FROM {from_o} WHERE {within}) {and}
-- or
SELECT {m_cols}
FROM {from_m} LEFT JOIN {from_o} ON {within}
WHERE {o_key} IS NULL {and}
