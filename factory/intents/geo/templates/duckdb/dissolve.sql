SELECT {category}, ST_Area({union_metric}) / {unit} AS {area_as}, ST_Perimeter({union_metric}) / {length_unit} AS {outline_as}
FROM {from_m}
{where}
GROUP BY {category}
