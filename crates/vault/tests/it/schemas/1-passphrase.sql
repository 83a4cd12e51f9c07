CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE cases (id BLOB PRIMARY KEY, key BLOB NOT NULL, record BLOB NOT NULL) STRICT;
CREATE TABLE objects (
         id BLOB PRIMARY KEY,
         case_id BLOB NOT NULL REFERENCES cases (id),
         label TEXT NOT NULL,
         bytes INTEGER
     ) STRICT;
CREATE INDEX objects_of_case ON objects (case_id);
INSERT INTO meta VALUES (
    'check',
    x'259e07994a0d30c9a1f0eb9d8da928a2123d973595345d68389bc59681b735d5e5a1001f32ab6899b3653ebf'
);
INSERT INTO meta VALUES (
    'passphrase.cost',
    x'6d3d383139322c743d312c703d31'
);
INSERT INTO meta VALUES (
    'passphrase.key',
    x'8a75b47b85d4b8da84ee34117bbc34c2e2ee641ac1e7464cc29910ab7410264f2c7dcac20f1aece09952b72cf33e8d4982dc2199c80216631d5e1b99'
);
INSERT INTO meta VALUES (
    'passphrase.salt',
    x'1e0238dc1e05fa6850dbe5bad9bcfbbf'
);
PRAGMA application_id = 1346532980;
PRAGMA user_version = 1;
