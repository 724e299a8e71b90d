import type { Page } from 'playwright-core';

/**
 * Runs in the page: what lies beside it or scrolls sideways, what is too small for a finger, and what something else covers. Links within a
 * text are as high as the text (WCAG 2.2, 2.5.8); what is scrolled out of sight,
 * also below what stays at its place, or for screen readers only, is not looked at.
 */
const LOOK = `async (targetPx, tabletPx) => {
  // what draws itself for the size of its box is told of a new one with the next frame, and has drawn with the one after it
  for (let frames = 0; frames < 3; frames += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push('the page is ' + root.scrollWidth + ' px wide of ' + root.clientWidth);
  const dialog = document.querySelector('dialog[open]');
  // lists scroll sideways on what is narrower than a tablet; nothing else does anywhere
  const scrolls = [...(dialog ?? document).querySelectorAll(innerWidth < tabletPx ? '.page' : '*'), ...(dialog === null ? [] : [dialog])];
  for (const element of scrolls) {
    if (element.scrollWidth <= element.clientWidth + 1 || !/auto|scroll/.test(getComputedStyle(element).overflowX)) continue;
    faults.push(element.tagName.toLowerCase() + '.' + element.className + ' is ' + element.scrollWidth + ' px wide of ' + element.clientWidth);
  }
  const isScrolledOut = (element, box) => {
    for (let within = element.parentElement; within !== null; within = within.parentElement) {
      if (!/auto|scroll|hidden/.test(getComputedStyle(within).overflow)) continue;
      const frame = within.getBoundingClientRect();
      const x = box.left + box.width / 2;
      const y = box.top + box.height / 2;
      if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return true;
    }
    return false;
  };
  const liesAbove = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(one).position)) return true;
    }
    return false;
  };
  for (const element of (dialog ?? document).querySelectorAll('a[href], button, input, select, textarea')) {
    const target = element.matches('input') ? element.closest('label') ?? element : element;
    const box = target.getBoundingClientRect();
    const style = getComputedStyle(target);
    if (box.width < 3 || style.visibility === 'hidden' || element.closest('.unseen, .toasts, [inert], .skip-link')) continue;
    const name = target.tagName.toLowerCase() + ' “' + (target.textContent.trim() || target.ariaLabel || target.name || '').slice(0, 40) + '”';
    if (isScrolledOut(target, box)) continue;
    const list = target.closest('.table');
    const isInList = list !== null && list.scrollWidth > list.clientWidth;
    if (!isInList && (box.left < -1 || box.right > root.clientWidth + 1)) faults.push(name + ' lies beside the page');
    if (style.display !== 'inline' && Math.min(box.width, box.height) < targetPx) {
      faults.push(name + ' is ' + Math.round(box.width) + ' × ' + Math.round(box.height));
    }
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
    const top = document.elementFromPoint(x, y);
    if (top !== null && !target.contains(top) && !top.contains(target) && !liesAbove(top)) {
      faults.push(name + ' is covered by ' + top.tagName.toLowerCase() + '.' + top.className);
    }
  }
  return [...new Set(faults)];
}`;

/** Width and height of what a finger hits, in CSS pixels (WCAG 2.2 AA, 2.5.8). */
const TARGET_PX = 24;
/** Everything fits side by side from here on. */
const TABLET_PX = 1_024;

/** What cannot be seen or touched on a page as it is now. */
export const layoutFaults = (page: Page, targetPx = TARGET_PX): Promise<string[]> =>
  page.evaluate<string[]>(`(${LOOK})(${targetPx}, ${TABLET_PX})`);
