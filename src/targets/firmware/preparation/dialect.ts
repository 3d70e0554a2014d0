/** What differs where the same statements are C++ of the firmware, and C (which C++ compiles too) of a header. */

export interface Dialect {
  /** Of a number with a fractional part. */
  readonly constantFloat: string;
  readonly constantInt: string;
  readonly constantText: string;
  readonly inlineFunction: string;
  /** A table of a step: `kWindow1`. */
  table(name: string, step: number): string;
  /** A function of the preparation's own: `rounded`. */
  helper(name: string): string;
  cast(type: 'float' | 'int', expression: string): string;
  squareRoot(expression: string): string;
  readonly bits: string;
  readonly copyBytes: string;
  readonly clearBytes: string;
}

export const CPP: Dialect = {
  constantFloat: 'constexpr float',
  constantInt: 'constexpr int',
  constantText: 'constexpr const char*',
  inlineFunction: 'inline',
  table: (name, step) => `k${name}${step}`,
  helper: (name) => name,
  cast: (type, expression) => `static_cast<${type}>(${expression})`,
  squareRoot: (expression) => `std::sqrt(${expression})`,
  bits: 'std::uint32_t',
  copyBytes: 'std::memcpy',
  clearBytes: 'std::memset',
};

/** Everything at file scope begins with `name`. */
export function cDialect(name: string): Dialect {
  return {
    constantFloat: 'static const float',
    constantInt: 'static const int',
    constantText: 'static const char *const',
    inlineFunction: 'static inline',
    table: (table, step) => `${name}_${table.toLowerCase()}_${step}`,
    helper: (helper) => `${name}_${helper}`,
    cast: (type, expression) => `(${type})(${expression})`,
    squareRoot: (expression) => `sqrtf(${expression})`,
    bits: 'uint32_t',
    copyBytes: 'memcpy',
    clearBytes: 'memset',
  };
}
