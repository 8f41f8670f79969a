/**
 * A piece of the add field's text that means something, with its place in the text.
 */
export type Token = { kind: "priority" | "due" | "tag"; text: string; start: number; end: number };
