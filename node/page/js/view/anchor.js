// Keeps what the reader looks at in its place while messages come in above and below.

import { useElement, useLayoutEffect, useRef, useState } from './ui.js';

/** Nearer to the end than this is at the end. */
const SLACK_PX = 40;

/** @param {Element} box */
const items = (box) => /** @type {NodeListOf<HTMLElement>} */ (box.querySelectorAll('[data-id]'));

/** The first message in sight and how far below the box's upper edge it begins. @param {Element} box */
function sight(box) {
  const top = box.getBoundingClientRect().top;
  for (const item of items(box)) {
    const { top: from, bottom } = item.getBoundingClientRect();
    if (bottom > top) return { id: item.dataset.id ?? '', offset: from - top };
  }
  return null;
}

/** @param {Element} box @param {string} id */
const find = (box, id) => [...items(box)].find((item) => item.dataset.id === id);

/**
 * Holds the place of a scrolled box: at the end it stays at the end, elsewhere the first message in sight stays put.
 *
 * Returns the box's ref, whether it is at the end, and `onScroll`, `toEnd()`, `show(element)` and `find(id)`.
 *
 * @param {unknown[]} changes
 */
export function useAnchor(changes) {
  /** @type {{ current: HTMLElement }} */
  const box = useElement();
  const place = useRef({ end: true, sight: /** @type {ReturnType<typeof sight>} */ (null) });
  const [atEnd, setAtEnd] = useState(true);

  function settle() {
    const { current } = box;
    if (place.current.end) current.scrollTop = current.scrollHeight;
    else if (place.current.sight) {
      const item = find(current, place.current.sight.id);
      if (item) current.scrollTop += item.getBoundingClientRect().top - current.getBoundingClientRect().top - place.current.sight.offset;
    }
  }

  function note() {
    const { current } = box;
    const end = current.scrollHeight - current.scrollTop - current.clientHeight < SLACK_PX;
    place.current = { end, sight: end ? null : sight(current) };
    setAtEnd(end);
  }

  useLayoutEffect(settle, changes);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(settle);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  return {
    box,
    atEnd,
    onScroll: note,
    toEnd() {
      place.current = { end: true, sight: null };
      settle();
      note();
    },
    /** Brings an element into sight, its upper edge a little below the box's. @param {HTMLElement} element */
    show(element) {
      place.current = { end: false, sight: null };
      box.current.scrollTop += element.getBoundingClientRect().top - box.current.getBoundingClientRect().top - 60;
      note();
    },
    /** @param {string} id */
    find: (id) => find(box.current, id),
  };
}
