/** Which job of an asset it is. */
export interface JobNumber {
  readonly assetId: string;
  /** 0 is the asset's own; others are rung beside one that is in dead hands, and that the queue still counts as living. */
  readonly beside: number;
}

const JOB_ID = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:\.([1-9]\d{0,8}))?$/;

/** Ids follow from what is rung for, so that ringing twice is ringing once. BullMQ takes no `:` in them. */
export const jobIdOf = ({ assetId, beside }: JobNumber): string => (beside === 0 ? assetId : `${assetId}.${beside}`);

/** @returns undefined for an id that is not ours */
export function readJobId(id: string): JobNumber | undefined {
  const found = JOB_ID.exec(id);
  const assetId = found?.[1];
  return assetId === undefined ? undefined : { assetId, beside: Number(found?.[2] ?? 0) };
}
