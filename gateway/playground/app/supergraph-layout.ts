import type { SupergraphMap } from '../supergraph-map';

/** What a subgraph does about the thing on a chip. */
export type ChipKind = 'OWNS' | 'ADDS' | 'POINTS' | 'LIVE';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Chip extends Box {
  readonly kind: ChipKind;
  readonly subgraph: string;
  /** The entity, or the live field. */
  readonly name: string;
  readonly label: string;
}

export interface RowLabel {
  readonly kind: ChipKind;
  readonly x: number;
  readonly y: number;
}

export interface SubgraphBox extends Box {
  readonly name: string;
  readonly rows: readonly RowLabel[];
}

/** From a subgraph that adds or points to the one that owns. */
export interface Line {
  readonly from: Chip;
  readonly to: Chip;
  /** SVG path. */
  readonly path: string;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly SubgraphBox[];
  readonly chips: readonly Chip[];
  readonly lines: readonly Line[];
}

const [LEFT, RIGHT, BETWEEN] = [440, 410, 170];
const [MARGIN, PADDING, HEADER, GUTTER] = [12, 16, 46, 74];
const [CHIP, GAP, SECTION] = [28, 8, 10];
const CHARACTER = 7.3;
const ORDER: readonly ChipKind[] = ['OWNS', 'ADDS', 'POINTS', 'LIVE'];

/** Places everything: the subgraph with most entities on the left, the others one below the other on the right. */
export function layOut(map: SupergraphMap): Drawing {
  const owned = (name: string): number => map.entities.filter(({ owner }) => owner === name).length;
  const [largest, ...others] = [...map.subgraphs].sort((a, b) => owned(b.name) - owned(a.name));
  const boxes: SubgraphBox[] = [];
  const chips: Chip[] = [];
  const place = (name: string, x: number, y: number, width: number): number => {
    const filled = fill(map, name, x, y, width);
    boxes.push(filled.box);
    chips.push(...filled.chips);
    return filled.box.height;
  };
  let below = MARGIN;
  for (const { name } of others) {
    below += place(name, MARGIN + LEFT + BETWEEN, below, RIGHT) + MARGIN;
  }
  if (largest !== undefined) {
    const height = fill(map, largest.name, 0, 0, LEFT).box.height;
    const top = Math.max(MARGIN, (below - height) / 2);
    below = Math.max(below, top + place(largest.name, MARGIN, top, LEFT) + MARGIN);
  }
  const width = LEFT + BETWEEN + RIGHT + 2 * MARGIN;
  return { width, height: below, boxes, chips, lines: connect(map, chips) };
}

function fill(
  map: SupergraphMap,
  subgraph: string,
  left: number,
  top: number,
  width: number,
): { box: SubgraphBox; chips: Chip[] } {
  const chips: Chip[] = [];
  const rows: RowLabel[] = [];
  const [start, end] = [left + PADDING + GUTTER, left + width - PADDING];
  let y = top + HEADER;
  for (const kind of ORDER) {
    const wanted = wordsOf(map, subgraph, kind);
    if (wanted.length === 0) continue;
    rows.push({ kind, x: left + PADDING, y: y + CHIP / 2 });
    let x = start;
    for (const { name, label } of wanted) {
      const wide = Math.ceil(label.length * CHARACTER) + 20;
      if (x > start && x + wide > end) {
        x = start;
        y += CHIP + GAP;
      }
      chips.push({ kind, subgraph, name, label, x, y, width: wide, height: CHIP });
      x += wide + GAP;
    }
    y += CHIP + GAP + SECTION;
  }
  const height = y - top + PADDING - GAP - SECTION;
  return { box: { name: subgraph, rows, x: left, y: top, width, height }, chips };
}

function wordsOf(
  map: SupergraphMap,
  subgraph: string,
  kind: ChipKind,
): { name: string; label: string }[] {
  if (kind === 'LIVE') {
    return map.live
      .filter((field) => field.subgraph === subgraph)
      .map(({ name }) => ({ name, label: name }));
  }
  return map.entities.flatMap(({ name, parts }) => {
    const part = parts.find((one) => one.subgraph === subgraph && one.role === kind);
    if (part === undefined) return [];
    const added = part.fields.filter((field) => !part.keys.includes(field.name)).length;
    return [{ name, label: kind === 'ADDS' ? `${name} +${added.toString()}` : name }];
  });
}

function connect(map: SupergraphMap, chips: readonly Chip[]): Line[] {
  const owns = new Map(
    chips.filter(({ kind }) => kind === 'OWNS').map((chip) => [chip.name, chip]),
  );
  return chips.flatMap((from) => {
    if (from.kind !== 'ADDS' && from.kind !== 'POINTS') return [];
    const to = owns.get(from.name);
    return to === undefined ? [] : [{ from, to, path: curve(from, to) }];
  });
}

/** From the side that faces the other; two chips of one column are joined by a bow on their left. */
function curve(from: Chip, to: Chip): string {
  const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
  const isRight = ({ x }: Chip): boolean => x > MARGIN + LEFT;
  const sameColumn = isRight(from) === isRight(to);
  const forward = from.x < to.x;
  const x1 = sameColumn || !forward ? from.x : from.x + from.width;
  const x2 = sameColumn || forward ? to.x : to.x + to.width;
  const bend = sameColumn ? -BETWEEN / 2 : (x2 - x1) / 2;
  const back = sameColumn ? bend : -bend;
  const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return `M${point(x1, y1)}C${point(x1 + bend, y1)} ${point(x2 + back, y2)} ${point(x2, y2)}`;
}
