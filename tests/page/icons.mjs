// Draws the icons of the installed page from icon.svg: `node icons.mjs` here.

import { writeFileSync } from 'node:fs';

import { launch } from './chromium.mjs';
import { ROOT, source } from './files.mjs';

const GROUND = '#eef1f3';
/** A mask may cut off all but the inner circle of 80 %; a plain icon goes nearly to the edge. */
const ICONS = [['icon-192', 192, 0.86, 'transparent'], ['icon-512', 512, 0.86, 'transparent'], ['mask-512', 512, 0.58, GROUND]];

const browser = await launch();
for (const [name, side, share, ground] of ICONS) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const size = Math.round(side * share);
  const svg = source('icon.svg').replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setContent(`<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">${svg}`);
  writeFileSync(`${ROOT}icons/${name}.png`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
