import type { ImageLimits, ImageRejection } from '#contracts/prepared-image.js';
import type { NoFrame, Rendition, RenditionWants } from '#imaging/render-rendition.js';

/** What the process that renders is asked. */
export interface RenditionCall {
  readonly call: number;
  readonly path: string;
  readonly wants: RenditionWants;
  readonly limits: ImageLimits;
}

export type Rendered = Rendition | NoFrame | ImageRejection;

/** What it answers; `failed`: the file could not be read. */
export interface RenditionReply {
  readonly call: number;
  readonly answer: Rendered | { readonly kind: 'failed'; readonly detail: string };
}

export const isRenditionCall = (message: unknown): message is RenditionCall => hasCall(message) && 'wants' in message;

export const isRenditionReply = (message: unknown): message is RenditionReply =>
  hasCall(message) && 'answer' in message;

const hasCall = (message: unknown): message is { readonly call: number } =>
  typeof message === 'object' && message !== null && 'call' in message && typeof message.call === 'number';
