import type { HeavyVariant } from '../heavy/variant-settings.js';
import type { BackendChoice } from '../heavy/heavy-bench-options.js';

export interface WarehouseOptions {
  /** Of all batch sizes together, on each backend. */
  readonly assets: number;
  /** Assets that are labelled and committed together. */
  readonly batches: readonly number[];
  readonly variant: HeavyVariant;
  /** Views in one run of the model, of the bare one too; left out: as it is set. */
  readonly inferenceBatch?: number;
  /** The share of the finals after which the batch service is killed, between 0 and 1. */
  readonly killAt: number;
  readonly backend: BackendChoice;
  /** In the currency of the settings; left out: the settings' price. */
  readonly pricePerCoreHour?: number;
}

/** The name of the report: the two variants are not to be compared. */
export const warehouseName = ({ variant }: Pick<WarehouseOptions, 'variant'>): string =>
  variant === 'int8' ? 'warehouse' : `warehouse-${variant}`;

/** Deals assets out to batch sizes, as evenly as whole numbers allow. */
export function dealAssets(assets: number, batches: readonly number[]): number[] {
  const upTo = (index: number): number => Math.floor((index * assets) / batches.length);
  return batches.map((_, index) => upTo(index + 1) - upTo(index));
}
