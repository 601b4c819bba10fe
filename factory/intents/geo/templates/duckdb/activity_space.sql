SELECT {category}, ST_Area(ST_ConvexHull(ST_Collect(LIST({m_metric})))) / {unit} AS {area_as}
FROM {from_m}
{where}
GROUP BY {category}
HAVING COUNT(*) >= 3
