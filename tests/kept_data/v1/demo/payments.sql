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
CREATE TABLE ledger_accounts (
	"key" VARCHAR(80) NOT NULL, 
	overdraft BOOLEAN NOT NULL, 
	balance BIGINT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "ledger_accounts" VALUES('bank',1,-2000000);
INSERT INTO "ledger_accounts" VALUES('wallet:Owf7LibmaduGQ3Vhrma4qg',0,500000);
INSERT INTO "ledger_accounts" VALUES('wallet:e9UZTpBtzDtV43pu2kV1Hg',0,500000);
INSERT INTO "ledger_accounts" VALUES('wallet:V-xSVamcSz88rec-p2aXxg',0,500000);
INSERT INTO "ledger_accounts" VALUES('wallet:QhRGNTQdPSs7JdRApN_S8A',0,500000);
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
CREATE INDEX ix_journal_entries_reference ON journal_entries (reference);
CREATE INDEX payments_by_session ON payments (session, number);
CREATE UNIQUE INDEX payments_one_per_session ON payments (session) WHERE state IN ('prepared', 'verified', 'executed');
CREATE INDEX payments_by_payer ON payments (payer_phone, number);
CREATE INDEX payments_due ON payments (expires_at) WHERE state IN ('prepared', 'verified');
CREATE INDEX ix_outbox_due_at ON outbox (due_at);
CREATE INDEX postings_by_entry ON postings (entry_id);
CREATE INDEX postings_by_account ON postings (account, id);
DELETE FROM "sqlite_sequence";
COMMIT;
