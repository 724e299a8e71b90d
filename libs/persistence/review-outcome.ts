import type { Reconciliation } from '#moderation/reconcile.js';
import type { ReviewRefusal } from '#moderation/review.js';

import type { ReviewEntity } from './entities/review.entity.js';

export type Claim = Refusal | MoveRefusal | { readonly kind: 'claimed'; readonly review: ReviewEntity };
export type Moved = Refusal | MoveRefusal | { readonly kind: 'moved'; readonly review: ReviewEntity };
export type Outcome =
  | Refusal
  | (Reconciliation & {
      readonly kind: 'decided';
      readonly assetId: string;
      readonly revision: number;
      readonly served: boolean;
    });

/** `overtaken`: the tab that asks has asked for something else since; `too_many_claims`: its person holds as many as may be. */
export type MoveRefusal =
  | { readonly kind: 'refused'; readonly why: 'overtaken' }
  | { readonly kind: 'refused'; readonly why: 'too_many_claims' };

/** `review` is the case as it stands; `revision` the asset's newest, where another was looked at. */
export type Refusal =
  | { readonly kind: 'refused'; readonly why: 'unknown' }
  | { readonly kind: 'refused'; readonly why: ReviewRefusal; readonly review: ReviewEntity }
  | {
      readonly kind: 'refused';
      readonly why: 'revision_changed';
      readonly review: ReviewEntity;
      readonly revision: number;
    };
