/** Compilers and linkers: headers that moved, arrays that are missing, twice there or empty. */

import { type KnownMessage, nameOf } from './known-message.ts';

export const BUILD_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'version-header',
    title: 'tensorflow/lite/version.h is gone',
    pattern: /tensorflow\/lite\/version\.h(?:['"’: ]{0,4})(?:No such file|file not found)/i,
    example: 'fatal error: tensorflow/lite/version.h: No such file or directory',
    explain: () => ({
      cause: 'The sketch is written for an older library; the header no longer exists.',
      cure: 'Delete the #include. TFLITE_SCHEMA_VERSION now comes with tensorflow/lite/micro/micro_interpreter.h.',
    }),
  },
  {
    id: 'error-reporter',
    title: 'ErrorReporter is gone',
    pattern:
      /(?:micro_error_reporter\.h(?:['"’: ]{0,4})(?:No such file|file not found)|['‘"]?MicroErrorReporter['’"]? (?:is not a member of|in namespace|was not declared|does not name))/i,
    example: 'fatal error: tensorflow/lite/micro/micro_error_reporter.h: No such file or directory',
    explain: () => ({
      cause:
        'The sketch is written for an older library: ErrorReporter was replaced by MicroPrintf, and MicroInterpreter no longer takes one.',
      cure: 'Include tensorflow/lite/micro/micro_log.h, print with MicroPrintf("…"), and leave the error reporter out of the constructor of MicroInterpreter.',
    }),
  },
  {
    id: 'interpreter-arguments',
    title: 'MicroInterpreter takes other arguments',
    pattern: /no matching function for call to ['‘"`]{0,2}tflite::MicroInterpreter::MicroInterpreter\(/,
    example:
      "error: no matching function for call to 'tflite::MicroInterpreter::MicroInterpreter(const tflite::Model*&, tflite::AllOpsResolver&, uint8_t [2000], const int&, tflite::ErrorReporter*&)'",
    explain: () => ({
      cause:
        'MicroInterpreter takes model, resolver, arena and its size; older sketches pass an error reporter, newer ones more than the installed library knows.',
      cure: 'Call tflite::MicroInterpreter interpreter(model, resolver, tensor_arena, kTensorArenaSize);',
    }),
  },
  {
    id: 'all-ops-resolver',
    title: 'AllOpsResolver is gone',
    pattern:
      /(?:all_ops_resolver\.h(?:['"’: ]{0,4})(?:No such file|file not found)|['‘"]?AllOpsResolver['’"]? (?:is not a member of|in namespace|was not declared|does not name))/i,
    example: 'fatal error: tensorflow/lite/micro/all_ops_resolver.h: No such file or directory',
    explain(_, model) {
      const cause =
        'TensorFlow Lite Micro no longer has AllOpsResolver; it linked every kernel, needed or not.';
      const cure =
        'Include tensorflow/lite/micro/micro_mutable_op_resolver.h and register the operators of the model.';
      if (model === undefined) return { cause, cure: `${cure} With --model they are printed.` };
      return { cause, cure, code: model.resolverCode };
    },
  },
  {
    id: 'library-missing',
    title: 'The library is not installed',
    pattern:
      /(?<header>(?:Chirale_)?TensorFlowLite(?:_ESP32)?\.h|tensorflow\/lite\/micro\/(?:micro_interpreter|micro_mutable_op_resolver|micro_log|system_setup)\.h|tensorflow\/lite\/schema\/schema_generated\.h)(?:['"’: ]{0,4})(?:No such file|file not found)/i,
    example: 'fatal error: TensorFlowLite.h: No such file or directory',
    explain: ({ header }) => ({
      cause: `The compiler does not find ${header}: the library is not installed, or another one than the sketch is written for.`,
      cure: 'Install Chirale_TensorFLowLite with the Library Manager and #include <Chirale_TensorFlowLite.h> first in the sketch; Arduino_TensorFlowLite (<TensorFlowLite.h>) is not in the Library Manager and is cloned into the folder libraries.',
    }),
  },
  {
    id: 'debug-log',
    title: 'The library does not know how to print on this board',
    pattern: /undefined reference to [`'"‘]?DebugLog/,
    example: "undefined reference to `DebugLog'",
    explain: () => ({
      cause:
        'TensorFlow Lite Micro prints through DebugLog(), which each platform has to write, and this build has none.',
      cure: 'Add debug_log.cc of your platform to the build, or define void DebugLog(const char* format, va_list args) yourself, with extern "C" and the arguments that debug_log.h of your library has.',
    }),
  },
  {
    id: 'library-undefined',
    title: 'The linker does not find the library',
    pattern:
      /undefined reference to [`'"‘]?(?:vtable for |typeinfo for |non-virtual thunk to )?(?<name>tfl(?:ite|m)::[\w:~]{1,80})/,
    example: "undefined reference to `tflite::GetModel(void const*)'",
    explain: ({ name }) => ({
      cause: `The headers of TensorFlow Lite Micro are there, and its code is not: ${name} was not compiled or not linked. The model plays no part in it.`,
      cure: 'Add the sources (or the .a file) of the library to the build, all of one version and for this processor. With Arduino, select a board that the library supports and include its header in the sketch.',
    }),
  },
  {
    id: 'array-undefined',
    title: 'The linker does not find the model',
    pattern: /undefined reference to [`'"‘]?(?<name>\w{0,80}(?:model|tflite)\w{0,80})['"’]?/i,
    example: "undefined reference to `g_model'",
    explain: ({ name }, model) => ({
      cause: `Nothing defines ${name}. In a sketch, older Arduino tools skip files that end in .cc or .cxx; and a const array is invisible to other files unless its header declares it extern.`,
      cure: `Name the file with the array .cpp, include its header in it, and declare the array extern there: tinyml export-c ${nameOf(model)} --style arduino writes such files.`,
    }),
  },
  {
    id: 'array-twice',
    title: 'The model is defined twice',
    pattern:
      /(?:multiple definition of|redefinition of) [`'"‘]?(?:unsigned char |const ){0,3}(?<name>\w{0,80}(?:model|tflite)\w{0,80})/i,
    example: "model.cpp:3: multiple definition of `g_model'; sketch.ino.cpp.o: first defined here",
    explain: ({ name }) => ({
      cause: `${name} is defined in a header that several files include, or two files of the sketch's folder define it: every .cpp there is compiled.`,
      cure: 'Keep one .cpp with the array, let the header only declare it (extern), and delete the old copy from the folder.',
    }),
  },
  {
    id: 'array-not-declared',
    title: 'The model is not declared',
    pattern:
      /\b(?<name>\w{0,40}(?:model|tflite)\w{0,40})['’"]? (?:was not declared in this scope|undeclared)/i,
    example: "error: 'g_model' was not declared in this scope",
    explain: ({ name }) => ({
      cause: `The sketch uses ${name}, and no header that it includes declares that name: "xxd -i" names the array after its file (model.tflite becomes model_tflite).`,
      cure: 'Include the header of the array, and use one name in both: tinyml export-c --name g_model.',
    }),
  },
  {
    id: 'xxd-missing',
    title: 'xxd is not installed',
    pattern:
      /(?:xxd: (?:command )?not found|['‘"]?xxd['’"]? is not recognized|The term ['‘"]xxd['’"] is not recognized|command not found: xxd)/i,
    example: "'xxd' is not recognized as an internal or external command, operable program or batch file.",
    explain: (_, model) => ({
      cause: 'xxd comes with vim and is not there on Windows. A file made with it anyway is empty.',
      cure: `tinyml export-c ${nameOf(model)} writes the array, const and aligned, without xxd.`,
    }),
  },
  {
    id: 'array-empty',
    title: "The model's array is empty",
    pattern:
      /(?:zero-size array ['‘"`]?\w{0,80}|(?:model|tflite)\w{0,40}\[\] ?= ?\{ ?\};|storage size of ['‘"`]?\w{0,80}(?:model|tflite)\w{0,40}['’"]? isn['’]t known)/i,
    example: 'const unsigned char model[] = {};',
    explain: (_, model) => ({
      cause:
        'The array holds nothing: the command that should have filled it (xxd) failed, and its empty output was kept.',
      cure: `Write it again: tinyml export-c ${nameOf(model)}.`,
    }),
  },
  {
    id: 'hexdump-array',
    title: 'The array was made with hexdump or plain xxd',
    pattern: /^ {0,4}(?:[0-9a-f]{7,8}:? )(?:[0-9a-f]{4} ){0,3}(?:5446 4c33|4654 334c)/i,
    example: '00000000: 1c00 0000 5446 4c33 1400 2000 1c00 1800  ....TFL3.. .....',
    explain: (_, model) => ({
      cause:
        'This is a dump for reading, with addresses and words, not C. A compiler does not take it, or takes other numbers.',
      cure: `tinyml export-c ${nameOf(model)} writes the array as C.`,
    }),
  },
  {
    id: 'macro-max',
    title: 'A macro hides a function of the library',
    pattern: /no matching function for call to ['‘"`]?(?:std::)?(?:max|min)\(/,
    example: "error: no matching function for call to 'max(long int, const double&)'",
    explain: () => ({
      cause:
        'Older Arduino cores define min and max otherwise than the standard library does, and the library calls them with two types.',
      cure: 'Update the core of the board and the library; Chirale_TensorFLowLite 2.0.0 compiles with today’s cores. In own code give both arguments one type.',
    }),
  },
  {
    id: 'precompiled-missing',
    title: 'The library has no code for this processor',
    pattern:
      /Precompiled library in ['"‘`]?[^\n]{1,200}[/\\](?<cpu>cortex-m\w{1,12}|esp32\w{0,4}|\w{1,20})['"’`]? not found/i,
    example:
      'Precompiled library in "/home/u/Arduino/libraries/Arduino_TensorFlowLite/src/cortex-m0plus" not found',
    explain: ({ cpu }) => ({
      cause: `The library ships parts of itself compiled, and none for ${cpu}; the sources take their place where they compile.`,
      cure: 'Without another error this line is harmless. Otherwise use a library in source, Chirale_TensorFLowLite say, or a board with a Cortex-M4 or better.',
    }),
  },
  {
    id: 'interpreter-member',
    title: 'The library has no function of that name',
    pattern: /['‘"`]?class tflite::MicroInterpreter['’"]? has no member named ['‘"`]?(?<member>\w{1,60})/,
    example: "'class tflite::MicroInterpreter' has no member named 'ResetVariableTensors'",
    explain: ({ member }) => ({
      cause: `The sketch is written for another version of the library: its interpreter has no ${member}().`,
      cure:
        member === 'ResetVariableTensors'
          ? 'Call Reset() in newer versions. The Arduino libraries are older than the documentation of TensorFlow Lite Micro.'
          : 'Look into micro_interpreter.h of the library that is installed; the Arduino libraries are older than the documentation of TensorFlow Lite Micro.',
    }),
  },
  {
    id: 'pointer-from-int',
    title: 'A number is given where an address is wanted',
    pattern: /invalid conversion from ['‘"`]?int['’"]? to ['‘"`]?u?int8_t ?\*/,
    example: "error: invalid conversion from 'int' to 'uint8_t* {aka unsigned char*}' [-fpermissive]",
    explain: () => ({
      cause:
        'Arguments are missing or in another order: MicroInterpreter takes model, resolver, arena (an array) and its size (a number).',
      cure: 'Call tflite::MicroInterpreter interpreter(model, resolver, tensor_arena, kTensorArenaSize);',
    }),
  },
  {
    id: 'kernels-optimized-for',
    title: 'The build does not say what its kernels are optimized for',
    pattern: /Either KERNELS_OPTIMIZED_FOR_SIZE or KERNELS_OPTIMIZED_FOR_SPEED must be defined/,
    example: 'Either KERNELS_OPTIMIZED_FOR_SIZE or KERNELS_OPTIMIZED_FOR_SPEED must be defined',
    explain: () => ({
      cause: 'The CMSIS-NN kernels are compiled without the macro that chooses between small and fast code.',
      cure: 'Compile the library with -DKERNELS_OPTIMIZED_FOR_SPEED.',
    }),
  },
];
