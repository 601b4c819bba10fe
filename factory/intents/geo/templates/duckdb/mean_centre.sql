SELECT {category}, AVG(ST_X({m_geom})) AS mean_longitude, AVG(ST_Y({m_geom})) AS mean_latitude
FROM {from_m}
{where}
GROUP BY {category}
