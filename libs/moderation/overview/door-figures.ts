import type { Tally } from './cells.js';

/** What an upload service counted at its door within one minute: what no row tells. */
export interface DoorFigures {
  /** Uploads answered, by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What was not looked at for want of time: where and why. */
  readonly sheds: Readonly<Record<string, number>>;
  /** What uploads took by stage: how many in which bin. */
  readonly stages: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Uploads that took no longer than the SLO, and longer. */
  readonly kept: number;
  readonly broken: number;
  readonly sloMs: number;
}

/** Adds a minute's figures to what is counted. */
export function tallyDoor(tally: Tally, { outcomes, sheds, stages, kept, broken, sloMs }: DoorFigures): void {
  for (const [name, count] of Object.entries(outcomes)) tally.add('door', name, count);
  for (const [name, count] of Object.entries(sheds)) tally.add('shed', name, count);
  for (const [stage, bins] of Object.entries(stages)) {
    for (const [bin, count] of Object.entries(bins)) tally.add('stage', `${stage} ${bin}`, count);
  }
  tally.add('slo', `${sloMs} kept`, kept);
  tally.add('slo', `${sloMs} broken`, broken);
}
