// The parts that come later.

import { lazy } from './lazy.js';
import { html } from './ui.js';

/** @param {unknown} hint */
const column = (hint) => html`<aside class="who">${hint}</aside>`;
/** @param {unknown} hint */
const middle = (hint) => html`<section class="talk" id="talk" tabindex="-1">${hint}</section>`;

export const Find = lazy(() => import('./find.js').then((module) => module.Find));
export const Settings = lazy(() => import('./settings.js').then((module) => module.Settings), middle);
export const Sessions = lazy(() => import('./sessions.js').then((module) => module.Sessions), middle);
export const Node = lazy(() => import('./node.js').then((module) => module.Node), middle);
export const LowPanel = lazy(() => import('./panel.js').then((module) => module.LowPanel), () => null);
export const Tree = lazy(() => import('./tree.js').then((module) => module.Tree));
export const Who = lazy(() => import('./who.js').then((module) => module.Who), column);
export const Outbox = lazy(() => import('./outbox.js').then((module) => module.Outbox), middle);
export const Details = lazy(() => import('./details.js').then((module) => module.Details));
