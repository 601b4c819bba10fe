UPDATE {from_m}
SET {distance_as} = (SELECT MIN({distance}) / {unit} FROM {from_o})
