/** The demo accounts. They exist only on the embedded database or with --demo. */
export const DEMO_PASSWORD = 'demo-password';

export interface DemoAccount {
  readonly role: 'buyer' | 'seller' | 'seller2' | 'operator' | 'operator2';
  readonly email: string;
  readonly displayName: string;
  /** The shop it runs. */
  readonly shop?: {
    readonly handle: string;
    readonly displayName: string;
    readonly country: string;
  };
}

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { role: 'buyer', email: 'buyer@demo.test', displayName: 'Bea Buyer' },
  {
    role: 'seller',
    email: 'seller@demo.test',
    displayName: 'Sam Seller',
    shop: { handle: 'north-workshop', displayName: 'North Workshop', country: 'DE' },
  },
  {
    role: 'seller2',
    email: 'seller2@demo.test',
    displayName: 'Sol Seller',
    shop: { handle: 'harbour-goods', displayName: 'Harbour Goods', country: 'PT' },
  },
  { role: 'operator', email: 'operator@demo.test', displayName: 'Ola Operator' },
  // What two people must agree on needs a second one.
  { role: 'operator2', email: 'operator2@demo.test', displayName: 'Oto Operator' },
];
