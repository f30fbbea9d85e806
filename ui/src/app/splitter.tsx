// The edge between two panels: dragged, or moved by arrows.
import { useRef } from "react";
import { useTextScale } from "../controls/text_scale";

export interface SplitterProps {
  label: string;
  /** `x`: between left and right; `y`: between above and below. */
  along: "x" | "y";
  /** The panel grows when the edge moves towards the start (left, up). */
  towardsStart?: boolean;
  /** Sizes are at the usual text size: a panel with larger text is wider by as much. */
  size: number;
  least: number;
  most: number;
  onSize: (size: number) => void;
}

const KEY_STEP = 16;

export function Splitter({ label, along, towardsStart, size, least, most, onSize }: SplitterProps) {
  const from = useRef<{ at: number; size: number } | null>(null);
  const limit = (next: number) => onSize(Math.round(Math.min(most, Math.max(least, next))));
  const sign = (towardsStart ? -1 : 1) / useTextScale();
  const at = (event: React.PointerEvent) => (along === "x" ? event.clientX : event.clientY);
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={along === "x" ? "vertical" : "horizontal"}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      className={`splitter ${along}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { at: at(event), size };
      }}
      onPointerMove={(event) => {
        if (from.current) limit(from.current.size + sign * (at(event) - from.current.at));
      }}
      onPointerUp={() => {
        from.current = null;
      }}
      onKeyDown={(event) => {
        const back = along === "x" ? "ArrowLeft" : "ArrowUp";
        const forth = along === "x" ? "ArrowRight" : "ArrowDown";
        if (event.key !== back && event.key !== forth) return;
        event.preventDefault();
        limit(size + Math.sign(sign) * (event.key === forth ? KEY_STEP : -KEY_STEP));
      }}
    />
  );
}
