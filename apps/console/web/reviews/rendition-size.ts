/** Pixels of the longer side, for each place that shows pictures: few sizes, so that they are made once. */
export const RENDITION_PX = { item: 1024, thumbnail: 128 } as const;
