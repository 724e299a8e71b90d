import type { DataSource } from 'typeorm';

import { StartRefused } from '#contracts/errors.js';
import type { Preprocessing } from '#contracts/prepared-image.js';
import type { Label } from '#moderation/label.js';

import { withDatabase } from './errors.js';

/** What is fixed once a model version has been used. Hash in hexadecimal. */
export interface ModelVersionFacts {
  readonly id: string;
  readonly sha256: string;
  /** The label of each class, in the same order. */
  readonly labels: readonly Label[];
  readonly manifest: { readonly classes: readonly string[]; readonly preprocessing: Preprocessing };
}

/** The same version was used before with other bytes, labels or preprocessing: it must get a version of its own. */
export class ModelVersionChanged extends StartRefused {
  override readonly name = 'ModelVersionChanged';
}

export class ModelVersionStore {
  constructor(private readonly database: DataSource) {}

  /** Records a version at its first use. @throws ModelVersionChanged when it differs from what was recorded */
  async register(facts: ModelVersionFacts): Promise<void> {
    const { id, sha256, labels, manifest } = facts;
    const rows = await withDatabase(() =>
      this.database.query<{ same: boolean }[]>(
        `WITH made AS (
           INSERT INTO model_version (id, sha256, classes, labels, preprocessing)
           VALUES ($1, decode($2, 'hex'), $3, $4, $5) ON CONFLICT (id) DO NOTHING RETURNING id)
         SELECT true AS same FROM made
         UNION ALL
         SELECT sha256 = decode($2, 'hex') AND classes = $3 AND labels = $4 AND preprocessing = $5
         FROM model_version WHERE id = $1`,
        [id, sha256, manifest.classes, labels, JSON.stringify(manifest.preprocessing)],
      ),
    );
    if (rows[0]?.same !== false) return;
    throw new ModelVersionChanged(
      `model ${id} differs from the one recorded under this version: give it a new version`,
    );
  }
}
