SELECT FLOOR(ST_X({m_geom}) / {cell}) * {cell} AS west, FLOOR(ST_Y({m_geom}) / {cell}) * {cell} AS south, COUNT(*) AS {count_as}
FROM {from_m}
{where}
GROUP BY 1, 2
{having}
