/**
 * Says that a text is too long to be saved. It stays as it was typed or pasted, because a silent cut loses its end.
 */
import { lengthOf } from "@/lib/characters";

export function LengthNote({ what, text, limit }: { what: string; text: string; limit: number }) {
  const excess = lengthOf(text) - limit;
  if (excess <= 0) return null;
  return (
    <p role="status" className="mt-1 text-danger text-xs">
      Too long to save. {what} can have at most {limit} characters; remove {excess}.
    </p>
  );
}
