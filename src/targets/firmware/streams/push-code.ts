/** Readings as they come, in C: each row goes as far as there are rows for the next step, the last of them into a ring. */

import type { StreamedStep, StreamPlan } from '../../../core/samples/streaming.ts';
import type { StepCalls } from '../preparation/prepare-input.ts';
import type { StreamNames } from './stream-names.ts';

/** Steps of one row each, and the step of several rows behind them. */
interface Stretch {
  /** Places among the steps, from 0. */
  readonly single: readonly number[];
  readonly several: number;
}

interface Stretches {
  readonly before: readonly Stretch[];
  /** Steps of one row between the last of several and the ring. */
  readonly last: readonly number[];
}

function stretchesOf(streamed: readonly StreamedStep[]): Stretches {
  const before: Stretch[] = [];
  let single: number[] = [];
  for (const [index, { reach }] of streamed.entries()) {
    if (reach.window === 1 && reach.hop === 1) {
      single.push(index);
      continue;
    }
    before.push({ single, several: index });
    single = [];
  }
  return { before, last: single };
}

/** Where rows of the ring lie: as they are made, or as elements of the model's input. */
export type RingElement = 'float' | `${'u' | ''}int${8 | 16 | 32}_t`;

interface PushCode {
  /** Of the stream's struct. */
  readonly members: string;
  readonly statements: string;
}

export interface PushParts {
  readonly plan: StreamPlan;
  readonly steps: readonly StepCalls[];
  readonly element: RingElement;
  readonly names: StreamNames;
}

/** `from` and `into` are C expressions. */
function call({ name, state }: StepCalls, index: number, from: string, into: string): string {
  const kept = state === undefined ? '' : `&stream->step_${index + 1}, `;
  return `  ${name}(${kept}${from}, ${into});\n`;
}

/** Where the rows of a stretch end up. */
interface Slot {
  /** A C expression; undefined where rows are made in `stream->row`, and go from there element by element. */
  readonly place: string | undefined;
  readonly width: number;
}

/** Read once for the first step, where every row of readings comes by: what is stored between might be that number, to a compiler. */
const FIRST_KEPT = 'kept';

/** The rows that a step of several still has to read; fewer than 0 where its windows lie apart. */
function slotOf(
  stretch: Stretch | undefined,
  isFirst: boolean,
  { plan: { streamed, ring }, element }: PushParts,
): Slot {
  if (stretch === undefined) {
    const place = element === 'float' ? `stream->ring + stream->next * ${ring.width}u` : undefined;
    return { place, width: ring.width };
  }
  const { before, reach } = streamed[stretch.several];
  const kept = isFirst ? FIRST_KEPT : `stream->kept_${stretch.several + 1}`;
  const place = reach.hop > reach.window ? `(${kept} > 0 ? ${kept} : 0)` : kept;
  return { place: `stream->rows_${stretch.several + 1} + ${place} * ${before}`, width: before };
}

/** A way from one slot to the next: \`row\` is where rows begin, and steps of one row each work there. */
interface Way {
  /** A C expression. */
  readonly row: string;
  /** Behind the steps. */
  readonly settle: string;
  /** Values that \`stream->row\` has to hold for it. */
  readonly scratch: number;
}

function wayOf(single: readonly number[], { place, width }: Slot, { streamed }: StreamPlan): Way {
  const most = Math.max(width, ...single.map((index) => streamed[index].before));
  if (place !== undefined && most === width) return { row: place, settle: '', scratch: 0 };
  const settle = place === undefined ? '' : `  memcpy(${place}, row, sizeof(float) * ${width});\n`;
  return { row: 'stream->row', settle, scratch: most };
}

/** A step of several rows: it waits for them, makes a row of them, and forgets those that the next one begins behind. */
function severalText(index: number, isFirst: boolean, next: Way, parts: PushParts): string {
  const { reach, before, transform } = parts.plan.streamed[index];
  const kept = `stream->kept_${index + 1}`;
  const rows = `stream->rows_${index + 1}`;
  const moved =
    reach.hop < reach.window
      ? `  memmove(${rows}, ${rows} + ${reach.hop * before}, sizeof(float) * ${(reach.window - reach.hop) * before});\n`
      : '';
  const counted = isFirst
    ? `  ${kept} = ${FIRST_KEPT} + 1;\n  if (${FIRST_KEPT} < ${reach.window - 1}) {`
    : `  ${kept}++;\n  if (${kept} < ${reach.window}) {`;
  return `${counted}
    return 0;
  }
  /* ${index + 1}. ${transform.step} */
  row = ${next.row};
${call(parts.steps[index], index, rows, 'row')}${moved}  ${kept} -= ${reach.hop};

`;
}

/** A row of the ring is made. */
function ringText({ plan: { ring }, element, names }: PushParts): string {
  const stored =
    element === 'float'
      ? ''
      : `  for (uint32_t i = 0; i < ${ring.width}u; i++) {
    stream->ring[stream->next * ${ring.width}u + i] = ${names.quantize}(row[i]);
  }
`;
  return `${stored}  stream->next = stream->next + 1u == ${names.macro}_ROWS ? 0 : stream->next + 1u;
  stream->wait--;
  if (stream->wait > 0) {
    return 0;
  }
  stream->wait = ${names.macro}_EVERY;
  return 1;
`;
}

export function pushCode(parts: PushParts): PushCode {
  const { plan, steps } = parts;
  const { before, last } = stretchesOf(plan.streamed);
  const singles = (places: readonly number[]): string =>
    places.map((index) => call(steps[index], index, 'row', 'row')).join('');
  const ways = [...before, undefined].map((stretch, place) =>
    wayOf(stretch?.single ?? last, slotOf(stretch, place === 0, parts), plan),
  );
  const stretches = before.map(
    ({ single, several }, place) =>
      singles(single) + ways[place].settle + severalText(several, place === 0, ways[place + 1], parts),
  );
  const kept = before.map(({ several }) => {
    const { reach, before: width } = plan.streamed[several];
    return `  /* Rows that step ${several + 1} still has to read. */\n  float rows_${several + 1}[${reach.window * width}];\n  int kept_${several + 1};\n`;
  });
  const states = plan.streamed.flatMap((_, index) => {
    const { state } = steps[index];
    return state === undefined ? [] : [`  ${state} step_${index + 1};\n`];
  });
  const scratch = Math.max(...ways.map((way) => way.scratch));
  const row = scratch === 0 ? '' : `  float row[${scratch}];\n`;
  return {
    members: [...states, ...kept, row].join(''),
    statements: `${before.length === 0 ? '' : `  const int ${FIRST_KEPT} = stream->kept_${before[0].several + 1};\n`}  float *row = ${ways[0].row};

  memcpy(row, readings, sizeof(float) * ${readingWidth(plan)});
${stretches.join('')}${singles(last)}${ways[before.length].settle}${ringText(parts)}`,
  };
}

/** Values of a row of readings. */
export function readingWidth({ streamed, ring }: StreamPlan): number {
  return streamed[0]?.before ?? ring.width;
}
