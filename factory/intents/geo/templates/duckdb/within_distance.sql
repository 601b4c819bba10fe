SELECT {m_cols}
FROM {from_m} JOIN {from_o} ON {within}
WHERE {o_name} = {named} {and}
-- or
SELECT {m_cols}
FROM {from_m}
WHERE EXISTS (SELECT 1 FROM {from_o} WHERE {o_name} = {named} AND {within}) {and}
