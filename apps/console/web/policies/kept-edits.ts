import type { DraftEdit } from './draft-edit.js';

const kept = new Map<string, DraftEdit>();

const keyOf = (person: string, draftId: string): string => `${person} ${draftId}`;
const warn = (event: BeforeUnloadEvent): void => event.preventDefault();

/** What somebody typed into a draft and left: it is there when they come back to the page, and gone with the tab. */
export const keptEdit = (person: string, draftId: string): DraftEdit | undefined => kept.get(keyOf(person, draftId));

/** As long as something is kept, the browser asks before it closes the tab. @param edit undefined: it is kept no more */
export function keepEdit(person: string, draftId: string, edit: DraftEdit | undefined): void {
  if (edit === undefined) kept.delete(keyOf(person, draftId));
  else kept.set(keyOf(person, draftId), edit);
  if (kept.size > 0) window.addEventListener('beforeunload', warn);
  else window.removeEventListener('beforeunload', warn);
}
