"""A small shop and right queries over it, in the shapes and writing styles that operators meet."""

SCHEMA = """
CREATE TABLE customer (
    customer_id INTEGER PRIMARY KEY, full_name VARCHAR, email VARCHAR, segment VARCHAR, city VARCHAR,
    birth_date DATE, signed_up_on DATE, loyalty_points INTEGER, newsletter BOOLEAN
);
CREATE TABLE product (
    product_id INTEGER PRIMARY KEY, sku VARCHAR, product_name VARCHAR, category VARCHAR,
    list_price DECIMAL(10,2), weight_kg DOUBLE, launched_on DATE, discontinued BOOLEAN
);
CREATE TABLE store (
    store_id INTEGER PRIMARY KEY, store_name VARCHAR, region VARCHAR, floor_area INTEGER, opened_on DATE
);
CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY, customer_id INTEGER, store_id INTEGER, ordered_at TIMESTAMP, status VARCHAR,
    payment_method VARCHAR, shipping_fee DECIMAL(8,2), delivered_at TIMESTAMP, gift BOOLEAN
);
CREATE TABLE order_item (
    order_item_id INTEGER PRIMARY KEY, order_id INTEGER, product_id INTEGER, quantity INTEGER,
    unit_price DECIMAL(10,2), line_total DECIMAL(12,2), note VARCHAR
);
INSERT INTO customer SELECT
    i, ['Ada Moss', 'Ben Hale', 'Cleo Park', 'Dov Stern', 'Eve O''Neil', 'Finn Roth'][1 + i % 6] || ' ' || i,
    CASE WHEN i % 9 > 0 THEN 'c' || i || '@mail.test' END, ['Consumer', 'Corporate', 'Education'][1 + i % 3],
    ['Austin', 'Boston', 'Chicago', 'Denver'][1 + i % 4],
    CASE WHEN i % 7 > 0 THEN DATE '1960-01-01' + CAST(i * 211 AS INTEGER) END,
    DATE '2021-01-05' + CAST(i * 17 AS INTEGER), CASE WHEN i % 5 > 0 THEN i * 37 % 900 END, i % 3 = 0
FROM range(1, 61) r(i);
INSERT INTO product SELECT
    i, 'SKU-' || (1000 + i), ['Lamp', 'Kettle', 'Backpack', 'Desk', 'Tent'][1 + i % 5] || ' ' || i,
    ['Kitchen', 'Garden', 'Toys', 'Books'][1 + i % 4], 4.5 + i * 37 % 190,
    CASE WHEN i % 6 > 0 THEN 0.2 * i END,
    DATE '2019-02-01' + CAST(i * 43 AS INTEGER), i % 8 = 0
FROM range(1, 41) r(i);
INSERT INTO store SELECT
    i, ['Elm Street', 'High Road', 'Mill Lane', 'Park Row'][1 + i % 4] || ' ' || i,
    ['North', 'South', 'East', 'West'][1 + i % 4], CASE WHEN i % 5 > 0 THEN 200 + i * 83 END,
    DATE '2008-03-01' + CAST(i * 300 AS INTEGER)
FROM range(1, 11) r(i);
INSERT INTO orders SELECT
    10000 + i, 1 + i * 7 % 50, CASE WHEN i % 8 > 0 THEN 1 + i % 9 END,
    TIMESTAMP '2022-01-03 09:15:00' + CAST(i * 107 AS INTEGER) * INTERVAL 1 HOUR,
    ['delivered', 'delivered', 'shipped', 'cancelled'][1 + i % 4], ['card', 'wallet', 'cash'][1 + i % 3],
    [0, 3.9, 6.9][1 + i % 3],
    CASE WHEN i % 6 > 0 THEN TIMESTAMP '2022-01-06 17:00:00' + CAST(i * 107 AS INTEGER) * INTERVAL 1 HOUR END,
    i % 10 = 0
FROM range(1, 201) r(i);
INSERT INTO order_item SELECT
    i, 10001 + i % 190, 1 + i * 11 % 36, 1 + i % 4, 4.5 + i * 13 % 120, (1 + i % 4) * (4.5 + i * 13 % 120),
    CASE WHEN i % 4 = 0 THEN 'Box was damp.' END
FROM range(1, 401) r(i);
"""

