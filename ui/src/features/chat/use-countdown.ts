import { useEffect, useState } from "react";

/** Whole seconds until a moment (milliseconds since the epoch), counted down; 0 once it has come. */
export function useCountdown(moment: number): number {
  const [now, setNow] = useState(() => Date.now());
  const seconds = Math.max(0, Math.ceil((moment - now) / 1000));
  const running = seconds > 0;

  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return seconds;
}
