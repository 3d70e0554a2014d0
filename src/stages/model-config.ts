/** The `model` section of a project file: layers written by hand, or an architecture by name. */

import * as z from 'zod';
import type { Shape } from '../core/tensor.ts';
import type { NetworkOutput } from '../training/architectures/architecture.ts';
import {
  ARCHITECTURE_NAMES,
  type ARCHITECTURES,
  type ArchitectureName,
  architectureRow,
  expandArchitecture,
} from '../training/architectures/index.ts';
import { type ModelSpec, modelSpecSchema } from '../training/model-spec.ts';

const layersSchema = modelSpecSchema.extend({
  architecture: z
    .literal('layers')
    .optional()
    .describe('Left out: every layer is written by hand, in "layers".'),
});

type ArchitectureSchema = (typeof ARCHITECTURES)[ArchitectureName]['schema'];

/** The knobs of an architecture, and what they must not say together. */
function architectureSchema(name: ArchitectureName) {
  const { schema, conflict } = architectureRow(name);
  return schema.superRefine((options, context) => {
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

/** The layers of a model, of an architecture those for samples of `input` and what they are to learn. */
export function modelLayers(model: ModelConfig, input: Shape, output: NetworkOutput): ModelSpec {
  return 'layers' in model ? model : expandArchitecture(model, input, output);
}