CORPUS: dict[str, str] = {
    "filter_one_table": "SELECT full_name, email FROM customer WHERE city = 'Boston' AND loyalty_points > 100",
    "filter_flag": "select product_name, list_price from product where not discontinued order by list_price "
    "desc limit 5",
    "filter_dates": """SELECT order_id, status, shipping_fee
FROM orders
WHERE ordered_at >= TIMESTAMP '2022-06-01 00:00:00'
  AND ordered_at < TIMESTAMP '2022-09-01 00:00:00'
ORDER BY ordered_at, order_id""",
    "between_numbers": "SELECT sku, product_name FROM product WHERE list_price BETWEEN 20 AND 80.5 ORDER BY sku",
    "between_dates": """select full_name, signed_up_on
from customer
where signed_up_on between date '2021-03-01' and date '2022-03-31'
order by signed_up_on desc""",
    "like": "SELECT c.full_name, c.city FROM customer c WHERE c.email LIKE '%@mail.test' AND c.full_name LIKE 'A%'",
    "in_list": "SELECT order_id, payment_method FROM orders WHERE status IN ('shipped', 'cancelled') AND gift",
    "is_null": "SELECT order_id, ordered_at FROM orders WHERE delivered_at IS NULL ORDER BY ordered_at DESC LIMIT 10",
    "is_not_null": """SELECT s.store_name, s.region
FROM store AS s
WHERE s.floor_area IS NOT NULL OR s.region = 'North'
ORDER BY s.store_name""",
    "distinct": "SELECT DISTINCT city, segment FROM customer ORDER BY city, segment",
    "count_distinct": "SELECT COUNT(DISTINCT customer_id) AS buyers FROM orders WHERE status = 'delivered'",
    "average": "select round(avg(list_price), 2) as average_price from product where category = 'Garden'",
    "group_having": """SELECT category, COUNT(*) AS products, AVG(list_price) AS average_price
FROM product
WHERE NOT discontinued
GROUP BY category
HAVING COUNT(*) > 3
ORDER BY products DESC, category
LIMIT 3""",
    "group_lower": "select status, count(*) as n, sum(shipping_fee) as fees from orders group by status "
    "order by n desc",
    "join_two": """SELECT o.order_id, c.full_name, o.ordered_at
FROM orders AS o
JOIN customer AS c ON c.customer_id = o.customer_id
WHERE c.segment = 'Corporate' AND o.shipping_fee > 0
ORDER BY o.ordered_at DESC
LIMIT 20""",
    "join_three": """SELECT
    p.category,
    SUM(i.line_total) AS revenue,
    COUNT(DISTINCT o.order_id) AS order_count
FROM order_item AS i
INNER JOIN orders AS o ON i.order_id = o.order_id
INNER JOIN product AS p ON i.product_id = p.product_id
WHERE
    o.status = 'delivered'
    AND o.ordered_at >= DATE '2022-03-01'
GROUP BY
    p.category
HAVING
    SUM(i.line_total) > 500
ORDER BY
    revenue DESC""",
    "join_four": "select c.city, s.region, sum(i.quantity) as units from order_item i join orders o on "
    "o.order_id = i.order_id join customer c on c.customer_id = o.customer_id join store s on s.store_id "
    "= o.store_id where s.region <> 'East' group by c.city, s.region order by units desc, c.city limit 8",
    "left_join_anti": """SELECT c.full_name
FROM customer c
LEFT JOIN orders o ON o.customer_id = c.customer_id
WHERE o.order_id IS NULL
ORDER BY c.full_name""",
    "not_exists": """SELECT p.product_name, p.list_price
FROM product AS p
WHERE NOT EXISTS (
    SELECT 1
    FROM order_item AS i
    WHERE i.product_id = p.product_id
)
ORDER BY p.list_price DESC""",
    "exists_lower": "select s.store_name from store s where exists (select 1 from orders o where "
    "o.store_id = s.store_id and o.status = 'cancelled') order by s.store_name",
    "in_subquery": "SELECT full_name FROM customer WHERE customer_id IN (SELECT customer_id FROM orders "
    "WHERE gift) ORDER BY full_name",
    "not_in_subquery": """SELECT store_name, opened_on
FROM store
WHERE store_id NOT IN (SELECT store_id FROM orders WHERE store_id IS NOT NULL AND status = 'shipped')""",
    "scalar_subquery": """SELECT product_name, list_price
FROM product
WHERE list_price > (SELECT AVG(list_price) FROM product)
ORDER BY list_price DESC
LIMIT 10""",
    "cte": """WITH spending AS (
    SELECT o.customer_id, SUM(i.line_total) AS total
    FROM orders AS o
    JOIN order_item AS i ON i.order_id = o.order_id
    GROUP BY o.customer_id
)
SELECT c.full_name, s.total
FROM spending AS s
JOIN customer AS c ON c.customer_id = s.customer_id
WHERE s.total > 300
ORDER BY s.total DESC, c.full_name
LIMIT 5""",
    "cte_lower": "with monthly as (select date_trunc('month', ordered_at) as month, count(*) as orders "
    "from orders group by date_trunc('month', ordered_at)) select month, orders from monthly where "
    "orders > 2 order by month",
    "rank": """WITH ranked AS (
    SELECT
        p.category,
        p.product_name,
        p.list_price,
        RANK() OVER (PARTITION BY p.category ORDER BY p.list_price DESC) AS price_rank
    FROM product AS p
)
SELECT category, product_name, list_price
FROM ranked
WHERE price_rank <= 2
ORDER BY category, price_rank""",
    "running_total": """select
    month,
    fees,
    sum(fees) over (order by month rows between unbounded preceding and current row) as running_fees
from (
    select date_trunc('month', o.ordered_at) as month, sum(o.shipping_fee) as fees
    from orders o
    group by date_trunc('month', o.ordered_at)
) as per_month
order by month""",
    "month_series": """SELECT DATE_TRUNC('month', ordered_at) AS month, COUNT(*) AS order_count
FROM orders
WHERE EXTRACT(year FROM ordered_at) = 2023
GROUP BY DATE_TRUNC('month', ordered_at)
ORDER BY month""",
    "year_function": "SELECT YEAR(signed_up_on) AS year, COUNT(*) AS sign_ups FROM customer "
    "GROUP BY YEAR(signed_up_on) ORDER BY year",
    "case_buckets": """SELECT
    CASE
        WHEN list_price < 50 THEN 'low'
        WHEN list_price < 120 THEN 'middle'
        ELSE 'high'
    END AS price_band,
    COUNT(*) AS product_count
FROM product
GROUP BY price_band
ORDER BY product_count DESC""",
    "case_sum": "select payment_method, sum(case when gift then 1 else 0 end) as gifts, count(*) as "
    "orders from orders group by payment_method order by payment_method",
    "filter_aggregate": "SELECT region, COUNT(*) FILTER (WHERE floor_area > 500) AS large, COUNT(*) AS "
    "stores FROM store GROUP BY region ORDER BY region",
    "cast_share": """SELECT status, CAST(COUNT(*) AS DOUBLE) / (SELECT COUNT(*) FROM orders) AS share
FROM orders
GROUP BY status
ORDER BY share DESC""",
    "casts": "SELECT order_id, CAST(ordered_at AS DATE) AS day, CAST(shipping_fee AS VARCHAR) AS fee "
    "FROM orders WHERE CAST(ordered_at AS DATE) = DATE '2022-01-07'",
    "interval": "SELECT o.order_id, o.delivered_at - o.ordered_at AS delay FROM orders o "
    "WHERE o.delivered_at > o.ordered_at + INTERVAL 2 DAY ORDER BY o.order_id LIMIT 4",
    "date_diff": "SELECT AVG(DATE_DIFF('day', ordered_at, delivered_at)) AS days FROM orders WHERE "
    "delivered_at IS NOT NULL",
    "coalesce": "SELECT full_name, COALESCE(loyalty_points, 0) AS points FROM customer ORDER BY points "
    "DESC, full_name LIMIT 7",
    "coalesce_group": "select coalesce(s.region, 'web') as region, count(*) as n from orders o left join "
    "store s on s.store_id = o.store_id group by coalesce(s.region, 'web') order by n desc, region",
    "text_functions": "SELECT UPPER(city) AS city, LENGTH(full_name) AS name_length, LOWER(segment) || ' "
    "/ ' || city AS tag FROM customer WHERE LENGTH(full_name) > 9 ORDER BY name_length DESC, full_name "
    "LIMIT 6",
    "strftime": "SELECT STRFTIME(ordered_at, '%Y-%m') AS month, SUM(shipping_fee) AS fees FROM orders "
    "GROUP BY STRFTIME(ordered_at, '%Y-%m') ORDER BY month",
    "union": """SELECT city AS place FROM customer WHERE segment = 'Corporate'
UNION
SELECT region AS place FROM store
ORDER BY place""",
    "except": "SELECT customer_id FROM customer EXCEPT SELECT customer_id FROM orders ORDER BY customer_id",
    "intersect": """select o.customer_id, o.store_id from orders o where o.gift
intersect
select o.customer_id, o.store_id from orders o where o.status = 'delivered'""",
    "argmax": "SELECT store_name, floor_area FROM store WHERE floor_area = (SELECT MAX(floor_area) FROM store)",
    "group_ordinal": "SELECT city, segment, COUNT(*) AS customers FROM customer GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
    "quote_in_text": "SELECT customer_id, full_name FROM customer WHERE full_name LIKE 'Eve O''Neil%' ORDER "
    "BY customer_id",
    "or_same_column": "select full_name, city from customer where city = 'Austin' or city = 'Denver' order "
    "by full_name",
    "range_of_numbers": "SELECT product_name FROM product WHERE list_price >= 20 AND list_price < 90 AND "
    "weight_kg <= 4",
    "two_ctes": """WITH per_customer AS (
    SELECT customer_id, COUNT(*) AS order_count
    FROM orders
    GROUP BY customer_id
),
average AS (
    SELECT AVG(order_count) AS average_count
    FROM per_customer
)
SELECT p.customer_id, p.order_count
FROM per_customer AS p
CROSS JOIN average AS a
WHERE p.order_count >= a.average_count
ORDER BY p.order_count DESC, p.customer_id""",
    "position": "SELECT full_name, POSITION('@' IN email) AS at_sign FROM customer WHERE email LIKE "
    "'%mail%' ORDER BY full_name",
    "string_agg": "SELECT region, STRING_AGG(store_name, ', ') AS stores FROM store GROUP BY region ORDER BY region",
    "split_part": "SELECT SPLIT_PART(email, '@', 2) AS domain, COUNT(*) AS customers FROM customer GROUP BY "
    "1 ORDER BY 2 DESC",
    "spread": "select region, stddev(floor_area) as spread from store group by region order by region",
    "contains": "SELECT product_name FROM product WHERE product_name LIKE '%Lamp%' AND list_price <= 190 ORDER BY 1",
    "plain_dates": "SELECT COUNT(*) AS n FROM orders WHERE ordered_at >= '2022-03-01' AND ordered_at < '2022-05-01'",
    "recent": "SELECT full_name FROM customer WHERE signed_up_on < CURRENT_DATE - INTERVAL 30 DAY ORDER BY full_name",
    "first_rows": """SELECT
    c.full_name,
    c.loyalty_points
FROM customer AS c
LEFT JOIN orders AS o ON o.customer_id = c.customer_id
WHERE c.city = 'Denver'
GROUP BY c.full_name, c.loyalty_points
ORDER BY c.full_name
LIMIT 5""",
    "current_date": "SELECT full_name FROM customer WHERE signed_up_on < CURRENT_DATE AND newsletter ORDER "
    "BY full_name LIMIT 3",
    "top_customer_share": """SELECT
    c.segment,
    ROUND(100.0 * COUNT(o.order_id) / SUM(COUNT(o.order_id)) OVER (), 1) AS share
FROM customer c
JOIN orders o USING (customer_id)
GROUP BY c.segment
ORDER BY share DESC""",
}

