import type { Provider } from '@nestjs/common';

import type { AuditTrail } from '#persistence/audit-trail.js';
import { ErasureStore } from '#persistence/erasure-store.js';
import type { AssetBytes } from '#storage/asset-bytes.js';
import { ErasureMetrics } from '#telemetry/erasure-metrics.js';
import type { Logger } from '#telemetry/logger.js';
import type { Metrics } from '#telemetry/metrics.js';

import { EraseAssets } from './erase-assets.js';

/** What the routes of erasures need. */
export function erasureProviders(
  trail: AuditTrail,
  bytes: Pick<AssetBytes, 'remove'>,
  { registry }: Pick<Metrics, 'registry'>,
  log: Logger,
): Provider[] {
  const erasures = new ErasureStore(trail.database);
  const parts = { erasures, trail, bytes, metrics: new ErasureMetrics(registry), log };
  return [{ provide: EraseAssets, useValue: new EraseAssets(parts) }];
}
