/**
 * Balances of deferred accounts and the hash chain. Both go by transaction horizon: a reader by sequence alone misses
 * rows that commit out of order. The planner guesses that a row comparison on (epoch, xid) matches the whole table, so in
 * these functions it may neither scan it nor start workers or a compiler for a tail of a few rows.
 */
export const LEDGER_CHAIN = `
  -- Transaction numbers do not survive a logical restore: then the epoch is raised, and all is ordered by it first.
  create table ledger_epoch (
    epoch smallint primary key,
    raised_at timestamptz not null default clock_timestamp()
  );
  insert into ledger_epoch (epoch) values (1);

  create table ledger_snapshot (
    account_id bigint primary key references ledger_account,
    debits bigint not null,
    credits bigint not null,
    upto_epoch smallint not null, -- all rows stand at the same horizon
    upto_xid xid8 not null
  );

  create table ledger_chain (
    block_no bigint primary key,
    from_epoch smallint not null,
    from_xid xid8 not null,
    upto_epoch smallint not null,
    upto_xid xid8 not null,
    row_count int not null check (row_count > 0),
    prev_hash bytea not null,
    hash bytea not null
  );
  create trigger no_change before update or delete on ledger_chain
    for each row execute function ledger_immutable();
  create trigger no_truncate before truncate on ledger_chain
    for each statement execute function ledger_immutable();
  alter table ledger_chain enable always trigger no_change, enable always trigger no_truncate;

  comment on table ledger_epoch is 'functions only';
  comment on table ledger_snapshot is 'functions only';
  comment on table ledger_chain is 'functions only';

  -- After a logical restore, by the owner, before anything is started.
  create function ledger_raise_epoch() returns smallint
  language plpgsql set search_path = payments, pg_temp as $$
  declare raised smallint := (select max(epoch) + 1 from ledger_epoch);
  begin
    execute format('alter table ledger_transfer alter column epoch set default %s', raised);
    insert into ledger_epoch (epoch) values (raised);
    update "outboxEpoch" set epoch = epoch + 1;
    return raised;
  end $$;

  -- False when rows of this epoch come from a future that this server has not had: it was restored.
  create function ledger_epoch_holds() returns boolean
  language plpgsql set search_path = payments, pg_temp set enable_seqscan = off as $$
  declare e smallint := (select max(epoch) from ledger_epoch); x xid8 := pg_current_xact_id();
  begin
    return not exists (select 1 from ledger_transfer t where (t.epoch, t.xid) >= (e, x));
  end $$;

  -- Adds what is behind the last horizon and before this one to every deferred account. Returns the rows it added.
  create function ledger_roll_up() returns int
  language plpgsql security definer set search_path = payments, pg_temp
  set plan_cache_mode = force_custom_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
  declare
    n int; fe smallint; fx xid8;
    e smallint := (select max(epoch) from ledger_epoch);
    x xid8;
  begin
    if not pg_try_advisory_xact_lock(7101) then return 0; end if;
    select upto_epoch, upto_xid into fe, fx from ledger_snapshot
      order by upto_epoch desc, upto_xid desc limit 1;
    fe := coalesce(fe, 0::smallint);
    fx := coalesce(fx, '0');
    -- older than the snapshot of the next statement, so everything before it is there to be read
    x := pg_snapshot_xmin(pg_current_snapshot());
    if (e, x) <= (fe, fx) then return 0; end if;
    with tail as materialized (
      select t.debit, t.credit, t.kind, t.amount from ledger_transfer t
      where (t.epoch, t.xid) >= (fe, fx) and (t.epoch, t.xid) < (e, x)),
    moved as (
      select s.account, sum(s.d)::bigint d, sum(s.c)::bigint c from tail
      cross join lateral (values (debit, amount, 0::bigint), (credit, 0, amount))
        s (account, d, c)
      where kind in (1, 3) group by s.account),
    upsert as (
      insert into ledger_snapshot as s (account_id, debits, credits, upto_epoch, upto_xid)
      select a.id, coalesce(m.d, 0), coalesce(m.c, 0), e, x
      from ledger_account a left join moved m on m.account = a.id
      where a.deferred and exists (select 1 from tail)
      on conflict (account_id) do update set
        (debits, credits, upto_epoch, upto_xid) =
        (s.debits + excluded.debits, s.credits + excluded.credits, excluded.upto_epoch,
          excluded.upto_xid))
    select count(*) into n from tail;
    return n;
  end $$;

  -- What deferred accounts have been debited and credited: the snapshot and what came behind it. Accounts that are
  -- not deferred have a balance row instead and are left out.
  create function ledger_deferred_balance(_accounts bigint[])
  returns table (account_id bigint, debits bigint, credits bigint)
  language plpgsql stable security definer set search_path = payments, pg_temp
  set plan_cache_mode = force_custom_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
  declare fe smallint; fx xid8;
  begin
    -- stable: all statements see what the caller's statement sees
    select s.upto_epoch, s.upto_xid into fe, fx from ledger_snapshot s
      order by s.upto_epoch desc, s.upto_xid desc limit 1;
    return query
      with tail as (
        select s.account, sum(s.d)::bigint d, sum(s.c)::bigint c from ledger_transfer t
        cross join lateral (values (t.debit, t.amount, 0::bigint), (t.credit, 0, t.amount))
          s (account, d, c)
        where (t.epoch, t.xid) >= (coalesce(fe, 0::smallint), coalesce(fx, '0'))
          and t.kind in (1, 3) and s.account = any (_accounts)
        group by s.account)
      select a.id, coalesce(s.debits, 0) + coalesce(t.d, 0), coalesce(s.credits, 0) + coalesce(t.c, 0)
      from ledger_account a
      left join ledger_snapshot s on s.account_id = a.id
      left join tail t on t.account = a.id
      where a.id = any (_accounts) and a.deferred;
  end $$;

  create function ledger_block_hash(
    _prev bytea, _from_epoch smallint, _from_xid xid8, _upto_epoch smallint, _upto_xid xid8
  ) returns table (rows int, hash bytea)
  language plpgsql stable set search_path = payments, pg_temp
  set plan_cache_mode = force_custom_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
  begin
    return query
      select count(*)::int, sha256(_prev || convert_to(coalesce(string_agg(concat_ws('|',
          t.id, t.group_id, t.kind, coalesce(t.pending_id::text, '-'),
          coalesce(t.corrects_id::text, '-'), t.debit, t.credit, t.currency, t.amount, t.code,
          coalesce(t.subject::text, '-'), (extract(epoch from t.event_at) * 1000000)::bigint,
          (extract(epoch from t.created_at) * 1000000)::bigint),
        E'\\n' order by t.epoch, t.xid, t.seq), ''), 'UTF8'))
      from ledger_transfer t
      where (t.epoch, t.xid) >= (_from_epoch, _from_xid)
        and (t.epoch, t.xid) < (_upto_epoch, _upto_xid);
  end $$;

  -- Puts what is finished and not yet sealed into one more block, at most about 100,000 rows; a transaction is never
  -- split. Returns the number of rows sealed: 0 when there are none or somebody else is sealing.
  create function ledger_seal() returns int
  language plpgsql security definer set search_path = payments, pg_temp
  set plan_cache_mode = force_custom_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
  declare
    last ledger_chain; fe smallint; fx xid8; ue smallint; ux xid8; n int; h bytea;
    e smallint := (select max(epoch) from ledger_epoch);
    x xid8;
  begin
    if not pg_try_advisory_xact_lock(7102) then return 0; end if;
    select * into last from ledger_chain order by block_no desc limit 1;
    fe := coalesce(last.upto_epoch, 0::smallint);
    fx := coalesce(last.upto_xid, '0');
    x := pg_snapshot_xmin(pg_current_snapshot());
    select t.epoch, (t.xid::text::numeric + 1)::text::xid8 into ue, ux from ledger_transfer t
      where (t.epoch, t.xid) >= (fe, fx) and (t.epoch, t.xid) < (e, x)
      order by t.epoch, t.xid, t.seq offset 99999 limit 1;
    if not found then
      ue := e;
      ux := x;
    end if;
    select b.rows, b.hash into n, h
      from ledger_block_hash(coalesce(last.hash, '\\x00'), fe, fx, ue, ux) b;
    if n = 0 then return 0; end if;
    insert into ledger_chain values
      (coalesce(last.block_no, 0) + 1, fe, fx, ue, ux, n, coalesce(last.hash, '\\x00'), h);
    return n;
  end $$;

  -- The first block whose rows, place or predecessor are not what was sealed; null when the chain holds.
  create function ledger_first_bad() returns bigint
  language sql stable set search_path = payments, pg_temp as $$
    select c.block_no from ledger_chain c
    left join ledger_chain p on p.block_no = c.block_no - 1
    cross join lateral
      ledger_block_hash(c.prev_hash, c.from_epoch, c.from_xid, c.upto_epoch, c.upto_xid) h
    where h.hash <> c.hash or h.rows <> c.row_count
      or c.prev_hash <> coalesce(p.hash, '\\x00')
      or (coalesce(p.upto_epoch, 0::smallint), coalesce(p.upto_xid, '0'))
        <> (c.from_epoch, c.from_xid)
    order by 1 limit 1 $$;
  revoke all on function ledger_raise_epoch, ledger_epoch_holds, ledger_roll_up,
    ledger_deferred_balance, ledger_block_hash, ledger_seal, ledger_first_bad from public;

  -- A clearing account is a PSP connection in a currency, so books are kept per connection.
  alter table "pspBook" drop constraint "pspBook_pkey", add primary key ("clearingAccountId");

  alter view invariant_violation rename to invariant_of_money;
  create view invariant_of_record (invariant, subject, detail) as
  select 'I7', b."clearingAccountId"::text, 'book of another account or currency'
    from "pspBook" b join ledger_account a on a.id = b."clearingAccountId"
    where a.kind <> 1 or a.currency <> b.currency
  union all
  select 'I9', bad::text, 'chain broken at this block' from ledger_first_bad() bad
    where bad is not null
  union all
  -- a key and its answer are committed together
  select 'I12', scope || ' ' || key, 'key without final answer' from idempotency
    where response is null
      and ("lockedUntil" is null or "lockedUntil" < clock_timestamp() - interval '1 minute');
  create view invariant_violation as
    select * from invariant_of_money union all select * from invariant_of_record;
  comment on view invariant_of_record is 'functions only';
  comment on view invariant_violation is 'functions only';
`;
