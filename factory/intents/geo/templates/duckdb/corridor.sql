SELECT {m_cols}
FROM {from_m} JOIN {from_o} ON {within}
WHERE {o_name} = {named} {and}
-- or
SELECT {m_cols}
FROM {from_m} JOIN {from_o} ON ST_Contains(ST_Buffer({o_metric}, {metres}, 64), {m_metric})
WHERE {o_name} = {named} {and}
