import { Problem } from '#contracts/problems.js';
import type { DecisionKey } from '#persistence/review-lessons.js';

const ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9]\d{0,8})$/i;

/** A decision's id, which is its asset's and its revision: `<asset>.<revision>`. */
export const decisionId = ({ assetId, revision }: DecisionKey): string => `${assetId}.${revision}`;

/** An id out of a path. @throws Problem `not-found` for what can be no decision's */
export function decisionFrom(text: string): DecisionKey {
  const [, assetId, revision] = ID.exec(text) ?? [];
  if (assetId === undefined) throw new Problem('not-found', 'There is no decision with this id.');
  return { assetId: assetId.toLowerCase(), revision: Number(revision) };
}
