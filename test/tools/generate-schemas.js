/** Writes the JSON Schemas in schemas/ from the zod schemas; needs "npm run build" first. */

import { writeFileSync } from 'node:fs';
import { projectJsonSchema, searchSpaceJsonSchema } from '../../dist/index.js';

const SCHEMAS = {
  'tinyml.config.schema.json': projectJsonSchema(),
  'search-space.schema.json': searchSpaceJsonSchema(),
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const target = new URL(`../../schemas/${name}`, import.meta.url);
  writeFileSync(target, `${JSON.stringify(schema, null, 2)}\n`);
}
