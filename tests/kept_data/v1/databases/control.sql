BEGIN TRANSACTION;
CREATE TABLE clock_state (
	id INTEGER NOT NULL, 
	offset_seconds FLOAT NOT NULL, 
	is_frozen BOOLEAN NOT NULL, 
	frozen_at BIGINT, 
	PRIMARY KEY (id)
);
CREATE TABLE exchanges (
	number INTEGER NOT NULL, 
	id VARCHAR(22) NOT NULL, 
	trace VARCHAR(64) NOT NULL, 
	service VARCHAR(20) NOT NULL, 
	method VARCHAR(10) NOT NULL, 
	path VARCHAR(500) NOT NULL, 
	status INTEGER NOT NULL, 
	milliseconds FLOAT NOT NULL, 
	request TEXT NOT NULL, 
	answer TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "exchanges" VALUES(1,'JZD678o0_T2G964POSj_wQ','','wallets','POST','/wallets/api/wallets',201,11.5,'{"kind":"personal","phone_number":"20000001","holder_name":"Emna Ayari","trade_name":null,"pin":"•••","language":"fr","status":"active"}','{"id":"Owf7LibmaduGQ3Vhrma4qg","kind":"personal","phone_number":"20000001","holder_name":"Emna Ayari","trade_name":null,"status":"active","language":"fr"}
',1795568051623);
INSERT INTO "exchanges" VALUES(2,'dG_Zs0m3GZfwIyE17VTYrg','','payments','POST','/payments/api/top-ups',200,4.99,'{"wallet_id":"Owf7LibmaduGQ3Vhrma4qg","amount":500000,"idempotency_key":"opening:20000001"}','{"wallet_id":"Owf7LibmaduGQ3Vhrma4qg","available":500000,"held":0}
',1795568051635);
INSERT INTO "exchanges" VALUES(3,'bUykK4H92baQ9lx-FQU_Yg','','payments','GET','/payments/api/balances/Owf7LibmaduGQ3Vhrma4qg',200,1.82,'','{"wallet_id":"Owf7LibmaduGQ3Vhrma4qg","available":500000,"held":0}
',1795568051641);
CREATE INDEX ix_exchanges_id ON exchanges (id);
CREATE INDEX ix_exchanges_trace ON exchanges (trace);
COMMIT;
