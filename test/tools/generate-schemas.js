/** Writes the JSON Schemas in schemas/ from the zod schemas; needs "npm run build" first. */

import { writeFileSync } from 'node:fs';
import { projectJsonSchema } from '../../dist/stages/config.js';
import { searchSpaceJsonSchema } from '../../dist/stages/search/space/space-schema.js';

const SCHEMAS = {
  'tinyml.config.schema.json': projectJsonSchema(),
  'search-space.schema.json': searchSpaceJsonSchema(),
};

for (const [name, schema] of Object.entries(SCHEMAS)) {
  const target = new URL(`../../schemas/${name}`, import.meta.url);
  writeFileSync(target, `${JSON.stringify(schema, null, 2)}\n`);
}
