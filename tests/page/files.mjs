// The page's files, for tests that read them.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the page. */
export const ROOT = fileURLToPath(new URL('../../node/page/', import.meta.url));

const walk = (folder, ending) =>
  readdirSync(ROOT + folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(`${folder}/${entry.name}`, ending) : entry.name.endsWith(ending) ? [`${folder}/${entry.name}`] : []);

/** Our own modules, by their path in the page's folder. */
export const MODULES = walk('js', '.js').sort();
/** The vendored ones. */
export const VENDORED = walk('vendor', '.js').sort();
/** Style sheets. */
export const STYLES = walk('css', '.css').sort();

/** The text of a file. */
export const source = (path) => readFileSync(ROOT + path, 'utf8');
