// Types of the API for the page's modules, made from the node's OpenAPI document: `npm run types`.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import openapiTS, { astToString } from 'openapi-typescript';

const DOCUMENT = new URL('../../node/openapi.json', import.meta.url);
const HEAD = '// Made from node/openapi.json by `npm run types` in tests/page; not to be changed by hand.\n\n';

/** The text of types/api.d.ts. */
export async function generated() {
  const tree = await openapiTS(JSON.parse(readFileSync(DOCUMENT, 'utf8')), { rootTypes: true, rootTypesNoSchemaPrefix: true });
  return HEAD + astToString(tree);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('types/api.d.ts', import.meta.url), await generated());
