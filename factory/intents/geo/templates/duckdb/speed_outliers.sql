WITH steps AS (
  SELECT {m_key} AS fix, {mover} AS mover, {time} AS moment, {m_geom} AS here,
    LAG({time}) OVER (PARTITION BY {mover} ORDER BY {time}, {m_key}) AS moment_before,
    LAG({m_geom}) OVER (PARTITION BY {mover} ORDER BY {time}, {m_key}) AS place_before
  FROM {from_m}
  {where}
)
SELECT fix AS {fix_as}, mover AS {mover_as}, {step_distance} / 1000 / (DATE_DIFF('second', moment_before, moment) / 3600.0) AS km_per_hour
FROM steps
WHERE DATE_DIFF('second', moment_before, moment) > 0
  AND {step_distance} / 1000 / (DATE_DIFF('second', moment_before, moment) / 3600.0) > {speed}
