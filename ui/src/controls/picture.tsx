// A picture drawn by the product itself. As an image, never inline: titles in it are a user's text,
// and an image runs no script and loads nothing.
import { useMemo } from "react";

export function Picture({ svg, alt }: { svg: string; alt: string }) {
  const source = useMemo(() => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, [svg]);
  return <img className="picture" src={source} alt={alt} draggable={false} />;
}
