/** Programs that use the interpreter in a way it does not take, and models that need more of it. */

import { type Explanation, type Found, type KnownMessage, nameOf, withCode } from './known-message.ts';
import type { ModelHelp } from './model-help.ts';

const ONE_INTERPRETER =
  'Make one interpreter for each model and arena, call AllocateTensors() once, and look at what it returns before anything else.';

function misuse(cause: string, cure: string): () => Explanation {
  return () => ({ cause, cure });
}

export const PROGRAM_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'allocation-order',
    title: 'The arena is used by two interpreters, or out of order',
    pattern:
      /MicroAllocator: Model allocation (?:started before finishing previously allocated model|finished before starting allocating model)/,
    example: 'MicroAllocator: Model allocation started before finishing previously allocated model',
    explain: misuse(
      'AllocateTensors() was called again although the call before it had failed, or one allocator serves two interpreters.',
      `The first message in the log says what failed. ${ONE_INTERPRETER}`,
    ),
  },
  {
    id: 'tensor-index',
    title: 'The program asks for an input or output that the model does not have',
    pattern: /(?<which>Input|Output) index (?<index>\d{1,9}) out of range \(length is (?<length>\d{1,9})\)/,
    example: 'Input index 1 out of range (length is 1)',
    explain: ({ which, index, length }, model) => ({
      cause: `The program calls interpreter.${which?.toLowerCase()}(${index}), and the model has ${length} of them, counted from 0.`,
      cure: `tinyml inspect ${nameOf(model)} lists inputs and outputs in their order.`,
    }),
  },
  {
    id: 'bad-input-tensor',
    title: 'The program expects another input than the model has',
    pattern:
      /(?:Bad input tensor parameters in model|Input shape mismatch|Input tensor \w{1,20} (?:is|are) wrong)/i,
    example: 'Bad input tensor parameters in model',
    explain: (_, model) => ({
      cause:
        "The sketch compares the input's type and shape with those of the model that it was written for, and this model has others.",
      cure: `tinyml inspect ${nameOf(model)} shows type and shape of the input. Change the numbers in the sketch, or train with that shape; an int8 model wants int8 values.`,
    }),
  },
  {
    id: 'preserved-tensors',
    title: 'Tensors inside of the model are not kept',
    pattern: /GetTensor requires all tensors to be preserved/,
    example: 'GetTensor requires all tensors to be preserved',
    explain: misuse(
      'The program reads a tensor in the middle of the model, whose memory is used again by then.',
      'Make the interpreter with preserve_all_tensors = true and a larger arena, or read inputs and outputs only.',
    ),
  },
  {
    id: 'resource-variables-count',
    title: 'There is no room for the variables of the model',
    pattern:
      /Failed to allocate resource variable\. Maximum resource variable count \((?<most>\d{1,9})\) reached/,
    example: 'Failed to allocate resource variable. Maximum resource variable count (1) reached.',
    explain: ({ most }, model) => ({
      cause: `The program made MicroResourceVariables for ${most}, and the model has more.`,
      cure: `Pass the number of VAR_HANDLE operators that tinyml inspect ${nameOf(model)} lists: MicroResourceVariables::Create(allocator, N).`,
    }),
  },
  {
    id: 'resource-variables-unset',
    title: 'A variable of the model is used before it has a value',
    pattern:
      /(?:Attempting to read non-existent resource variable|Attempting to assign from a TfLiteEvalTensor before the resource buffer has been allocated)/,
    example: 'Attempting to read non-existent resource variable 3',
    explain: misuse(
      'The model reads or assigns a variable that its initializing subgraph (CALL_ONCE) has not set up.',
      'Register CALL_ONCE, VAR_HANDLE, ASSIGN_VARIABLE and READ_VARIABLE, and run the model from its first operator; after Reset() the variables are empty.',
    ),
  },
  {
    id: 'external-context',
    title: 'The external context is set twice',
    pattern: /Attempting to set external context to/,
    example: 'Attempting to set external context to 7f but it was 7f already',
    explain: misuse(
      'The program sets the external context of an interpreter that has one, mostly because it makes the interpreter anew in a loop.',
      ONE_INTERPRETER,
    ),
  },
  {
    id: 'graph-access',
    title: 'A kernel reaches for a part of the model that is not there',
    pattern: /Accessing (?:subgraph \d{1,9} but only|tensor \d{1,9} (?:but only|in subgraph))/,
    example: 'Accessing subgraph 3 but only 1 subgraphs found',
    explain: (_, model) => ({
      cause:
        'An operator names a subgraph or a tensor that the file does not have, or whose kind is another: the file is damaged, or was cut by a tool that knows one subgraph.',
      cure: `tinyml inspect ${nameOf(model)} reads the whole file and says so. Convert the model again.`,
    }),
  },
  {
    id: 'registration-incomplete',
    title: 'An operator of your own lacks a function',
    pattern: /TFLMRegistration missing (?<which>\w{1,20}) function pointer/,
    example: 'TFLMRegistration missing invoke function pointer!',
    explain: ({ which }) => ({
      cause: `The registration that was given to the kernel runner has no ${which} function.`,
      cure: `Fill in ${which} with tflite::micro::RegisterOp(init, prepare, invoke), or leave out what calls it.`,
    }),
  },
  {
    id: 'temporary-memory',
    title: 'Temporary memory was not given back in its order',
    pattern:
      /(?:All temp buffers must be freed before calling ResetTempAllocations|ResetTempAllocations\(\) is not called before ResizeBuffer|Cannot allocate a new resizable buffer when one is already allocated|buffer is not resizable|Number of allocated temp buffers: \d{1,9})/,
    example: 'All temp buffers must be freed before calling ResetTempAllocations()',
    explain: misuse(
      'A kernel, mostly one of your own, took temporary tensors in Prepare and did not give them back (micro_context->DeallocateTempTfLiteTensor), or an earlier failure left the allocator half-way.',
      'The first message in the log is the cause. In your own kernels give every temporary tensor back before Prepare returns.',
    ),
  },
  {
    id: 'planner-buffers',
    title: 'The memory planner has other buffers than the model',
    pattern:
      /(?:Attempting to (?:add|get offset for) buffer \d{1,9}, but only \d{1,9} buffers in given buffer plan|Too many buffers \(max is \d{1,9}\)|buffer index \d{1,9} is outside range \d{1,9} to \d{1,9}|Overlap: \d{1,9} \()/,
    example: 'Too many buffers (max is 64)',
    explain: (_, model) => ({
      cause:
        'The plan of the arena has room for another number of buffers than the model has: it was made for another model, or the planner was given too little memory.',
      cure: `Use the planner of MicroInterpreter itself, without a plan made before, and give the arena what tinyml inspect ${nameOf(model)} says.`,
    }),
  },
  {
    id: 'invoke-failed',
    title: 'The model failed while it ran',
    pattern: /\bInvoke(?:\(\))? failed/i,
    example: 'Invoke() failed',
    consequence: true,
    explain: (_, model) => ({
      cause:
        'Invoke() did not succeed; the line before says which operator and why. Without one, AllocateTensors() had failed already.',
      cure: `Look at what AllocateTensors() returned. tinyml inspect ${nameOf(model)} says what the library refuses.`,
    }),
  },
  {
    id: 'feature-generation',
    title: 'The features of the sound could not be computed',
    pattern: /(?:Feature generation failed|Couldn'?t push_back \d{1,3})/,
    example: 'Feature generation failed',
    explain: misuse(
      'The program that prepares the sound failed before the model ran: its own arena is too small, its operators are not registered, or it got no samples.',
      'Look for the message before it, and give the arena of the preprocessor, which is another than the model’s, more bytes.',
    ),
  },
  {
    id: 'streaming-arena',
    title: 'There is no memory for the tensor arena',
    pattern: /Could not allocate the (?:streaming model's )?tensor arena/i,
    example: "Could not allocate the streaming model's tensor arena.",
    explain: (_, model) =>
      withCode(
        'The program asks the heap for the arena while it runs, and no piece of that size is free, or it wants external RAM that the board does not have.',
        `Ask for what the model needs and no more (tinyml inspect ${nameOf(model)}), before other buffers are made, or make the arena a static array.`,
        model?.arenaCode,
      ),
  },
  {
    id: 'memory-helpers',
    title: 'The size of a tensor could not be told',
    pattern: /memory_helpers\.(?:cc|cpp):\d{1,6}/,
    example: 'tensorflow/lite/micro/memory_helpers.cc:80 ',
    explain: (_, model) => ({
      cause:
        'The library could not compute how many bytes a tensor takes: it has a type without a size (a string, a variant of TensorFlow), or the array is not the model that was meant.',
      cure: `tinyml inspect ${nameOf(model)} names the tensors and their types. Models with TensorFlow’s own operators (SELECT_TF_OPS) cannot run on a chip.`,
    }),
  },
  {
    id: 'copy-at-offset',
    title: 'The board lacks a function of the library',
    pattern: /assert(?:ion)? failed: CopyDataAtOffset/i,
    example: 'assert failed: CopyDataAtOffset op_macros.h',
    explain: misuse(
      'The library reached a point that its build marks as impossible, mostly in a kernel that this port does not have whole.',
      'Update the library of the board, or use the reference kernels instead of optimized ones.',
    ),
  },
  {
    id: 'ethos-u',
    title: 'The Ethos-U driver did not start',
    pattern: /Failed to initialize Ethos-U driver/,
    example: 'Failed to initialize Ethos-U driver',
    explain: misuse(
      'The program is built for a chip with an Arm Ethos-U, and none answers.',
      'Build for the chip that is there, without the Ethos-U kernels, and convert the model without Vela.',
    ),
  },
];

/** Objects of the file that older or narrower builds of the library do not know. */
export const FILE_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'compression',
    title: 'The compressed weights of the model are refused',
    pattern:
      /(?:Compressions?: (?<reason>[^\n]{4,120})|Unsupported decompression tensor type|unsupported quantization axis \d{1,9}|Compression not supported with INT4 tensors|(?:unsupported|Custom) decode type|failed to allocate DecodeState|unable to allocate zero_points_|All zero-points must be zero|(?:unsupported version|version) \d{1,9}(?: != \d{1,9})?$)/,
    example: 'Compression: invalid bit width 3 in LutTensor',
    explain: ({ reason }, model) => ({
      cause: `The model has compressed weights (metadata COMPRESSION_METADATA, or DECODE operators), and the library does not take them as they are${reason === undefined ? '' : `: ${reason.trim().replace(/\.$/, '')}`}.`,
      cure: `Build library and compressed model from one version of TensorFlow Lite Micro, or use the model before it was compressed. tinyml inspect ${nameOf(model)} shows the operators.`,
    }),
  },
  {
    id: 'operator-table',
    title: 'The table of operators in the file is not one that the library reads',
    pattern:
      /(?:Missing registration for opcode_index|Skipping op for opcode_index|found builtin operator \w{1,64} with custom options|Did not find a parser for|Op builtin_code out of range|Operator with CUSTOM builtin_code has no custom_code)/,
    example: 'Op builtin_code out of range: 300. Are you using old TFLite binary with newer model?',
    explain: (_: Found, model: ModelHelp | undefined) => ({
      cause:
        'An operator of the file has a number or options that this library does not know: the file is damaged, or the library is older than the operator.',
      cure: `tinyml inspect ${nameOf(model)} reads the file and names the operators. Register what it lists, or use a newer library.`,
    }),
  },
];
