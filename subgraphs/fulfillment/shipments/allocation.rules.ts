/** A line of a fulfilment order, as far as quantities go. */
export interface OpenLine {
  readonly orderLineId: string;
  readonly quantity: number;
  readonly allocated: number;
}

export interface WantedLine {
  readonly orderLineId: string;
  readonly quantity: number;
}

export type AllocationRefusal =
  'ORDER_LINE_NOT_FOUND' | 'QUANTITY_INVALID' | 'QUANTITY_EXCEEDS_OPEN';

export type Allocation =
  | { readonly ok: true; readonly lines: readonly WantedLine[] }
  | {
      readonly ok: false;
      readonly code: AllocationRefusal;
      /** Index of the wanted line at fault; null when all are meant. */
      readonly at: number | null;
    };

/** What a new shipment takes of the lines: what is wanted, or everything still open. Allocated never exceeds ordered. */
export function allocate(
  lines: readonly OpenLine[],
  wanted: readonly WantedLine[] | null,
): Allocation {
  if (wanted === null) {
    const open = lines
      .map(({ orderLineId, quantity, allocated }) => ({
        orderLineId,
        quantity: quantity - allocated,
      }))
      .filter(({ quantity }) => quantity > 0);
    return open.length === 0
      ? { ok: false, code: 'QUANTITY_EXCEEDS_OPEN', at: null }
      : { ok: true, lines: open };
  }
  if (wanted.length === 0) return { ok: false, code: 'QUANTITY_INVALID', at: null };
  const seen = new Set<string>();
  for (const [at, { orderLineId, quantity }] of wanted.entries()) {
    const line = lines.find((one) => one.orderLineId === orderLineId);
    if (line === undefined) return { ok: false, code: 'ORDER_LINE_NOT_FOUND', at };
    if (!Number.isInteger(quantity) || quantity < 1 || seen.has(orderLineId)) {
      return { ok: false, code: 'QUANTITY_INVALID', at };
    }
    if (quantity > line.quantity - line.allocated) {
      return { ok: false, code: 'QUANTITY_EXCEEDS_OPEN', at };
    }
    seen.add(orderLineId);
  }
  return { ok: true, lines: wanted };
}

/** Size of the box for some units: the largest unit's length and width, heights stacked; at least 1 g and 1 cm. */
export interface UnitSize {
  readonly weightG: number;
  readonly lengthCm: number;
  readonly widthCm: number;
  readonly heightCm: number;
}

export function boxFor(units: readonly (UnitSize & { readonly quantity: number })[]): UnitSize {
  const most = (pick: (unit: UnitSize) => number): number => Math.max(1, ...units.map(pick));
  const sum = (pick: (unit: UnitSize) => number): number =>
    units.reduce((total, unit) => total + pick(unit) * unit.quantity, 0);
  return {
    weightG: Math.max(
      1,
      sum(({ weightG }) => weightG),
    ),
    lengthCm: most(({ lengthCm }) => lengthCm),
    widthCm: most(({ widthCm }) => widthCm),
    heightCm: Math.max(
      1,
      sum(({ heightCm }) => heightCm),
    ),
  };
}
