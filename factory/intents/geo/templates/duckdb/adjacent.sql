SELECT a.{name} AS first_{as}, b.{name} AS second_{as}
FROM {table} AS a JOIN {table} AS b ON a.{key} < b.{key} AND ST_Touches(a.{geom}, b.{geom})
{where_ab}
