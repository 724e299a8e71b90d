import { renderRendition } from '#imaging/render-rendition.js';

import { isRenditionCall, type RenditionCall, type RenditionReply } from './rendition-call.js';

/** The process that decodes for people: whatever bytes do to a decoder, they do it here and not to the console. */
process.once('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (!isRenditionCall(message)) throw new Error('the console sent a message that is not of the protocol');
  void answer(message);
});

async function answer({ call, path, wants, limits }: RenditionCall): Promise<void> {
  try {
    tell({ call, answer: await renderRendition(path, wants, limits) });
  } catch (error) {
    tell({ call, answer: { kind: 'failed', detail: error instanceof Error ? error.message : String(error) } });
  }
}

/** A message that cannot be sent has no reader: the channel's end ends this process. */
function tell(reply: RenditionReply): void {
  process.send?.(reply, undefined, undefined, () => undefined);
}
