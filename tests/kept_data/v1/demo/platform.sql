BEGIN TRANSACTION;
CREATE TABLE accept_answers (
	app_id VARCHAR(22) NOT NULL, 
	"key" VARCHAR(100) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	status INTEGER, 
	body JSON, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (app_id, "key")
);
CREATE TABLE app_links (
	id VARCHAR(22) NOT NULL, 
	developer_id VARCHAR(22) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	description VARCHAR(500), 
	phone_number VARCHAR(8) NOT NULL, 
	challenge_id VARCHAR(22) NOT NULL, 
	app_id VARCHAR(22), 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(developer_id) REFERENCES developers (id)
);
INSERT INTO "app_links" VALUES('QGankJ7MqMowcM0leC9z_w','_zmGkLS3KW7kuU3hTvFpRA','Demo Shop','The demo shop at /shop','50000001','e0JUW7D4kOoML29p6Gcgog','eCBSh2kgWaeKvK8-W7XWyA',1795568051822);
CREATE TABLE apps (
	number INTEGER NOT NULL, 
	id VARCHAR(22) NOT NULL, 
	developer_id VARCHAR(22) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	description VARCHAR(500), 
	wallet_id VARCHAR(22) NOT NULL, 
	wallet_phone VARCHAR(8) NOT NULL, 
	trade_name VARCHAR(80) NOT NULL, 
	public_token VARCHAR(36) NOT NULL, 
	private_token VARCHAR(36) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	is_test BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (developer_id, name), 
	UNIQUE (id), 
	FOREIGN KEY(developer_id) REFERENCES developers (id), 
	UNIQUE (public_token)
);
INSERT INTO "apps" VALUES(1,'eCBSh2kgWaeKvK8-W7XWyA','_zmGkLS3KW7kuU3hTvFpRA','Demo Shop','The demo shop at /shop','IS_1VhF95J0WYhrEvRpOpg','50000001','Boutique Baccouche','5ca22688-83ba-4b8c-bb3b-7f7a57c54500','30b88699-199f-4589-88be-bd25e8275e1c','ENABLED',0,1795568051828);
INSERT INTO "apps" VALUES(2,'-GP5guCUgQL5eEFYHa8Cgg','_zmGkLS3KW7kuU3hTvFpRA','TEST APP',NULL,'uyD9OL5TIegW-K-zUsC8mA','50000002','Sandbox Test Shop','f81abedb-2d3f-431b-af52-4fe312561863','4ca179b7-4856-4558-b731-7b640a0b695f','ENABLED',1,1795568051831);
CREATE TABLE developers (
	id VARCHAR(22) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	email VARCHAR(200) NOT NULL, 
	password_hash VARCHAR(200) NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	activation_hash VARCHAR(64), 
	activation_expires_at BIGINT, 
	created_at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (email), 
	UNIQUE (activation_hash)
);
INSERT INTO "developers" VALUES('_zmGkLS3KW7kuU3hTvFpRA','Slim Ayari','dev@flouci-sandbox.example','$argon2id$v=19$m=19456,t=2,p=1$xk2BXAzBrVaw2i8ubsi/lg$Bc2kz9JzbqQ2I8OcOeDUkQHytjffTDMbpX21Jko/j2g','active','en',NULL,NULL,1795568051695);
CREATE TABLE login_sessions (
	token_hash VARCHAR(64) NOT NULL, 
	developer_id VARCHAR(22) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(developer_id) REFERENCES developers (id)
);
INSERT INTO "login_sessions" VALUES('3c2568428f82e8c3e634d25855a4c82860e1fa0e3937b1cbc5973e153d9e17fd','_zmGkLS3KW7kuU3hTvFpRA',1795568051813,1796777651813);
CREATE TABLE order_events (
	id INTEGER NOT NULL, 
	"key" VARCHAR(60) NOT NULL, 
	order_id VARCHAR(22) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	detail VARCHAR(80), 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
CREATE TABLE orders (
	number INTEGER NOT NULL, 
	id VARCHAR(22) NOT NULL, 
	app_id VARCHAR(22) NOT NULL, 
	is_test BOOLEAN NOT NULL, 
	amount BIGINT NOT NULL, 
	reference VARCHAR(64), 
	name VARCHAR(80), 
	description VARCHAR(500), 
	status VARCHAR(15) NOT NULL, 
	reason VARCHAR(30), 
	payment_id VARCHAR(22), 
	payer_phone VARCHAR(8), 
	payer_name VARCHAR(80), 
	code_expires_at BIGINT, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	paid_at BIGINT, 
	PRIMARY KEY (number), 
	UNIQUE (id)
);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	topic VARCHAR(40) NOT NULL, 
	payload JSON NOT NULL, 
	attempts INTEGER NOT NULL, 
	due_at BIGINT NOT NULL, 
	last_error VARCHAR(300)
);
CREATE INDEX ix_orders_payment_id ON orders (payment_id);
CREATE INDEX orders_due ON orders (expires_at) WHERE status IN ('OPENED', 'SCANNED', 'ATTEMPT_FAILED');
CREATE INDEX orders_paid ON orders (app_id, amount) WHERE status = 'PAID';
CREATE INDEX orders_by_app ON orders (app_id, number);
CREATE INDEX ix_order_events_order_id ON order_events (order_id);
CREATE INDEX ix_outbox_due_at ON outbox (due_at);
CREATE INDEX ix_login_sessions_developer_id ON login_sessions (developer_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',1);
COMMIT;
