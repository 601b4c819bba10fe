WITH located AS (
  SELECT {mover} AS mover, {time} AS moment, {m_key} AS fix, {o_name} AS zone
  FROM {from_m} LEFT JOIN {from_o} ON ST_Contains({o_geom}, {m_geom})
  {where}
), steps AS (
  SELECT zone, LAG(zone) OVER (PARTITION BY mover ORDER BY moment, fix) AS before,
    ROW_NUMBER() OVER (PARTITION BY mover ORDER BY moment, fix) AS step
  FROM located
)
SELECT zone AS {zone_as}, COUNT(*) AS entries
FROM steps
WHERE step > 1 AND zone IS NOT NULL AND zone IS DISTINCT FROM before
GROUP BY zone
