SELECT {selected}
FROM {from_m}
WHERE ST_Within({m_geom}, ST_MakeEnvelope({west}, {south}, {east}, {north})) {and}
-- or
SELECT {selected}
FROM {from_m}
WHERE ST_X({m_geom}) BETWEEN {west} AND {east} AND ST_Y({m_geom}) BETWEEN {south} AND {north} {and}
