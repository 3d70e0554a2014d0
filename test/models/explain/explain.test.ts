import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  explainText,
  KNOWN_MESSAGES,
  MessageFinder,
  nearestMessages,
} from '../../../src/models/explain/explain.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';

const ids = (text: string): string[] => explainText(text, undefined).map(({ id }) => id);

describe('the list of known messages', () => {
  it.each(KNOWN_MESSAGES.map((known) => [known.id, known] as const))(
    '%s knows its own example',
    (id, known) => {
      expect(ids(known.example)).toEqual([id]);
      expect(ids(`[  12.3] -> ${known.example}\r\n`.replace(/^.*?(?=0000)/s, ''))).toContain(id);
      const { cause, cure } = known.explain(known.pattern.exec(known.example)?.groups ?? {}, undefined);
      expect(`${cause} ${cure}`).not.toMatch(/undefined(?! reference)|NaN|\[object/);
      expect(cause).toMatch(/\.$/);
      expect(cure).toMatch(/[.;]$/);
    },
  );

  it('has permanent names, each once', () => {
    const names = KNOWN_MESSAGES.map(({ id }) => id);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('repeats nothing without bound', () => {
    for (const { pattern } of KNOWN_MESSAGES) {
      expect(pattern.source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x')).not.toMatch(/[*+]|,\}/);
      expect(pattern.flags).toMatch(/^i?$/);
    }
  });
});

/** As other versions and tools print them. */
const FORMS: readonly (readonly [string, string])[] = [
  ["Didn't find op for builtin opcode 'RELU_N1_TO_1'", 'operator-not-registered'],
  ["Couldn't register builtin op #9, resolver size \r\nis too small (3).", 'resolver-too-small'],
  ["Couldn't register custom op 'X', resolver size is toosmall (1)", 'resolver-too-small'],
  ['Failed to allocate tail memory. Requested: 40, available 0, missing: 40', 'arena-too-small'],
  ['Failed to allocate temp memory. Requested: 96, available 16, missing: 80', 'arena-too-small'],
  ['Failed to allocate memory for context->input_tensors_, 4 bytes required', 'arena-object'],
  ['AllocateTensors failed', 'allocate-tensors-failed'],
  ['Node CONV_2D (number 3f) failed to prepare with status 1', 'node-failed-to-prepare'],
  ["section `.bss' will not fit in region `RAM'", 'ram-overflow'],
  ['region RAM overflowed with stack', 'ram-overflow'],
  ["region `dram0_0_seg' overflowed by 41976 bytes", 'ram-overflow'],
  ['data section exceeds available space in board', 'ram-overflow'],
  ["section `.text' will not fit in region `FLASH'", 'flash-overflow'],
  ['region ‘irom0_0_seg’ overflowed by 12 bytes', 'flash-overflow'],
  ['Sketch too big; see https://support.arduino.cc/hc/en-us for tips on reducing it.', 'flash-overflow'],
  ['text section exceeds available space in board', 'flash-overflow'],
  ["fatal error: 'tensorflow/lite/version.h' file not found", 'version-header'],
  ["error: 'MicroErrorReporter' is not a member of 'tflite'", 'error-reporter'],
  ["error: 'AllOpsResolver' in namespace 'tflite' does not name a type", 'all-ops-resolver'],
  ['Chirale_TensorFlowLite.h: No such file or directory', 'library-missing'],
  ["main.cpp:(.text.setup+0x4): undefined reference to `g_person_detect_model_data'", 'array-undefined'],
  ["error: redefinition of 'const unsigned char g_model []'", 'array-twice'],
  ['bash: xxd: command not found', 'xxd-missing'],
  ['zsh: command not found: xxd', 'xxd-missing'],
  ["error: zero-size array 'g_model'", 'array-empty'],
  ['0000000 001c 0000 4654 334c 0014 0020 001c 0018', 'hexdump-array'],
  ['The model has schema version 0, the library reads 3', 'schema-version'],
  [
    'AllocateTensors() failed with an arena of 1072 bytes (kTensorArenaSize in model_settings.h)',
    'allocate-tensors-failed',
  ],
  ['Model provided and schema version are not equal!', 'schema-version'],
  ["Guru Meditation Error: Core  1 panic'ed (LoadProhibited)", 'hard-fault'],
  ['Type FLOAT32 (1) not currently supported.', 'type-not-supported'],
  ['unsupported tensor type INT64', 'type-not-supported'],
  ['Filter type INT16 (7) not supported.', 'type-not-supported'],
  ['CUMSUM only supports FLOAT32 and INT8, got INT16.', 'operator-supports-only'],
  ['ZerosLike only currently supports int64, int32, and float32, got 3.', 'operator-supports-only'],
  ['Currently, only float32, int8 or int16 input type is supported.', 'only-these-types'],
  ['Only Bool is accepted as input type.', 'only-these-types'],
  ["Params type 'INT16' are not supported by gather_nd.", 'type-not-supported-by'],
  ['Kernel type not supported by Maximum/Minimum.', 'type-not-supported-by'],
  ["BATCH_MATMUL doesn't support input type INT16", 'operator-does-not-support-type'],
  ['Does not support type other than INT16, but got INT8', 'no-other-type'],
  ['Non-constant >perm< tensor is not supported', 'not-constant'],
  ['strided_slice_common.cc op_context.begin and end must be constant', 'not-constant'],
  ['BroadcastTo only supports 1-5D tensor.', 'too-many-dimensions'],
  ['quantize.cpp:58 input->type == kTfLiteFloat32 || inp was not true', 'kernel-check-failed'],
  [
    'C:\\lib\\tensorflow\\lite\\micro\\kernels\\quantize.cc:51 input->type == kTfLiteFloat32 was not true.',
    'kernel-check-failed',
  ],
  ["undefined reference to `tflite::MicroInterpreter::AllocateTensors()'", 'library-undefined'],
  ["undefined reference to `vtable for tflite::MicroOpResolver'", 'library-undefined'],
  ['Global variables use 285000 bytes (108%) of dynamic memory, leaving -22856 bytes', 'ram-overflow'],
  ['cannot move location counter backwards (from 20044a70 to 2003fc00)', 'ram-overflow'],
  ['8 bytes lost due to alignment.', 'arena-alignment'],
];

describe('forms of one message', () => {
  it.each(FORMS)('%s', (text, id) => expect(ids(text)).toEqual([id]));

  it.each([
    '',
    'Sketch uses 123456 bytes (12%) of program storage space.',
    'Compiling library "Chirale_TensorFLowLite"',
    'warning: unused variable x',
    'region of interest',
    'the model was good',
    'Global variables use 28500 bytes (10%) of dynamic memory, leaving 233644 bytes',
  ])('nothing is known of: %s', (text) => expect(ids(text)).toEqual([]));

  const index = sharedPath('golden', 'ops', 'index.json');
  it.skipIf(index === undefined)(
    `every refusal that was recorded ${index === undefined ? NO_SHARED : ''}`,
    () => {
      const errors = new Set<string>();
      JSON.parse(readFileSync(index ?? '', 'utf8'), (name, value) => {
        if (name === 'error' && !String(value).startsWith('abort')) errors.add(String(value));
        return value;
      });
      expect(errors.size).toBeGreaterThan(30);
      for (const error of errors) {
        for (const line of error.split(' | ')) {
          if (!line.startsWith('abort')) expect([line, ids(line).length]).toEqual([line, 1]);
        }
      }
    },
  );
});

describe('messages that people met', () => {
  const read = (name: string): string[] => {
    const path = sharedPath('faults', 'field-13-explain', name);
    return path === undefined ? [] : readFileSync(path, 'utf8').split('\n');
  };
  const lines = ['msgs.txt', 'msgs2.txt', 'm3.txt'].flatMap(read).filter((line) => line.trim() !== '');

  it.skipIf(lines.length === 0)(`all have an explanation ${lines.length === 0 ? NO_SHARED : ''}`, () => {
    expect(lines.filter((line) => ids(line).length === 0)).toEqual([]);
  });

  /** Pieces of longer messages, and lines of a memory planner's report. */
  const PIECES = 10;

  it.skipIf(lines.length === 0)(
    `and so have all but ${PIECES} of 147 texts in the library's sources ${lines.length === 0 ? NO_SHARED : ''}`,
    () => {
      const texts = read('unknown-messages.txt').flatMap((line) => /^3 "(.*)" /.exec(line)?.[1] ?? []);
      expect(texts).toHaveLength(147);
      expect(texts.filter((text) => ids(text).length === 0)).toHaveLength(PIECES);
    },
  );
});

describe('explanations', () => {
  const first = (text: string) => explainText(text, undefined)[0];

  it('use the numbers of the message', () => {
    const short = first('Failed to resize buffer. Requested: 1024, available 640, missing: 384');
    expect(short?.cause).toContain('1024 bytes were asked for and 640 were left, 384 too few');
    expect(short?.cure).toContain('at least 384 bytes');
    const activations = first(
      'Arena size is too small for all buffers. Needed 55296 but only 30208 was available.',
    );
    expect(activations?.cause).toContain('25088 too few');
    expect(first("region `RAM' overflowed by 39592 bytes")?.cause).toContain('by 39592 bytes');
    expect(first("Couldn't register builtin op #3, resolver size is too small (2).")?.cause).toContain(
      'room for 2 operators, so CONV_2D (number 3 of the schema)',
    );
  });

  it('know which library has the operator', () => {
    const cure = (operator: string) => first(`Didn't find op for builtin opcode '${operator}'`);
    expect(cure('CONV_2D')?.cure).toContain('resolver.AddConv2D();');
    expect(cure('RELU_N1_TO_1')?.cause).toContain('does not have');
    expect(cure('BATCH_MATMUL')?.cause).toContain('The Arduino libraries are too old for it');
    expect(cure('BATCH_MATMUL')?.cause).toContain('--library chirale" writes FULLY_CONNECTED, in int8');
    expect(cure('CONV_2D')?.cause).not.toContain('too old');
  });
});

describe('a whole log', () => {
  const LOG = `Sketch uses 123 bytes
\u001b[31mfatal error: tensorflow/lite/version.h: No such file or directory\u001b[0m
compilation terminated.
section \`.bss' will not fit in region \`RAM'
region \`RAM' overflowed by 39592 bytes
Didn't find op for builtin opcode 'CONV_2D' version '3'
Failed to get registration from op code CONV_2D
AllocateTensors() failed
AllocateTensors() failed`;

  it('gives every message once, with its line and how often it was there', () => {
    const found = explainText(LOG.replaceAll('\n', '\r\n'), undefined);
    expect(found.map(({ id, line, times, consequence }) => [id, line, times, consequence])).toEqual([
      ['version-header', 2, 1, false],
      ['ram-overflow', 5, 1, false],
      ['operator-not-registered', 6, 1, false],
      ['no-registration', 7, 1, true],
      ['allocate-tensors-failed', 8, 2, true],
    ]);
  });

  it('is the same however it is cut', () => {
    const bytes = new TextEncoder().encode(LOG.replaceAll('\n', '\r\n'));
    const finder = new MessageFinder();
    for (const byte of bytes) finder.push(Uint8Array.of(byte));
    expect(finder.end(undefined)).toEqual(explainText(LOG, undefined));
  });

  it('with lines without end is searched to its end', () => {
    const pieces = [
      'a',
      ' ',
      '`',
      "'",
      'model',
      'tflite_',
      '0',
      '-> ',
      'type ',
      'kernels/',
      'kernels/a.cc A',
      'region ',
      'Node A',
      '\u001b[',
      'undefined reference to ',
    ];
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      const found = explainText(
        `${text} Hybrid models are not supported on TFLite Micro. ${text}`,
        undefined,
      );
      expect([piece, found.some(({ id }) => id === 'hybrid-model')]).toEqual([
        piece,
        !piece.startsWith('\u001b'),
      ]);
    }
  });

  it('with long lines gives what lies across a border, and counts it once', () => {
    const message = 'Hybrid models are not supported on TFLite Micro.';
    for (let before = 3000; before < 4200; before += 37) {
      const found = explainText(`${'x'.repeat(before)} ${message} ${'y'.repeat(9000)}`, undefined);
      expect([before, found.map(({ id, times }) => [id, times])]).toEqual([before, [['hybrid-model', 1]]]);
    }
  });

  it('keeps a bounded number of messages', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `Didn't find op for builtin opcode 'X${index}'`);
    expect(explainText(lines.join('\n'), undefined)).toHaveLength(100);
  });
});

describe('nearest messages', () => {
  it('share rare words', () => {
    expect(nearestMessages('resize of the buffer did not work', 1)[0]?.id).toBe('arena-too-small');
    expect(nearestMessages('op not found for builtin opcode', 1)[0]?.id).toBe('operator-not-registered');
    expect(nearestMessages('zzzz qqqq', 3)).toEqual([]);
  });
});
