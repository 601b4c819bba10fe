SELECT {m_cols}, {o_name} AS {zone_as}
FROM {from_m} JOIN {from_o} ON ST_Intersects({o_geom}, {m_geom})
{where}
QUALIFY ROW_NUMBER() OVER (PARTITION BY {m_key} ORDER BY ST_Area({overlap_metric}) DESC) = 1
-- or
SELECT {m_cols}, ARG_MAX({o_name}, ST_Area({overlap_metric})) AS {zone_as}
FROM {from_m} JOIN {from_o} ON ST_Intersects({o_geom}, {m_geom})
{where}
GROUP BY {m_cols}
