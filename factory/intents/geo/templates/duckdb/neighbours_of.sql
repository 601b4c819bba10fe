SELECT b.{key}, b.{name}
FROM {table} AS a JOIN {table} AS b ON a.{key} <> b.{key} AND ST_Touches(a.{geom}, b.{geom})
WHERE a.{name} = {named}
