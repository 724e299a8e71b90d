import type { Finding, Label } from '../label.js';
import type { Reason } from '../judge.js';
import type { TrafficClass, Verdict } from '../words.js';

/**
 * Which past assets a campaign is about: what the decision in force says of them. Null where that does not matter.
 * Times are RFC 3339; `receivedBefore` is always there, so that the choice does not grow while the campaign runs.
 */
export interface CampaignFilter {
  readonly receivedFrom: string | null;
  readonly receivedBefore: string;
  readonly modelId: string | null;
  readonly policyVersion: number | null;
  /** Named in the reasons. */
  readonly label: Finding | null;
  readonly verdict: Verdict | null;
  readonly clientId: string | null;
  readonly trafficClass: TrafficClass | null;
}

/** What of a campaign becomes decisions: verdicts that differ, or a decision for every asset it judged. */
export const RECORDS = ['flips', 'all'] as const;
export type RecordWhat = (typeof RECORDS)[number];

/**
 * Why a chosen asset was not judged again: a human's decision locks it, its ordinary final is still to come, it could not
 * be looked at, its bytes were refused, or what stands rests on a label that the model does not know.
 */
export const SKIPS = ['human_decided', 'pending', 'failed', 'refused', 'label_unknown'] as const;
export type Skip = (typeof SKIPS)[number];

/**
 * What became of a result: it came into force; another decision had come in between; it was undone; it was to be undone
 * and another decision had come in between.
 */
export const OUTCOMES = ['applied', 'moved_on', 'rolled_back', 'kept'] as const;
export type CampaignOutcome = (typeof OUTCOMES)[number];

/** The label that a change of verdict is about: what is found now, or what was found before and is not any more. */
export const flipLabel = (now: readonly Reason[], before: readonly Reason[]): Finding | null =>
  worstLabel(now) ?? worstLabel(before);

const worstLabel = (reasons: readonly Reason[]): Finding | null =>
  (reasons.find(({ code, label }) => code === 'violating' && label !== undefined) ?? reasons.find(({ label }) => label))
    ?.label ?? null;

const SEVERITY: Readonly<Record<Verdict, number>> = { allow: 0, review: 1, block: 2 };

/**
 * The label for which a model may not make a verdict milder: what stands was found under it, and the model knows neither
 * the label nor one above it in the tree, under which it would see the same. Undefined where it may.
 *
 * @param stands the decision in force
 * @param labels that the model gives scores for
 */
export function unknownLabel(
  stands: { readonly verdict: Verdict; readonly reasons: readonly Reason[] },
  now: Verdict,
  labels: readonly Label[],
): Finding | undefined {
  if (SEVERITY[now] >= SEVERITY[stands.verdict]) return undefined;
  const isKnown = (finding: Finding): boolean =>
    labels.some((label) => finding === label || finding.startsWith(`${label}.`));
  return stands.reasons.flatMap(({ label }) => label ?? []).find((label) => !isKnown(label));
}

/**
 * The assets that one page of a campaign takes: as many from the first on as need no more than `infersMax` looks by the
 * heavy tier.
 */
export function takePage<A>(assets: readonly A[], needsLook: (asset: A) => boolean, infersMax: number): A[] {
  let looks = 0;
  const end = assets.findIndex((asset) => {
    if (needsLook(asset)) looks += 1;
    return looks > infersMax;
  });
  return end === -1 ? [...assets] : assets.slice(0, end);
}

/** Items in up to `parts` runs of nearly the same length, none empty, in their order. */
export function splitEvenly<T>(items: readonly T[], parts: number): T[][] {
  const length = Math.ceil(items.length / parts);
  return Array.from({ length: length === 0 ? 0 : Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  );
}