# Shapes that only operators on the tree ask for.
CORPUS |= {
    "average_share": "SELECT segment, AVG(CASE WHEN newsletter THEN 1.0 ELSE 0.0 END) AS share FROM "
    "customer GROUP BY segment",
    "average_with_zeros": "SELECT payment_method, AVG(shipping_fee) AS fee FROM orders GROUP BY "
    "payment_method ORDER BY fee",
    "average_rounded": "SELECT category, ROUND(AVG(list_price), 2) AS price FROM product GROUP BY category ORDER BY 1",
    "month_ends": "SELECT COUNT(*) AS n FROM customer WHERE signed_up_on BETWEEN DATE '2022-02-01' AND DATE "
    "'2022-06-30'",
    "month_starts": "SELECT COUNT(*) AS n FROM orders WHERE ordered_at >= '2022-04-01' AND ordered_at < '2022-07-01'",
    "qualify": """SELECT p.category, p.product_name, p.list_price
FROM product AS p
QUALIFY ROW_NUMBER() OVER (PARTITION BY p.category ORDER BY p.list_price DESC, p.sku) = 1""",
    "recursive": """WITH RECURSIVE counter AS (
    SELECT 1 AS n
    UNION ALL
    SELECT n + 1 FROM counter WHERE n < 3
)
SELECT n, (SELECT COUNT(*) FROM store) AS stores FROM counter""",
    "grouped_case": "SELECT CASE WHEN floor_area > 500 THEN 'large' ELSE 'small' END AS size, COUNT(*) "
    "AS stores FROM store GROUP BY CASE WHEN floor_area > 500 THEN 'large' ELSE 'small' END ORDER BY size",
}

