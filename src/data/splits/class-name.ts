/** A class as sentences call it: its name in quotes, or its number. */
export function nameOfClass(own: number, names: readonly string[] | undefined): string {
  const name = names?.[own];
  return name === undefined ? String(own) : JSON.stringify(name);
}
