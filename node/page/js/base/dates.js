// Times as a person of the office reads them. All arguments are milliseconds.

import { lang } from './words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {Intl.DateTimeFormatOptions} options */
function format(options) {
  const key = lang.value + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(lang.value === 'ru' ? 'ru-RU' : 'en-GB', options)));
  return found;
}

/** A number and its unit are never torn apart at the end of a line. @param {number} n @param {string} unit */
const ofUnit = (n, unit) => new Intl.NumberFormat(lang.value, { style: 'unit', unit, unitDisplay: 'short' }).format(n).replace(/ /g, '\u00a0');

/** @param {number} at */
const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);

/** Days of the calendar between two moments; rounding takes the hour of summer time away. @param {number} at @param {number} now */
const daysBetween = (at, now) => Math.round((midnight(now) - midnight(at)) / DAY);

/** The key of a calendar day, the same for all its moments. @param {number} at */
export const dayOf = (at) => midnight(at);

/** `09:02` @param {number} at */
export const clock = (at) => format({ hour: '2-digit', minute: '2-digit' }).format(at);

/** `Сегодня`, `Вчера`, `14 марта`, `14 марта 2025 г.` @param {number} at @param {number} now */
export function day(at, now) {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) {
    const word = new Intl.RelativeTimeFormat(lang.value, { numeric: 'auto' }).format(-days, 'day');
    return word[0].toUpperCase() + word.slice(1);
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return format(sameYear ? { day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** For a narrow column: `09:02` today, `вт` in the week past, then `14 мар.` or `14.03.25`. @param {number} at @param {number} now */
export function brief(at, now) {
  const days = daysBetween(at, now);
  if (days === 0) return clock(at);
  if (days > 0 && days < 7) return format({ weekday: 'short' }).format(at);
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) return format({ day: 'numeric', month: 'short' }).format(at);
  return format({ day: '2-digit', month: '2-digit', year: '2-digit' }).format(at);
}

/** `14 марта, 09:10` or `сегодня, 09:10`; the hour alone when that is the day of `since`. @param {number} at @param {number} now @param {number} since */
export const moment = (at, now, since) => (dayOf(at) === dayOf(since) ? clock(at) : `${day(at, now).toLowerCase()}, ${clock(at)}`);

/** `14 марта 2026 г. в 09:02:15`, for tooltips. @param {number} at */
export const full = (at) => format({ dateStyle: 'long', timeStyle: 'medium' }).format(at);

/** How long: `5 мин`, `3 ч`, `9 дн.` @param {number} duration */
export function age(duration) {
  if (duration < HOUR) return ofUnit(Math.max(1, Math.floor(duration / MINUTE)), 'minute');
  if (duration < 2 * DAY) return ofUnit(Math.floor(duration / HOUR), 'hour');
  return ofUnit(Math.floor(duration / DAY), 'day');
}

/** A wait in seconds: `40 с`, `3 мин`. @param {number} seconds */
export const wait = (seconds) => (seconds < 90 ? ofUnit(Math.ceil(seconds), 'second') : ofUnit(Math.ceil(seconds / 60), 'minute'));

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** A size in bytes: `412 МБ`. @param {number} count */
export function size(count) {
  const step = Math.min(SIZES.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  const value = count / 1000 ** step;
  return new Intl.NumberFormat(lang.value, { style: 'unit', unit: SIZES[step], unitDisplay: 'short', maximumFractionDigits: value < 10 && step > 0 ? 1 : 0 }).format(value);
}

/** The day with its year: `20 марта 2026 г.` @param {number} at */
export const dateOf = (at) => format({ dateStyle: 'long' }).format(at);

/** The day and the month alone: `20.03`. @param {number} at */
export const date = (at) => format({ day: '2-digit', month: '2-digit' }).format(at);

/** The day with that of the week: `пятница, 20 марта 2026 г.` @param {number} at */
export const weekday = (at) => format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at);
