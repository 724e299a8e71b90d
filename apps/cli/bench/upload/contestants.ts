import type { AssetAnswer, UploadTiming } from '#contracts/asset-answer.js';

import type { BenchContext } from '../bench-context.js';
import type { BenchedService } from '../private-installation.js';
import type { PeerServer } from './peer-server.js';
import { FormClient, type Answer } from './form-client.js';

/** One upload as its client saw it. */
export interface Outcome {
  readonly ms: number;
  /** Why it does not count: another status, or an answer that no model stands behind. */
  readonly fault?: string;
  /** Milliseconds by stage, by the service's own account. */
  readonly timing?: UploadTiming;
}

/** A server that takes uploads and decides about them. */
export interface Contestant {
  readonly upload: (file: Buffer) => Promise<Outcome>;
}

/** Our upload service. An answer counts when the fast model decided and the decision is committed. */
export function portcullis({ cleanup }: BenchContext, { url }: BenchedService, clientKey: string): Contestant {
  const client = new FormClient(`${url}/v1/assets`, { authorization: `Bearer ${clientKey}` });
  cleanup.defer(() => client.close());
  return {
    upload: async (file) => {
      const { status, body, ms } = await client.upload(file);
      if (status !== 201) return { ms, fault: `status ${status}` };
      const { decision, timing } = JSON.parse(body) as AssetAnswer;
      if (decision.source !== 'fast' || timing === undefined) return { ms, fault: `decided by ${decision.source}` };
      return { ms, timing };
    },
  };
}

/** The peer. An answer counts when it holds a prediction. */
export function peer({ cleanup }: BenchContext, { url }: PeerServer): Contestant {
  const client = new FormClient(url);
  cleanup.defer(() => client.close());
  return {
    upload: async (file) => {
      const answer = await client.upload(file);
      return isPrediction(answer) ? { ms: answer.ms } : { ms: answer.ms, fault: `status ${answer.status}` };
    },
  };
}

const isPrediction = ({ status, body }: Answer): boolean => status === 200 && body.includes('"probability"');
