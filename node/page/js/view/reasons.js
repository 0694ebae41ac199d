// Refusals of the node in the words of the person.

import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';

const BY_STATUS = { 0: 'why.network', 403: 'why.forbidden', 404: 'why.missing', 409: 'why.conflict', 413: 'why.large', 507: 'why.full' };

/** Why something did not work: `problem` has the HTTP status (0 for no answer) and the node's title. */
export const reason = ({ status, title, code }) =>
  BY_STATUS[status] ? t(BY_STATUS[status]) : t('why.other', { title: visibleText(title || code || String(status)) });
