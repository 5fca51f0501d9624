/** The version before names the hold that it parts, also when that is a part itself: its parts name the first one too. */
export const HOLD_ROOTS = `
  create function hold_names_root() returns trigger language plpgsql as $$
  begin
    new."partOf" := (select coalesce(h."partOf", h.id) from hold h where h.id = new."partOf");
    return new;
  end $$;
  create trigger names_root before insert on hold for each row
    when (new."partOf" is not null) execute function hold_names_root();
`;
