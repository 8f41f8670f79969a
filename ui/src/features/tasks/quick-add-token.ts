/**
 * A recognized piece of the add field's text, with its position.
 */
export type Token = { kind: "priority" | "due" | "tag"; text: string; start: number; end: number };