PREFIXED_SCHEMA = """
CREATE TABLE dim_client (client_id INTEGER, clientName VARCHAR, client_city VARCHAR);
CREATE TABLE fact_sale (sale_id INTEGER, client_id INTEGER, sold_on DATE, sale_qty INTEGER);
INSERT INTO dim_client VALUES (1, 'Ada', 'Austin'), (2, 'Ben', 'Boston');
INSERT INTO fact_sale VALUES (1, 1, DATE '2022-01-03', 3), (2, 2, DATE '2022-02-03', 5);
"""
PREFIXED_CORPUS: dict[str, str] = {
    "prefixed": "SELECT clientName FROM dim_client WHERE client_city = 'Austin'",
    "prefixed_join": "select d.clientName, sum(f.sale_qty) as qty from dim_client d join fact_sale f "
    "on f.client_id = d.client_id group by d.clientName",
}

GEO_SCHEMA = """
CREATE TABLE shop (shop_id INTEGER, shop_name VARCHAR, location GEOMETRY);
CREATE TABLE zone (zone_id INTEGER, zone_name VARCHAR, boundary GEOMETRY);
INSERT INTO shop VALUES (1, 'Elm Street', ST_Point(1, 1)), (2, 'High Road', ST_Point(5, 5)),
    (3, 'Park Row', ST_Point(1.5, 0.5));
INSERT INTO zone VALUES (1, 'Old Town', ST_GeomFromText('POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))')),
    (2, 'Harbour', ST_GeomFromText('POLYGON((4 4, 6 4, 6 6, 4 6, 4 4))'));
"""
GEO_CORPUS: dict[str, str] = {
    "contains": """SELECT s.shop_name, z.zone_name
FROM shop AS s
JOIN zone AS z ON ST_Contains(z.boundary, s.location)
ORDER BY s.shop_name""",
    "within_text": "SELECT shop_name FROM shop "
    "WHERE ST_Within(location, ST_GeomFromText('POLYGON((0 0, 3 0, 3 3, 0 3, 0 0))'))",
    "count_per_zone": "select z.zone_name, count(s.shop_id) as shops from zone z left join shop s "
    "on st_within(s.location, z.boundary) group by z.zone_name order by shops desc",
    "coordinates": "SELECT s.shop_name, ST_X(s.location) AS lon, ST_Y(s.location) AS lat FROM shop s ORDER BY lat",
    "coordinates_in_zone": "SELECT s.shop_name, ST_X(s.location) AS lon FROM shop s "
    "JOIN zone z ON ST_Intersects(z.boundary, s.location) WHERE z.zone_name = 'Harbour'",
    "centroid": "SELECT zone_name, ST_X(ST_Centroid(boundary)) AS lon, ST_Area(boundary) AS area FROM zone",
    "nearest": "SELECT shop_name, ST_Distance_Sphere(location, ST_Point(1.2, 0.9)) AS metres FROM shop "
    "ORDER BY metres LIMIT 1",
    "projected": """SELECT s.shop_name,
    ST_Distance(
        ST_Transform(s.location, 'EPSG:4326', 'EPSG:3857'),
        ST_Transform(ST_Point(1.2, 0.9), 'EPSG:4326', 'EPSG:3857')
    ) AS metres
FROM shop AS s
ORDER BY metres""",
    "dwithin": "SELECT s.shop_name FROM shop s WHERE ST_DWithin(s.location, ST_GeomFromText('POINT(1 1)'), 0.8)",
}
