/** One demo product: title, what it is, and its variants as [title, cents, stock]. */
export interface DemoProduct {
  readonly shop: 'north-workshop' | 'harbour-goods';
  readonly handle: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly weightG: number;
  readonly variants: readonly (readonly [title: string, cents: number, stock: number])[];
  /** The other shop offers its first variant too, at these cents. */
  readonly rivalCents?: number;
}

/** Prices are in euro cents; shipping is 4.90 a unit. */
export const DEMO_CURRENCY = 'EUR';
export const DEMO_SHIPPING = 490;

export const DEMO_PRODUCTS: readonly DemoProduct[] = [
  {
    shop: 'north-workshop',
    handle: 'oak-desk-lamp',
    title: 'Oak desk lamp',
    description: 'A lamp of solid oak with a linen cable and a warm LED bulb.',
    category: 'Lighting',
    weightG: 1_400,
    variants: [
      ['Natural', 7_900, 40],
      ['Smoked', 8_400, 25],
    ],
    rivalCents: 8_100,
  },
  {
    shop: 'north-workshop',
    handle: 'reading-lamp-clip',
    title: 'Clip-on reading lamp',
    description: 'Rechargeable, three levels of light, clips to a shelf or a book.',
    category: 'Lighting',
    weightG: 180,
    variants: [['Black', 2_490, 120]],
  },
  {
    shop: 'north-workshop',
    handle: 'walnut-bookend',
    title: 'Walnut bookend pair',
    description: 'Two heavy bookends turned from one piece of walnut.',
    category: 'Home office',
    weightG: 2_200,
    variants: [['Pair', 4_950, 30]],
  },
  {
    shop: 'north-workshop',
    handle: 'felt-desk-mat',
    title: 'Felt desk mat',
    description: 'Wool felt, 80 × 35 cm, with a cork underside that does not slip.',
    category: 'Home office',
    weightG: 600,
    variants: [
      ['Grey', 3_200, 60],
      ['Forest', 3_200, 45],
    ],
    rivalCents: 2_990,
  },
  {
    shop: 'north-workshop',
    handle: 'steel-pen',
    title: 'Brushed steel pen',
    description: 'A ball pen that can be refilled for life.',
    category: 'Home office',
    weightG: 40,
    variants: [['Medium', 1_850, 200]],
  },
  {
    shop: 'harbour-goods',
    handle: 'moka-pot',
    title: 'Moka pot',
    description: 'Aluminium stove-top coffee maker with a cool handle.',
    category: 'Kitchen',
    weightG: 700,
    variants: [
      ['3 cups', 2_750, 80],
      ['6 cups', 3_450, 50],
    ],
    rivalCents: 2_890,
  },
  {
    shop: 'harbour-goods',
    handle: 'espresso-cup-set',
    title: 'Espresso cup set',
    description: 'Six stoneware cups with saucers, glazed by hand.',
    category: 'Kitchen',
    weightG: 1_900,
    variants: [['Set of 6', 5_400, 35]],
  },
  {
    shop: 'harbour-goods',
    handle: 'cork-trivet',
    title: 'Cork trivet',
    description: 'Thick cork from one harvest; keeps the table cool.',
    category: 'Kitchen',
    weightG: 250,
    variants: [['Round', 1_200, 150]],
  },
  {
    shop: 'harbour-goods',
    handle: 'linen-apron',
    title: 'Linen apron',
    description: 'Stone-washed linen with two pockets, one size.',
    category: 'Kitchen',
    weightG: 400,
    variants: [
      ['Sand', 3_900, 40],
      ['Ink', 3_900, 40],
    ],
  },
  {
    shop: 'harbour-goods',
    handle: 'canvas-weekender',
    title: 'Canvas weekender bag',
    description: 'Waxed canvas, 38 litres, with a leather strap.',
    category: 'Travel',
    weightG: 1_600,
    variants: [['Olive', 12_900, 18]],
  },
  {
    shop: 'harbour-goods',
    handle: 'travel-bottle',
    title: 'Insulated travel bottle',
    description: 'Keeps coffee hot for twelve hours; 500 ml.',
    category: 'Travel',
    weightG: 380,
    variants: [
      ['White', 2_600, 90],
      ['Night', 2_600, 90],
    ],
    rivalCents: 2_550,
  },
  {
    shop: 'harbour-goods',
    handle: 'last-harbour-print',
    title: 'Harbour print, last copy',
    description: 'A numbered screen print. There is exactly one left.',
    category: 'Art',
    weightG: 300,
    variants: [['A3', 9_500, 1]],
  },
];
