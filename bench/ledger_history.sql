-- Journal entries in bulk; bench/ledger_history.py fills in the words in braces and runs one statement after the other.
-- `n` counts code payments; {amount}, {hold} (an entry's id), {held_at} and the like are expressions of it.

INSERT INTO payments (id, state, session, app_id, payer_wallet_id, payer_phone, payer_name, payee_wallet_id, payee_phone,
    merchant_name, amount, reference, code, tries_left, idempotency_key, fingerprint, execution_key, created_at, expires_at,
    executed_at, refunded)
SELECT {payment}, CASE WHEN {is_refunded} THEN 'refunded' ELSE 'executed' END, {payment}, 'bench', payer.wallet,
    payer.phone, payer.name, payee.wallet, payee.phone, payee.name, {amount}, 'TX' || n, '123456', 3, {payment}, '',
    {payment}, {held_at}, {held_at} + 120000, {executed_at}, CASE WHEN {is_refunded} THEN {amount} ELSE 0 END
FROM {payments} ORDER BY n;

INSERT INTO payment_forms (session, closed)
SELECT {payment}, false FROM {payments} ORDER BY n;

INSERT INTO transfers (id, idempotency_key, fingerprint, kind, payer_wallet_id, payer_phone, payer_name, payee_wallet_id,
    payee_phone, payee_name, amount, fee, note, created_at)
SELECT {transfer}, {transfer}, '', 'person', payer.wallet, payer.phone, payer.name, payee.wallet, payee.phone,
    payee.name, {amount}, 0, 'for number ' || n, {sent_at}
FROM {transfers} ORDER BY n;

INSERT INTO daily_outflows (wallet_id, day, amount)
SELECT payer_wallet_id, {day}, sum(amount) FROM transfers WHERE id LIKE 'sent{first}-%' GROUP BY payer_wallet_id, {day}
ON CONFLICT (wallet_id, day) DO UPDATE SET amount = daily_outflows.amount + excluded.amount;

INSERT INTO refunds (id, refund_key, fingerprint, payment_id, amount, refunded_total, state, created_at)
SELECT {refund_key}, {refund_key}, '', {payment}, {amount}, {amount}, 'refunded', {refunded_at}
FROM {payments} WHERE {is_refunded} ORDER BY n;

INSERT INTO journal_entries (id, key, kind, reference, created_at)
SELECT {hold}, 'hold:' || {payment}, 'hold', {payment}, {held_at} FROM {payments}
UNION ALL SELECT {execute}, 'execute:' || {payment}, 'execute', {payment}, {executed_at} FROM {payments}
UNION ALL SELECT {send}, 'transfer:' || {transfer}, 'person', {transfer}, {sent_at} FROM {transfers}
UNION ALL SELECT {refund}, 'refund:' || {refund_key}, 'refund', {payment}, {refunded_at} FROM {payments} WHERE {is_refunded}
ORDER BY 1;

INSERT INTO ledger_accounts (key, overdraft, balance)
SELECT kind || ':' || wallet, false, 0
FROM (SELECT wallet FROM bench_phones UNION SELECT wallet FROM bench_shops) AS wallets,
    (SELECT 'wallet' AS kind UNION SELECT 'hold') AS kinds
WHERE true ON CONFLICT (key) DO NOTHING;

INSERT INTO postings (entry_id, account, amount)
SELECT {hold}, 'wallet:' || payer.wallet, -{amount} FROM {payments}
UNION ALL SELECT {hold}, 'hold:' || payer.wallet, {amount} FROM {payments}
UNION ALL SELECT {execute}, 'hold:' || payer.wallet, -{amount} FROM {payments}
UNION ALL SELECT {execute}, 'wallet:' || payee.wallet, {amount} FROM {payments}
UNION ALL SELECT {send}, 'wallet:' || payer.wallet, -{amount} FROM {transfers}
UNION ALL SELECT {send}, 'wallet:' || payee.wallet, {amount} FROM {transfers}
UNION ALL SELECT {refund}, 'wallet:' || payee.wallet, -{amount} FROM {payments} WHERE {is_refunded}
UNION ALL SELECT {refund}, 'wallet:' || payer.wallet, {amount} FROM {payments} WHERE {is_refunded}
ORDER BY 1;

UPDATE ledger_accounts SET balance =
    (SELECT coalesce(sum(postings.amount), 0) FROM postings WHERE postings.account = ledger_accounts.key)
