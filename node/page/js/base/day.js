// Days of the calendar as people type them: day, month, year, whatever stands between. The browser's own field would speak
// the browser's language, and put the month first where the page does not.

/** @param {number} n */
const two = (n) => String(n).padStart(2, '0');

/** A moment as a day of the calendar here: `2026-03-20`. @param {number} at */
export function dayText(at) {
  const day = new Date(at);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** A day as it is shown in a field: `20.03.2026`. @param {string} day as `2026-03-20` */
export const typed = (day) => day.split('-').reverse().join('.');

/**
 * Reads `20.03.2026`, `20/3/26`, `20 3`, `20032026` or `2026-03-20` as `2026-03-20`; without a year it is the next such day.
 * Empty for what is no day.
 *
 * @param {string} text
 * @param {number} now
 */
export function readDay(text, now) {
  const clean = text.trim();
  const digits = clean.match(/^(\d{2})(\d{2})(\d{4}|\d{2})?$/);
  const parts = digits ? digits.slice(1).filter(Boolean) : clean.split(/\D+/).filter(Boolean);
  if (/^\d{4}\D/.test(clean)) parts.reverse();
  if (parts.length < 2 || parts.length > 3 || /[^\d\s.,/-]/.test(clean)) return '';
  const [day, month, given] = parts.map(Number);
  const today = dayText(now);
  /** @param {number} year */
  const make = (year) => {
    const date = new Date(year, month - 1, day);
    const real = year > 1999 && year < 2100 && date.getMonth() === month - 1 && date.getDate() === day;
    return real ? dayText(date.getTime()) : '';
  };
  if (given !== undefined) return make(given < 100 ? 2000 + given : given);
  const year = Number(today.slice(0, 4));
  return make(year) >= today ? make(year) : make(year + 1);
}

/** Every half hour of a day, and the one that was chosen otherwise: `00:00`, `00:30`, … @param {string} chosen */
export function halfHours(chosen) {
  const all = Array.from({ length: 48 }, (_, n) => `${two(n >> 1)}:${n % 2 ? '30' : '00'}`);
  return all.includes(chosen) ? all : [...all, chosen].sort();
}
