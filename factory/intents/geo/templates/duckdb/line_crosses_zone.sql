SELECT {m_cols}, {o_name} AS {zone_as}
FROM {from_m} JOIN {from_o} ON ST_Crosses({m_geom}, {o_geom})
{where}
