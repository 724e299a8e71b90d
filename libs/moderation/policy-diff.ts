import type { PolicyDocument } from './policy.js';
import { mapPolicy, policyLeaves, sameValue, type PolicyValue } from './policy-leaves.js';

/** One place at which two policies differ; `path` is a JSON pointer (RFC 6901). */
export interface PolicyChange {
  readonly path: string;
  readonly from: PolicyValue;
  readonly to: PolicyValue;
}

/** One place that two drafts of the same version changed in different ways. */
export interface PolicyConflict {
  readonly path: string;
  readonly base: PolicyValue;
  readonly theirs: PolicyValue;
  readonly yours: PolicyValue;
}

/** What came of the same version in two hands. */
export interface PolicyMerge {
  readonly theirs: readonly PolicyChange[];
  readonly yours: readonly PolicyChange[];
  readonly conflicts: readonly PolicyConflict[];
  /** Theirs with all of yours that is no conflict. It may have faults where both are right alone. */
  readonly merged: PolicyDocument;
}

/** Where two policies differ, in the order of the document; empty where they say the same. */
export function diffPolicies(from: PolicyDocument, to: PolicyDocument): PolicyChange[] {
  const after = policyLeaves(to);
  return [...policyLeaves(from)].flatMap(([path, value]) => {
    const next = after.get(path);
    return next === undefined || sameValue(value, next) ? [] : [{ path, from: value, to: next }];
  });
}

/** A policy with changes made to it. What a place cannot hold, and what has no place, is left out. */
export function applyChanges(base: PolicyDocument, changes: readonly PolicyChange[]): PolicyDocument {
  const wanted = new Map(changes.map(({ path, to }) => [path, to]));
  return mapPolicy(base, (path, value, is) => {
    const next = wanted.get(path);
    return next !== undefined && is(next) ? next : value;
  });
}

/** Brings together what two people made of the same version. */
export function mergePolicies(base: PolicyDocument, theirs: PolicyDocument, yours: PolicyDocument): PolicyMerge {
  const theirChanges = diffPolicies(base, theirs);
  const yourChanges = diffPolicies(base, yours);
  const theirsAt = new Map(theirChanges.map((change) => [change.path, change.to]));
  const conflicts = yourChanges.flatMap(({ path, from, to }): PolicyConflict[] => {
    const other = theirsAt.get(path);
    return other === undefined || sameValue(other, to) ? [] : [{ path, base: from, theirs: other, yours: to }];
  });
  const inConflict = new Set(conflicts.map(({ path }) => path));
  const peaceful = yourChanges.filter(({ path }) => !inConflict.has(path));
  return { theirs: theirChanges, yours: yourChanges, conflicts, merged: applyChanges(theirs, peaceful) };
}
