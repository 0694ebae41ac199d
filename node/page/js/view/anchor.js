// Keeps what the reader looks at in its place while messages come in above and below.

import { useElement, useLayoutEffect, useRef, useState } from './ui.js';

/** Nearer to the end than this is at the end. */
const SLACK_PX = 40;

/** @param {Element} box */
const items = (box) => /** @type {HTMLElement[]} */ ([...box.querySelectorAll('[data-id]')]);

/** @typedef {{ id: string, offset: number } | null} Sight */

/** The first message in sight and how far below the box's upper edge it begins. @param {Element} box @returns {Sight} */
function sight(box) {
  const top = box.getBoundingClientRect().top;
  const all = items(box);
  let low = 0;
  for (let high = all.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (all[middle].getBoundingClientRect().bottom > top) high = middle;
    else low = middle + 1;
  }
  return low < all.length ? { id: all[low].dataset.id ?? '', offset: all[low].getBoundingClientRect().top - top } : null;
}

/** @param {Element} box @param {string} id */
const find = (box, id) => items(box).find((item) => item.dataset.id === id);

/**
 * Holds the place of a scrolled box: at the end it stays at the end, elsewhere the first message in sight stays put.
 *
 * Returns the box's ref, whether it is at the end, and `onScroll`, `toEnd()`, `show(element)` and `find(id)`.
 *
 * `whole` says whether the box ends with the last message. `onScroll` returns -1 for upwards, 1 for downwards, and 0
 * when it was this hook that moved the box.
 *
 * `from` is the sight to begin with, where that is not the end; `noted` is told of every other.
 *
 * @param {unknown[]} changes
 * @param {boolean} whole
 * @param {Sight} from
 * @param {(sight: Sight) => void} noted
 */
export function useAnchor(changes, whole, from, noted) {
  /** @type {{ current: HTMLElement }} */
  const box = useElement();
  const place = useRef({ end: !from, sight: from, top: 0 });
  const [atEnd, setAtEnd] = useState(!from);

  /** @param {number} top */
  function move(top) {
    box.current.scrollTop = top;
    place.current.top = box.current.scrollTop;
  }

  function settle() {
    const { current } = box;
    if (place.current.end) move(current.scrollHeight);
    else if (place.current.sight) {
      const item = find(current, place.current.sight.id);
      if (item) move(current.scrollTop + item.getBoundingClientRect().top - current.getBoundingClientRect().top - place.current.sight.offset);
    }
  }

  function note() {
    const { current } = box;
    // A box that was taken away may still be told that it was scrolled.
    if (!current) return 0;
    const way = Math.sign(current.scrollTop - place.current.top);
    const end = whole && current.scrollHeight - current.scrollTop - current.clientHeight < SLACK_PX;
    place.current = { end, sight: end ? null : sight(current), top: current.scrollTop };
    setAtEnd(end);
    noted(place.current.sight);
    return way;
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
      place.current.end = true;
      settle();
      setAtEnd(true);
      noted(null);
    },
    /** Brings an element into sight, its upper edge a little below the box's. @param {HTMLElement} element */
    show(element) {
      place.current.end = false;
      move(box.current.scrollTop + element.getBoundingClientRect().top - box.current.getBoundingClientRect().top - 60);
      note();
    },
    /** @param {string} id */
    find: (id) => find(box.current, id),
  };
}
