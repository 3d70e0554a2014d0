/** Numbers as people read them, the same on every machine. */

/** `12,345`, the same everywhere. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Four significant digits, without trailing zeros; `–` for what is not known. */
export function formatFigure(value: number | undefined): string {
  if (value === undefined) return '–';
  return String(Number(value.toPrecision(4)));
}
