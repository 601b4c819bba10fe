CREATE TABLE club (
    club_id INTEGER PRIMARY KEY, club_name TEXT NOT NULL, town TEXT NOT NULL COLLATE NOCASE, founded_on DATE, fee REAL
);
CREATE TABLE rider (
    rider_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, club_id INTEGER REFERENCES club (club_id), born_on TEXT,
    licence TEXT, weight_kg REAL, bib TEXT NOT NULL
);
CREATE TABLE race (
    race_id INTEGER PRIMARY KEY, title TEXT NOT NULL, country TEXT NOT NULL, held_on TEXT NOT NULL,
    started_at TEXT NOT NULL, distance_km REAL NOT NULL, level TEXT NOT NULL, prize INTEGER
);
CREATE TABLE result (
    race_id INTEGER NOT NULL REFERENCES race (race_id), rider_id INTEGER NOT NULL REFERENCES rider (rider_id),
    place INTEGER, minutes REAL, points INTEGER NOT NULL DEFAULT 0, note TEXT, PRIMARY KEY (race_id, rider_id)
);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9)
INSERT INTO club SELECT i, 'Club ' || char(64 + i), CASE i % 4 WHEN 0 THEN 'Ghent' WHEN 1 THEN 'Lyon' WHEN 2 THEN 'Bern'
    ELSE 'Turin' END, date('1950-03-01', '+' || (i * 7) || ' years'), 20.5 + i * 2.25 FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80)
INSERT INTO rider SELECT i, 'Rider ' || i, CASE WHEN i % 11 = 0 THEN NULL ELSE 1 + i * 5 % 8 END,
    date('1985-01-01', '+' || (i * 73) || ' days'), CASE WHEN i % 7 = 0 THEN NULL ELSE 'L' || (1000 + i) END,
    55.5 + i * 37 % 29, printf('%03d', i) FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 24)
INSERT INTO race SELECT i, 'Race ' || i, CASE i % 3 WHEN 0 THEN 'France' WHEN 1 THEN 'Italy' ELSE 'Belgium' END,
    date('2023-01-10', '+' || (i * 25) || ' days'), datetime('2023-01-10 09:30:00', '+' || (i * 25) || ' days'),
    90.0 + i * 17 % 110, CASE i % 4 WHEN 0 THEN 'amateur' ELSE 'pro' END, i * 500 FROM n;
INSERT INTO result SELECT race_id, rider_id,
    CASE WHEN (race_id * 31 + rider_id * 17) % 13 = 0 THEN NULL ELSE 1 + (race_id * 7 + rider_id * 3) % 40 END,
    CASE WHEN (race_id * 31 + rider_id * 17) % 13 = 0 THEN NULL ELSE distance_km * 1.5 + (rider_id * 13 + race_id) % 37 END,
    (race_id * 5 + rider_id * 11) % 9, NULL
FROM race, rider WHERE (race_id * 13 + rider_id * 7) % 5 = 0 AND rider_id <= 74;
