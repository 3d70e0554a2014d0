/** Memory for tensors: the arena is too small, or is not the cause. */

import { type Explanation, type Found, type KnownMessage, nameOf, withCode } from './known-message.ts';
import type { ModelHelp } from './model-help.ts';

const GROW = 'Enlarge kTensorArenaSize';

/** What the arena must be, where the model says it; otherwise `atLeast`. */
function arenaCure(
  model: ModelHelp | undefined,
  atLeast: string,
): { readonly cure: string; readonly code?: string } {
  if (model === undefined) {
    return { cure: `${atLeast} With --model the exact size is computed.` };
  }
  const { arenas, arenaCode } = model;
  if (arenas.length === 0) return { cure: `${atLeast} The memory of ${model.name} cannot be planned.` };
  const list = arenas.map(({ target, bytes }) => `${target} ${bytes}`).join(', ');
  if (arenaCode !== undefined) {
    return {
      cure: `${model.name} needs, in bytes: ${list}. The largest holds for all of these builds.`,
      code: arenaCode,
    };
  }
  const unknown = [...new Set(arenas.flatMap(({ unknownOperators }) => unknownOperators))];
  return {
    cure: `${model.name} needs at least, in bytes: ${list}; what ${unknown.join(', ')} takes besides is not known. ${GROW} until AllocateTensors() succeeds.`,
  };
}

function explainMissing({ requested, available, missing }: Found, model: ModelHelp | undefined): Explanation {
  return {
    cause: `The tensor arena is too small: ${requested} bytes were asked for and ${available} were left, ${missing} too few. The first request that fails is told; later ones would need more.`,
    ...arenaCure(
      model,
      `${GROW} by at least ${missing} bytes, rounded up to a multiple of 16, and by more while the message stays.`,
    ),
  };
}

export const ARENA_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'arena-too-small',
    title: 'The tensor arena is too small',
    pattern:
      /Failed to (?:resize buffer|allocate (?:tail|temp) memory)\. Requested: (?<requested>\d{1,12}), {1,2}available (?<available>\d{1,12}), missing: (?<missing>\d{1,12})/,
    example: 'Failed to resize buffer. Requested: 1024, available 640, missing: 384',
    explain: explainMissing,
  },
  {
    id: 'arena-too-small-for-buffers',
    title: 'The tensor arena is too small',
    pattern:
      /Arena size is too small for (?:all|activation) buffers\. Needed (?<needed>\d{1,12}) but only (?<available>\d{1,12}) was available/,
    example: 'Arena size is too small for all buffers. Needed 55296 but only 30208 was available.',
    explain({ needed, available }, model) {
      const missing = Math.max(0, Number(needed) - Number(available));
      return {
        cause: `The tensor arena is too small: activations need ${needed} bytes, and ${available} were left besides what is kept, ${missing} too few.`,
        ...arenaCure(model, `${GROW} by ${missing} bytes, rounded up to a multiple of 16.`),
      };
    },
  },
  {
    id: 'arena-object',
    title: 'The tensor arena is too small',
    pattern:
      /(?:Failed to allocate (?:memory for|variable tensor of size|persistent|temp\. memory|resource buffer)|Unable to allocate (?:TfLiteAffineQuantization|quantization->zero_point)|failed to allocate (?:input|output|ancillary) tensor)/,
    example: 'Failed to allocate memory for memory planning, 1008 bytes required',
    explain: (_, model) => ({
      cause: 'The tensor arena is too small for an object that the interpreter keeps or plans with.',
      ...arenaCure(model, `${GROW}.`),
    }),
  },
  {
    id: 'tensor-not-set-up',
    title: 'A tensor could not be set up',
    pattern:
      /(?:Failed to (?:initialize (?:input |output )?tensor|populate a (?:temp|persistent) TfLiteTensor)|Failed starting model allocation)/,
    example: 'Failed to initialize input tensor 0',
    consequence: true,
    explain: (_, model) => ({
      cause: 'Follows a line that says which memory is missing; alone, the tensor arena is too small.',
      ...arenaCure(model, `${GROW}.`),
    }),
  },
  {
    id: 'allocate-tensors-failed',
    title: 'AllocateTensors() failed',
    pattern: /AllocateTensors(?:\(\))? failed|Invoke\(\) called after initialization failed/i,
    example: 'AllocateTensors() failed',
    consequence: true,
    explain: (_, model) => ({
      cause:
        'AllocateTensors() did not succeed. The line before it says why: an operator that is not registered, an arena that is too small, or types that the kernels refuse.',
      cure: `Read the whole log: tinyml explain - ${model === undefined ? '' : `--model ${nameOf(model)} `}< serial.log. Without a line before it, the library was built without messages (TF_LITE_STRIP_ERROR_STRINGS) or does not print on this board.`,
    }),
  },
  {
    id: 'arena-alignment',
    title: 'The tensor arena does not begin at a multiple of 16',
    pattern: /(?<lost>\d{1,3}) bytes lost due to alignment/,
    example:
      '12 bytes lost due to alignment. To avoid this loss, please make sure the tensor_arena is 16 bytes aligned.',
    explain: ({ lost }) => ({
      cause: `The library skips ${lost} bytes to the next multiple of 16; the arena is that much smaller than it looks.`,
      cure: 'Declare it aligned: alignas(16) static uint8_t tensor_arena[kTensorArenaSize];',
    }),
  },
  {
    id: 'ram-overflow',
    title: 'The program needs more RAM than the board has',
    pattern:
      /(?:region [`'"‘]?(?<region>(?!flash|rom|irom|iram|text|code)\w{1,40})['"’]? overflowed(?: by (?<bytes>\d{1,12}) bytes| with stack)|section [`'"‘]?\.(?:bss|data|noinit|heap|stack\w{0,10})['"’]? will not fit in region|cannot move location counter backwards|Global variables use \d{1,12} bytes \(1\d\d{1,4}%\) of dynamic memory|Not enough memory; see|data section exceeds available space)/i,
    example: "region `RAM' overflowed by 39592 bytes",
    explain({ bytes }, model) {
      const over = bytes === undefined ? '' : `, by ${bytes} bytes`;
      const size = model === undefined ? '' : ` (${model.fileBytes} bytes)`;
      return withCode(
        `Global variables do not fit into the RAM${over}. Usually the model's array${size} is not const, as "xxd -i" writes it, and is copied there; otherwise the tensor arena is too large.`,
        `Declare the array const, so that it stays in flash: tinyml export-c ${nameOf(model)} writes it that way. Then make kTensorArenaSize no larger than needed.`,
        model?.arenaCode,
      );
    },
  },
  {
    id: 'flash-overflow',
    title: 'The program does not fit into the flash',
    pattern:
      /(?:region [`'"‘]?(?:flash|rom|irom|text|code)\w{0,40}['"’]? overflowed by (?<bytes>\d{1,12}) bytes|section [`'"‘]?\.(?:text|rodata)['’"]? will not fit in region|Sketch too big|text section exceeds available space)/i,
    example: "region `FLASH' overflowed by 53324 bytes",
    explain({ bytes }, model) {
      const over = bytes === undefined ? '' : `, by ${bytes} bytes`;
      const size = model === undefined ? '' : ` The model itself takes ${model.fileBytes} bytes.`;
      return withCode(
        `Code and constants do not fit into the flash${over}.${size}`,
        'Register only the operators that the model uses instead of AllOpsResolver; use an int8 model, a quarter of a float one; then a smaller model.',
        model?.resolverCode,
      );
    },
  },
];
