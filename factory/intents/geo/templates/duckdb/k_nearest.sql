SELECT {m_cols}, {o_name} AS {other_as}, {distance} / {unit} AS {distance_as}
FROM {from_m} CROSS JOIN {from_o}
{where}
QUALIFY ROW_NUMBER() OVER (PARTITION BY {m_key} ORDER BY {distance}) <= {k}
-- or
WITH measured AS (
  SELECT {m_key} AS own_key, {o_name} AS {other_as}, {distance} AS metres
  FROM {from_m} CROSS JOIN {from_o}
  {where}
), ranked AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY own_key ORDER BY metres) AS place FROM measured
)
SELECT {m_cols}, ranked.{other_as}, ranked.metres / {unit} AS {distance_as}
FROM ranked JOIN {from_m} ON {m_key} = ranked.own_key
WHERE ranked.place <= {k}
