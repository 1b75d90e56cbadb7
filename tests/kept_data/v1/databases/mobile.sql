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
INSERT INTO "phones" VALUES('20000001','Emna Ayari',NULL,'1234','Owf7LibmaduGQ3Vhrma4qg','{"name": "code", "code": "471208", "payment_id": "ShrmI1XVGdNhtOtOBQwDTA", "merchant": "Boutique Baccouche", "amount": 12500, "expires_at": "2026-11-25T00:56:12.084Z"}',1795568051618);
INSERT INTO "phones" VALUES('20000002','Lamia Jaziri',NULL,'1234','5PCQOLYfBfUjjaQSy294rA','{"name": "home"}',1795568051644);
INSERT INTO "phones" VALUES('20000003','Ines Chebbi',NULL,'1234','e9UZTpBtzDtV43pu2kV1Hg','{"name": "home"}',1795568051649);
INSERT INTO "phones" VALUES('20000004','Dorra Zouari',NULL,'1234','V-xSVamcSz88rec-p2aXxg','{"name": "home"}',1795568051653);
INSERT INTO "phones" VALUES('20000005','Chaima Ouertani',NULL,'1234','QhRGNTQdPSs7JdRApN_S8A','{"name": "home"}',1795568051660);
INSERT INTO "phones" VALUES('50000001','Amine Ben Salah','Boutique Baccouche','1234','IS_1VhF95J0WYhrEvRpOpg','{"name": "home"}',1795568051664);
INSERT INTO "phones" VALUES('50000002','Hedi Hammami','Sandbox Test Shop','1234','uyD9OL5TIegW-K-zUsC8mA','{"name": "home"}',1795568051666);
INSERT INTO "phones" VALUES('51000000','Owner 51000000','Shop 51000000','1234','aW6srmlj1MSWKt303roS-Q','{"name": "home"}',1795568052107);
INSERT INTO "phones" VALUES('21000001','Phone 21000001',NULL,'1234','37QLIb30s0pt_ATIwunRow','{"name": "code", "code": "169556", "payment_id": "nh_iODq7vOKnJdTvqV84WA", "merchant": "Shop 51000000", "amount": 20000, "expires_at": "2026-11-25T00:56:12.465Z"}',1795568052443);
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
INSERT INTO "scans" VALUES(1,'2W7WMd-YeGvOKt8UR6iWGg','20000001','8w-qms3TRIw_TgLA7jRmLg','eCBSh2kgWaeKvK8-W7XWyA','IS_1VhF95J0WYhrEvRpOpg','Boutique Baccouche',NULL,NULL,12500,'prepared',0,'ShrmI1XVGdNhtOtOBQwDTA',1795569252069,1795568052077);
INSERT INTO "scans" VALUES(2,'nVDHBHMbal89m4jSEbMl9A','21000001','CHsiFhKQ5bl1o1T3HEsdWQ','U2LFihVq28hHXVI9Mq6Auw','aW6srmlj1MSWKt303roS-Q','Shop 51000000',NULL,NULL,30000,'prepared',0,'Y9mv24dookRTkNxsJkrFuw',1795569252448,1795568052453);
INSERT INTO "scans" VALUES(3,'3vIICOBcpE_uQbqJiRTumA','21000001','xN4V3v4ECO-_SvXTT0gHwQ','U2LFihVq28hHXVI9Mq6Auw','aW6srmlj1MSWKt303roS-Q','Shop 51000000',NULL,NULL,20000,'prepared',0,'nh_iODq7vOKnJdTvqV84WA',1795569252461,1795568052463);
CREATE INDEX scans_by_phone ON scans (phone_number, number);
COMMIT;
