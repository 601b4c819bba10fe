UPDATE {from_m}
SET {other_as} = (SELECT {o_name} FROM {from_o} ORDER BY {distance} LIMIT 1),
  {distance_as} = (SELECT MIN({distance}) / {unit} FROM {from_o})
-- or
UPDATE {from_m}
SET {other_as} = (SELECT ARG_MIN({o_name}, {distance}) FROM {from_o}),
  {distance_as} = (SELECT MIN({distance}) / {unit} FROM {from_o})
