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

/** `1 row`, `12345 rows`: for sentences, whose numbers stand as they were given. */
export function counted(number: number, thing: string, things = `${thing}s`): string {
  return `${number} ${number === 1 ? thing : things}`;
}

/** `1 row`, `12,345 rows`: for reports and tables. */
export function countOf(number: number, thing: string, things = `${thing}s`): string {
  return `${formatCount(number)} ${number === 1 ? thing : things}`;
}
