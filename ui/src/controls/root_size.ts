/** A root element's font size at the usual text size, in pixels. */
export const ROOT_SIZE = 16;
