/**
 * A stream as a header of C99, which C++ takes too: what `data/streams/` and `models/listen/` do, with the same bits. All it
 * remembers is one struct.
 */

import { preparedShape } from '../../../core/samples/preparation.ts';
import {
  inferencesBeforeAnswers,
  readingsPerRow,
  rowsTaken,
  streamPlan,
} from '../../../core/samples/streaming.ts';
import { elementCount } from '../../../core/tensor.ts';
import { inC } from '../../c/project/prepare-header.ts';
import { headerFile } from '../../c/project/project.ts';
import { floatLiteral, literalLines, stringLiteral } from '../c-literal.ts';
import type { FirmwareTensor, Stepped } from '../firmware.ts';
import { cType } from '../model-io.ts';
import { cDialect } from '../preparation/dialect.ts';
import { preparationCode } from '../preparation/prepare-input.ts';
import type { FirmwareStream } from './firmware-stream.ts';
import { pushCode, type RingElement, readingWidth } from './push-code.ts';
import { reconstructionText, scoreSteps } from './reconstruction-code.ts';
import type { StreamNames } from './stream-names.ts';

/** The ends of a model that listens. */
export interface StreamEnds {
  readonly input: FirmwareTensor;
  readonly output: Stepped<FirmwareTensor>;
}

function integers(name: string, values: readonly number[]): string {
  return `  static const int32_t ${name}[${values.length}] = {\n${literalLines(values.map(String), '    ')}  };\n`;
}

/** Rows of the ring: those that the model takes. */
function ringRows({ preparation, every }: FirmwareStream, { input }: StreamEnds): number {
  const rows = rowsTaken(preparation, every, input.length);
  if (rows === undefined) throw new Error('a model listens that does not take what readings are prepared to');
  return rows;
}

/** The model takes new rows alone: it says something before its first answer, which is due when a sample has passed. */
interface Early {
  readonly inferences: number;
  /** Rows of the first one. */
  readonly rows: number;
}

function earlyOf(stream: FirmwareStream, ends: StreamEnds): Early | undefined {
  const plan = streamPlan(stream.preparation);
  const { every } = stream;
  const inferences = inferencesBeforeAnswers(plan, every, ringRows(stream, ends));
  return inferences === 0 ? undefined : { inferences, rows: plan.ring.count % every || every };
}

const EARLY_VERDICT = `  if (stream->early > 0) {
    stream->early--;
    verdict.begins = -1;
    verdict.heard = -1;
    return verdict;
  }
`;

function decideText(
  { decision }: FirmwareStream,
  { prefix, macro }: StreamNames,
  early: Early | undefined,
): string {
  const isDetector = decision.threshold !== undefined;
  return `/* What an answer comes to: classes, counted from 0, or -1. */
struct ${prefix}_verdict {
  /* Is heard from this answer on. */
  int begins;
  /* Is being heard. */
  int heard;
};

/* \`output\` is what the model says of the latest sample. */
static inline struct ${prefix}_verdict ${prefix}_decide(struct ${prefix} *stream, const int8_t *${isDetector ? 'given' : 'output'})
{
${isDetector ? `  const int8_t output[1] = { ${prefix}_reconstruction(stream, given) };\n` : ''}  /* Sums of scores with which a class begins to be heard (never, where that is 0), and below which it is over. */
${integers('on', decision.on)}${integers('off', decision.off)}  int8_t *oldest = stream->outputs + stream->slot * ${macro}_CLASSES;
  struct ${prefix}_verdict verdict;

${early === undefined ? '' : EARLY_VERDICT}  for (int i = 0; i < ${macro}_CLASSES; i++) {
    stream->sums[i] += output[i] - oldest[i];
    oldest[i] = output[i];
  }
  stream->slot = stream->slot + 1 == ${macro}_SMOOTHING ? 0 : stream->slot + 1;
  if (stream->answers < ${macro}_SMOOTHING) {
    stream->answers++;
  }
  if (stream->since < ${macro}_GAP) {
    stream->since++;
  }
  if (stream->heard >= 0 && stream->sums[stream->heard] < off[stream->heard]) {
    stream->heard = -1;
  }
  verdict.begins = -1;
  if (stream->heard < 0 && stream->since >= ${macro}_GAP && stream->answers >= ${macro}_SMOOTHING) {
    for (int i = 0; i < ${macro}_CLASSES; i++) {
      if (on[i] > 0 && stream->sums[i] >= on[i]
          && (verdict.begins < 0 || stream->sums[i] > stream->sums[verdict.begins])) {
        verdict.begins = i;
      }
    }
  }
  if (verdict.begins >= 0) {
    stream->heard = verdict.begins;
    stream->since = 0;
  }
  verdict.heard = stream->heard;
  return verdict;
}

/* What the latest answer says of a class. */
static inline float ${prefix}_score(const struct ${prefix} *stream, int index)
{
  const int32_t latest = stream->slot == 0 ? ${macro}_SMOOTHING - 1 : stream->slot - 1;

  return (float)(stream->outputs[latest * ${macro}_CLASSES + index] - ${macro}_ZERO_POINT) * ${macro}_SCALE;
}
`;
}

