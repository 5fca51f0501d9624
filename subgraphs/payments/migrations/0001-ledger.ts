/**
 * The double-entry core. Rows are written by `ledger_open` and `ledger_post` only and never change; the database keeps
 * every balance and refuses what would break a limit. Kinds and codes are named in ledger/ledger.rules.ts.
 */
export const LEDGER = `
  create table ledger_account (
    id bigint generated always as identity primary key,
    kind smallint not null,
    owner_id uuid not null, -- the platform's own: the nil UUID
    currency char(3) not null,
    guard smallint not null check (guard in (0, 1, 2)), -- 1: credits - debits >= 0; 2: the mirror
    deferred boolean not null default false,
    check (not deferred or guard = 0),
    unique (kind, owner_id, currency),
    unique (id, currency)
  );
  create table ledger_balance (
    account_id bigint primary key references ledger_account,
    guard smallint not null,
    debits_posted bigint not null default 0 check (debits_posted >= 0),
    credits_posted bigint not null default 0 check (credits_posted >= 0),
    debits_pending bigint not null default 0 check (debits_pending >= 0),
    credits_pending bigint not null default 0 check (credits_pending >= 0),
    -- pending debits count, pending credits do not
    constraint ledger_balance_limit check (case guard
      when 1 then credits_posted - debits_posted - debits_pending >= 0
      when 2 then debits_posted - credits_posted - credits_pending >= 0
      else true end)
  ) with (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.01);
  create table ledger_transfer (
    epoch smallint not null default 1, -- +1 on a logical restore
    xid xid8 not null default pg_current_xact_id(),
    seq bigint generated always as identity,
    id uuid primary key,
    group_id uuid not null, -- a use case
    -- 1 posted, 2 pending, 3 post a pending one (part is allowed), 4 void it
    kind smallint not null check (kind between 1 and 4),
    pending_id uuid references ledger_transfer,
    corrects_id uuid references ledger_transfer,
    debit bigint not null,
    credit bigint not null,
    currency char(3) not null,
    amount bigint not null check (amount > 0),
    code smallint not null,
    subject uuid,
    event_at timestamptz not null,
    created_at timestamptz not null default clock_timestamp(),
    check (debit <> credit),
    check ((kind in (3, 4)) = (pending_id is not null)),
    foreign key (debit, currency) references ledger_account (id, currency),
    foreign key (credit, currency) references ledger_account (id, currency)
  );
  create unique index ledger_transfer_resolved_once on ledger_transfer (pending_id)
    where kind in (3, 4);
  create index on ledger_transfer (debit, seq);
  create index on ledger_transfer (credit, seq);
  create index on ledger_transfer (epoch, xid, seq);
  create index on ledger_transfer (group_id);
  create index on ledger_transfer (subject) where subject is not null;
  comment on table ledger_account is 'functions only';
  comment on table ledger_balance is 'functions only';
  comment on table ledger_transfer is 'functions only';

  create function ledger_immutable() returns trigger language plpgsql as
    $$ begin raise exception 'ledger rows are immutable' using errcode = 'TG000'; end $$;
  create trigger no_change before update or delete on ledger_transfer
    for each row execute function ledger_immutable();
  create trigger no_truncate before truncate on ledger_transfer
    for each statement execute function ledger_immutable();
  -- always: or replica mode passes
  alter table ledger_transfer enable always trigger no_change, enable always trigger no_truncate;

  -- The one way in. READ COMMITTED only. All or nothing; the same again: no effect; limits apply to the net of the
  -- call. Returns the count of new rows. Besides TG codes: 23514 limit, 23505 already resolved, 23503 unknown account
  -- or currency. Without force_generic_plan every call is planned again: 2.3 times slower.
  create function ledger_post(
    _group uuid[], _id uuid[], _kind smallint[], _pending uuid[], _corrects uuid[],
    _debit bigint[], _credit bigint[], _currency text[], _amount bigint[], _code smallint[],
    _subject uuid[], _event_at timestamptz[]
  ) returns int
  language plpgsql security definer set search_path = payments, pg_temp
  set plan_cache_mode = force_generic_plan as $$
  declare
    n int; updated int; accounts int; resolving int; matching int; bad uuid; fresh uuid[];
  begin
    with ins as (
      insert into ledger_transfer (group_id, id, kind, pending_id, corrects_id, debit, credit,
        currency, amount, code, subject, event_at)
      select * from unnest(_group, _id, _kind, _pending, _corrects, _debit, _credit, _currency,
          _amount, _code, _subject, _event_at)
        as t (g, i, k, p, x, d, c, y, a, o, s, e)
      order by i -- ordered: no deadlock
      on conflict (id) do nothing
      returning id, kind, pending_id, debit, credit, amount),
    target as materialized (
      select i.pending_id, t.amount from ins i
      join lateral (select * from ledger_transfer t where t.id = i.pending_id) t
        on t.kind = 2 and t.debit = i.debit and t.credit = i.credit
        and case i.kind when 3 then i.amount <= t.amount else i.amount = t.amount end
      where i.kind in (3, 4)),
    effect as (
      select s.account, s.dp, s.cp, s.sign_d * f.held dh, s.sign_c * f.held ch from ins i
      cross join lateral (select
        case when i.kind in (1, 3) then i.amount else 0 end posted,
        case i.kind when 1 then 0 when 2 then i.amount else
          -coalesce((select t.amount from target t where t.pending_id = i.pending_id), 0)
        end held) f
      cross join lateral (values
        (i.debit, f.posted, 0::bigint, 1, 0), (i.credit, 0, f.posted, 0, 1)
      ) s (account, dp, cp, sign_d, sign_c)),
    delta as materialized (
      select account, sum(dp)::bigint dp, sum(cp)::bigint cp, sum(dh)::bigint dh,
        sum(ch)::bigint ch
      from effect
      where not (select a.deferred from ledger_account a where a.id = effect.account)
      group by account),
    locked as materialized ( -- ascending: the only lock order
      select b.account_id, d.dp, d.cp, d.dh, d.ch from (select * from delta order by account) d,
        lateral (select account_id from ledger_balance b
          where b.account_id = d.account for update) b),
    upd as (
      update ledger_balance b set
        debits_posted = debits_posted + l.dp, credits_posted = credits_posted + l.cp,
        debits_pending = debits_pending + l.dh, credits_pending = credits_pending + l.ch
      from locked l where b.account_id = l.account_id returning 1)
    select (select count(*) from ins), (select count(*) from upd), (select count(*) from delta),
      (select count(*) from ins where kind in (3, 4)), (select count(*) from target),
      (select coalesce(array_agg(id), '{}') from ins)
    into n, updated, accounts, resolving, matching, fresh;
    if updated <> accounts then
      raise exception 'no balance row' using errcode = 'TG003';
    end if;
    if resolving <> matching then
      raise exception 'pending missing or different' using errcode = 'TG004';
    end if;
    if n < cardinality(_id) then
      select t.id into bad
      from unnest(_group, _id, _kind, _pending, _debit, _credit, _currency, _amount, _code,
        _subject) x (g, i, k, p, d, c, y, a, o, s)
      join ledger_transfer t on t.id = x.i
      where (t.group_id, t.kind, t.pending_id, t.debit, t.credit, t.currency, t.amount, t.code,
          t.subject)
        is distinct from (x.g, x.k, x.p, x.d, x.c, x.y::char(3), x.a, x.o, x.s)
      limit 1;
      if found then raise exception '% has other values', bad using errcode = 'TG001'; end if;
      -- a call may carry several groups, each wholly new or wholly known
      if exists (select 1 from unnest(_group, _id) x (g, i) group by x.g
        having bool_or(x.i = any (fresh)) and not bool_and(x.i = any (fresh))
          or count(*) <> (select count(*) from ledger_transfer t where t.group_id = x.g))
      then raise exception 'group present in part' using errcode = 'TG002'; end if;
    end if;
    return n;
  end $$;

  -- Opens accounts (or finds them) and returns their numbers in the order asked. Idempotent.
  create function ledger_open(
    _kind smallint[], _owner uuid[], _currency text[], _guard smallint[], _deferred boolean[]
  ) returns bigint[]
  language plpgsql security definer set search_path = payments, pg_temp
  set plan_cache_mode = force_generic_plan as $$
  begin
    with a as (
      insert into ledger_account (kind, owner_id, currency, guard, deferred)
      select * from unnest(_kind, _owner, _currency, _guard, _deferred) x (k, o, c, g, d)
      order by k, o, c
      on conflict do nothing returning id, guard, deferred)
    insert into ledger_balance (account_id, guard) select id, guard from a where not deferred;
    return (
      select array_agg(a.id order by x.n)
      from unnest(_kind, _owner, _currency) with ordinality x (k, o, c, n)
      cross join lateral (select id from ledger_account a
        where (a.kind, a.owner_id, a.currency) = (x.k, x.o, x.c::char(3))) a);
  end $$;
  revoke all on function ledger_post, ledger_open from public;
`;
