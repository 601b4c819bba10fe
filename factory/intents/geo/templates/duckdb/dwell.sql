WITH located AS (
  SELECT {mover} AS mover, {time} AS moment, {m_key} AS fix, {o_name} AS zone
  FROM {from_m} LEFT JOIN {from_o} ON ST_Contains({o_geom}, {m_geom})
  {where}
), marked AS (
  SELECT *, CASE WHEN zone IS DISTINCT FROM LAG(zone) OVER (PARTITION BY mover ORDER BY moment, fix) THEN 1 ELSE 0 END AS moved
  FROM located
), visits AS (
  SELECT *, SUM(moved) OVER (PARTITION BY mover ORDER BY moment, fix) AS visit FROM marked
)
SELECT mover AS {mover_as}, zone AS {zone_as}, MIN(moment) AS first_seen, MAX(moment) AS last_seen,
  DATE_DIFF('second', MIN(moment), MAX(moment)) / 60.0 AS minutes
FROM visits
WHERE zone IS NOT NULL
GROUP BY mover, zone, visit
HAVING DATE_DIFF('second', MIN(moment), MAX(moment)) >= {seconds}
