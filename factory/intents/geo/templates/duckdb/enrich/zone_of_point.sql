UPDATE {from_m}
SET {zone_as} = (SELECT {o_name} FROM {from_o} WHERE ST_Contains({o_geom}, {m_geom}))
-- or
UPDATE {from_m}
SET {zone_as} = {o_name}
FROM {from_o}
WHERE ST_Contains({o_geom}, {m_geom})
-- or
UPDATE {from_m}
SET {zone_as} = {o_name}
FROM {from_o}
WHERE ST_Within({m_geom}, {o_geom})
