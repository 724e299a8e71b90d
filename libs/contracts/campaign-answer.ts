import type { CampaignOrder, CampaignState, CampaignWait } from '#moderation/campaigns/campaign.js';
import type { CampaignFilter, CampaignOutcome, RecordWhat, Skip } from '#moderation/campaigns/candidate.js';
import type { Finding } from '#moderation/label.js';
import type { Verdict } from '#moderation/words.js';

/** A campaign over past assets. */
export interface CampaignFacts {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  readonly state: CampaignState;
  readonly filter: CampaignFilter;
  readonly record: RecordWhat;
  /** Looks by the heavy tier; null: as many as it has time for. */
  readonly rateMaxPerSecond: number | null;
  /** The version that judges; null until the batch service has begun. */
  readonly modelId: string | null;
  /** The policy that judges; null until it was started. */
  readonly policyVersion: number | null;
  /** Assets chosen when it was planned; with a result; of these, those on which the heavy tier failed. */
  readonly counted: number;
  readonly handled: number;
  readonly failed: number;
  readonly createdBy: string;
}

/** A campaign as it is answered. Times are RFC 3339 in UTC. */
export interface CampaignAnswer extends CampaignFacts {
  /** What it can be told now. */
  readonly orders: readonly CampaignOrder[];
  /** What ended it before its end, or what it waits for; null for neither. */
  readonly fault: string | null;
  /** What is away that it cannot go on without, and since when nothing came of its work; null while it goes on. */
  readonly waits: { readonly for: CampaignWait; readonly since: string } | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly changedAt: string;
}

/** A campaign with how far it is. */
export interface CampaignDetailAnswer extends CampaignAnswer {
  /** Of what it does now or did last: judging, applying or rolling back. */
  readonly progress: CampaignProgress;
  /** Who told it to do what, the newest first. */
  readonly steps: readonly { readonly step: CampaignOrder; readonly by: string; readonly at: string }[];
}

export interface CampaignProgress {
  readonly done: number;
  readonly total: number;
}

export interface CampaignPage {
  readonly items: readonly CampaignAnswer[];
  /** The `cursor` of the page after; null at the end. */
  readonly next: string | null;
}

/** What a campaign would do. */
export interface CampaignPlanAnswer {
  /** Assets that are chosen now. */
  readonly chosen: number;
  /** Of these: decided by a person, or still without their ordinary final; both are passed over. */
  readonly humanDecided: number;
  readonly pending: number;
  /** Judged by a bank, which knows their bytes. */
  readonly banked: number;
  /** Judged again by scores that are there. */
  readonly scored: number;
  /** To be looked at by the heavy tier, at most: a bank may know some by their looks. */
  readonly looks: number;
  /** The model that the batch service serves now; null where none ever ran. */
  readonly modelId: string | null;
  /** How fast the heavy tier of one batch service is, and how that is known; null where too little was labelled. */
  readonly rate: {
    readonly imagesPerSecond: number;
    readonly coreSecondsPerImage: number;
    /** On how many images it was measured. */
    readonly images: number;
    readonly measuredOn: 'usage_of_last_day' | 'heavy_labels_of_last_day';
  } | null;
  /** With no new assets in between; null where nothing is known. */
  readonly seconds: number | null;
  readonly coreSeconds: number | null;
  /** Of these core seconds, by the price of a core hour. */
  readonly cost: number | null;
  readonly currency: string;
  readonly sample: readonly {
    readonly assetId: string;
    readonly receivedAt: string;
    readonly verdict: Verdict;
    readonly modelId: string | null;
    readonly policyVersion: number;
  }[];
}

/** A draft with what it would do. */
export interface CampaignDraftAnswer {
  readonly campaign: CampaignAnswer;
  readonly plan: CampaignPlanAnswer;
}

/** Results that go the same way. */
export interface CampaignFlow {
  readonly from: Verdict;
  readonly to: Verdict;
  /** What the change is about; null where no label was ever named. */
  readonly label: Finding | null;
  readonly assets: number;
  /** Of these, shown when they were judged. */
  readonly served: number;
  readonly outcomes: Readonly<Partial<Record<CampaignOutcome, number>>>;
}

/** One of the results of a flow. */
export interface CampaignExample {
  readonly assetId: string;
  readonly margin: number;
  readonly outcome: CampaignOutcome | null;
}

/** An asset that could not be looked at, however often that was tried. */
export interface CampaignUnseen {
  readonly assetId: string;
  /** As dead letters have it. */
  readonly reason: string;
  readonly attempts: number;
}

/** What a campaign has found. */
export interface CampaignReportAnswer {
  readonly campaign: CampaignAnswer;
  /** Judged assets by the verdict before, the verdict now, and the label it is about; changes first. */
  readonly flows: readonly (CampaignFlow & { readonly examples: readonly CampaignExample[] })[];
  readonly skipped: Readonly<Partial<Record<Skip, number>>>;
  /** Some of those that were skipped as `failed`: `POST /api/campaigns/{id}/retry` tries all of them again. */
  readonly unseen: readonly CampaignUnseen[];
  readonly judged: number;
  readonly flips: number;
}
