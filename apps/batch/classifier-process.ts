import { prepareImage } from '#imaging/prepare-image.js';
import { serveClassifier } from '#inference/classifier/host.js';

await serveClassifier((limits) => (path, recipe, wants) => prepareImage(path, recipe, limits, wants));
