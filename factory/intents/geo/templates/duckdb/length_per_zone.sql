SELECT {o_cols}, SUM(ST_Length({overlap_metric})) / {unit} AS {length_as}
FROM {from_o} JOIN {from_m} ON ST_Intersects({o_geom}, {m_geom})
{where}
GROUP BY {o_cols}
