/** A program that measures C that listens (`model_stream.h` and `model.c`), on the board of `board.ts`. */

import { streamPlan } from '../../../core/samples/streaming.ts';
import type { FirmwareStream } from '../../firmware/streams/firmware-stream.ts';
import { readingWidth } from '../../firmware/streams/push-code.ts';
import { BOARD_HEADER, BOARD_MEMORY, BOARD_SOURCE } from './board.ts';

/** The lines that it prints, in their order: bytes, then ticks. */
export const HARNESS_LINES = [
  'streamBytes',
  'ringBytes',
  'decisionBytes',
  'rowTicks',
  'sampleTicks',
  'networkTicks',
  'decisionTicks',
] as const;
/** One of `HARNESS_LINES`. */
export type HarnessLine = (typeof HARNESS_LINES)[number];

/** The sources that are the application's own, each compiled alone so that its sections tell what it takes. */
export const HARNESS_PARTS = { features: 'features', network: 'model', decision: 'decision' } as const;
/** The linker script among the files. */
export const MEMORY_FILE = 'board.ld';

/** Values of the noise that is heard, over and over. */
const MOST_NOISE = 2 ** 16;

/** What the ends of a model take. */
export interface HarnessEnds {
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** The model keeps a state. */
  readonly isStateful: boolean;
  /** How often it is asked before it gives its first answer. */
  readonly before: number;
}

const INCLUDES = `#include "model.h"
#include "model_io.h"
#include "model_prepare.h"
#include "model_stream.h"
#include "parts.h"
`;

const PARTS = `#ifndef PARTS_H
#define PARTS_H
extern struct model_stream stream;
void begin(void);
int take(const float *rows, int32_t count);
void take_sample(void *input);
int decide(const int8_t *output);
float score_of(int index);
const char *label_of(int index);
#endif
`;

const FEATURES = `${INCLUDES}void begin(void) { model_stream_reset(&stream); }
int take(const float *rows, int32_t count)
{
  int due = 0;
  for (int32_t i = 0; i < count; i++) due += model_stream_push(&stream, rows + i * MODEL_STREAM_WIDTH);
  return due;
}
void take_sample(void *input) { model_stream_sample(&stream, input); }
`;

const DECISION = `${INCLUDES}int decide(const int8_t *output) { return model_stream_decide(&stream, output).heard; }
float score_of(int index) { return model_stream_score(&stream, index); }
const char *label_of(int index) { return model_stream_label(index); }
`;

/**
 * Hears until the first answer, then measures what the next one takes: of noise as loud as the recordings. A decision takes most
 * where nothing is heard and enough was added up; as many are made as it needs for that, and the longest counts.
 */
function mainSource({ preparation, largest }: FirmwareStream, ends: HarnessEnds): string {
  const width = readingWidth(streamPlan(preparation));
  const rows = Math.max(1, Math.floor(MOST_NOISE / width));
  const state = ends.isStateful ? '&state, ' : '';
  const words = (bytes: number): number => Math.ceil(bytes / 8);
  return `#include "board.h"
${INCLUDES}struct model_stream stream;
static int64_t input[${words(ends.inputBytes)}];
static int64_t output[${words(ends.outputBytes)}];
static float noise[${rows * width}];
static int32_t row;
${ends.isStateful ? 'static struct model_state state;\n' : ''}
static int hear(int32_t rows)
{
  int due = 0;
  while (rows > 0) {
    const int32_t count = rows < ${rows} - row ? rows : ${rows} - row;
    due += take(noise + row * ${width}, count);
    row = row + count == ${rows} ? 0 : row + count;
    rows -= count;
  }
  return due;
}

static void invoke(void) { model_invoke(${state}(void *)input, (void *)output); }

int main(void)
{
  uint32_t random = 1, start, rows, sample, network, decision = 0;
  for (int32_t i = 0; i < ${rows * width}; i++) {
    random = random * 1664525u + 1013904223u;
    noise[i] = (float)(int16_t)(random >> 16) * (${(largest / 32768).toExponential()}f);
  }
  begin();
  ${ends.isStateful ? 'model_reset(&state);' : ''}
  while (!hear(1)) {}
  for (int i = 0; i <= ${ends.before}; i++) {
    take_sample(input);
    invoke();
    decide((const int8_t *)output);
    ${ends.before === 0 ? '' : `if (i < ${ends.before}) hear(MODEL_STREAM_READINGS_PER_ANSWER);`}
  }
  start = board_now(); hear(MODEL_STREAM_READINGS_PER_ANSWER); rows = board_since(start);
  start = board_now(); take_sample(input); sample = board_since(start);
  start = board_now(); invoke(); network = board_since(start);
  for (int i = 0; i <= MODEL_STREAM_SMOOTHING; i++) {
    uint32_t one;
    start = board_now(); decide((const int8_t *)output); one = board_since(start);
    decision = one > decision ? one : decision;
  }
  board_print((uint32_t)sizeof stream);
  board_print((uint32_t)sizeof stream.ring);
  board_print((uint32_t)(sizeof stream.outputs + sizeof stream.sums + sizeof stream.slot + sizeof stream.answers
                         + sizeof stream.since + sizeof stream.heard${ends.before === 0 ? '' : ' + sizeof stream.early'}));
  board_print(rows);
  board_print(sample);
  board_print(network);
  board_print(decision);
  return 0;
}
`;
}

/** All that is not the model's own, by path. */
export function harnessFiles(stream: FirmwareStream, ends: HarnessEnds): Readonly<Record<string, string>> {
  return {
    'parts.h': PARTS,
    'features.c': FEATURES,
    'decision.c': DECISION,
    'main.c': mainSource(stream, ends),
    'board.h': BOARD_HEADER,
    'board.c': BOARD_SOURCE,
    [MEMORY_FILE]: BOARD_MEMORY,
  };
}

/** What is compiled. */
export const HARNESS_SOURCES = ['model.c', 'features.c', 'decision.c', 'main.c', 'board.c'] as const;