function sampleText(
  stream: FirmwareStream,
  { input }: StreamEnds,
  element: RingElement,
  remaining: string,
  names: StreamNames,
): string {
  const { prefix, macro, quantize } = names;
  const length = elementCount(preparedShape(stream.preparation));
  const { ring } = streamPlan(stream.preparation);
  const direct = remaining === '';
  const into = direct ? 'input' : 'values';
  const size = `${ring.width}u * sizeof(${element})`;
  const last = input.element === 'float32' ? 'values[i]' : `${quantize}(values[i])`;
  return `/* Writes the sample of the latest rows, prepared, as the model takes it. */
static inline void ${prefix}_sample(${direct ? 'const ' : ''}struct ${prefix} *stream, ${cType(input.element)} *input)
{
${direct ? '' : '  float *values = stream->sample;\n'}  const uint32_t oldest = ${macro}_ROWS - stream->next;

  memcpy(${into}, stream->ring + stream->next * ${ring.width}u, oldest * ${size});
  memcpy(${into} + oldest * ${ring.width}u, stream->ring, stream->next * ${size});
${direct ? '' : `${remaining}  for (uint32_t i = 0; i < ${length}u; i++) {\n    input[i] = ${last};\n  }\n`}}
`;
}

function labelText({ labels }: FirmwareStream, { prefix, macro }: StreamNames): string {
  return `/* The name of a class. */
static inline const char *${prefix}_label(int index)
{
  static const char *const labels[${macro}_CLASSES] = {
${labels.map((label) => `    ${stringLiteral(label)},\n`).join('')}  };

  return labels[index];
}
`;
}

function macros(stream: FirmwareStream, ends: StreamEnds, { macro }: StreamNames): string {
  const { preparation, every, decision, rate } = stream;
  const { output } = ends;
  const plan = streamPlan(preparation);
  const early = earlyOf(stream, ends);
  const { scale, zeroPoint } = scoreSteps(output, decision.threshold);
  const rows: readonly (readonly [string, string | number, string])[] = [
    ['WIDTH', readingWidth(plan), 'Numbers of a row of readings.'],
    ['RATE', floatLiteral(rate), 'Rows of readings in a second.'],
    ['PERIOD_NS', Math.round(1e9 / rate), 'Nanoseconds from one row of readings to the next.'],
    [
      'ROWS',
      `${ringRows(stream, ends)}u`,
      early ? 'Rows that the model takes.' : 'Rows that a sample is made of.',
    ],
    ['EVERY', every, 'Such rows from one answer to the next.'],
    ['READINGS_PER_ANSWER', every * readingsPerRow(plan), 'Rows of readings from one answer to the next.'],
    ['CLASSES', decision.on.length, 'Scores of an answer, of which each is that of a class.'],
    ['SCALE', floatLiteral(scale), 'Of a step of a score.'],
    ['ZERO_POINT', `(${zeroPoint})`, 'A byte that says 0.'],
    ['SMOOTHING', decision.smoothing, 'Answers whose scores are added up.'],
    ['GAP', decision.gap, 'Answers that lie at least between two beginnings.'],
  ];
  return rows.map(([name, value, about]) => `/* ${about} */\n#define ${macro}_${name} ${value}\n`).join('');
}

