"use client";

/**
 * Chooses between the system's, the light and the dark theme.
 */
import { useId, useState } from "react";
import { classNames } from "@/lib/class-names";
import { applyTheme, parseTheme, THEMES, type Theme } from "@/lib/theme";

const LABELS: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

export function ThemeSwitch() {
  const name = useId();
  const [theme, setTheme] = useState(() => parseTheme(document.documentElement.dataset.theme));

  return (
    <fieldset className="flex rounded-lg bg-raised p-0.5 text-xs">
      <legend className="sr-only">Theme</legend>
      {THEMES.map((option) => (
        <label
          key={option}
          className={classNames(
            "flex-1 cursor-pointer rounded-md px-2 py-1 text-center has-focus-visible:outline-2 has-focus-visible:outline-accent",
            theme === option ? "bg-chosen font-medium shadow-card" : "text-soft hover:text-ink",
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={theme === option}
            onChange={() => {
              setTheme(option);
              applyTheme(option);
            }}
          />
          {LABELS[option]}
        </label>
      ))}
    </fieldset>
  );
}
