/**
 * A labelled input with room for a hint and an error.
 */
import { type ComponentProps, useId } from "react";

type TextFieldProps = Omit<ComponentProps<"input">, "id"> & { label: string; hint?: string; error?: string };

export function TextField({ label, hint, error, ...props }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
        {label}
      </label>
      <input
        id={id}
        className="field"
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        {...props}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "mt-1.5 text-danger text-sm" : "mt-1.5 text-faint text-sm"}>
          {note}
        </p>
      )}
    </div>
  );
}
