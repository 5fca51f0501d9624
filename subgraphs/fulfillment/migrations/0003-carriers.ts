/** The carriers we start with: rows, never an enum. */
export const CARRIERS = `
  insert into carrier (id, code, name, services, currencies) values
    ('car_01m88t58k7ecgty4ycqjwjdjpd', 'aurora', 'Aurora Express', '{STANDARD,EXPRESS}', '{USD,EUR,BRL}');
  insert into "carrierConnection" (id, "carrierId", code, state) values
    ('con_01m88t58k8e57vjjtqs18ah7k2', 'car_01m88t58k7ecgty4ycqjwjdjpd', 'aurora', 'ACTIVE');
`;
