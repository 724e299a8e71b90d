/** What the package gives away: `import { Portcullis } from 'portcullis-client'`. Nothing in here imports this file. */
import { verify } from './verify-webhook.js';

export { Portcullis, type AssetFilter, type PortcullisOptions } from './portcullis.js';
export type * from './answers.js';
export type * from './batch-answers.js';
export type * from './event-answers.js';
export type { BatchOptions, BatchWait } from './batches.js';
export type { CallLimits, Retry } from './connection.js';
export type { EndpointChange, EndpointFields, RotateOptions } from './endpoints.js';
export * from './errors.js';
export type { EventOptions } from './event-stream.js';
export { ProblemError, type FieldFault, type ProblemFields } from './problem-error.js';
export * from './problem-errors.js';
export type { ByteSource, ByteStream, ImageSource, RepeatableSource, UrlSource } from './sources.js';
export type { Progress, SubmitFields, SubmitOptions } from './submit.js';
export type { VerifyOptions, WebhookHeaders } from './verify-webhook.js';
export type { WaitOptions } from './wait-for-final.js';

/** For those who receive webhooks. */
export const webhooks = { verify };
