/** Shapes and links of one region, back to front, at the level of detail that the zoom asks for. */
import type { Scene } from "../../editor/scene/scene";
import { type Box, inflate } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { aggregateOf } from "./aggregate";
import { paintBadges, paintDots } from "./badges";
import { paintCards } from "./cards";
import { paintContainers } from "./containers";
import { paintGround } from "./ground";
import { paintLaneLabels, paintLanes } from "./lanes";
import { levelOf } from "./level";
import { paintLinks, paintPills } from "./links";
import { paintLocks } from "./locks";
import { nameReach, paintNames } from "./names";

/** How much was painted: what a gesture costs, counted. */
export interface Painted {
  shapes: number;
  links: number;
}

/** Everything that touches the box and does not move. */
export function paintRegion(p: Painter, scene: Scene, theme: Theme, b: Box, zoom: number): Painted {
  paintGround(p, theme, b, zoom);
  // Of a box right below, the name is in here.
  const shapes = scene.shapesIn(inflate(b, 0, nameReach(zoom, theme))).filter((s) => !scene.hidden[s]);
  if (levelOf(zoom) === "aggregate") return paintSums(p, scene, theme, shapes, b, zoom);
  const links = scene.linksIn(b).filter((l) => !scene.linkHidden[l] && scene.linkTouches(l, b));
  paintItems(p, scene, theme, shapes, links, zoom);
  return { shapes: shapes.length, links: links.length };
}

/** `through`: where bundles of links are painted; null: nowhere. */
function paintSums(
  p: Painter,
  scene: Scene,
  theme: Theme,
  shapes: readonly number[],
  through: Box | null,
  zoom: number,
): Painted {
  const aggregate = aggregateOf(scene);
  const containers = shapes.filter((s) => scene.container(s) && aggregate.visible(s, zoom));
  paintContainers(p, scene, theme, containers, zoom, "aggregate");
  const links = aggregate.paint(p, theme, containers, through, zoom);
  // Resources that no bar stands for are shown themselves.
  const free = shapes.filter((s) => !scene.ground(s) && aggregate.silent(scene.parent[s]!, zoom));
  paintCards(p, scene, theme, free, zoom, "aggregate");
  paintNames(p, scene, theme, containers, zoom);
  return { shapes: containers.length + free.length, links };
}

export function paintItems(
  p: Painter,
  scene: Scene,
  theme: Theme,
  shapes: readonly number[],
  links: readonly number[],
  zoom: number,
): void {
  const level = levelOf(zoom);
  if (level === "aggregate" && shapes.some((s) => scene.container(s))) {
    paintSums(p, scene, theme, shapes, null, zoom);
    return;
  }
  const containers = shapes.filter((s) => scene.container(s));
  const lanes = shapes.filter((s) => scene.lane(s));
  const cards = shapes.filter((s) => !scene.ground(s));
  paintContainers(p, scene, theme, containers, zoom, level);
  paintLanes(p, scene, theme, lanes, zoom);
  paintLinks(p, scene, theme, links, zoom, level);
  paintCards(p, scene, theme, cards, zoom, level);
  if (level === "full") {
    paintLaneLabels(p, scene, theme, lanes, zoom);
    paintPills(p, scene, theme, links, zoom);
    paintBadges(p, scene, theme, shapes, zoom);
    paintLocks(p, scene, theme, shapes);
  } else if (level === "reduced") paintDots(p, scene, theme, shapes, zoom);
  paintNames(p, scene, theme, containers, zoom);
}
