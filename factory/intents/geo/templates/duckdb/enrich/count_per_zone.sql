UPDATE {from_o}
SET {count_as} = (SELECT COUNT(*) FROM {from_m} WHERE ST_Contains({o_geom}, {m_geom}) {and})
