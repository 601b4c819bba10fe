SELECT {m_cols}, {o_name} AS {zone_as}
FROM {from_m} JOIN {from_o} ON ST_Contains({o_geom}, ST_Centroid({m_geom}))
{where}
