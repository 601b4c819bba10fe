SELECT {o_cols}, SUM({measure} * ST_Area({overlap_metric}) / ST_Area({m_metric})) AS {value_as}
FROM {from_o} JOIN {from_m} ON ST_Intersects({o_geom}, {m_geom})
{where}
GROUP BY {o_cols}
