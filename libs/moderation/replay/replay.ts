import { FINDINGS, type Finding } from '../label.js';
import type { PolicyDocument } from '../policy.js';
import { TIERS, type Tier } from '../words.js';
import { MostAffected } from './most-affected.js';
import { compilePolicy, VERDICT_OF, type PolicyTable } from './policy-table.js';
import type { AffectedAsset, ReplayChange, ReplayOutcome, ReplayResult } from './replay-result.js';
import { FLAGS, WIDTH, type ScoreColumns } from './score-columns.js';
import { Totals } from './totals.js';
import { BAND_OF, bandIn, labelIn, NOTHING, OUTCOMES, verdictIn, weigh, weighed, type Outcome } from './weigh.js';

/** As many assets as people will look at. */
export const AFFECTED_MAX = 50;

/** What a change does, by verdict before and after, the worst to get wrong first: 3·from + to. Allow, block, review. */
const WEIGHTS = [0, 4, 2, 5, 0, 3, 3, 2, 0];
/** A change that the final does not share: the client sees it for as long as the heavy tier takes. */
const PROVISIONAL_WEIGHT = 1;

/**
 * What another policy would have made of stored scores: chunk by chunk, one pass, nothing kept of an asset but the few that
 * are affected most. Memory does not grow with what is added.
 */
export class Replay {
  private readonly tables: { readonly before: PolicyTable; readonly after: PolicyTable };
  private readonly totals = { before: new Totals(), after: new Totals() };
  /** How many assets went from one outcome to another: `OUTCOMES·from + to`, of each tier. */
  private readonly moves = { fast: new Float64Array(OUTCOMES ** 2), heavy: new Float64Array(OUTCOMES ** 2) };
  private readonly most = new MostAffected<AffectedAsset>(AFFECTED_MAX);
  private assets = 0;
  private changed = 0;
  private changedHumanDecided = 0;

  /** @param before the policy to compare with @param after the one that is tried; both without faults */
  constructor(before: PolicyDocument, after: PolicyDocument) {
    this.tables = { before: compilePolicy(before), after: compilePolicy(after) };
  }

  /** Adds a chunk of assets. @param idOf the id of a row, asked for the few that are kept */
  add(columns: ScoreColumns, idOf: (row: number) => string): void {
    const [old, next] = [weighed(), weighed()];
    const { before, after } = this.tables;
    for (let row = 0; row < columns.count; row += 1) {
      weigh(before, columns, row, old);
      weigh(after, columns, row, next);
      this.totals.before.add(old);
      this.totals.after.add(next);
      if (old.provisional === next.provisional && old.final === next.final) continue;
      this.moved('fast', old.provisional, next.provisional);
      this.moved('heavy', old.final, next.final);
      const tier = verdictIn(old.final) !== verdictIn(next.final) ? 'heavy' : 'fast';
      const [from, to] = tier === 'heavy' ? [old.final, next.final] : [old.provisional, next.provisional];
      if (verdictIn(from) !== verdictIn(to)) this.changes({ columns, row, idOf }, tier, from, to);
    }
    this.assets += columns.count;
  }

  /** What came of all chunks so far. */
  result(): ReplayResult {
    const { before, after } = this.totals;
    const judged = { fast: before.judged('fast'), heavy: before.judged('heavy') };
    const changes = TIERS.flatMap((tier) => changesIn(tier, this.moves[tier], judged[tier]));
    return {
      assets: this.assets,
      changed: this.changed,
      changedHumanDecided: this.changedHumanDecided,
      judged,
      before: before.told(),
      after: after.told(),
      changes: changes.sort((a, b) => b.count - a.count),
      affected: this.most.list(),
    };
  }

  private moved(tier: Tier, from: Outcome, to: Outcome): void {
    if (from === to) return;
    const at = OUTCOMES * from + to;
    this.moves[tier][at] = (this.moves[tier][at] ?? 0) + 1;
  }

  private changes({ columns, row, idOf }: Place, tier: Tier, from: Outcome, to: Outcome): void {
    const humanDecided = ((columns.flags[row] ?? 0) & FLAGS.human) !== 0;
    this.changed += 1;
    if (humanDecided) this.changedHumanDecided += 1;
    const label = Math.min(labelIn(from), labelIn(to));
    const score = label < WIDTH ? (columns[tier][row * WIDTH + label] ?? Number.NaN) : Number.NaN;
    const kind = tier === 'fast' ? PROVISIONAL_WEIGHT : (WEIGHTS[3 * verdictIn(from) + verdictIn(to)] ?? 0);
    const weight = kind + this.depth(tier, label, score);
    if (!(weight > this.most.least)) return;
    const known = Number.isNaN(score) || score < 0 ? null : score;
    const told = { tier, from: outcomeOf(from), to: outcomeOf(to), score: known, humanDecided, weight };
    this.most.add({ assetId: idOf(row), ...told });
  }

  /** How far a score lies from the nearest operating point of the policy that is tried: from 0 to less than 1. */
  private depth(tier: Tier, label: number, score: number): number {
    if (!(score >= 0)) return 0;
    const { clearBelow, blockFrom } = this.tables.after[tier];
    const off = Math.min(Math.abs(score - (clearBelow[label] ?? 0)), Math.abs(score - (blockFrom[label] ?? 0)));
    return Math.min(off, 0.999);
  }
}

interface Place {
  readonly columns: ScoreColumns;
  readonly row: number;
  readonly idOf: (row: number) => string;
}

function changesIn(tier: Tier, moves: Float64Array, judged: number): ReplayChange[] {
  const changes: ReplayChange[] = [];
  for (const [at, count] of moves.entries()) {
    if (count === 0) continue;
    const [from, to] = [outcomeOf(Math.floor(at / OUTCOMES)), outcomeOf(at % OUTCOMES)];
    changes.push({ tier, from, to, count, share: judged === 0 ? 0 : count / judged });
  }
  return changes;
}

/** A number in words. */
function outcomeOf(of: Outcome): ReplayOutcome {
  if (of === NOTHING) throw new Error('the tier judged nothing');
  const label: Finding | undefined = FINDINGS[labelIn(of)];
  return { verdict: VERDICT_OF[verdictIn(of)] ?? 'review', band: BAND_OF[bandIn(of)] ?? null, label: label ?? null };
}
