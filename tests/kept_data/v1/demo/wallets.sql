BEGIN TRANSACTION;
CREATE TABLE otp_challenges (
	id VARCHAR(22) NOT NULL, 
	wallet_id VARCHAR(22) NOT NULL, 
	phone_number VARCHAR(8) NOT NULL, 
	code_hash VARCHAR(64) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	tries_left INTEGER NOT NULL, 
	sent INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(wallet_id) REFERENCES wallets (id)
);
INSERT INTO "otp_challenges" VALUES('e0JUW7D4kOoML29p6Gcgog','IS_1VhF95J0WYhrEvRpOpg','50000001','da4d6824049b908e28872d25c88668808752f4a96bc2cfc5d68a8ee230963c88','verified',3,1,1795568051820,1795568351820);
CREATE TABLE sms_messages (
	id INTEGER NOT NULL, 
	"key" VARCHAR(500) NOT NULL, 
	phone_number VARCHAR(8) NOT NULL, 
	text TEXT NOT NULL, 
	sent_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "sms_messages" VALUES(1,'otp:e0JUW7D4kOoML29p6Gcgog:1','50000001','SANDBOX : votre code de vérification est 269703. Valable 5 minutes. Ne le communiquez à personne.',1795568051820);
CREATE TABLE wallets (
	id VARCHAR(22) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	phone_number VARCHAR(8) NOT NULL, 
	holder_name VARCHAR(80) NOT NULL, 
	trade_name VARCHAR(80), 
	pin_hash VARCHAR(200) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (phone_number)
);
INSERT INTO "wallets" VALUES('Owf7LibmaduGQ3Vhrma4qg','personal','20000001','Emna Ayari',NULL,'$argon2id$v=19$m=64,t=1,p=1$htBSrPFzeQfTgFtj7v0Opg$suehrHy/FIjP1fnlxpp775M325/YHjG1VL17GBpWVZE','active','fr',1795568051632);
INSERT INTO "wallets" VALUES('5PCQOLYfBfUjjaQSy294rA','personal','20000002','Lamia Jaziri',NULL,'$argon2id$v=19$m=64,t=1,p=1$RHj6KCJfHUO90SsE9x2+hA$e5TgervjTuArNz03F4Z0Wsuc22Xsc99eb9WnalWilBI','active','fr',1795568051644);
INSERT INTO "wallets" VALUES('e9UZTpBtzDtV43pu2kV1Hg','personal','20000003','Ines Chebbi',NULL,'$argon2id$v=19$m=64,t=1,p=1$IKvgcjDafTqf6E4pWZpufQ$f15kqWPdBFAwQ8pr/Ro5gkp+J22x68u3KVaqgWMOoOM','active','fr',1795568051650);
INSERT INTO "wallets" VALUES('V-xSVamcSz88rec-p2aXxg','personal','20000004','Dorra Zouari',NULL,'$argon2id$v=19$m=64,t=1,p=1$AcVpu4VxF3WsXnQLO6XG7w$xbvCRes6JS7hgft/NZJgu6J7+b9RRIV/PHoQk7SpAA4','active','fr',1795568051653);
INSERT INTO "wallets" VALUES('QhRGNTQdPSs7JdRApN_S8A','personal','20000005','Chaima Ouertani',NULL,'$argon2id$v=19$m=64,t=1,p=1$vr3grTNYFWY41ZHyKlZiQw$9Yg6xHPHvotW3gL6paa+mPVtvmls7jvM7a8FCS3Z6tw','blocked','fr',1795568051660);
INSERT INTO "wallets" VALUES('IS_1VhF95J0WYhrEvRpOpg','business','50000001','Amine Ben Salah','Boutique Baccouche','$argon2id$v=19$m=64,t=1,p=1$zYVi18+jTQh8otU24Ecu+Q$IbNklykvmdaSC9PcaMrCQBrUTnawsc+6TgSmGjqOv04','active','fr',1795568051665);
INSERT INTO "wallets" VALUES('uyD9OL5TIegW-K-zUsC8mA','business','50000002','Hedi Hammami','Sandbox Test Shop','$argon2id$v=19$m=64,t=1,p=1$n5n+6DQMJTUvegcJ4SjoZw$Nd5E8YeW/bzln2135gR6cfp/HWqaB0q8SyMS2edx5ok','active','fr',1795568051666);
CREATE INDEX sms_by_phone ON sms_messages (phone_number, id);
COMMIT;
