import { IsIn, IsInt, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';

import { RECORDS, type RecordWhat } from '#moderation/campaigns/candidate.js';
import { FINDINGS, type Finding } from '#moderation/label.js';
import { TRAFFIC_CLASSES, VERDICTS, type TrafficClass, type Verdict } from '#moderation/words.js';

import { PlainText } from './plain-text.js';
import { PointInTime } from './point-in-time.js';

const NAME_CHARACTERS_MAX = 100;
const NOTE_CHARACTERS_MAX = 500;
/** A model version as rows name it. */
const MODEL_ID = /^[a-z0-9_]{1,64}\/\d{1,6}\.\d{1,6}\.\d{1,6}$/;
/** PostgreSQL's largest `integer`. */
const VERSION_MAX = 2_147_483_647;
const RATE = { min: 0.01, max: 10_000 };

/** A campaign to plan: which past assets, and how. What is left out does not matter. */
export class CampaignBody {
  @PlainText(NAME_CHARACTERS_MAX)
  name!: string;

  @IsOptional()
  @PlainText(NOTE_CHARACTERS_MAX)
  note?: string;

  @IsOptional()
  @PointInTime()
  receivedFrom?: Date;

  /** Left out: now. */
  @IsOptional()
  @PointInTime()
  receivedBefore?: Date;

  /** The model behind the decision in force. */
  @IsOptional()
  @Matches(MODEL_ID, { message: 'must be a model version such as inception_v3/1.0.0' })
  modelId?: string;

  /** The policy behind the decision in force. */
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(VERSION_MAX, { message: `must be at most ${VERSION_MAX}` })
  policyVersion?: number;

  /** Named in the reasons of the decision in force. */
  @IsOptional()
  @IsIn(FINDINGS, { message: `must be one of ${FINDINGS.join(', ')}` })
  label?: Finding;

  @IsOptional()
  @IsIn(VERDICTS, { message: `must be one of ${VERDICTS.join(', ')}` })
  verdict?: Verdict;

  /** The name of one. */
  @IsOptional()
  @PlainText(NAME_CHARACTERS_MAX)
  client?: string;

  @IsOptional()
  @IsIn(TRAFFIC_CLASSES, { message: `must be one of ${TRAFFIC_CLASSES.join(', ')}` })
  trafficClass?: TrafficClass;

  /** `flips`: only other verdicts become decisions. `all`: every asset that was judged gets one. */
  @IsOptional()
  @IsIn(RECORDS, { message: `must be one of ${RECORDS.join(', ')}` })
  record?: RecordWhat;

  /** Looks by the heavy tier. Left out: as many as it has time for. */
  @IsOptional()
  @IsNumber({}, { message: 'must be a number' })
  @Min(RATE.min, { message: `must be at least ${RATE.min}` })
  @Max(RATE.max, { message: `must be at most ${RATE.max}` })
  rateMaxPerSecond?: number;
}
