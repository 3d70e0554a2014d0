import type * as z from 'zod';

/** What JSON text of somebody else says, or undefined where it is not what the schema wants, or longer than `most`. */
export function parseForeign<T>(schema: z.ZodType<T>, text: unknown, most: number): T | undefined {
  if (typeof text !== 'string' || text.length > most) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // No JSON, or nested deeper than the stack is.
    return undefined;
  }
}
