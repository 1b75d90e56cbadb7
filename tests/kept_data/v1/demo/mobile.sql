BEGIN TRANSACTION;
CREATE TABLE phones (
	phone_number VARCHAR(8) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	trade_name VARCHAR(80), 
	pin VARCHAR(6) NOT NULL, 
	wallet_id VARCHAR(22), 
	screen JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (phone_number)
);
INSERT INTO "phones" VALUES('20000001','Emna Ayari',NULL,'1234','Owf7LibmaduGQ3Vhrma4qg','{"name": "home"}',1795568051618);
INSERT INTO "phones" VALUES('20000002','Lamia Jaziri',NULL,'1234','5PCQOLYfBfUjjaQSy294rA','{"name": "home"}',1795568051644);
INSERT INTO "phones" VALUES('20000003','Ines Chebbi',NULL,'1234','e9UZTpBtzDtV43pu2kV1Hg','{"name": "home"}',1795568051649);
INSERT INTO "phones" VALUES('20000004','Dorra Zouari',NULL,'1234','V-xSVamcSz88rec-p2aXxg','{"name": "home"}',1795568051653);
INSERT INTO "phones" VALUES('20000005','Chaima Ouertani',NULL,'1234','QhRGNTQdPSs7JdRApN_S8A','{"name": "home"}',1795568051660);
INSERT INTO "phones" VALUES('50000001','Amine Ben Salah','Boutique Baccouche','1234','IS_1VhF95J0WYhrEvRpOpg','{"name": "home"}',1795568051664);
INSERT INTO "phones" VALUES('50000002','Hedi Hammami','Sandbox Test Shop','1234','uyD9OL5TIegW-K-zUsC8mA','{"name": "home"}',1795568051666);
CREATE TABLE scans (
	number INTEGER NOT NULL, 
	id VARCHAR(22) NOT NULL, 
	phone_number VARCHAR(8) NOT NULL, 
	session VARCHAR(64) NOT NULL, 
	app_id VARCHAR(22) NOT NULL, 
	payee_wallet_id VARCHAR(22) NOT NULL, 
	merchant VARCHAR(80) NOT NULL, 
	description VARCHAR(500), 
	reference VARCHAR(64), 
	amount BIGINT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	attempts INTEGER NOT NULL, 
	payment_id VARCHAR(22), 
	expires_at BIGINT NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
CREATE INDEX scans_by_phone ON scans (phone_number, number);
COMMIT;
