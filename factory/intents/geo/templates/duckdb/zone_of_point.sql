SELECT {m_cols}, {o_name} AS {zone_as}
FROM {from_m} {join} {from_o} ON ST_Contains({o_geom}, {m_geom})
{where}
-- or
SELECT {m_cols}, {o_name} AS {zone_as}
FROM {from_m} {join} {from_o} ON ST_Within({m_geom}, {o_geom})
{where}
