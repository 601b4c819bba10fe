UPDATE {from_o}
SET {density_as} = (SELECT COUNT(*) FROM {from_m} WHERE ST_Contains({o_geom}, {m_geom}) {and}) / (ST_Area({o_metric}) / {unit})
