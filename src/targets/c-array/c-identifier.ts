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

function whyUnfit(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'is not a C identifier';
  if (KEYWORDS.has(name)) return 'is a keyword of C or C++';
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
    `The array name ${JSON.stringify(name)} ${why}.`,
    'Use letters, digits and single underscores, starting with a letter: for example "g_model".',
  );
}
