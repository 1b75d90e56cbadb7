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
INSERT INTO "app_links" VALUES('AixerszyPQ1ApBRn9hij5Q','Bu4lM_yc6ZIraXR6VbEurg','Shop 51000000',NULL,'51000000','fizaoly_cArsY3ODHf0b4w','U2LFihVq28hHXVI9Mq6Auw',1795568052435);
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
INSERT INTO "apps" VALUES(3,'U2LFihVq28hHXVI9Mq6Auw','Bu4lM_yc6ZIraXR6VbEurg','Shop 51000000',NULL,'aW6srmlj1MSWKt303roS-Q','51000000','Shop 51000000','2a002b6d-0a4c-4023-8000-f6f60cf8f6c4','5e30f53d-cccc-4ac1-be48-e24f7dbe844c','ENABLED',0,1795568052442);
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
INSERT INTO "developers" VALUES('Bu4lM_yc6ZIraXR6VbEurg','Shop 51000000','merchant-51000000@example.com','$argon2id$v=19$m=19456,t=2,p=1$KWtiNNxddVA3ti5Cp4ct8w$lUMgVkC8O78tif4/8BcpZhVUAybX6GhdP0U8vuUkN2o','active','en',NULL,NULL,1795568052111);
CREATE TABLE login_sessions (
	token_hash VARCHAR(64) NOT NULL, 
	developer_id VARCHAR(22) NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	PRIMARY KEY (token_hash), 
	FOREIGN KEY(developer_id) REFERENCES developers (id)
);
INSERT INTO "login_sessions" VALUES('3c2568428f82e8c3e634d25855a4c82860e1fa0e3937b1cbc5973e153d9e17fd','_zmGkLS3KW7kuU3hTvFpRA',1795568051813,1796777651813);
INSERT INTO "login_sessions" VALUES('242814dad26a3e9abbb8ea259e7381a982eca6161b110dc9f981cad456a00f55','Bu4lM_yc6ZIraXR6VbEurg',1795568052430,1796777652430);
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
INSERT INTO "order_events" VALUES(1,'8w-qms3TRIw_TgLA7jRmLg:opened:aFyuCxvK_31YuSlLf0AomA','8w-qms3TRIw_TgLA7jRmLg','opened',NULL,1795568052069);
INSERT INTO "order_events" VALUES(2,'8w-qms3TRIw_TgLA7jRmLg:scanned:xWq-teLFr3WLD43NsuVQAw','8w-qms3TRIw_TgLA7jRmLg','scanned',NULL,1795568052076);
INSERT INTO "order_events" VALUES(3,'ShrmI1XVGdNhtOtOBQwDTA:executed','8w-qms3TRIw_TgLA7jRmLg','payment.executed',NULL,1795568052099);
INSERT INTO "order_events" VALUES(4,'ShrmI1XVGdNhtOtOBQwDTA:prepared','8w-qms3TRIw_TgLA7jRmLg','payment.prepared',NULL,1795568052084);
INSERT INTO "order_events" VALUES(5,'CHsiFhKQ5bl1o1T3HEsdWQ:opened:6YFw-vJDYQ5vBHYVH3ycQA','CHsiFhKQ5bl1o1T3HEsdWQ','opened',NULL,1795568052448);
INSERT INTO "order_events" VALUES(6,'CHsiFhKQ5bl1o1T3HEsdWQ:scanned:u1LxNWdbZ7QTxdM_6KnShQ','CHsiFhKQ5bl1o1T3HEsdWQ','scanned',NULL,1795568052452);
INSERT INTO "order_events" VALUES(7,'Y9mv24dookRTkNxsJkrFuw:executed','CHsiFhKQ5bl1o1T3HEsdWQ','payment.executed',NULL,1795568052459);
INSERT INTO "order_events" VALUES(8,'xN4V3v4ECO-_SvXTT0gHwQ:opened:mEiuZyxbUQHRv8O7mLM27g','xN4V3v4ECO-_SvXTT0gHwQ','opened',NULL,1795568052461);
INSERT INTO "order_events" VALUES(9,'xN4V3v4ECO-_SvXTT0gHwQ:scanned:2SPbKw6vhvQRjC87fCFi9g','xN4V3v4ECO-_SvXTT0gHwQ','scanned',NULL,1795568052463);
INSERT INTO "order_events" VALUES(10,'OUrjovl793q2-JiIyV7HXg:opened:YkiJTt20wO3A21mfbBgOZw','OUrjovl793q2-JiIyV7HXg','opened',NULL,1795568052467);
INSERT INTO "order_events" VALUES(11,'Y9mv24dookRTkNxsJkrFuw:prepared','CHsiFhKQ5bl1o1T3HEsdWQ','payment.prepared',NULL,1795568052455);
INSERT INTO "order_events" VALUES(12,'nh_iODq7vOKnJdTvqV84WA:prepared','xN4V3v4ECO-_SvXTT0gHwQ','payment.prepared',NULL,1795568052465);
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
INSERT INTO "orders" VALUES(1,'8w-qms3TRIw_TgLA7jRmLg','eCBSh2kgWaeKvK8-W7XWyA',0,12500,NULL,NULL,NULL,'PAID',NULL,'ShrmI1XVGdNhtOtOBQwDTA','20000001','Emna Ayari',1795568172084,1795568052069,1795569252069,1795568052099);
INSERT INTO "orders" VALUES(2,'CHsiFhKQ5bl1o1T3HEsdWQ','U2LFihVq28hHXVI9Mq6Auw',0,30000,NULL,NULL,NULL,'PAID',NULL,'Y9mv24dookRTkNxsJkrFuw','21000001','Phone 21000001',1795568172455,1795568052448,1795569252448,1795568052459);
INSERT INTO "orders" VALUES(3,'xN4V3v4ECO-_SvXTT0gHwQ','U2LFihVq28hHXVI9Mq6Auw',0,20000,NULL,NULL,NULL,'PREPARED',NULL,'nh_iODq7vOKnJdTvqV84WA','21000001','Phone 21000001',1795568172465,1795568052461,1795569252461,NULL);
INSERT INTO "orders" VALUES(4,'OUrjovl793q2-JiIyV7HXg','eCBSh2kgWaeKvK8-W7XWyA',0,1000,NULL,NULL,NULL,'OPENED',NULL,NULL,NULL,NULL,NULL,1795568052467,1795569252467,NULL);
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
INSERT INTO "sqlite_sequence" VALUES('outbox',2);
COMMIT;
