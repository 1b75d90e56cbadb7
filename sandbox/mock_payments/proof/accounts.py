"""What accounts say of themselves, beside their postings and the payments that are under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, func, literal_column, or_, select, union_all

from sandbox.mock_payments.bank.models import bank_movements
from sandbox.mock_payments.closings.models import closings
from sandbox.mock_payments.ledger.models import accounts, entries, postings
from sandbox.mock_payments.payments.models import payments
from sandbox.mock_payments.payments.states import HOLDING

if TYPE_CHECKING:
    from collections.abc import Sequence


def wrong_balances(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Accounts whose cached balance is not the sum of their postings."""
    summed = select(postings.c.account, func.sum(postings.c.amount).label("total")).group_by(postings.c.account)
    sums = summed.subquery()
    total = func.coalesce(sums.c.total, 0)
    query = (
        select(accounts.c.key, accounts.c.balance, total.label("total"))
        .select_from(accounts.outerjoin(sums, sums.c.account == accounts.c.key))
        .where(accounts.c.balance != total)
    )
    return connection.execute(query).all()


def overdrawn(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    query = select(accounts.c.key, accounts.c.balance).where(~accounts.c.overdraft, accounts.c.balance < 0)
    return connection.execute(query).all()


def wrong_holds(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Wallets of which not as much is held as their live payments need."""
    needed = select(payments.c.payer_wallet_id.label("wallet_id"), payments.c.amount.label("needed"), _zero("held"))
    is_hold = accounts.c.key.startswith("hold:", autoescape=True)
    held = select(func.substr(accounts.c.key, len("hold:") + 1), _zero("needed"), accounts.c.balance).where(is_hold)
    each = union_all(needed.where(payments.c.state.in_(HOLDING)), held).subquery()
    needs, has = func.sum(each.c.needed), func.sum(each.c.held)
    query = select(each.c.wallet_id, needs.label("needed"), has.label("held")).group_by(each.c.wallet_id)
    return connection.execute(query.having(needs != has).order_by(each.c.wallet_id)).all()


def wrongly_closed(connection: Connection) -> Sequence[str]:
    """Accounts that are closed with money in them, or without a closing of their wallet; and closings of open accounts."""
    closed = accounts.c.key.in_(
        union_all(*(select(prefix + closings.c.wallet_id) for prefix in ("wallet:", "hold:"))).subquery().select()
    )
    wrong = or_(and_(accounts.c.closed, accounts.c.balance != 0), accounts.c.closed != closed)
    return connection.execute(select(accounts.c.key).where(wrong).order_by(accounts.c.key)).scalars().all()


def wrong_bank_balances(connection: Connection) -> Sequence[Row[*tuple[Any, ...]]]:
    """Movements to and from the bank that do not tell what was in the wallet right after them."""
    touched = select("wallet:" + bank_movements.c.wallet_id).distinct()
    total = func.sum(postings.c.amount).over(partition_by=postings.c.account, order_by=postings.c.id)
    running = select(postings.c.entry_id, postings.c.account, total.label("total"))
    lines = running.where(postings.c.account.in_(touched)).subquery()
    of_bank = select(entries.c.id).join_from(bank_movements, entries, entries.c.key == "bank:" + bank_movements.c.id)
    told = select(lines).where(lines.c.entry_id.in_(of_bank)).subquery()
    query = (
        select(bank_movements.c.id, bank_movements.c.balance, told.c.total)
        .select_from(told)
        .join(entries, entries.c.id == told.c.entry_id)
        .join(bank_movements, bank_movements.c.id == entries.c.reference)
        .where(told.c.account == "wallet:" + bank_movements.c.wallet_id, bank_movements.c.balance != told.c.total)
    )
    return connection.execute(query).all()


def _zero(name: str) -> Any:
    return literal_column("0").label(name)
