import type { PlanRow } from '#contracts/plan-answer.js';
import { choosePoint, type Choice, type ChoiceLimits, type ChoiceRefused } from '#moderation/capacity/plan-choice.js';
import { contendersOf, pointName, timeInTurn } from './time-in-turn.js';
import type { TimedPools } from './timed-pools.js';

export interface SettledChoice {
  readonly choice: Choice<PlanRow> | ChoiceRefused<PlanRow>;
  /** As given, with the times that were measured again. */
  readonly rows: readonly PlanRow[];
}

/** What is timed again, and on what. */
export interface Retiming {
  readonly pools: TimedPools;
  readonly modelRef: string;
  readonly picture: string;
  readonly signal: AbortSignal | undefined;
}

/** How often what the choice hangs on is timed again, at most: then it is a draw. */
const RETIMINGS_MAX = 2;

/** Chooses, and times again in turn what the choice hangs on, until it stands. @throws what the signal was aborted with */
export async function settleChoice(
  measured: readonly PlanRow[],
  limits: ChoiceLimits,
  { pools, modelRef, picture, signal }: Retiming,
): Promise<SettledChoice> {
  const settled = new Set<string>();
  let rows = measured;
  for (let retimings = 0; ; retimings += 1) {
    const choice = choosePoint(rows, limits);
    const target = choice.chosen === undefined ? choice.at : choice.chosen;
    const contenders = target === undefined ? [] : contendersOf(target, rows);
    if (retimings === RETIMINGS_MAX || contenders.every((row) => settled.has(pointName(row)))) return { choice, rows };
    signal?.throwIfAborted();
    const again = await timeInTurn(pools, modelRef, contenders, picture);
    for (const row of again) settled.add(pointName(row));
    rows = rows.map((row) => again.find((other) => pointName(other) === pointName(row)) ?? row);
  }
}
