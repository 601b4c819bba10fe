SELECT {o_cols}, COUNT({m_key}) / (ANY_VALUE(ST_Area({o_metric})) / {unit}) AS {density_as}
FROM {from_o} LEFT JOIN {from_m} ON ST_Contains({o_geom}, {m_geom}) {and}
GROUP BY {o_cols}
-- or
WITH counted AS (
  SELECT {o_key} AS zone_key, COUNT({m_key}) AS points
  FROM {from_o} LEFT JOIN {from_m} ON ST_Contains({o_geom}, {m_geom}) {and}
  GROUP BY {o_key}
)
SELECT {o_cols}, counted.points / (ST_Area({o_metric}) / {unit}) AS {density_as}
FROM {from_o} JOIN counted ON counted.zone_key = {o_key}
