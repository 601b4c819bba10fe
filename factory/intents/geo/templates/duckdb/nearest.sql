SELECT {m_cols}, {o_name} AS {other_as}, {distance} / {unit} AS {distance_as}
FROM {from_m} CROSS JOIN {from_o}
{where}
QUALIFY ROW_NUMBER() OVER (PARTITION BY {m_key} ORDER BY {distance}) = 1
-- or
SELECT {m_cols}, ARG_MIN({o_name}, {distance}) AS {other_as}, MIN({distance}) / {unit} AS {distance_as}
FROM {from_m} CROSS JOIN {from_o}
{where}
GROUP BY {m_cols}
-- or
SELECT {m_cols}, near.{other_as}, near.metres / {unit} AS {distance_as}
FROM {from_m}, LATERAL (
  SELECT {o_name} AS {other_as}, {distance} AS metres
  FROM {from_o}
  ORDER BY metres
  LIMIT 1
) AS near
{where}