export function streamHeader(stream: FirmwareStream, ends: StreamEnds, names: StreamNames): string {
  const { preparation, decision } = stream;
  const { prefix, macro } = names;
  const plan = streamPlan(preparation);
  const [steps] = preparationCode([preparation], cDialect(names.preparation)).steps;
  const rest = steps.slice(plan.streamed.length);
  const lengths = plan.remaining.map(({ shape }) => elementCount(shape));
  const inputType = ends.input.element === 'float32' ? 'float' : cType(ends.input.element);
  const element: RingElement = rest.length > 0 ? 'float' : (inputType as RingElement);
  const push = pushCode({ plan, steps, element, names });
  const early = earlyOf(stream, ends);
  const sample =
    rest.length === 0
      ? ''
      : `  /* The sample of an answer while it is prepared. */\n  float sample[${Math.max(...lengths, elementCount(preparedShape(preparation)))}];\n`;
  const detect =
    decision.threshold === undefined
      ? ''
      : reconstructionText(
          decision.threshold,
          ends.input,
          ends.output,
          { inRing: rest.length === 0, elements: plan.ring.count * plan.ring.width, width: plan.ring.width },
          names,
        );
  const remaining = inC(rest.map(({ statements }) => statements).join(''));
  return headerFile(
    macro,
    'From readings, one row after another, to what is heard. For the source that reads the sensor.',
    `#include <stdint.h>
#include <string.h>

${names.headers.map((header) => `#include "${header}"\n`).join('')}
${macros(stream, ends, names)}
/* All that the stream remembers. */
struct ${prefix} {
${push.members}  /* The latest rows, as the model takes them${rest.length > 0 ? ' but for the last steps' : ''}; the oldest is the next to be overwritten. */
  ${element} ring[${ringRows(stream, ends) * plan.ring.width}];
  uint32_t next;
  /* Rows until an answer is due. */
  int32_t wait;
${sample}  /* The outputs of the latest answers, and for each class the sum of its scores: what they are above the zero point. */
  int8_t outputs[${decision.smoothing * decision.on.length}];
  int32_t sums[${decision.on.length}];
  int32_t slot;
  int32_t answers;
${early === undefined ? '' : '  /* Inferences until one is an answer: the model has not seen a sample yet. */\n  int32_t early;\n'}  /* Answers since a class began to be heard. */
  int32_t since;
  int32_t heard;
};

/* Makes a stream ready, or begins anew. */
static inline void ${prefix}_reset(struct ${prefix} *stream)
{
  memset(stream, 0, sizeof *stream);
  memset(stream->outputs, ${macro}_ZERO_POINT, sizeof stream->outputs);
${early === undefined ? `  stream->wait = (int32_t)${macro}_ROWS;\n` : `  stream->wait = ${early.rows};\n  stream->early = ${early.inferences};\n`}  stream->since = ${macro}_GAP;
  stream->heard = -1;
}

/* Takes a row of ${macro}_WIDTH readings. 1 where an answer is due: then it is time for the sample, the model, and the verdict. */
static inline int ${prefix}_push(struct ${prefix} *stream, const float *readings)
{
${push.statements}}

${sampleText(stream, ends, element, remaining, names)}
${detect}${decideText(stream, names, early)}
${labelText(stream, names)}`
      .trimEnd()
      .concat('\n'),
  );
}
