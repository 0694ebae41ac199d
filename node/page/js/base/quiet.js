// Hours in which nothing rings.

/** @param {string} time `22:30` */
const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/**
 * Whether a moment lies in the quiet hours; they may go over midnight, and hours that begin when they end are none.
 *
 * @param {Date} at
 * @param {string} from `22:00`
 * @param {string} until `07:00`
 */
export function isQuiet(at, from, until) {
  const [now, start, end] = [at.getHours() * 60 + at.getMinutes(), minutes(from), minutes(until)];
  return start <= end ? now >= start && now < end : now >= start || now < end;
}
