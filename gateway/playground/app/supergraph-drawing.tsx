import { useMemo } from 'react';
import type { SupergraphMap } from '../supergraph-map';
import type { Selection } from './supergraph-details';
import { type Chip, type ChipKind, type Line, type SubgraphBox, layOut } from './supergraph-layout';

interface DrawingProps {
  readonly map: SupergraphMap;
  readonly selected: Selection | undefined;
  readonly onSelect: (selection: Selection | undefined) => void;
}

const ROWS: Readonly<Record<ChipKind, string>> = {
  OWNS: 'owns',
  ADDS: 'adds to',
  POINTS: 'points to',
  LIVE: 'live',
};

/** The subgraphs as boxes, what they have as chips, and lines to the owner of what they add to. */
export function GraphDrawing({ map, selected, onSelect }: DrawingProps) {
  const { width, height, boxes, chips, lines } = useMemo(() => layOut(map), [map]);
  const colour = new Map(map.subgraphs.map(({ name }, i) => [name, `hue-${String(i % 6)}`]));
  const dimmed = (entity: string): string =>
    selected?.kind !== 'ENTITY' || selected.name === entity ? '' : ' dimmed';
  return (
    <svg
      className="drawing"
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      role="group"
      aria-label="The supergraph"
      onClick={() => {
        onSelect(undefined);
      }}
    >
      {boxes.map(({ name, rows: _drawnAbove, ...box }) => (
        <rect key={name} className={`subgraph ${colour.get(name) ?? ''}`} {...box} rx={10} />
      ))}
      {lines.map((line) => (
        <path
          key={`${line.from.subgraph} ${line.from.name}`}
          className={`line ${lineKind(line)} ${colour.get(line.from.subgraph) ?? ''}${dimmed(line.from.name)}`}
          d={line.path}
        />
      ))}
      {boxes.map((box) => (
        <Words key={box.name} box={box} map={map} colour={colour.get(box.name) ?? ''} />
      ))}
      {chips.map((chip) => (
        <ChipPart
          key={`${chip.subgraph} ${chip.kind} ${chip.name}`}
          chip={chip}
          look={`${colour.get(chip.subgraph) ?? ''}${dimmed(chip.name)}`}
          pressed={selected?.name === chip.name}
          onSelect={onSelect}
        />
      ))}
    </svg>
  );
}

const lineKind = ({ from }: Line): string => (from.kind === 'ADDS' ? 'adds' : 'points');

/** What is written in a box; above the lines, so that it stays readable. */
function Words(props: {
  readonly box: SubgraphBox;
  readonly map: SupergraphMap;
  readonly colour: string;
}) {
  const { box, map, colour } = props;
  const { name, x, y, width } = box;
  const counts = map.subgraphs.find((one) => one.name === name);
  return (
    <g className={`words ${colour}`}>
      <text className="name" x={x + 16} y={y + 28}>
        {name}
      </text>
      <text className="counts" x={x + width - 16} y={y + 28}>
        {counts?.queries} queries, {counts?.mutations} mutations
      </text>
      {box.rows.map((row) => (
        <text key={row.kind} className="row" x={row.x} y={row.y}>
          {ROWS[row.kind]}
        </text>
      ))}
    </g>
  );
}

function ChipPart(props: {
  readonly chip: Chip;
  readonly look: string;
  readonly pressed: boolean;
  readonly onSelect: DrawingProps['onSelect'];
}) {
  const { chip, look, pressed, onSelect } = props;
  const { kind, name, label, subgraph, x, y, width, height } = chip;
  const choose = (): void => {
    onSelect(pressed ? undefined : { kind: kind === 'LIVE' ? 'LIVE' : 'ENTITY', name });
  };
  return (
    <g
      className={`chip ${kind.toLowerCase()} ${look}`}
      role="button"
      tabIndex={0}
      aria-label={`${subgraph} ${ROWS[kind]} ${name}`}
      aria-pressed={pressed}
      onClick={(event) => {
        event.stopPropagation();
        choose();
      }}
      onKeyDown={({ key }) => {
        if (key === 'Enter' || key === ' ') choose();
      }}
    >
      <rect x={x} y={y} width={width} height={height} rx={6} />
      <text x={x + width / 2} y={y + height / 2}>
        {label}
      </text>
    </g>
  );
}
