SELECT {selected}
FROM {from_m}
WHERE {within} {and}
