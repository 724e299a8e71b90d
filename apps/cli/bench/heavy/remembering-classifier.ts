import type { ImageRejection, PreparedImage, PrepareImage } from '#contracts/prepared-image.js';
import { prepareImage } from '#imaging/prepare-image.js';
import { serveClassifier } from '#inference/classifier/host.js';

/*
 * A classifier process that decodes each file once and has its views ready ever after: what it does then is the model
 * and nothing else.
 */
await serveClassifier((limits): PrepareImage => {
  const prepared = new Map<string, Promise<PreparedImage | ImageRejection>>();
  return (path, recipe) => {
    const known = prepared.get(path) ?? prepareImage(path, recipe, limits);
    prepared.set(path, known);
    return known;
  };
});
