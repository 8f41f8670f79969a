/**
 * Lengths as the API counts them: in Unicode code points, not in the halves of them that JavaScript and the attribute
 * `maxlength` count. A family emoji is seven.
 */
export const lengthOf = (text: string): number => [...text].length;

/** The beginning of a text, cut to the limit of the API. */
export function withinLimit(text: string, limit: number): string {
  return text.length > limit ? [...text].slice(0, limit).join("") : text;
}
