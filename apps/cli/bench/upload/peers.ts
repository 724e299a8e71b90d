import { ROOT } from '#service/run-service.js';
import { readSettings } from '#settings/settings.js';

import type { BenchContext } from '../bench-context.js';
import { peer, type Contestant } from './contestants.js';
import { installTransformers } from './install-transformers.js';
import { startPeer } from './peer-server.js';
import { layOutForTransformers } from './transformers-model.js';

export const PEERS = ['nsfwjs', 'transformers'] as const;
export type PeerName = (typeof PEERS)[number];

/** A peer that takes part. */
export interface OpenedPeer {
  readonly name: PeerName;
  readonly contestant: Contestant;
}

/** Peers that take part, and why others do not. */
export interface OpenedPeers {
  readonly peers: readonly OpenedPeer[];
  readonly leftOut: readonly { readonly name: PeerName; readonly why: string }[];
}

/** What the peers are, for the report. */
export const ABOUT: Readonly<Record<PeerName, string>> = {
  nsfwjs:
    'Express 5 with multer and nsfwjs 4.3.0 in one process: MobileNetV2 on the WebAssembly backend of TensorFlow.js, sharp scaling to 224 × 224 as it decodes, nothing stored',
  transformers:
    'Express 5 with multer and transformers.js 4.3.1 in one process: our own fast model (f32) in ONNX Runtime with the threads that it chooses, its own image class decoding and scaling to 224 × 224, nothing stored',
};

/** Starts those that were asked for. */
export async function openPeers(context: BenchContext, names: readonly PeerName[]): Promise<OpenedPeers> {
  const peers: OpenedPeer[] = [];
  const leftOut: { name: PeerName; why: string }[] = PEERS.filter((name) => !names.includes(name)).map((name) => ({
    name,
    why: 'it was not asked for',
  }));
  for (const name of names) {
    const opened = await openPeer(context, name);
    if ('missing' in opened) leftOut.push({ name, why: opened.missing });
    else peers.push({ name, contestant: opened });
  }
  return { peers, leftOut };
}

async function openPeer(context: BenchContext, name: PeerName): Promise<Contestant | { readonly missing: string }> {
  if (name === 'nsfwjs') return peer(context, await startPeer(context, 'nsfwjs-server'));
  const installed = await installTransformers(context);
  if ('missing' in installed) return installed;
  const { modelRoot, fast } = readSettings(process.env, ROOT);
  const models = await layOutForTransformers(context, modelRoot, fast.model);
  return peer(context, await startPeer(context, 'transformers-server', [installed.folder, models]));
}
