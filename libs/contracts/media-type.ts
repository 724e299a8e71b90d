/** The image types Portcullis accepts, told by content and never by name. */
export const MEDIA_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'] as const;

export type MediaType = (typeof MEDIA_TYPES)[number];
