BEGIN TRANSACTION;
CREATE TABLE journal_entries (
	id INTEGER NOT NULL, 
	"key" VARCHAR(120) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	reference VARCHAR(64) NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "journal_entries" VALUES(1,'top_up:opening:20000001','top_up','Owf7LibmaduGQ3Vhrma4qg',1795568051638);
INSERT INTO "journal_entries" VALUES(2,'top_up:opening:20000003','top_up','e9UZTpBtzDtV43pu2kV1Hg',1795568051651);
INSERT INTO "journal_entries" VALUES(3,'top_up:opening:20000004','top_up','V-xSVamcSz88rec-p2aXxg',1795568051655);
INSERT INTO "journal_entries" VALUES(4,'top_up:opening:20000005','top_up','QhRGNTQdPSs7JdRApN_S8A',1795568051662);
INSERT INTO "journal_entries" VALUES(5,'hold:ShrmI1XVGdNhtOtOBQwDTA','hold','ShrmI1XVGdNhtOtOBQwDTA',1795568052084);
INSERT INTO "journal_entries" VALUES(6,'execute:ShrmI1XVGdNhtOtOBQwDTA','execute','ShrmI1XVGdNhtOtOBQwDTA',1795568052099);
INSERT INTO "journal_entries" VALUES(7,'top_up:opening:21000001','top_up','37QLIb30s0pt_ATIwunRow',1795568052445);
INSERT INTO "journal_entries" VALUES(8,'hold:Y9mv24dookRTkNxsJkrFuw','hold','Y9mv24dookRTkNxsJkrFuw',1795568052455);
INSERT INTO "journal_entries" VALUES(9,'execute:Y9mv24dookRTkNxsJkrFuw','execute','Y9mv24dookRTkNxsJkrFuw',1795568052459);
INSERT INTO "journal_entries" VALUES(10,'hold:nh_iODq7vOKnJdTvqV84WA','hold','nh_iODq7vOKnJdTvqV84WA',1795568052465);
CREATE TABLE ledger_accounts (
	"key" VARCHAR(80) NOT NULL, 
	overdraft BOOLEAN NOT NULL, 
	balance BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "ledger_accounts" VALUES('bank',1,-2090000);
INSERT INTO "ledger_accounts" VALUES('wallet:Owf7LibmaduGQ3Vhrma4qg',0,487500);
INSERT INTO "ledger_accounts" VALUES('wallet:e9UZTpBtzDtV43pu2kV1Hg',0,500000);
INSERT INTO "ledger_accounts" VALUES('wallet:V-xSVamcSz88rec-p2aXxg',0,500000);
INSERT INTO "ledger_accounts" VALUES('wallet:QhRGNTQdPSs7JdRApN_S8A',0,500000);
INSERT INTO "ledger_accounts" VALUES('hold:Owf7LibmaduGQ3Vhrma4qg',0,0);
INSERT INTO "ledger_accounts" VALUES('wallet:IS_1VhF95J0WYhrEvRpOpg',0,12500);
INSERT INTO "ledger_accounts" VALUES('wallet:37QLIb30s0pt_ATIwunRow',0,40000);
INSERT INTO "ledger_accounts" VALUES('hold:37QLIb30s0pt_ATIwunRow',0,20000);
INSERT INTO "ledger_accounts" VALUES('wallet:aW6srmlj1MSWKt303roS-Q',0,30000);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	topic VARCHAR(40) NOT NULL, 
	payload JSON NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	last_error VARCHAR(300)
);
CREATE TABLE payment_forms (
	session VARCHAR(64) NOT NULL, 
	closed BOOLEAN NOT NULL, 
	PRIMARY KEY (session)
);
INSERT INTO "payment_forms" VALUES('8w-qms3TRIw_TgLA7jRmLg',0);
INSERT INTO "payment_forms" VALUES('CHsiFhKQ5bl1o1T3HEsdWQ',0);
INSERT INTO "payment_forms" VALUES('xN4V3v4ECO-_SvXTT0gHwQ',0);
CREATE TABLE payments (
	number INTEGER NOT NULL, 
	id VARCHAR(22) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	reason VARCHAR(30), 
	session VARCHAR(64) NOT NULL, 
	app_id VARCHAR(64) NOT NULL, 
	payer_wallet_id VARCHAR(22), 
	payer_phone VARCHAR(8) NOT NULL, 
	payer_name VARCHAR(80) NOT NULL, 
	payee_wallet_id VARCHAR(64) NOT NULL, 
	payee_phone VARCHAR(8), 
	merchant_name VARCHAR(80) NOT NULL, 
	amount BIGINT NOT NULL, 
	reference VARCHAR(64), 
	code VARCHAR(6), 
	tries_left INTEGER NOT NULL, 
	idempotency_key VARCHAR(100) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	execution_key VARCHAR(200), 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	executed_at BIGINT, 
	PRIMARY KEY (number), 
	UNIQUE (id), 
	UNIQUE (idempotency_key)
);
INSERT INTO "payments" VALUES(1,'ShrmI1XVGdNhtOtOBQwDTA','executed',NULL,'8w-qms3TRIw_TgLA7jRmLg','eCBSh2kgWaeKvK8-W7XWyA','Owf7LibmaduGQ3Vhrma4qg','20000001','Emna Ayari','IS_1VhF95J0WYhrEvRpOpg','50000001','Boutique Baccouche',12500,NULL,'471208',3,'2W7WMd-YeGvOKt8UR6iWGg:0','8c1623f29df91de0809616a592487fa6fbaa0daa7f9814115eaf4d556cb58657','6vWy8nQ4d7g1UVQNy0F8Aw',1795568052084,1795568172084,1795568052099);
INSERT INTO "payments" VALUES(2,'Y9mv24dookRTkNxsJkrFuw','executed',NULL,'CHsiFhKQ5bl1o1T3HEsdWQ','U2LFihVq28hHXVI9Mq6Auw','37QLIb30s0pt_ATIwunRow','21000001','Phone 21000001','aW6srmlj1MSWKt303roS-Q','51000000','Shop 51000000',30000,NULL,'243054',3,'nVDHBHMbal89m4jSEbMl9A:0','db18c8c255f1ac10bbe43d5097ea55d558ceeeb069823b2d497d3ba20b17f339','1zcXcbqUcMoHJM7xzZDJEw',1795568052455,1795568172455,1795568052459);
INSERT INTO "payments" VALUES(3,'nh_iODq7vOKnJdTvqV84WA','prepared',NULL,'xN4V3v4ECO-_SvXTT0gHwQ','U2LFihVq28hHXVI9Mq6Auw','37QLIb30s0pt_ATIwunRow','21000001','Phone 21000001','aW6srmlj1MSWKt303roS-Q','51000000','Shop 51000000',20000,NULL,'169556',3,'3vIICOBcpE_uQbqJiRTumA:0','cb7ef08c4dd4f304157141a44fa69f4b34768ebd39a5b95cbadeaa48412b530d',NULL,1795568052465,1795568172465,NULL);
CREATE TABLE postings (
	id INTEGER NOT NULL, 
	entry_id INTEGER NOT NULL, 
	account VARCHAR(80) NOT NULL, 
	amount BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(entry_id) REFERENCES journal_entries (id), 
	FOREIGN KEY(account) REFERENCES ledger_accounts ("key")
);
INSERT INTO "postings" VALUES(1,1,'bank',-500000);
INSERT INTO "postings" VALUES(2,1,'wallet:Owf7LibmaduGQ3Vhrma4qg',500000);
INSERT INTO "postings" VALUES(3,2,'bank',-500000);
INSERT INTO "postings" VALUES(4,2,'wallet:e9UZTpBtzDtV43pu2kV1Hg',500000);
INSERT INTO "postings" VALUES(5,3,'bank',-500000);
INSERT INTO "postings" VALUES(6,3,'wallet:V-xSVamcSz88rec-p2aXxg',500000);
INSERT INTO "postings" VALUES(7,4,'bank',-500000);
INSERT INTO "postings" VALUES(8,4,'wallet:QhRGNTQdPSs7JdRApN_S8A',500000);
INSERT INTO "postings" VALUES(9,5,'wallet:Owf7LibmaduGQ3Vhrma4qg',-12500);
INSERT INTO "postings" VALUES(10,5,'hold:Owf7LibmaduGQ3Vhrma4qg',12500);
INSERT INTO "postings" VALUES(11,6,'hold:Owf7LibmaduGQ3Vhrma4qg',-12500);
INSERT INTO "postings" VALUES(12,6,'wallet:IS_1VhF95J0WYhrEvRpOpg',12500);
INSERT INTO "postings" VALUES(13,7,'bank',-90000);
INSERT INTO "postings" VALUES(14,7,'wallet:37QLIb30s0pt_ATIwunRow',90000);
INSERT INTO "postings" VALUES(15,8,'wallet:37QLIb30s0pt_ATIwunRow',-30000);
INSERT INTO "postings" VALUES(16,8,'hold:37QLIb30s0pt_ATIwunRow',30000);
INSERT INTO "postings" VALUES(17,9,'hold:37QLIb30s0pt_ATIwunRow',-30000);
INSERT INTO "postings" VALUES(18,9,'wallet:aW6srmlj1MSWKt303roS-Q',30000);
INSERT INTO "postings" VALUES(19,10,'wallet:37QLIb30s0pt_ATIwunRow',-20000);
INSERT INTO "postings" VALUES(20,10,'hold:37QLIb30s0pt_ATIwunRow',20000);
CREATE INDEX ix_journal_entries_reference ON journal_entries (reference);
CREATE INDEX payments_by_session ON payments (session, number);
CREATE UNIQUE INDEX payments_one_per_session ON payments (session) WHERE state IN ('prepared', 'verified', 'executed');
CREATE INDEX payments_by_payer ON payments (payer_phone, number);
CREATE INDEX payments_due ON payments (expires_at) WHERE state IN ('prepared', 'verified');
CREATE INDEX ix_outbox_due_at ON outbox (due_at);
CREATE INDEX postings_by_entry ON postings (entry_id);
CREATE INDEX postings_by_account ON postings (account, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',9);
COMMIT;
