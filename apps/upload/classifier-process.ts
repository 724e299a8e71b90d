import { prepareLightImage } from '#imaging/prepare-light-image.js';
import { serveClassifier } from '#inference/classifier/host.js';

await serveClassifier((limits) => (path, recipe, wants) => prepareLightImage(path, recipe, limits, wants));
