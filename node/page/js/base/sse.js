// The event stream format, read from pieces of text (HTML standard, section 9.2.6).

/** @typedef {{ type: string, data: string, id: string | null }} StreamEvent */

/** Makes a reader: `push(text)` returns the events that are complete; a comment is an event of type `comment`. */
export function reader() {
  let rest = '';
  /** @type {{ type: string, data: string[], id: string | null }} */
  let event = { type: '', data: [], id: null };

  /** @param {string} text @param {StreamEvent[]} events */
  function line(text, events) {
    if (text === '') {
      if (event.data.length) events.push({ type: event.type || 'message', data: event.data.join('\n'), id: event.id });
      event = { type: '', data: [], id: event.id };
      return;
    }
    if (text.startsWith(':')) {
      events.push({ type: 'comment', data: text.slice(1).trim(), id: event.id });
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event.type = value;
    if (field === 'data') event.data.push(value);
    if (field === 'id' && !value.includes('\0')) event.id = value;
  }

  return {
    /** @param {string} text */
    push(text) {
      /** @type {StreamEvent[]} */
      const events = [];
      rest += text;
      // A carriage return at the end may be half of a line end: it waits for what follows.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const each of lines) line(each, events);
      return events;
    },
  };
}
