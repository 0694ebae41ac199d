// Refusals of the node in the words of the person.

import { visibleText } from '../base/visible.js';
import { t } from '../base/words.js';

/** @type {Record<string, string>} */
const BY_CODE = {
  may_not_post: 'why.forbidden',
  may_not_speak_for: 'why.not_for',
  no_such_role: 'why.missing',
  no_such_chat: 'why.missing',
  text_too_long: 'why.large',
  too_large: 'why.large',
  no_space: 'why.full',
};

/** Why something did not work: `problem` has the HTTP status (0 for no answer), the node's code and its title. @param {{ status: number, code: string, title: string }} props */
export function reason({ status, code, title }) {
  if (status === 0) return t('why.network');
  return code in BY_CODE ? t(BY_CODE[code]) : t('why.other', { title: visibleText(title || code || String(status)) });
}
