/** The `model` section of a project file: layers written by hand, or an architecture by name. */

import * as z from 'zod';
import { byteSize } from '../../core/sizes/size-schemas.ts';
import {
  ARCHITECTURE_NAMES,
  type ARCHITECTURES,
  type ArchitectureName,
  architectureRow,
} from '../../training/architectures/index.ts';
import { modelSpecSchema } from '../../training/model-spec.ts';

const layersSchema = modelSpecSchema.extend({
  architecture: z
    .literal('layers')
    .optional()
    .describe('Left out: every layer is written by hand, in "layers".'),
});

const fitSchema = z
  .strictObject({
    ram: byteSize()
      .optional()
      .describe('The most bytes the tensor arena and the objects of the runtime may take.'),
    flash: byteSize().optional().describe('The most bytes the model array may take.'),
  })
  .refine(({ ram, flash }) => (ram ?? flash) !== undefined, { error: 'it needs "ram" or "flash"' })
  .optional()
  .describe(
    'Before training, all units and filters are multiplied by a width, in sixteenths up to 16, with which the converted model keeps to this, and with the next one not; ram is that of the build in "check".',
  );

/** An architecture with the limits that it is to fit. */
type Fitted<Schema> =
  Schema extends z.ZodObject<infer Knobs, infer Config>
    ? z.ZodObject<Knobs & { readonly fit: typeof fitSchema }, Config>
    : never;

type ArchitectureSchema = Fitted<(typeof ARCHITECTURES)[ArchitectureName]['schema']>;

/** The knobs of an architecture, and what they must not say together. */
function architectureSchema(name: ArchitectureName) {
  const { schema, conflict } = architectureRow(name);
  return schema.extend({ fit: fitSchema }).superRefine((options, context) => {
    const found = conflict?.(options);
    if (found !== undefined) context.addIssue({ code: 'custom', ...found });
  });
}

const architectureSchemas = ARCHITECTURE_NAMES.map(
  architectureSchema,
) as unknown as readonly ArchitectureSchema[];

export const modelSchema = z.discriminatedUnion('architecture', [layersSchema, ...architectureSchemas]);

/** The `model` section. */
export type ModelConfig = z.output<typeof modelSchema>;
