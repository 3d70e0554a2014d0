/** Names that C and C++ accept, in every standard so far, for an object in the global namespace. */

import { usageError } from '../../core/errors.ts';

const KEYWORDS: ReadonlySet<string> = new Set(
  `alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case catch
  char char8_t char16_t char32_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
  constinit continue contract_assert decltype default delete do double dynamic_cast else enum explicit export extern
  false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq
  private protected public reflexpr register reinterpret_cast requires restrict return short signed sizeof static
  static_assert static_cast struct switch synchronized template this thread_local throw true try typedef typeid
  typename typeof typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq`.split(
    /\s+/,
  ),
);

/** Macros of the headers that C and C++ programs include, <Arduino.h> among them; whole families by their form. */
const MACROS: ReadonlySet<string> = new Set(
  `NULL EOF BUFSIZ FILENAME_MAX FOPEN_MAX L_tmpnam TMP_MAX SEEK_CUR SEEK_END SEEK_SET stderr stdin stdout errno assert
  static_assert offsetof setjmp va_start va_arg va_copy va_end NDEBUG bool true false noreturn complex imaginary I
  CHAR_BIT MB_LEN_MAX MB_CUR_MAX EXIT_SUCCESS EXIT_FAILURE RAND_MAX CLOCKS_PER_SEC TIME_UTC BITSPERBYTE
  HUGE_VAL HUGE_VALF HUGE_VALL INFINITY NAN MATH_ERRNO MATH_ERREXCEPT math_errhandling isnan isinf isfinite isnormal
  signbit fpclassify isgreater isless isunordered PATH_MAX linux unix arm sun
  HIGH LOW INPUT OUTPUT INPUT_PULLUP INPUT_PULLDOWN CHANGE RISING FALLING LED_BUILTIN PI HALF_PI TWO_PI DEG_TO_RAD
  RAD_TO_DEG EULER SERIAL DISPLAY LSBFIRST MSBFIRST DEFAULT EXTERNAL INTERNAL PROGMEM F PSTR min max abs constrain
  round radians degrees sq bit lowByte highByte bitRead bitSet bitClear bitWrite interrupts noInterrupts B0 B1 DEC HEX
  OCT BIN TFLITE_SCHEMA_VERSION`.split(/\s+/),
);
const MACRO_FORMS: readonly RegExp[] = [
  // <stdint.h>, <limits.h>, <float.h>
  /^U?INT(_LEAST|_FAST)?(8|16|32|64)_(MAX|MIN|WIDTH|C)$/,
  /^U?INT(PTR|MAX)_(MAX|MIN|WIDTH|C)$/,
  /^(U?CHAR|SCHAR|U?SHRT|U?INT|U?LONG|U?LLONG|SIZE|SSIZE|PTRDIFF|SIG_ATOMIC|WCHAR|WINT|BOOL)_(MAX|MIN|WIDTH)$/,
  /^(FLT|DBL|LDBL|DECIMAL)_[A-Z0-9_]+$/,
  /^(PRI|SCN)[diouxX](LEAST|FAST)?(8|16|32|64|MAX|PTR)$/,
  // <math.h>, <fenv.h>, <locale.h>, <signal.h>, <errno.h>
  /^(M_[A-Z0-9_]+|FP_[A-Z_]+|FE_[A-Z_]+|LC_[A-Z_]+|SIG[A-Z0-9_]+|E[A-Z0-9]{2,})$/,
  // <Arduino.h>: analog and digital pins, binary constants
  /^(A\d{1,2}|D\d{1,2}|B[01]{1,8}|PIN_[A-Z0-9_]+|TF_LITE_[A-Z0-9_]+|TFLITE_[A-Z0-9_]+)$/,
];

function isMacro(name: string): boolean {
  return MACROS.has(name) || MACRO_FORMS.some((form) => form.test(name));
}

function whyUnfit(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'is not a C identifier';
  if (KEYWORDS.has(name)) return 'is a keyword of C or C++';
  if (isMacro(name)) return 'is a macro of a header that programs include';
  if (name === 'main') return "is the name of the program's entry";
  // [lex.name]: `__` anywhere is reserved, and so is a leading underscore at namespace scope.
  if (name.startsWith('_') || name.includes('__')) return 'is reserved for the compiler';
  // `NAME_len` would get the `__`.
  if (name.endsWith('_')) return 'ends with an underscore';
  return undefined;
}

/** Throws `bad-c-name` unless `name`, and `name` followed by `_len`, can name a variable in C and C++. */
export function checkCIdentifier(name: string): void {
  const why = whyUnfit(name);
  if (why === undefined) return;
  throw usageError(
    'bad-c-name',
    `The name ${JSON.stringify(name)} ${why}.`,
    'Use letters, digits and single underscores, starting with a letter: for example "g_model".',
  );
}
