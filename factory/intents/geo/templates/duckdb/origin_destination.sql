WITH located AS (
  SELECT {mover} AS mover, {time} AS moment, {m_key} AS fix, {o_name} AS zone
  FROM {from_m} JOIN {from_o} ON ST_Contains({o_geom}, {m_geom})
  {where}
), moves AS (
  SELECT zone AS origin, LEAD(zone) OVER (PARTITION BY mover ORDER BY moment, fix) AS destination FROM located
)
SELECT origin, destination, COUNT(*) AS moves
FROM moves
WHERE origin <> destination
GROUP BY origin, destination
