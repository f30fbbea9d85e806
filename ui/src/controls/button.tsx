import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip as AriaTooltip,
  TooltipTrigger,
} from "react-aria-components";
import { Icon } from "./icon";

type Look = "normal" | "primary" | "danger" | "plain";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  look?: Look;
  small?: boolean;
  icon?: string;
  children?: ReactNode;
}

export function Button({ look = "normal", small, icon, children, ...rest }: ButtonProps) {
  const classes = ["button", look === "normal" ? "" : look, small ? "small" : ""];
  return (
    <AriaButton {...rest} className={classes.filter(Boolean).join(" ")}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </AriaButton>
  );
}

/** In a row of a list, where very many are made at once: a plain button costs a tenth of one that hears every way to press. */
export function RowButton(props: {
  icon?: string;
  label?: string;
  onPress: () => void;
  children?: ReactNode;
}) {
  const { icon, label, onPress, children } = props;
  return (
    <button
      type="button"
      className={`button focus-ring ${icon ? "plain icon-only " : ""}small`}
      aria-label={label}
      onClick={onPress}
    >
      {icon && <Icon name={icon} size={14} />}
      {children !== undefined && <span className="cut">{children}</span>}
    </button>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  icon: string;
  /** What it does; shown as its tip and read out. */
  label: string;
  size?: "normal" | "small" | "tiny";
}

/** Stands for itself: inside a select or a combo box it does not become the one that opens it. */
export function IconButton({ icon, label, size = "small", ...rest }: IconButtonProps) {
  const classes = ["button", "plain", "icon-only", size === "normal" ? "" : size];
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <AriaButton slot={null} {...rest} aria-label={label} className={classes.filter(Boolean).join(" ")}>
        <Icon name={icon} size={size === "tiny" ? 12 : 15} />
      </AriaButton>
      <AriaTooltip className="tooltip" offset={6}>
        {label}
      </AriaTooltip>
    </TooltipTrigger>
  );
}

/** A panel with nothing in it: one line, at most one button. */
export function Empty({ icon, text, children }: { icon?: string; text: string; children?: ReactNode }) {
  return (
    <div className={icon === "ok" ? "empty good" : "empty"}>
      {icon && <Icon name={icon} size={20} />}
      <p>{text}</p>
      {children}
    </div>
  );
}
