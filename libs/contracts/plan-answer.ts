/** Which weights a model version has: as trained, or rounded to eight bits. */
export type VariantKind = 'f32' | 'int8';

export type PlanTier = 'fast' | 'heavy';

/** What a plan was measured on. */
export interface PlanMachine {
  readonly cpu: string;
  /** Cores that the processes may really use: cgroup and affinity, not the host's. May be a fraction. */
  readonly cores: number;
  /** Where that number comes from, in words. */
  readonly coresReason: string;
  /** Memory that the processes may use: the cgroup's limit, or the host's. */
  readonly memoryBytes: number;
  readonly node: string;
  readonly onnxruntime: string;
}

/** Milliseconds of `n` timed runs. With few runs the 95th percentile is the slowest of them. */
export interface PlanTimes {
  readonly n: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** How far a variant's scores lie from its base's on the same views. */
export interface PlanAgreement {
  readonly views: number;
  /** Share of views with the same first class, 0..1. */
  readonly top1: number;
  /** 95th percentile, over the views, of the largest |Δp| of any class. */
  readonly p95: number;
  readonly max: number;
}

/** A variant of the tier's model, and whether it serves. */
export interface PlanCandidate {
  readonly modelRef: string;
  readonly sha256: string;
  readonly kind: VariantKind;
  /** Inference of one view, all processes at work, in turn with the other variant; null where nothing was to compare. */
  readonly inference: PlanTimes | null;
  /** With its base, on drawn pictures, on this machine; null for the base itself and where it was not measured. */
  readonly agreement: PlanAgreement | null;
  readonly used: boolean;
  readonly reason: string;
}

/** A place in the sweep: so many processes, each with so many threads, so many images in one run. */
export interface PlanPoint {
  readonly workers: number;
  readonly threads: number;
  readonly batch: number;
}

/** One measured line of the table, all processes at work at the same time. */
export interface PlanRow extends PlanPoint {
  /** One run of the model. */
  readonly inference: PlanTimes;
  /** One batch in its process: decode of real pictures and inference. */
  readonly service: PlanTimes;
  /** False: the service time is the decode time of single pictures and the measured run, put together. */
  readonly serviceMeasured: boolean;
  /** Images a second, decode included. */
  readonly perSecond: number;
  /** Resident memory of all processes. */
  readonly rssBytes: number;
}

export interface PlanRejection extends PlanPoint {
  readonly reason: string;
}

export interface PlanChoice {
  readonly modelRef: string;
  readonly workers: number;
  readonly threads: number;
  readonly batchMax: number;
  readonly capacityPerSecond: number;
  /** Decode and inference of one batch, for every size in use: what admission starts with. */
  readonly serviceTimes: readonly { readonly batch: number; readonly p95Ms: number }[];
  readonly reason: string;
}

/** How a tier runs on this machine, and why. */
export interface Plan {
  readonly tier: PlanTier;
  readonly machine: PlanMachine;
  /** The promise that bounds the batch; null for a tier without one. */
  readonly sloMs: number | null;
  readonly candidates: readonly PlanCandidate[];
  readonly rows: readonly PlanRow[];
  readonly chosen: PlanChoice;
  readonly rejected: readonly PlanRejection[];
  /** Processes that wanted a core, on average over the minute before; 0 on an idle machine. */
  readonly loadBefore: number;
  /** RFC 3339 in UTC. */
  readonly measuredAt: string;
  readonly tookMs: number;
  /** Measured at an earlier start, on the same machine with the same models and settings. */
  readonly cached: boolean;
}
